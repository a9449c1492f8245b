"""Engines for releases that are no longer the current one: started when asked for, few, closed
when nobody asks any more."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.release import Release
from weihai_kg.settings import Settings
from weihai_kg.web.http.problem import Problem

MOST = 2
IDLE = 120.0
_WORKERS = 1


@dataclass
class _Running:
    lock: threading.Lock = field(default_factory=threading.Lock)
    engine: Engine | None = None
    users: int = 0
    used: float = 0.0


class Archive:
    """Asks old releases; at most ``most`` engines run at a time."""

    def __init__(self, settings: Settings, most: int = MOST, idle: float = IDLE) -> None:
        """An engine that was not asked for ``idle`` seconds is closed."""
        self._settings = settings
        self._most = most
        self._idle = idle
        self._lock = threading.Lock()
        self._running: dict[str, _Running] = {}
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    @property
    def versions(self) -> list[str]:
        """The releases whose engines run."""
        return list(self._running)

    def asker(self, found: Release) -> Callable[[QueryRequest], Answer]:
        """What answers queries from a release."""

        def ask(request: QueryRequest) -> Answer:
            with self._engine(found) as engine:
                answer = engine.query(request)
                body = answer.body if answer.body is not None else b"".join(answer.chunks)
                answer.close()
                return Answer(answer.form, answer.format, body, iter(()), _nothing, found.version)

        return ask

    @contextlib.contextmanager
    def _engine(self, found: Release) -> Iterator[Engine]:
        running = self._enter(found.version)
        try:
            with running.lock:
                if running.engine is None:
                    base = found.report().get("base", self._settings.base)
                    settings = dataclasses.replace(
                        self._settings, workers=_WORKERS, base=base, federation=""
                    )
                    running.engine = Engine.start(found.path, settings)
            yield running.engine
        finally:
            with self._lock:
                running.users -= 1
                running.used = time.monotonic()
            self._watch()

    def _enter(self, version: str) -> _Running:
        """Count a user in; makes room first. Raises Problem 503 when all engines are busy."""
        closing: list[_Running] = []
        try:
            with self._lock:
                running = self._running.get(version)
                if running is None:
                    while len(self._running) >= self._most:
                        closing.append(self._give_up_one())
                    running = self._running[version] = _Running()
                running.users += 1
                return running
        finally:
            _close(closing)

    def _give_up_one(self) -> _Running:
        free = [each for each, running in self._running.items() if not running.users]
        if not free:
            raise Problem(
                503, "Answers from too many old releases are asked for at the same time.",
                todo="Try again in a moment.", headers=[("Retry-After", "2")],
            )  # fmt: skip
        return self._running.pop(min(free, key=lambda each: self._running[each].used))

    def _watch(self) -> None:
        with self._lock:
            if self._timer is None and self._running:
                self._timer = threading.Timer(self._idle, self._close_idle)
                self._timer.daemon = True
                self._timer.start()

    def _close_idle(self) -> None:
        limit = time.monotonic() - self._idle
        with self._lock:
            self._timer = None
            idle = [
                version
                for version, running in self._running.items()
                if not running.users and running.used <= limit
            ]
            closing = [self._running.pop(version) for version in idle]
        _close(closing)
        self._watch()

    def close(self) -> None:
        """End every engine."""
        atexit.unregister(self.close)
        with self._lock:
            closing = list(self._running.values())
            self._running.clear()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        _close(closing)


def _close(engines: list[_Running]) -> None:
    for each in engines:
        if each.engine is not None:
            each.engine.close()


def _nothing() -> None:
    """An answer that is whole has nothing to free."""
