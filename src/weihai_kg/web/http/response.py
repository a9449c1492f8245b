"""A response of the bare WSGI path: a status, headers and a body that is whole or streams."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

Headers = list[tuple[str, str]]

STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class StartResponse(Protocol):
    """``start_response`` of PEP 3333, as far as it is used here."""

    def __call__(self, status: str, headers: Headers, /) -> object:
        """Begin the response."""


@dataclass(slots=True)
class Response:
    """What a handler answers.

    ``body`` is None while ``stream`` yields the body. ``key`` says what the body depends on beside
    the release: the response is cacheable, and gets a strong ETag made from it, only if it is set.
    """

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes | None = b""
    stream: Iterable[bytes] = ()
    close: Callable[[], None] | None = None
    key: Hashable = None
    version: str = ""

    @property
    def content_type(self) -> str:
        """The media type with its parameters; empty if there is no body."""
        return self.header("Content-Type")

    def header(self, name: str) -> str:
        """The value of the first header of this name, or an empty text."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return ""

    def set_default(self, name: str, value: str) -> None:
        """Add a header unless the handler has set it."""
        if not self.header(name):
            self.headers.append((name, value))

    def vary(self, *names: str) -> None:
        """Add names to ``Vary``, each once."""
        known = [name.strip() for name in self.header("Vary").split(",") if name.strip()]
        lower = {name.lower() for name in known}
        merged = known + [name for name in names if name.lower() not in lower]
        self.headers = [pair for pair in self.headers if pair[0].lower() != "vary"]
        self.headers.append(("Vary", ", ".join(merged)))

    def finish(self) -> None:
        """Free what stands behind the body; may be called twice."""
        if self.close is not None:
            self.close()


@dataclass(slots=True)
class Reply:
    """What a server sends: a status, headers and a body that is whole or streams.

    ``over`` is called once, with the bytes of the body that went out and whether they are all;
    ``spools`` says that a worker stands behind the stream and waits while nobody takes it; ``id``
    is that of the request, not yet among the headers; ``head`` is status and headers as bytes, if
    they are at hand.
    """

    status: int
    headers: Headers
    body: bytes | None
    stream: Iterable[bytes]
    over: Callable[[int, bool], None]
    spools: bool
    id: str
    head: bytes = b""


class Body:
    """An iterable body that tells, when it is over, how many bytes went out.

    If the source raises, the error goes on to the server, which must then break the connection:
    ``done`` hears of it through ``close``.
    """

    __slots__ = ("_closers", "_iterator", "_over", "whole", "written")

    def __init__(self, source: Iterable[bytes], *closers: Callable[[Body], None]) -> None:
        """``closers`` are called once, in order, when the server closes the body."""
        self._iterator: Iterator[bytes] = iter(source)
        self._closers = closers
        self._over = False
        self.written = 0
        self.whole = False

    def __iter__(self) -> Body:
        """Itself: a body is read once."""
        return self

    def __next__(self) -> bytes:
        """The next piece."""
        try:
            piece = next(self._iterator)
        except StopIteration:
            self.whole = True
            raise
        self.written += len(piece)
        return piece

    def close(self) -> None:
        """Called by the server when it is done, whether the body is whole or not."""
        if not self._over:
            self._over = True
            for closer in self._closers:
                closer(self)
