"""Who waits for a worker, and who is served first.

A query whose like was quick before goes before all others; among equals the newest goes first,
because under a flood its client is the likeliest to be there still. Who is refused when the queue
is full is found from the other end.
"""

from __future__ import annotations

import math
import threading
from collections import deque

from weihai_kg.engine.connection import WorkerConnection

QUICK = 0.1
_REMEMBERED = 8192


def likeness(frame: bytes) -> int:
    """The same number for requests that differ in their digits only."""
    return hash(frame.translate(None, b"0123456789"))


class PastQueries:
    """Remembers which queries were answered, and which of them quickly, by their likeness."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[int, bool] = {}

    def note(self, like: int, seconds: float) -> None:
        """Take note of how long a query took; infinitely if it was not answered."""
        if seconds == math.inf:
            self._known.pop(like, None)
            return
        if like not in self._known and len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[like] = seconds <= QUICK

    def is_quick(self, like: int) -> bool:
        """Whether a query like this was quick the last time."""
        return self._known.get(like, False)

    def __contains__(self, like: int) -> bool:
        """Whether a query like this was answered the last time."""
        return like in self._known


class Waiter:
    """One query that waits for a worker."""

    __slots__ = ("gate", "quick", "worker")

    def __init__(self, *, quick: bool) -> None:
        """The gate opens when there is a worker, or when there will be none."""
        self.gate = threading.Lock()
        self.gate.acquire()
        self.quick = quick
        self.worker: WorkerConnection | None = None


class Queue:
    """A bounded number of waiters; every method is called with the pool's lock held."""

    def __init__(self, length: int) -> None:
        """``length`` is how many may wait."""
        self._length = length
        self._quick: deque[Waiter] = deque()
        self._other: deque[Waiter] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._quick) + len(self._other)

    def add(self, waiter: Waiter) -> Waiter | None:
        """Put one in; the one that is refused for it, if the queue is full."""
        refused = None
        if len(self) >= self._length:
            lane = self._other or self._quick
            if not lane or (lane is self._quick and not waiter.quick):
                return waiter
            refused = lane.popleft()
        (self._quick if waiter.quick else self._other).append(waiter)
        return refused

    def pop(self) -> Waiter:
        """Take out the one to be served next."""
        return (self._quick or self._other).pop()

    def remove(self, waiter: Waiter) -> bool:
        """Take out one that waits no more; whether it still waited."""
        lane = self._quick if waiter.quick else self._other
        if waiter in lane:
            lane.remove(waiter)
            return True
        return False

    def clear(self) -> None:
        """Refuse all."""
        for waiter in (*self._quick, *self._other):
            waiter.gate.release()
        self._quick.clear()
        self._other.clear()
