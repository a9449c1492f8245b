"""Reads the requests of one connection, within limits of size; llhttp does the parsing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import httptools

from weihai_kg.server.target import read_headers, read_target
from weihai_kg.settings import Settings
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.http.request import identity
from weihai_kg.web.protocol.operation import FORM_GROWTH, FORM_REST

LONGEST_TARGET = 256 * 1024
LONGEST_HEADERS = 64 * 1024
MOST_HEADERS = 128
_LONGEST_REMEMBERED = 2048
_MOST_REMEMBERED = 4096
_REQUEST_LINE = re.compile(rb"\s*[A-Za-z]+ [^ ]+ HTTP/1\.[01]\r?\n")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class Stage(Enum):
    """What a connection is in the middle of reading."""

    NOTHING = 0
    HEAD = 1
    BODY = 2
    NEVER_MORE = 3


@dataclass(slots=True)
class Message:
    """One request. ``environ`` may be shared by equal requests: whoever changes it copies it.

    ``identity`` is set for what can be answered from memory; ``problem`` for what cannot be
    answered at all. ``last`` says that nothing more is read from the connection. ``data`` are the
    bytes that are exactly this request, if it may be remembered by them.
    """

    environ: dict[str, Any]
    body: bytes = b""
    identity: tuple[str | None, ...] | None = None
    problem: Problem | None = None
    keep_alive: bool = True
    old: bool = False
    last: bool = False
    data: bytes = b""


class Memory:
    """Messages by their bytes: most clients say the same in each request."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[bytes, Message] = {}
        self.get = self._known.get

    def keep(self, message: Message) -> None:
        """Remember a message by its bytes."""
        data, message.data = message.data, b""
        if len(data) <= _LONGEST_REMEMBERED:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[data] = message


