"""Keeps in files what clients do not take yet, so that no worker waits for them."""

from __future__ import annotations

import os
import tempfile
import threading

BLOCK = 256 * 1024


class SpoolFull(Exception):
    """Raised when there is no room for more."""


class Spool:
    """Files without a name, within a number of bytes for all of them."""

    def __init__(self, capacity: int) -> None:
        """``capacity`` is how many bytes all answers together may take."""
        self._capacity = capacity
        self._lock = threading.Lock()
        self.size = 0

    @property
    def is_crowded(self) -> bool:
        """Whether a further long answer had better not be begun."""
        return self.size > self._capacity // 2

    def reserve(self, size: int) -> None:
        """Take bytes of the capacity, or give them back if ``size`` is negative."""
        with self._lock:
            if size > 0 and self.size + size > self._capacity:
                raise SpoolFull
            self.size += size


class Kept:
    """The part of one answer that waits; bytes are added at its end and taken at its beginning."""

    def __init__(self, spool: Spool) -> None:
        """An empty file."""
        self._spool = spool
        self._file = tempfile.TemporaryFile(  # noqa: SIM115 - closed by close
            prefix="weihai-kg-", buffering=0
        )
        self._taken = self.size = 0

    @property
    def left(self) -> int:
        """How many bytes wait."""
        return self.size - self._taken

    def add(self, piece: bytes) -> None:
        """Put bytes at the end; raises SpoolFull."""
        self._spool.reserve(len(piece))
        os.pwrite(self._file.fileno(), piece, self.size)
        self.size += len(piece)

    def take(self) -> bytes:
        """The next bytes; none if all are taken."""
        block = os.pread(self._file.fileno(), BLOCK, self._taken)
        self._taken += len(block)
        return block

    def close(self) -> None:
        """Forget all."""
        size, self.size, self._taken = self.size, 0, 0
        self._spool.reserve(-size)
        self._file.close()
