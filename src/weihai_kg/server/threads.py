"""Threads for what may wait: a bounded number, started when they are first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Threads:
    """A bounded number of threads, with a bounded number of jobs that wait for one."""

    def __init__(self, name: str, size: int, backlog: int) -> None:
        """``backlog`` is how many jobs may wait."""
        self._executor = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._free = threading.Semaphore(size + backlog)

    def submit(self, job: Callable[[], None]) -> bool:
        """Have a thread do it; whether there is room for it. The job sees to its own errors."""
        if not self._free.acquire(blocking=False):
            return False
        self._executor.submit(self._run, job)
        return True

    def _run(self, job: Callable[[], None]) -> None:
        try:
            job()
        finally:
            self._free.release()
