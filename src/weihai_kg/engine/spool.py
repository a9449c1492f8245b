"""Keeps a streamed answer in a file until it is whole, so that nothing can break after its first
byte is sent.

granian 2.8 ends a chunked response properly even when the application's iterable raises: a
truncated answer would pass for a whole one. Under such a server every large answer goes through
here. It also frees the worker from slow readers.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from typing import IO

from weihai_kg.engine.request import Answer
from weihai_kg.errors import OverloadedError

_BLOCK = 256 * 1024


class Spool:
    """Answers in files that have no name, within a number of bytes for all of them."""

    def __init__(self, capacity: int) -> None:
        """``capacity`` is how many bytes all answers together may take."""
        self._capacity = capacity
        self._lock = threading.Lock()
        self.size = 0

    def keep(self, answer: Answer) -> Answer:
        """The same answer, whole; a QueryError if it breaks off."""
        if answer.body is not None:
            return answer
        kept = _Kept(self)
        try:
            for chunk in answer.chunks:
                kept.add(chunk)
        except BaseException:
            kept.close()
            raise
        finally:
            answer.close()
        return Answer(answer.form, answer.format, None, kept.chunks(), kept.close, answer.version)

    def reserve(self, size: int) -> None:
        """Take bytes of the capacity, or give them back if ``size`` is negative."""
        with self._lock:
            if size > 0 and self.size + size > self._capacity:
                raise OverloadedError(
                    "Too many large answers are on their way; try again in a few seconds."
                )
            self.size += size


class _Kept:
    """One answer in a file."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._file: IO[bytes] = tempfile.TemporaryFile(  # noqa: SIM115 - closed by close
            prefix="weihai-kg-", buffering=0
        )
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Append a chunk."""
        self._spool.reserve(len(chunk))
        self._size += len(chunk)
        self._file.write(chunk)

    def chunks(self) -> Iterator[bytes]:
        """The answer in blocks."""
        try:
            self._file.seek(0)
            while block := self._file.read(_BLOCK):
                yield block
        finally:
            self.close()

    def close(self) -> None:
        """Forget the answer."""
        size, self._size = self._size, 0
        self._spool.reserve(-size)
        self._file.close()
