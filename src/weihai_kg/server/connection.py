"""One client's connection: requests in, replies out, one after the other and in order."""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import termios
import time
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from weihai_kg.server import writing
from weihai_kg.server.incoming import Incoming, Message, Stage
from weihai_kg.server.outgoing import Outgoing
from weihai_kg.web.http.cache import Entry
from weihai_kg.web.http.response import Reply
from weihai_kg.web.http.validators import is_current, not_modified_headers

if TYPE_CHECKING:
    from weihai_kg.server.front import Front

# Seconds, and bytes per second, before a client is taken for one that will never end.
IDLE = 75.0
HEAD = 10.0
BODY = 10.0
SLOWEST = 4096
STALLED = 30.0
LINGERING = 5.0
DISCARDED = 32 * 1024 * 1024

_MOST_WAITING = 16
_HIGH = 512 * 1024
_JOINED = 64 * 1024
_RESET = struct.pack("ii", 1, 0)


class Connection(asyncio.Protocol):
    """Reads requests while it answers, so that it learns at once when the client goes."""

    __slots__ = (
        "_cancel", "_discarded", "_ends", "_front", "_incoming", "_lingers", "_owes", "_queue",
        "_sent", "_serving", "_socket", "_stream", "_total", "_transport", "_waits", "client",
        "gone", "paused", "since",
    )  # fmt: skip

    def __init__(self, front: Front, connected: socket.socket, client: str) -> None:
        """``client`` is the address of the other end."""
        self._front = front
        self._socket = connected
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._incoming = Incoming(front.settings, front.memory, self._welcome)
        self._queue: deque[Message] = deque()
        self._serving: Message | None = None
        self._stream: Outgoing | None = None
        self._cancel: Callable[[], None] | None = None
        self._discarded = self._sent = self._total = 0
        self._ends = self._lingers = self._owes = self._waits = False
        self.client = client
        self.gone = self.paused = False
        self.since = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop has taken the connection on."""
        self._transport = transport  # type: ignore[assignment]
        self._transport.set_write_buffer_limits(high=_HIGH)
        self._front.connections.add(self)

    def is_gone(self) -> bool:
        """Whether the client has closed the connection; may be asked by any thread."""
        return self.gone

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self._lingers:
            self._discarded += len(data)
            if self._discarded > DISCARDED:
                self._transport.abort()
            return
        if self._serving is None and not self._queue:
            self.since = self._front.now
        self._queue += self._incoming.feed(data)
        if len(self._queue) > _MOST_WAITING:
            self._waits = True
            self._transport.pause_reading()
        self._advance()

    def eof_received(self) -> None:
        """The client has nothing more to say, and is taken to have gone."""
        if not self._lingers:
            self.gone = True

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by whomever."""
        self.gone = True
        self._front.connections.discard(self)
        self._queue.clear()
        cancel, self._cancel = self._cancel, None
        if cancel is not None:
            cancel()
        if self._stream is not None:
            self._stream.forsake()

    def pause_writing(self) -> None:
        """The client takes less than there is for it."""
        self.paused = True

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        self.paused = False
        if self._stream is not None:
            self._stream.flush()
        self._advance()

    def _welcome(self) -> None:
        self._owes = True

    def _advance(self) -> None:
        """Serve what waits, as far as that is possible now."""
        queue = self._queue
        while queue and self._serving is None and not (self.paused or self.gone or self._lingers):
            message = queue.popleft()
            self.since = self._front.now
            if message.identity is not None:
                started = perf_counter()
                entry = self._front.service.find(message.identity)
                if entry is not None:
                    self._send_entry(message, entry, started)
                    continue
            self._serving = message
            self._front.serve(self, message)
        if self._owes and not queue and self._serving is None and not self.gone:
            self._owes = False
            if self._incoming.stage is Stage.BODY:
                self._transport.write(writing.CONTINUE)
        if self._waits and not queue and not self.gone:
            self._waits = False
            self._transport.resume_reading()

    def _send_entry(self, message: Message, entry: Entry, started: float) -> None:
        """Answer from memory."""
        environ, front = message.environ, self._front
        status, told, body = 200, entry.head or writing.head_of(entry), entry.body
        none_match = environ.get("HTTP_IF_NONE_MATCH", "")
        since = environ.get("HTTP_IF_MODIFIED_SINCE", "")
        if (none_match or since) and is_current(entry.etag, entry.last_modified, none_match, since):
            status, body = 304, b""
            told = writing.head(304, not_modified_headers(entry.headers))
        elif environ["REQUEST_METHOD"] == "HEAD":
            body = b""
        request_id = front.service.ids.take(environ.get("HTTP_X_REQUEST_ID"))
        self._write_whole(message, b"%bX-Request-Id: %b\r\n" % (told, request_id.encode()), body)
        front.service.tell_hit(
            environ, self.client, status, len(body), started, request_id, entry.version
        )

    def send(self, reply: Reply) -> None:
        """Send the reply to the request that is being served."""
        message = self._serving
        self._cancel = None
        if message is None or self.gone:
            reply.over(0, False)
            return
        if reply.body is None:
            raise TypeError("A stream is sent by Outgoing.")
        method = message.environ["REQUEST_METHOD"]
        told = writing.head(reply.status, reply.headers)
        told += writing.length_of(reply.status, method, reply.headers, reply.body)
        self._serving = None
        self._write_whole(message, told, reply.body)
        reply.over(len(reply.body), True)
        self._advance()

    def _write_whole(self, message: Message, told: bytes, body: bytes) -> None:
        self.write(told + self._how_it_ends(message) + self._front.date, body)
        if self._ends:
            self._end(message)

    def _how_it_ends(self, message: Message) -> bytes:
        self._ends = not message.keep_alive or self._front.closing
        if self._ends:
            return writing.CLOSE
        return writing.KEEP if message.old else b""

    def write(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        size = sum(map(len, pieces))
        self._total += size
        if size <= _JOINED:
            self._transport.write(b"".join(pieces))
        else:
            self._transport.writelines(pieces)

    def stream(self, stream: Outgoing) -> bool:
        """Let a stream have the connection; whether the client is still there."""
        if self.gone or self._serving is None:
            return False
        self._stream = stream
        self._cancel = None
        return True

    def write_head(self, told: bytes) -> None:
        """Send the head of the reply to the request that is being served."""
        message = self._serving
        if message is not None:
            self.write(told + self._how_it_ends(message) + self._front.date)

    def streamed(self) -> None:
        """The stream has sent all."""
        message, self._serving, self._stream = self._serving, None, None
        if message is not None and self._ends:
            self._end(message)
        self._advance()

    def on_gone(self, cancel: Callable[[], None]) -> None:
        """Call this if the client goes before it has its reply."""
        self._cancel = cancel

    def break_off(self) -> None:
        """End the connection so that nobody takes what was sent for whole (a reset)."""
        if not self.gone:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def _end(self, message: Message) -> None:
        """Close after the last reply; a client that still sends is heard out, or reads nothing."""
        self._queue.clear()
        if not message.last:
            self._transport.close()
            return
        self._lingers = True
        self.since = self._front.now
        if self._waits:
            self._waits = False
            self._transport.resume_reading()
        if self._transport.can_write_eof():
            self._transport.write_eof()

    @property
    def is_idle(self) -> bool:
        """Whether there is no request on its way in or out."""
        return self._serving is None and not self._queue and not self._pending

    @property
    def waits_for_client(self) -> bool:
        """Whether the client has still to send a request."""
        return self._serving is None and not self._queue

    @property
    def _pending(self) -> int:
        return self._transport.get_write_buffer_size()

    def close_if_idle(self) -> None:
        """Close unless a request is on its way."""
        if self.is_idle and self._incoming.stage is Stage.NOTHING:
            self._transport.close()

    def drop(self) -> None:
        """Close at once: others need the place."""
        self._transport.abort()

    def look(self, now: float) -> None:
        """End what has taken too long; called once a second."""
        if self._lingers:
            if now - self.since > LINGERING:
                self._transport.abort()
        elif self._pending or (self._stream is not None and self.paused):
            self._look_at_reader(now)
        else:
            self._sent = 0
            if self.waits_for_client:
                self._look_at_sender(now - self.since)

    def _look_at_sender(self, waited: float) -> None:
        stage = self._incoming.stage
        if stage is Stage.NOTHING:
            if waited > IDLE:
                self._transport.close()
        elif (stage is Stage.HEAD and waited > HEAD) or (
            stage is Stage.BODY and waited > HEAD + BODY + self._incoming.received / SLOWEST
        ):
            self._front.time_out(self)

    def _look_at_reader(self, now: float) -> None:
        """Whether the client has taken enough since the last look at it."""
        try:
            waiting = fcntl.ioctl(self._socket, termios.TIOCOUTQ, b"\0\0\0\0")
        except OSError:
            return
        sent = self._total - self._pending - int(struct.unpack("i", waiting)[0])
        if not self._sent or sent - self._sent >= SLOWEST * STALLED:
            self._sent, self.since = max(1, sent), now
        elif now - self.since > STALLED:
            self.break_off()

    def take_over(self, message: Message) -> None:
        """Serve a request that the client did not send whole."""
        self._serving = message
