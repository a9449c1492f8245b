"""Queries that found every worker busy, for the moment that most of them have to wait.

A thread that waits costs as much as a small query; so the loop lets them wait, and hands them to
threads only when it takes longer. The threads' queue is the one that is bounded and ordered.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from weihai_kg.server.connection import Connection
from weihai_kg.server.incoming import Message
from weihai_kg.web.service import Asked

SHORTLY = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One query, and whom its answer is for."""

    connection: Connection
    message: Message
    asked: Asked
    since: float


class Pending:
    """Those that wait in the loop of one server process."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        length: int,
        begin: Callable[[Query], bool],
        queue: Callable[[Query], None],
    ) -> None:
        """At most ``length`` wait; ``begin`` tells whether a worker was idle for one."""
        self._loop, self._length, self._begin, self._queue = loop, length, begin, queue
        self._waiting: deque[Query] = deque()

    def add(self, query: Query) -> bool:
        """Let one wait; False if too many do."""
        if len(self._waiting) >= self._length:
            return False
        if not self._waiting:
            self._loop.call_later(SHORTLY, self._pass_on)
        self._waiting.append(query)
        return True

    def withdraw(self, query: Query) -> bool:
        """Let one wait no more; whether it still did."""
        if query not in self._waiting:
            return False
        self._waiting.remove(query)
        return True

    def take_up(self) -> None:
        """Have idle workers begin with those that wait, the first one first."""
        while self._waiting and self._begin(self._waiting[0]):
            self._waiting.popleft()

    def _pass_on(self) -> None:
        """Hand those over that have waited for a while."""
        latest = time.monotonic() - SHORTLY / 2
        while self._waiting and self._waiting[0].since < latest:
            self._queue(self._waiting.popleft())
        if self._waiting:
            self._loop.call_later(SHORTLY, self._pass_on)
