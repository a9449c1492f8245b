"""What goes out beside heads and bodies: the framing of a body, and what the server itself says."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate

from weihai_kg.web.http.cache import Entry
from weihai_kg.web.http.head import head
from weihai_kg.web.http.validators import is_current, not_modified_headers

CLOSE = b"Connection: close\r\n"
KEEP = b"Connection: keep-alive\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


def kept(entry: Entry, environ: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """Status, head and body of a kept answer to a GET or HEAD."""
    none_match = environ.get("HTTP_IF_NONE_MATCH", "")
    since = environ.get("HTTP_IF_MODIFIED_SINCE", "")
    if (none_match or since) and is_current(entry.etag, entry.last_modified, none_match, since):
        return 304, head(304, not_modified_headers(entry.headers)), b""
    return 200, entry.head, b"" if environ["REQUEST_METHOD"] == "HEAD" else entry.body


def chunk(piece: bytes) -> tuple[bytes, bytes, bytes]:
    """A piece of a body in the chunked coding (RFC 9112, section 7.1)."""
    return b"%x\r\n" % len(piece), piece, b"\r\n"


def date() -> bytes:
    """The Date header of now, with the line end that closes a head."""
    return f"Date: {formatdate(usegmt=True)}\r\n\r\n".encode("ascii")
