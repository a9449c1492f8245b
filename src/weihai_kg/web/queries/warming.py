"""Keeps the saved queries warm: asked once after the start, and once after each new release.

It never stands in anybody's way: it begins when the service is ready, asks one query at a time,
waits while others are asked, and rests after each.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from weihai_kg.errors import QueryError
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.page import Context
from weihai_kg.web.queries.desk import Desk, desk

PAUSE, LOOK, REST = 0.05, 5.0, 1.0
"""Seconds between two queries, between two looks for a new release, and before the first."""


class Warming:
    """One thread that asks every saved query with its defaults, for each release once."""

    def __init__(
        self,
        desk: Desk,
        version: Callable[[], str],
        stats: Callable[[], Mapping[str, Any]],
        *,
        pause: float = PAUSE,
        look: float = LOOK,
        rest: float = 0.0,
    ) -> None:
        """``version`` is that of the release served now; ``stats`` counts busy and waiting queries.

        ``pause``, ``look`` and ``rest`` (before the first query) are in seconds.
        """
        self._desk, self._version, self._stats = desk, version, stats
        self._pause, self._look, self._rest = pause, look, rest
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)
        self.warm = ""
        """The release whose saved queries have all been asked."""

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End after the query that is being asked."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        self._end.wait(self._rest)
        while not self._end.is_set():
            version = self._version()
            if version and version != self.warm and self._all(version):
                self.warm = version
            self._end.wait(self._look)

    def _all(self, version: str) -> bool:
        """Whether all were asked before the release changed."""
        with contextlib.suppress(Problem):  # a release that is gone: the next look finds another
            for ask in self._desk.warmers():
                while self._is_busy():
                    if self._end.wait(self._pause):
                        return False
                # What fails here fails again when somebody asks, who then gets to know why.
                with contextlib.suppress(Problem, QueryError):
                    ask()
                if self._end.wait(self._pause) or self._version() != version:
                    return False
        return self._version() == version

    def _is_busy(self) -> bool:
        stats = self._stats()
        return bool(stats.get("queue")) or stats.get("busy", 0) >= max(1, stats.get("workers", 1))


def keep_warm(app: Flask) -> Warming:
    """Warm the saved queries of an application in the background from now on.

    For the process that serves it, once it is ready: the thread must not be there before a fork.
    """
    made = app.extensions["weihai_kg"]
    assert isinstance(made, Context)  # noqa: S101
    engine = made.engine
    warming = Warming(desk(app), lambda: engine.version, engine.stats, rest=REST)
    warming.start()
    return warming
