"""Replies as bytes: the head of a response (RFC 9112, section 4), and the framing of its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import formatdate

from weihai_kg.web.http.cache import Entry
from weihai_kg.web.http.response import STATUS_LINES
from weihai_kg.web.http.validators import is_current, not_modified_headers

CLOSE = b"Connection: close\r\n"
KEEP = b"Connection: keep-alive\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"

# The server says these itself.
_OWN = {"connection", "transfer-encoding", "keep-alive", "date"}
_WITHOUT_BODY = {204, 304}


class Unsendable(Exception):
    """Raised for a header that would end its line, or that has no bytes."""


def head(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """The status line and the headers, each with its line end; raises Unsendable."""
    lines = [f"HTTP/1.1 {STATUS_LINES.get(status, f'{status} Status')}"]
    lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _OWN]
    text = "\r\n".join(lines)
    if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1 or "\0" in text:
        raise Unsendable("A header of the answer holds a line end.")
    try:
        return text.encode("latin-1") + b"\r\n"
    except UnicodeEncodeError:
        raise Unsendable("A header of the answer is not Latin-1.") from None


def length_of(status: int, method: str, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """The Content-Length that is still to be told of a whole body, if any."""
    if status in _WITHOUT_BODY or any(name.lower() == "content-length" for name, _ in headers):
        return b""
    return b"" if method == "HEAD" else b"Content-Length: %d\r\n" % len(body)


def kept(entry: Entry, environ: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """Status, head and body of a kept answer to a GET or HEAD."""
    none_match = environ.get("HTTP_IF_NONE_MATCH", "")
    since = environ.get("HTTP_IF_MODIFIED_SINCE", "")
    if (none_match or since) and is_current(entry.etag, entry.last_modified, none_match, since):
        return 304, head(304, not_modified_headers(entry.headers)), b""
    if not entry.head:
        entry.head = head(200, entry.headers)
    return 200, entry.head, b"" if environ["REQUEST_METHOD"] == "HEAD" else entry.body


def chunk(piece: bytes) -> tuple[bytes, bytes, bytes]:
    """A piece of a body in the chunked coding (RFC 9112, section 7.1)."""
    return b"%x\r\n" % len(piece), piece, b"\r\n"


def date() -> bytes:
    """The Date header of now, with the line end that closes a head."""
    return f"Date: {formatdate(usegmt=True)}\r\n\r\n".encode("ascii")
