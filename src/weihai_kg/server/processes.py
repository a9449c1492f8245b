"""Keeps server processes running: forks them, replaces those that end, ends them all."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable

from weihai_kg.engine.sandbox import die_with_parent
from weihai_kg.errors import WeihaiKGError

logger = logging.getLogger(__name__)

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PATIENCE = 1.0
_SOON = 2.0
_MOST_FAILURES = 5


class Processes:
    """A number of processes that do the same; forked, so that all is imported already."""

    def __init__(
        self, size: int, work: Callable[[int], None], grace: float, left: Callable[[int, int], None]
    ) -> None:
        """``work`` is called in each with its place; ``left`` here with place and process id."""
        self._size = size
        self._work = work
        self._grace = grace
        self._left = left
        self._places: dict[int, tuple[int, float]] = {}
        self._failures = 0
        self._ends = False

    def run(self, started: Callable[[], None]) -> None:
        """Run them until a signal; ``started`` is called when all are forked.

        Raises WeihaiKGError when they cannot live.
        """
        receiving, sending = os.pipe()
        os.set_blocking(sending, False)
        os.set_blocking(receiving, False)
        signal.set_wakeup_fd(sending, warn_on_full_buffer=False)
        for number in _SIGNALS:
            signal.signal(number, self._end)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            self._fill()
            started()
            while not self._ends and self._failures < _MOST_FAILURES:
                select.select([receiving], [], [], _PATIENCE)
                with contextlib.suppress(BlockingIOError):
                    os.read(receiving, 4096)
                self._reap()
                if not self._ends:
                    self._fill()
        finally:
            self._stop()
            signal.set_wakeup_fd(-1)
        if self._failures >= _MOST_FAILURES:
            raise WeihaiKGError("The server processes end as soon as they start.")

    def _end(self, *_: object) -> None:
        self._ends = True

    def _fill(self) -> None:
        taken = {place for place, _ in self._places.values()}
        for place in range(self._size):
            if place not in taken:
                if self._failures:
                    time.sleep(0.1 * self._failures)
                self._places[self._fork(place)] = place, time.monotonic()

    def _fork(self, place: int) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        process = os.fork()
        if process:
            return process
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (*_SIGNALS, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            die_with_parent(parent)
            self._work(place)
            code = 0
        except WeihaiKGError as error:
            logger.error("%s", error)
        except BaseException:
            logger.exception("A server process ended.")
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        for process, (place, since) in [*self._places.items()]:
            ended, _ = os.waitpid(process, os.WNOHANG)
            if ended:
                del self._places[process]
                self._left(place, process)
                soon = time.monotonic() - since < _SOON
                self._failures = self._failures + 1 if soon else 0
                if not self._ends:
                    logger.warning("A server process ended; another one takes its place.")

    def _stop(self) -> None:
        """End them: by SIGTERM, and after the grace time by SIGKILL."""
        end = time.monotonic() + self._grace + _PATIENCE
        self._signal(signal.SIGTERM)
        while self._places and time.monotonic() < end:
            self._reap()
            time.sleep(0.01)
        self._signal(signal.SIGKILL)
        for process in self._places:
            os.waitpid(process, 0)
        self._places.clear()

    def _signal(self, number: signal.Signals) -> None:
        for process in self._places:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
