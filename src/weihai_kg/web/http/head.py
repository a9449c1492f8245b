"""The head of a response as bytes (RFC 9112, section 4)."""

from __future__ import annotations

from collections.abc import Iterable

from weihai_kg.web.http.response import STATUS_LINES

# The server says these itself.
_OWN = {"connection", "transfer-encoding", "keep-alive", "date", "x-request-id"}
_WITHOUT_LENGTH = {204, 304}


class UnsendableError(Exception):
    """Raised for a header that would end its line, or that has no bytes."""


def fields(headers: Iterable[tuple[str, str]]) -> bytes:
    """Headers as lines; raises UnsendableError."""
    lines = [f"{name}: {value}\r\n" for name, value in headers if name.lower() not in _OWN]
    text = "".join(lines)
    if text.count("\n") != len(lines) or text.count("\r") != len(lines) or "\0" in text:
        raise UnsendableError("A header of the answer holds a line end.")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raise UnsendableError("A header of the answer is not Latin-1.") from None


def head(
    status: int, headers: Iterable[tuple[str, str]], size: int | None = None, method: str = "GET"
) -> bytes:
    """The status line and the headers, each with its line end; raises UnsendableError.

    ``size`` is that of a whole body: its length is added unless the headers tell it.
    """
    told = f"HTTP/1.1 {STATUS_LINES.get(status, f'{status} Status')}\r\n".encode("ascii")
    told += fields(headers)
    if (
        size is not None
        and status not in _WITHOUT_LENGTH
        and method != "HEAD"
        and b"\r\ncontent-length: " not in told.lower()
    ):
        told += b"Content-Length: %d\r\n" % size
    return told
