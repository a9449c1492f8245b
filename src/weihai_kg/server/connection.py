"""One client's connection: requests in, replies out, one after the other and in order."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Protocol

from weihai_kg.server import writing
from weihai_kg.server.incoming import Incoming, Memory, Message, Stage, late
from weihai_kg.server.outgoing import Outgoing
from weihai_kg.server.patience import IDLE, LINGERING, Patience
from weihai_kg.settings import Settings
from weihai_kg.web.http.cache import Entry
from weihai_kg.web.http.head import head
from weihai_kg.web.http.response import Reply
from weihai_kg.web.service import Service

DISCARDED = 32 * 1024 * 1024

_MOST_WAITING = 16
_HIGH = 512 * 1024
_JOINED = 64 * 1024


class Server(Protocol):
    """What a connection needs of the process that it belongs to."""

    settings: Settings
    service: Service
    memory: Memory
    closing: bool
    now: float
    date: bytes

    def join(self, connection: Connection) -> None:
        """Take on a connection."""

    def leave(self, connection: Connection) -> None:
        """Let go of a connection."""

    def serve(self, connection: Connection, message: Message) -> None:
        """See to it that the connection gets a reply to the message."""


class Connection(asyncio.Protocol):
    """Reads requests while it answers, so that it learns at once when the client goes."""

    __slots__ = (
        "_cancel",
        "_discarded",
        "_ends",
        "_incoming",
        "_lingers",
        "_owes",
        "_queue",
        "_server",
        "_serving",
        "_socket",
        "_stream",
        "_total",
        "_transport",
        "_waits",
        "client",
        "gone",
        "patience",
        "paused",
    )  # fmt: skip

    def __init__(self, server: Server, connected: socket.socket, client: str) -> None:
        """``client`` is the address of the other end."""
        self._server = server
        self._socket = connected
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._incoming = Incoming(server.settings, server.memory, self._welcome)
        self._queue: deque[Message] = deque()
        self._serving: Message | None = None
        self._stream: Outgoing | None = None
        self._cancel: Callable[[], None] | None = None
        self._discarded = self._total = 0
        self._ends = self._lingers = self._owes = self._waits = False
        self.client = client
        self.gone = self.paused = False
        self.patience = Patience(time.monotonic())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop has taken the connection on."""
        self._transport = transport  # type: ignore[assignment]
        self._transport.set_write_buffer_limits(high=_HIGH)
        self._server.join(self)

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
        if self._incoming.stage is Stage.NOTHING and self.waits_for_client:
            self.patience.begin(self._server.now)
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
        self._server.leave(self)
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
            self.patience.begin(self._server.now)
            if message.identity is not None:
                started = perf_counter()
                entry = self._server.service.find(message.identity)
                if entry is not None:
                    self._send_entry(message, entry, started)
                    continue
            self._serving = message
            self._server.serve(self, message)
        if self._owes and not queue and self._serving is None and not self.gone:
            self._owes = False
            if self._incoming.stage is Stage.BODY:
                self._transport.write(writing.CONTINUE)
        if self._waits and not queue and not self.gone:
            self._waits = False
            self._transport.resume_reading()

    def _send_entry(self, message: Message, entry: Entry, started: float) -> None:
        """Answer from memory."""
        environ, server = message.environ, self._server
        if message.data:
            server.memory.keep(message)
        status, told, body = writing.kept(entry, environ)
        request_id = server.service.ids.take(environ.get("HTTP_X_REQUEST_ID"))
        self._write_whole(message, b"%bX-Request-Id: %b\r\n" % (told, request_id.encode()), body)
        server.service.tell_hit(
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
        told = reply.head or head(reply.status, reply.headers, len(reply.body), method)
        self._serving = None
        told += b"X-Request-Id: %b\r\n" % reply.id.encode()
        self._write_whole(message, told, reply.body)
        reply.over(len(reply.body), True)
        self._advance()

    def _write_whole(self, message: Message, told: bytes, body: bytes) -> None:
        self.write(told + self._how_it_ends(message) + self._server.date, body)
        if self._ends:
            self._end(message)

    def _how_it_ends(self, message: Message) -> bytes:
        self._ends = not message.keep_alive or self._server.closing
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
            self.write(told + self._how_it_ends(message) + self._server.date)

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
        """End the connection before the body has its end, so that nobody takes it for whole."""
        self._transport.abort()

    def _end(self, message: Message) -> None:
        """Close after the last reply; a client that still sends is heard out, or reads nothing."""
        self._queue.clear()
        if not message.last:
            self._transport.close()
            return
        self._lingers = True
        self.patience.begin(self._server.now)
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
        patience = self.patience
        if self._lingers:
            if patience.waited(now) > LINGERING:
                self._transport.abort()
        elif self._pending or (self._stream is not None and self.paused):
            if patience.reader_is_late(self._socket, self._total - self._pending, now):
                self.break_off()
        elif self.waits_for_client:
            stage = self._incoming.stage
            if stage is Stage.NOTHING:
                if patience.waited(now) > IDLE:
                    self._transport.close()
            elif patience.sender_is_late(stage, self._incoming.received, now):
                self._serving = late()
                self._server.serve(self, self._serving)