class Incoming:
    """The requests of one connection, in order."""

    def __init__(self, settings: Settings, memory: Memory, welcome: Callable[[], None]) -> None:
        """``welcome`` is called when a client waits for leave to send its body."""
        self._memory = memory
        self._welcome = welcome
        self._longest_body = settings.query_length * FORM_GROWTH + FORM_REST
        self._server = (settings.host, str(settings.port))
        self._parser: httptools.HttpRequestParser | None = None
        self._complete: list[Message] = []
        self._environ: dict[str, Any] = {}
        self.stage = Stage.NOTHING
        self.received = 0
        self._begin()

    def feed(self, data: bytes) -> list[Message]:
        """The requests that these bytes complete."""
        if self.stage is Stage.NEVER_MORE:
            return []
        fresh = self.stage is Stage.NOTHING
        if fresh and (known := self._memory.get(data)) is not None:
            return [known]
        if fresh and not data.isascii():
            data = _encode_target(data)
        if self._parser is None:
            self._parser = httptools.HttpRequestParser(self)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # What follows would be in another protocol, which is not spoken here.
            if self._complete:
                self._complete[-1].keep_alive = False
                self._complete[-1].last = True
            self.stage = Stage.NEVER_MORE
        except httptools.HttpParserInvalidMethodError:
            if _REQUEST_LINE.match(data):
                self._refuse(Problem(501, "The method is not known here.", todo="Use GET."))
            else:
                self._refuse(_not_http())
        except httptools.HttpParserError:
            self._refuse(_not_http())
        complete, self._complete = self._complete, []
        if self.stage is Stage.HEAD:
            self._head_size += len(data)
            if self._head_size > LONGEST_TARGET + LONGEST_HEADERS:
                self._refuse(_long_headers())
                complete, self._complete = complete + self._complete, []
        elif self.stage is Stage.BODY:
            self.received += len(data)
        elif fresh and self.stage is Stage.NOTHING and len(complete) == 1:
            (message,) = complete
            if message.identity is not None and message.keep_alive and data.endswith(b"\r\n\r\n"):
                message.data = data
        return complete

    def _begin(self) -> None:
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._head_size = self._body_size = self.received = 0
        self._body: list[bytes] = []

    def _refuse(self, problem: Problem, environ: dict[str, Any] | None = None) -> None:
        """End reading with a request that is refused."""
        if self.stage is not Stage.NEVER_MORE:
            self.stage = Stage.NEVER_MORE
            blank = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"} if environ is None else environ
            self._complete.append(Message(blank, problem=problem, keep_alive=False, last=True))

    # What the parser calls.

    def on_message_begin(self) -> None:
        """A request begins."""
        if self.stage is not Stage.NEVER_MORE:
            self._begin()
            self.stage = Stage.HEAD

    def on_url(self, piece: bytes) -> None:
        """A piece of the target."""
        self._target += piece
        if len(self._target) > LONGEST_TARGET:
            self._refuse(Problem(
                414, f"The address has more than {LONGEST_TARGET} bytes.",
                todo="Send the query with POST.", limit="address", value=LONGEST_TARGET,
            ))  # fmt: skip

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        if self.stage is Stage.HEAD:
            self._headers.append((name, value))
            self._body_size += len(name) + len(value)
            if self._body_size > LONGEST_HEADERS or len(self._headers) > MOST_HEADERS:
                self._refuse(_long_headers())
        elif self.stage is Stage.BODY:
            self._body_size += len(name) + len(value)  # of a trailer, which is left alone

    def on_headers_complete(self) -> None:
        """The head is whole."""
        if self.stage is not Stage.HEAD:
            return
        self._body_size = 0
        try:
            self._read_head()
        except Problem as problem:
            self._refuse(problem)

    def _read_head(self) -> None:
        parser = self._parser
        if parser is None:
            return
        method = parser.get_method().decode("latin-1")
        version = parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise Problem(505, f"HTTP/{version} is not spoken here.", todo="Use HTTP/1.1.")
        environ = read_headers(self._headers)
        path, query, host = read_target(method, self._target)
        if host:
            environ["HTTP_HOST"] = host
        elif "HTTP_HOST" not in environ and version == "1.1":
            raise Problem(400, "The Host header is missing.", todo="Send one valid Host header.")
        environ |= {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_PROTOCOL": "HTTP/" + version, "SERVER_NAME": self._server[0],
            "SERVER_PORT": self._server[1], "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        self._environ = environ
        self.stage = Stage.BODY
        self._read_framing(environ, version)

    def _read_framing(self, environ: dict[str, Any], version: str) -> None:
        coding = environ.get("HTTP_TRANSFER_ENCODING")
        if coding is not None:
            if version == "1.0":
                raise Problem(400, "HTTP/1.0 has no Transfer-Encoding.", todo="Use HTTP/1.1.")
            if coding.strip().lower() != "chunked":
                raise Problem(501, "Of the transfer codings only chunked is known here.")
            environ["wsgi.input_terminated"] = True
        expect = environ.get("HTTP_EXPECT")
        if expect is not None and expect.lower() != "100-continue":
            raise Problem(417, "Of what can be expected only 100-continue is known here.")
        length = environ.get("CONTENT_LENGTH", "")
        if length and int(length) > self._longest_body:
            self._overflow()
        elif expect is not None and version == "1.1" and (coding or length):
            self._welcome()

    def on_body(self, piece: bytes) -> None:
        """A piece of the body."""
        if self.stage is Stage.BODY:
            self._body.append(piece)
            self._body_size += len(piece)
            if self._body_size > self._longest_body:
                self._overflow()

    def _overflow(self) -> None:
        """Let the service say what it thinks of a body that it will not read."""
        self.stage = Stage.NEVER_MORE
        message = Message(self._environ, b"".join(self._body), keep_alive=False, last=True)
        self._complete.append(message)

    def on_message_complete(self) -> None:
        """A request is whole."""
        if self.stage is not Stage.BODY:
            return
        self.stage = Stage.NOTHING
        environ = self._environ
        message = Message(environ, b"".join(self._body))
        message.old = environ["SERVER_PROTOCOL"] == "HTTP/1.0"
        message.keep_alive = self._parser is not None and self._parser.should_keep_alive()
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and not message.old:
            message.identity = identity(environ)
        self._complete.append(message)


def _not_http() -> Problem:
    return Problem(400, "The request is not HTTP/1.1.", todo="Send a valid one.")


def _long_headers() -> Problem:
    return Problem(
        431, f"The headers have more than {LONGEST_HEADERS} bytes, or are more than "
        f"{MOST_HEADERS}.", todo="Send fewer or shorter ones.", limit="headers",
        value=LONGEST_HEADERS,
    )  # fmt: skip


def _encode_target(data: bytes) -> bytes:
    """Percent-encode raw UTF-8 in a request line, which people type; llhttp refuses it."""
    line, end, rest = data.partition(b"\r\n")
    if line.isascii():
        return data
    return _NOT_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest


def late() -> Message:
    """What stands for a request that did not come in time."""
    problem = Problem(408, "The request did not come in time.", todo="Send it again.")
    blank = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    return Message(blank, problem=problem, keep_alive=False, last=True)
