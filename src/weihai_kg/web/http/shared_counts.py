"""A storage for the ``limits`` library that the server processes of one machine share: a file.

The file is a table of fixed size. A key has one of a few places in it, found by its hash; when all
are taken the one that was used longest ago is given up, so that strangers cannot make it grow.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limits.storage import Storage
from limits.storage.base import SlidingWindowCounterSupport

PLACES = 32_768
WAYS = 8
_ROW = struct.Struct("<16sQIII")


class SharedCounts(Storage, SlidingWindowCounterSupport):
    """Requests per key in the window that runs and in the one before."""

    STORAGE_SCHEME = None

    def __init__(self, path: Path) -> None:
        """Open the table, or make it."""
        super().__init__()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._file, PLACES * _ROW.size)
        self._table = mmap.mmap(self._file, PLACES * _ROW.size)
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong here."""
        return OSError

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Count ``amount`` requests, if they are within the limit; whether they are."""
        with self._locked():
            now = time.time()
            place, digest, previous, current, _ = self._find(key, int(now // expiry))
            if math.floor(previous * _left(now, expiry) / expiry + current) + amount > limit:
                return False
            row = _ROW.pack(digest, int(now // expiry), previous, current + amount, expiry)
            self._table[place : place + _ROW.size] = row
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Count and seconds left of the window before, then of the one that runs."""
        with self._locked():
            now = time.time()
            _, _, previous, current, _ = self._find(key, int(now // expiry))
        left = _left(now, expiry)
        return previous, left if previous else 0.0, current, left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget what was counted for a key."""
        self.clear(key)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count requests without a limit; how many there are in this window."""
        self.acquire_sliding_window_entry(key, 2**31, expiry, amount)
        return self.get(key)

    def get(self, key: str) -> int:
        """Count of the window that runs."""
        with self._locked():
            _, _, _, current, expiry = self._find(key, None)
            ended = not expiry or self._window(key) != int(time.time() // expiry)
            return 0 if ended else current

    def get_expiry(self, key: str) -> float:
        """When the last window of a key ends, or ended; now, if it has none."""
        with self._locked():
            expiry = self._find(key, None)[-1]
            return (self._window(key) + 1) * expiry if expiry else time.time()

    def check(self) -> bool:
        """Whether the table is there."""
        return not self._table.closed

    def reset(self) -> int | None:
        """Forget everything."""
        with self._locked():
            self._table[:] = bytes(len(self._table))
        return None

    def clear(self, key: str) -> None:
        """Forget what was counted for a key."""
        with self._locked():
            place = self._find(key, None)[0]
            self._table[place : place + _ROW.size] = bytes(_ROW.size)

    def _window(self, key: str) -> int:
        place = self._find(key, None)[0]
        return int(_ROW.unpack_from(self._table, place)[1])

    def _find(self, key: str, window: int | None) -> tuple[int, bytes, int, int, int]:
        """The place of a key, its digest, its counts in the window before and in this one.

        Last how long a window is, 0 for a key that is new. Without a window: what is there.
        """
        digest = hashlib.blake2b(key.encode("utf-8", "backslashreplace"), digest_size=16).digest()
        bucket = int.from_bytes(digest[:4], "little") % (PLACES // WAYS) * WAYS
        oldest, oldest_window = 0, 2**64
        for place in range(bucket * _ROW.size, (bucket + WAYS) * _ROW.size, _ROW.size):
            known, then, previous, current, expiry = _ROW.unpack_from(self._table, place)
            if known == digest:
                if window is None or then == window:
                    return place, digest, previous, current, expiry
                return place, digest, current if then == window - 1 else 0, 0, expiry
            if then < oldest_window:
                oldest, oldest_window = place, then
        return oldest, digest, 0, 0, 0

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else, in this process or another; the system unlocks for one that dies."""
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


def _left(now: float, expiry: int) -> float:
    """Seconds until the window ends."""
    return expiry - now % expiry
