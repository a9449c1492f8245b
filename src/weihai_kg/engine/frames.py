"""The frames that servers and workers exchange over a socket.

A request is marshalled by the server, which a worker trusts. An answer is a fixed header and
bytes: a worker ran a stranger's query, so nothing that it sends is unmarshalled.
"""

from __future__ import annotations

import json
import marshal
import socket
import struct
from collections.abc import Mapping
from typing import Any, Final

from weihai_kg import errors
from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.errors import QueryError, WorkerLostError
from weihai_kg.formats import BY_NAME

HEADER = struct.Struct("<BBBBI")
LENGTH = struct.Struct("<I")
PROCESS = struct.Struct("<i")
FORMS = tuple(Form)
FORMATS = tuple(BY_NAME)
LARGEST = 64 * 1024 * 1024
_READ = 65_536


class Kind:
    """What a frame from a worker holds; plain numbers, because each query compares some."""

    HELLO: Final = 1
    BODY: Final = 2
    CHUNK: Final = 3
    END: Final = 4
    ERROR: Final = 5
    SERVICE: Final = 6


def encode_request(request: QueryRequest) -> bytes:
    """A request as one frame."""
    body = marshal.dumps(
        (
            request.text,
            request.base_iri,
            request.default_graphs,
            request.named_graphs,
            request.infer,
            dict(request.substitutions),
            request.results,
            request.rdf,
            request.head_only,
        )
    )
    return LENGTH.pack(len(body)) + body


def decode_request(body: bytes) -> QueryRequest:
    """The request of a frame without its length."""
    return QueryRequest(*marshal.loads(body))  # noqa: S302 - comes from the server process


def encode_error(error: QueryError) -> bytes:
    """An error as the body of an ERROR frame."""
    told: dict[str, Any] = {"kind": type(error).__name__, "message": str(error)}
    told |= {key: value for key, value in vars(error).items() if not key.startswith("_")}
    return json.dumps(told).encode("ascii")


def decode_error(body: bytes) -> QueryError:
    """The error that a worker told; WorkerLostError if it makes no sense."""
    try:
        told: Mapping[str, Any] = json.loads(body)
        kind, message = str(told["kind"]), str(told["message"])
        if kind == "LimitExceededError":
            return errors.LimitExceededError(told["limit"], told["value"], message)
        if kind == "NotAcceptableError":
            return errors.NotAcceptableError(told["form"], told["offered"])
        found = getattr(errors, kind)
    except (ValueError, KeyError, TypeError, AttributeError):
        return WorkerLostError("A worker answered nonsense.")
    if isinstance(found, type) and issubclass(found, QueryError):
        return found(message)
    return WorkerLostError("A worker answered nonsense.")


class FrameReader:
    """Reads frames with a header from a socket."""

    def __init__(self, connection: socket.socket) -> None:
        """Read from a blocking socket; its receive timeout shows as BlockingIOError."""
        self._connection = connection
        self._data = b""

    @property
    def pending(self) -> bool:
        """Whether a part of a frame is held already."""
        return bool(self._data)

    def read(self, flags: int = 0) -> tuple[int, int, int, int, bytes]:
        """The next frame; EOFError if the worker is gone. ``flags`` are those of ``recv``.

        After a BlockingIOError it may be called again and goes on where it was.
        """
        data = self._data
        while len(data) < HEADER.size:
            data = self._more(data, 0, flags)
        kind, form, format_, last, length = HEADER.unpack_from(data)
        if length > LARGEST:
            raise EOFError
        end = HEADER.size + length
        while len(data) < end:
            data = self._more(data, end - len(data), flags)
        self._data = data[end:]
        return kind, form, format_, last, data[HEADER.size : end]

    def _more(self, data: bytes, missing: int, flags: int) -> bytes:
        self._data = data
        received = self._connection.recv(max(_READ, missing), flags)
        if not received:
            raise EOFError
        return data + received
