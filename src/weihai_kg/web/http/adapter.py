"""Calls another WSGI application, the pages, and reads its answer as a Response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from weihai_kg.web.http.response import Headers, Response

# Above this size an answer is passed on as it comes.
LARGEST = 1024 * 1024


class Pages(Protocol):
    """The application for everything that is not a protocol."""

    def __call__(self, environ: dict[str, Any], start_response: Any, /) -> Iterable[bytes]:
        """Answer one request."""


def call(pages: Pages, environ: dict[str, Any]) -> Response:
    """The response of the pages: whole when it is short, else streaming.

    HEAD is asked as GET, so that both have the same headers; the body is left out on sending.
    """
    if environ["REQUEST_METHOD"] == "HEAD":
        environ = environ | {"REQUEST_METHOD": "GET"}
    started: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> None:
        started[:] = [(int(status[:3]), headers)]

    result = pages(environ, start_response)
    close: Callable[[], None] | None = getattr(result, "close", None)
    pieces = iter(result)
    first = next(pieces, b"")
    status, headers = started[0]
    response = Response(status, headers, None, close=close)
    length = response.header("Content-Length")
    if length.isdecimal() and int(length) > LARGEST:
        response.stream = _chain(first, pieces)
        return response
    response.body = b"".join([first, *pieces])
    response.finish()
    return response


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
