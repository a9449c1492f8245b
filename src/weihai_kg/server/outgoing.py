"""A streaming reply on its way: pulled by threads, sent by the loop, broken off if it breaks.

What a worker answers is pulled as fast as it comes, and spooled when the client is slower: so a
slow reader costs disk space, but no worker and no thread. Anything else (a dump) is pulled piece by
piece, as the client takes it; between the pieces no thread is held.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

from weihai_kg.errors import OverloadedError, QueryError
from weihai_kg.server import writing
from weihai_kg.server.incoming import Message
from weihai_kg.server.spool import Kept, Spool, SpoolFull
from weihai_kg.web.http.head import head
from weihai_kg.web.http.response import Reply

logger = logging.getLogger(__name__)

AHEAD = 512 * 1024
CROWDED = "Too many long answers are on their way; try again in a few seconds."


class Taker(Protocol):
    """What a stream needs of the connection that it is sent on."""

    gone: bool
    paused: bool

    def stream(self, stream: Outgoing) -> bool:
        """Let a stream have the connection; whether the client is still there."""

    def write_head(self, told: bytes) -> None:
        """Send the head of the reply."""

    def write(self, *pieces: bytes) -> None:
        """Send bytes as they are."""

    def streamed(self) -> None:
        """The stream has sent all."""

    def break_off(self) -> None:
        """End the connection before the body has its end."""

    def send(self, reply: Reply) -> None:
        """Send another reply, before anything of the stream is sent."""


class Outgoing:
    """One reply whose body streams."""

    def __init__(
        self,
        connection: Taker,
        message: Message,
        reply: Reply,
        loop: asyncio.AbstractEventLoop,
        spool: Spool,
        again: Callable[[Callable[[], None]], object],
        fail: Callable[[Exception], Reply],
    ) -> None:
        """``again`` has a thread call something; ``fail`` makes the reply to a failed request."""
        self._connection = connection
        self._message = message
        self._reply = reply
        self._loop = loop
        self._spool = spool
        self._again = again
        self._fail = fail
        self._source: Iterator[bytes] = iter(reply.stream)
        self._lock = threading.Lock()
        self._pieces: deque[bytes] = deque()
        self._ahead = 0
        self._kept: Kept | None = None
        self._woken = self._started = self._rests = self._closed = False
        self._pulling = True
        self._over: bool | None = None
        self._error: Exception | None = None
        self._length = _length(reply)
        # HTTP/1.0 cannot tell a cut body from a whole one unless its length was told before.
        self._held = message.old and self._length is None
        self.written = 0

    # In a thread.

    def pull(self) -> None:
        """Pull until the source ends, or until there is enough ahead for now."""
        whole = False
        try:
            for piece in self._source:
                if self._connection.gone:
                    break
                if piece and not self._put(piece):
                    return
            else:
                whole = True
        except SpoolFull:
            self._error = OverloadedError(CROWDED)
        except QueryError as error:
            self._error = error
        except Exception as error:
            logger.exception("An answer was broken off.")
            self._error = error
        self._tell(lambda: self._finish(whole))

    def _put(self, piece: bytes) -> bool:
        """Pass a piece on; whether there should be more at once."""
        with self._lock:
            filed = self._kept is not None and self._kept.left > 0
            room = self._ahead < AHEAD and not filed and not self._held
            if not room and (self._reply.spools or self._held):
                if self._kept is None:
                    self._kept = Kept(self._spool)
                self._kept.add(piece)
                return True
            self._pieces.append(piece)
            self._ahead += len(piece)
            self._rests = not self._reply.spools and self._ahead >= AHEAD
            rests = self._rests
            if self._woken:
                return not rests
            self._woken = True
        self._tell(self.flush)
        return not rests

    def _tell(self, callback: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(callback)
        except RuntimeError:  # the loop is closed: the process ends
            self._connection.gone = True

    # In the loop.

    def flush(self) -> None:
        """Send what there is, as far as the client takes it."""
        connection = self._connection
        with self._lock:
            self._woken = False
        if self._closed or (self._held and self._over is None) or not self._begin():
            return
        plain = self._held or self._length is not None
        while not connection.paused and not connection.gone:
            piece = self._next()
            if not piece:
                if self._over:
                    self._end()
                return
            self.written += len(piece)
            connection.write(*((piece,) if plain else writing.chunk(piece)))

    def _next(self) -> bytes:
        """The next piece; none if there is none yet."""
        again, piece = False, b""
        with self._lock:
            if self._pieces:
                piece = self._pieces.popleft()
                self._ahead -= len(piece)
                again = self._rests and self._ahead < AHEAD // 2
                if again:
                    self._rests = False
            elif self._kept is not None:
                piece = self._kept.take()
        if again:
            self._again(self.pull)
        return piece

    def _begin(self) -> bool:
        """Send the head, once; whether there is anybody to send to."""
        if not self._started and self._connection.stream(self):
            self._started = True
            told = head(self._reply.status, self._reply.headers)
            told += b"X-Request-Id: %b\r\n" % self._reply.id.encode()
            if self._held:
                size = self._kept.size if self._kept is not None else 0
                told += b"Content-Length: %d\r\n" % size
            elif self._length is None:
                told += b"Transfer-Encoding: chunked\r\n"
            self._connection.write_head(told)
        return self._started

    def _finish(self, whole: bool) -> None:
        """The source has ended."""
        self._pulling = False
        if self._connection.gone:
            self._close(whole=False)
        elif whole:
            self._over = True
            self.flush()
        elif self._started:
            self._break_off()
        else:
            self._close(whole=False)
            self._connection.send(self._fail(self._error or OverloadedError(CROWDED)))

    def _end(self) -> None:
        if self._length is not None and self._length != self.written:
            self._break_off()
            return
        if self._length is None and not self._held:
            self._connection.write(writing.LAST_CHUNK)
        self._close(whole=True)
        self._connection.streamed()

    def _break_off(self) -> None:
        self._close(whole=False)
        self._connection.break_off()

    def forsake(self) -> None:
        """The client has gone: nothing more is sent. A thread that pulls still comes to its end."""
        if not self._pulling or self._rests:
            self._close(whole=False)

    def _close(self, *, whole: bool) -> None:
        if not self._closed:
            self._closed = True
            if self._kept is not None:
                self._kept.close()
            self._reply.over(self.written, whole)


def _length(reply: Reply) -> int | None:
    """The length that the reply itself tells."""
    for name, value in reply.headers:
        if name.lower() == "content-length" and value.isdecimal():
            return int(value)
    return None
