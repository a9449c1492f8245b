"""One worker: a forked process that answers the queries of one connection, one at a time."""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import dataclass
from typing import Any

from weihai_kg.engine import sandbox
from weihai_kg.engine.frames import (
    FORMATS,
    FORMS,
    HEADER,
    LENGTH,
    Kind,
    decode_request,
    encode_error,
)
from weihai_kg.engine.limits import Limits
from weihai_kg.engine.remote import RemoteEvaluator
from weihai_kg.engine.rows import SMALLEST_ROW, RowCounter
from weihai_kg.engine.store import Evaluator, Head
from weihai_kg.errors import LimitExceededError, QueryError

HOLD = 1024 * 1024
CHUNK = 128 * 1024
# What a large query leaves behind is given back by forking anew, which takes a few milliseconds.
LEFT_OVER = 32 * 1024 * 1024
_FORM_CODES = {form: code for code, form in enumerate(FORMS)}
_FORMAT_CODES = {name: code for code, name in enumerate(FORMATS)}


class AnswerSink:
    """Holds an answer back while it is small, then sends it on; counts its rows and bytes."""

    def __init__(self, connection: socket.socket, head: Head, limits: Limits) -> None:
        """Nothing is sent before the answer is complete or larger than what is held back."""
        self._connection = connection
        self._head = head
        self._limits = limits
        self._held: list[bytes] = []
        self._size = self._bytes = 0
        self._streams = False
        self._counter: RowCounter | None = None

    def write(self, data: bytes) -> int:
        """Take the next bytes of the answer."""
        self._held.append(data)
        self._size += len(data)
        if self._size >= (CHUNK if self._streams else HOLD):
            self._pass_on()
        return len(data)

    def flush(self) -> None:
        """Nothing: the sink decides when it sends."""

    def count(self, rows: int) -> None:
        """Take note of the rows so far."""
        if rows > self._limits.query_rows:
            raise _too_many("query_rows", self._limits.query_rows, "rows")

    def finish(self, *, last: bool) -> None:
        """Send what is left, that it is the end, and whether it is the worker's end too."""
        data = self._take(last=True)
        self._send(Kind.END if self._streams else Kind.BODY, data, last=last)

    def _pass_on(self) -> None:
        data = self._take()
        self._streams = True
        self._send(Kind.CHUNK, data)

    def _take(self, *, last: bool = False) -> bytes:
        data = b"".join(self._held)
        self._held.clear()
        self._size = 0
        self._bytes += len(data)
        if self._bytes > self._limits.query_bytes:
            raise _too_many("query_bytes", self._limits.query_bytes, "bytes")
        smallest = SMALLEST_ROW.get(self._head.format)
        if smallest and (
            self._streams or len(data) >= HOLD or len(data) > self._limits.query_rows * smallest
        ):
            self._counter = self._counter or RowCounter(self._head.format)
            self._counter.feed(data)
            self.count(self._counter.finish() if last else self._counter.rows)
        return data

    def _send(self, kind: int, data: bytes, *, last: bool = False) -> None:
        form, format_ = _FORM_CODES[self._head.form], _FORMAT_CODES[self._head.format]
        send(self._connection, kind, data, form, format_, last=last)


def _too_many(limit: str, value: int, what: str) -> LimitExceededError:
    return LimitExceededError(
        limit,
        value,
        f"The answer has more than {value:,} {what} ({limit}); narrow it or use LIMIT.",
    )


def send(
    connection: socket.socket,
    kind: int,
    data: bytes,
    form: int = 0,
    format_: int = 0,
    *,
    last: bool = False,
) -> None:
    """Send one frame; the process ends if nobody is there to take it."""
    try:
        header = HEADER.pack(kind, form, format_, last, len(data))
        sent = connection.sendmsg((header, data))
        if sent < len(header) + len(data):
            connection.sendall(memoryview(header + data)[sent:])
    except OSError:
        os._exit(0)


@dataclass(frozen=True, slots=True)
class ServiceRelay:
    """Endpoints that the server process plays for this worker, on a loopback socket it is given."""

    connection: socket.socket

    def __call__(self, iris: list[str]) -> list[str]:
        """Hand the listening socket to the server; the address of each endpoint."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            token = secrets.token_urlsafe(16)
            body = json.dumps({"token": token, "iris": iris}).encode("ascii")
            send(self.connection, Kind.SERVICE, body)
            try:
                # A descriptor is lost to a plain receive: wait until the server expects it.
                if not self.connection.recv(1):
                    os._exit(0)
                socket.send_fds(self.connection, [b"f"], [listener.fileno()])
            except OSError:
                os._exit(0)
        return [f"http://127.0.0.1:{port}/{token}/{index}" for index in range(len(iris))]


class Worker:
    """Answers the queries of one connection until its server goes away."""

    def __init__(
        self,
        connection: socket.socket,
        evaluator: Evaluator | RemoteEvaluator,
        limits: Limits,
        hello: dict[str, Any],
    ) -> None:
        """Take on the limits; ``hello`` is what the server is told first."""
        self._connection = connection
        self._evaluator = evaluator
        self._limits = limits
        size = sandbox.address_space()
        slack = min(LEFT_OVER, limits.query_memory // 4)
        sandbox.limit_memory(size + limits.query_memory + slack)
        self._worn = sandbox.peak_memory() + slack
        self._most_copied = limits.query_memory
        self._processor = sandbox.ProcessorLimit(limits.query_cpu)
        told = json.dumps(hello | {"pid": os.getpid(), "size": size}).encode("ascii")
        send(connection, Kind.HELLO, told)

    def run(self) -> None:
        """Serve until the connection ends, or until memory is left over from queries."""
        while (body := self._receive()) is not None:
            self._processor.renew()
            if self._answer(body):
                return

    def _is_worn(self) -> bool:
        """Whether this process holds too much that a fresh one would share or not hold.

        The engine counts references within the data, so whatever a query reads is copied.
        """
        peak, copied = sandbox.memory_taken()
        return peak > self._worn or copied > self._most_copied

    def _receive(self) -> bytes | None:
        data = self._connection.recv(65_536)
        while len(data) < LENGTH.size or len(data) < LENGTH.size + LENGTH.unpack_from(data)[0]:
            more = self._connection.recv(1 << 20)
            if not more:
                return None
            data += more
        return data[LENGTH.size :]

    def _answer(self, body: bytes) -> bool:
        """Answer one query; whether it was the last one of this worker."""
        sink: AnswerSink | None = None

        def begin(head: Head) -> AnswerSink:
            nonlocal sink
            sink = AnswerSink(self._connection, head, self._limits)
            return sink

        try:
            self._evaluator.answer(decode_request(body), begin)
            worn = self._is_worn()
            if sink is not None:
                sink.finish(last=worn)
        except QueryError as error:
            worn = self._is_worn()
            send(self._connection, Kind.ERROR, encode_error(error), last=worn)
        except MemoryError:
            told = encode_error(self._limits.memory_error())
            send(self._connection, Kind.ERROR, told, last=True)
            os._exit(0)
        return worn
