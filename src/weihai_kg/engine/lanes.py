"""Which queries run now: quick ones first, by the processor time a query has had so far.

Every query begins in the fast lane, which has a fixed number of places. Nobody is moved while
nobody waits. When someone waits, a query that has had its slice leaves the fast lane for the slow
one, and its place is filled by another worker; a query whose like was quick before has a longer
slice, for beside others it may need that. In the slow lane a few workers run, in turns; the others
are stopped. When the slow lane is full, the query that should join it ends with
OverloadedError.

A query in the slow lane runs at low priority, unless its like was answered before: then it keeps
its priority for a while. Only a worker with its full priority may be used again, and a fresh one
copies page by page what it reads, because the engine counts references within its data; so
queries of a tenth of a second would spend most of their time on that. Such workers are spares for
the fast lane.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from weihai_kg.engine.connection import WorkerConnection

OVERLOADED = "overloaded"


@dataclass(frozen=True, slots=True)
class LaneSizes:
    """How many queries each lane takes, and how long their slices are."""

    fast: int
    slow: int
    parked: int
    parked_memory: int
    processor_slice: float = 0.02
    clock_slice: float = 0.25
    turn: float = 0.5
    longer: float = 10.0
    patience: float = 0.5
    kept: float = 10.0


class Lanes:
    """The two lanes of one server process; every method is called with the pool's lock held."""

    def __init__(self, sizes: LaneSizes) -> None:
        """Both lanes are empty."""
        self.sizes = sizes
        self.fast: set[WorkerConnection] = set()
        self.running: deque[tuple[WorkerConnection, float]] = deque()
        self.parked: deque[WorkerConnection] = deque()
        self.spares: deque[tuple[WorkerConnection, float]] = deque()
        self._seen: dict[WorkerConnection, tuple[int, float]] = {}

    @property
    def missing(self) -> int:
        """How many workers the fast lane lacks."""
        return self.sizes.fast - len(self.fast)

    def discard(self, worker: WorkerConnection) -> None:
        """Take a worker out of whatever lane it is in."""
        self.fast.discard(worker)
        self.spares = deque(each for each in self.spares if each[0] is not worker)
        self._seen.pop(worker, None)
        if worker.slow:
            worker.slow = False
            self.running = deque(each for each in self.running if each[0] is not worker)
            if worker in self.parked:
                self.parked.remove(worker)
            self._fill()

    def admit(self, worker: WorkerConnection) -> bool:
        """Take in a worker without a query; False if there is no place for it.

        It is in the fast lane then, or among the spares.
        """
        if worker in self.fast:
            return True
        self.discard(worker)
        if worker.paused:
            worker.resume()
        if self.missing > 0:
            self.fast.add(worker)
        elif len(self.spares) < self.sizes.fast:
            self.spares.append((worker, time.monotonic()))
        else:
            return False
        return True

    def spare(self) -> WorkerConnection | None:
        """The spare that was used last, now in the fast lane; None if there is none."""
        while self.spares:
            worker, _ = self.spares.pop()
            if not worker.has_ended:
                self.fast.add(worker)
                return worker
            worker.close()
        return None

    def old_spares(self) -> list[WorkerConnection]:
        """The spares that nobody has needed for a while, which are none any more."""
        old = []
        while self.spares and time.monotonic() - self.spares[0][1] > self.sizes.kept:
            old.append(self.spares.popleft()[0])
        return old

    def demote(self, wanted: int, is_quick: Callable[[int], bool]) -> int:
        """Move queries that have had their slice to the slow lane; how many were ended instead.

        ``is_quick`` tells of a likeness whether a query like that was quick before.
        """
        ended = 0
        now = time.monotonic()
        for worker in sorted(self.fast, key=lambda each: each.began):
            if wanted <= 0:
                break
            factor = self.sizes.longer if is_quick(worker.like) else 1.0
            if worker.began and not worker.reason and self._had_its_slice(worker, now, factor):
                wanted -= 1
                self.fast.discard(worker)
                self._seen.pop(worker, None)
                if self._has_room:
                    self._park(worker)
                else:
                    worker.kill(OVERLOADED)
                    ended += 1
        return ended

    def _had_its_slice(self, worker: WorkerConnection, now: float, factor: float) -> bool:
        serial, before = self._seen.get(worker, (0, 0.0))
        if serial != worker.serial:
            self._seen[worker] = worker.serial, worker.processor_time
            return now - worker.began > factor * self.sizes.clock_slice
        return (
            now - worker.began > factor * self.sizes.clock_slice
            or worker.processor_time - before > factor * self.sizes.processor_slice
        )

    def _had_much(self, worker: WorkerConnection) -> bool:
        return worker.processor_time - self._seen[worker][1] > self.sizes.patience

    @property
    def _has_room(self) -> bool:
        if len(self.running) < self.sizes.slow:
            return True
        memory = sum(each.growth for each in self.parked)
        return len(self.parked) < self.sizes.parked and memory < self.sizes.parked_memory

    def _park(self, worker: WorkerConnection) -> None:
        worker.slow = True
        if worker.known:
            self._seen[worker] = worker.serial, worker.processor_time
        else:
            worker.slow_down()
        self.parked.append(worker)
        if len(self.running) >= self.sizes.slow:
            worker.pause()
        self._fill()

    def _fill(self) -> None:
        while self.parked and len(self.running) < self.sizes.slow:
            worker = self.parked.popleft()
            self.running.append((worker, time.monotonic()))
            worker.resume()

    def rotate(self) -> None:
        """Give the next parked query its turn when the one before has had its own."""
        for worker, _ in self.running:
            if worker in self._seen and self._had_much(worker):
                del self._seen[worker]
                worker.slow_down()
        while (
            self.parked and self.running and time.monotonic() - self.running[0][1] > self.sizes.turn
        ):
            worker, _ = self.running.popleft()
            worker.pause()
            self.parked.append(worker)
            self._fill()
