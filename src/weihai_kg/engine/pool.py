"""A server process's pool of workers: handed out, taken back, and forked ahead by a keeper."""

from __future__ import annotations

import json
import math
import threading
import time
from collections import Counter
from pathlib import Path

from weihai_kg.engine.connection import TICK, WorkerConnection
from weihai_kg.engine.lanes import Lanes, LaneSizes
from weihai_kg.engine.supervisor import CURRENT, read_current
from weihai_kg.engine.waiting import PastQueries, Queue, Waiter, likeness
from weihai_kg.errors import OverloadedError
from weihai_kg.settings import Settings

_LOOK = 0.25
_PRESSED = 0.01
_RETRY = 0.05


class Pool:
    """Bounded: so many workers, so many that wait, and no more."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Follow the engine in ``folder``."""
        self._folder = folder
        self._settings = settings
        self._lock = threading.Lock()
        self._idle: list[WorkerConnection] = []
        self._waiters = Queue(settings.queue_length)
        self._past = PastQueries()
        self.lanes = Lanes(
            LaneSizes(
                fast=settings.workers,
                slow=max(1, settings.workers // 2),
                parked=settings.queue_length,
                parked_memory=2 * settings.query_memory,
            )
        )
        self.kills: Counter[str] = Counter()
        self._current = read_current(folder)
        self._inode = 0
        self._looked = -math.inf
        self._tick = min(TICK, settings.query_timeout)
        self._closed = False
        self._wake = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="pool-keeper", daemon=True)
        self._keeper.start()

    @property
    def version(self) -> str:
        """The version that the next query is answered from."""
        return str(self._current["version"])

    def take_idle(self, frame: bytes) -> WorkerConnection | None:
        """A worker for a query if there is one that does nothing."""
        if not self._idle:
            return None
        like = likeness(frame)
        with self._lock:
            if not self._idle:
                return None
            worker = self._idle.pop()
            worker.begin(like, known=like in self._past)
            return worker

    def checkout(self, frame: bytes) -> WorkerConnection:
        """A worker for a query, at once or after a wait; OverloadedError if there is none."""
        like = likeness(frame)
        with self._lock:
            if self._idle:
                worker = self._idle.pop()
                worker.begin(like, known=like in self._past)
                return worker
            waiter = Waiter(quick=self._past.is_quick(like))
            refused = waiter if self._closed else self._waiters.add(waiter)
        if refused is not None:
            refused.gate.release()
        self._wake.set()
        waiter.gate.acquire(timeout=self._settings.queue_wait)
        with self._lock:
            self._waiters.remove(waiter)
            if waiter.worker is not None:
                waiter.worker.begin(like, known=like in self._past)
                return waiter.worker
            self.kills["queue"] += 1
        raise OverloadedError(
            f"Too many queries wait (queue_length {self._settings.queue_length}, queue_wait "
            f"{self._settings.queue_wait:g} s); try again in a few seconds."
        )

    def is_quick(self, worker: WorkerConnection) -> bool:
        """Whether a query like this worker's was quick the last time."""
        return self._past.is_quick(worker.like)

    def give_back(self, worker: WorkerConnection) -> None:
        """Take a worker whose query is answered."""
        with self._lock:
            self._past.note(worker.like, time.monotonic() - worker.began)
            worker.began = 0.0
            fits = worker.reusable and worker.generation == self._current["generation"]
            if fits and not self._closed and self.lanes.admit(worker):
                if worker in self.lanes.fast:
                    self._offer(worker)
                return
            self.lanes.discard(worker)
        worker.kill("worn")
        worker.close()
        self._wake.set()

    def discard(self, worker: WorkerConnection, reason: str) -> None:
        """Kill a worker whose query is not to be answered, and replace it."""
        worker.kill(reason)
        with self._lock:
            self.lanes.discard(worker)
            self.kills[worker.reason] += 1
            if worker.began:
                self._past.note(worker.like, math.inf)
        worker.close()
        self._wake.set()

    def prune(self) -> None:
        """Forget idle workers that have ended: an idle worker has nothing to say but that."""
        with self._lock:
            gone = [worker for worker in self._idle if worker.has_ended]
            self._idle = [worker for worker in self._idle if worker not in gone]
            for worker in gone:
                self.lanes.discard(worker)
                self.kills["lost"] += 1
        for worker in gone:
            worker.close()
        if gone:
            self._wake.set()

    def _offer(self, worker: WorkerConnection) -> None:
        if self._waiters:
            waiter = self._waiters.pop()
            worker.begin(0, known=False)
            waiter.worker = worker
            waiter.gate.release()
        else:
            self._idle.append(worker)

    def _keep(self) -> None:
        while not self._closed:
            try:
                if time.monotonic() - self._looked >= _LOOK:
                    self._follow()
                    self.prune()
                    self._looked = time.monotonic()
                self._fill()
            except (OSError, EOFError, json.JSONDecodeError):
                self._looked = -math.inf
                time.sleep(_RETRY)
            with self._lock:
                if self._waiters:
                    self.lanes.demote(len(self._waiters), self._past.is_quick)
                self.lanes.rotate()
                old = self.lanes.old_spares()
                pressed = bool(self._waiters or self.lanes.parked)
                missing = self.lanes.missing > 0
            for worker in old:
                worker.close()
            if not missing:
                self._wake.wait(_PRESSED if pressed else _LOOK)
                self._wake.clear()

    def _follow(self) -> None:
        """Leave the workers of an older generation as soon as there is a newer one."""
        inode = (self._folder / CURRENT).stat().st_ino
        if inode == self._inode:
            return
        current = read_current(self._folder)
        with self._lock:
            self._inode, self._current = inode, current
            spares = [worker for worker, _ in self.lanes.spares]
            old = [
                each for each in (*self._idle, *spares) if each.generation != current["generation"]
            ]
            self._idle = [each for each in self._idle if each not in old]
            for worker in old:
                self.lanes.discard(worker)
        for worker in old:
            worker.close()

    def _fill(self) -> None:
        while self.lanes.missing > 0 and not self._closed:
            with self._lock:
                if self.lanes.missing > 0 and (worker := self.lanes.spare()) is not None:
                    self._offer(worker)
                    continue
            worker = WorkerConnection(self._current["socket"], self._tick)
            with self._lock:
                # In the meantime one that has done with its query may have taken the place.
                admitted = self.lanes.admit(worker)
                if worker in self.lanes.fast:
                    self._offer(worker)
            if not admitted:
                worker.close()

    @property
    def busy(self) -> int:
        """How many workers answer a query now."""
        return len(self.lanes.fast) + self.slow - len(self._idle)

    @property
    def slow(self) -> int:
        """How many queries are in the slow lane."""
        return len(self.lanes.running) + len(self.lanes.parked)

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return len(self._waiters)

    def close(self) -> None:
        """Let every worker go."""
        self._closed = True
        self._wake.set()
        self._keeper.join()
        with self._lock:
            workers = [*self.lanes.fast, *self.lanes.parked]
            workers += [worker for worker, _ in (*self.lanes.running, *self.lanes.spares)]
            self._waiters.clear()
        for worker in workers:
            worker.kill("closed")
            if not worker.began:
                worker.close()
