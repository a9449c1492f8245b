"""One HTTP request, read from a WSGI environ: names, parameters and a bounded body."""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from weihai_kg.settings import Settings
from weihai_kg.web.http.negotiation import spoken
from weihai_kg.web.http.problem import Problem

_NO_CODE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_LANGUAGE = re.compile(r"(?:^|&)lang=(zh|en)(?:&|$)")
_HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


# Where a server that can tell keeps a callable that says whether the client has gone.
GONE = "weihai_kg.gone"

# A refused body of this size is still read, so that its sender gets to know why.
DISCARDED = 32 * 1024 * 1024
PIECE = 256 * 1024


def decode_parameters(raw: bytes, place: str) -> list[tuple[str, str]]:
    """The name-value pairs of a query string or a form body, percent-decoded exactly once.

    Raises Problem 400 when they are not UTF-8. ``place`` names the source in the message.
    """
    pairs = []
    for part in raw.replace(b"+", b" ").split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            try:
                pairs.append((unquote(name).decode(), unquote(value).decode()))
            except UnicodeDecodeError:
                shown = unquote_to_bytes(name).decode(errors="replace")[:40]
                raise Problem(
                    400,
                    f"The parameter {shown!r} in {place} is not UTF-8.",
                    todo="Encode every parameter as UTF-8 before percent-encoding it.",
                ) from None
    return pairs


def unquote(text: bytes) -> bytes:
    """Percent-decoding (RFC 3986, section 2.1); a sign that begins no code stands for itself.

    Quoted-printable differs from it by its sign only, and has a decoder in C.
    """
    if b"%" not in text:
        return text
    if _NO_CODE.search(text) or b"\n" in text or b"\r" in text:
        return unquote_to_bytes(text)
    return a2b_qp(text.replace(b"=", b"=3D").replace(b"%", b"="))


def identity(environ: Mapping[str, str]) -> tuple[str | None, ...]:
    """What two GET requests with the same answer have in common."""
    get = environ.get
    return (
        environ["PATH_INFO"], get("QUERY_STRING"), get("HTTP_ACCEPT"),
        get("HTTP_ACCEPT_ENCODING"), get("HTTP_HOST"), get("HTTP_ACCEPT_LANGUAGE"),
    )  # fmt: skip


class Request:
    """A thin view of a WSGI environ; nothing is parsed before it is asked for."""

    __slots__ = (
        "_body",
        "_identity",
        "counted",
        "environ",
        "id",
        "log_query",
        "method",
        "settings",
    )

    def __init__(
        self, environ: dict[str, Any], settings: Settings, request_id: str = "",
        known: tuple[str | None, ...] | None = None,
    ) -> None:  # fmt: skip
        """Keep the environ; ``request_id`` names the request in logs and errors.

        ``known`` is its identity, if that is known already.
        """
        self._identity = known
        self.environ = environ
        self.settings = settings
        self.id = request_id
        self.method: str = environ["REQUEST_METHOD"]
        self.log_query = ""
        self.counted = False
        self._body: bytes | None = None

    @property
    def identity(self) -> tuple[str | None, ...]:
        """What two GET requests with the same answer have in common."""
        found = self._identity
        if found is None:
            found = self._identity = identity(self.environ)
        return found

    @property
    def gone(self) -> Callable[[], bool] | None:
        """Tells whether the client has gone; None where the server cannot know."""
        found: Callable[[], bool] | None = self.environ.get(GONE)
        return found

    @property
    def path(self) -> str:
        """The path, percent-decoded; what is not UTF-8 becomes U+FFFD."""
        raw: str = self.environ.get("PATH_INFO") or "/"
        return raw.encode("latin-1").decode("utf-8", "replace")

    @property
    def accept(self) -> str:
        """The Accept header; empty if there is none."""
        value: str = self.environ.get("HTTP_ACCEPT", "")
        return value

    def header(self, name: str) -> str:
        """A header by its CGI name without ``HTTP_``."""
        value: str = self.environ.get("HTTP_" + name, "")
        return value

    @property
    def language(self) -> str:
        """The language of a page for its reader: ``?lang=``, or what the browser likes best."""
        raw: str = self.environ.get("QUERY_STRING", "")
        chosen = _LANGUAGE.search(raw)
        return spoken(chosen[1] if chosen else "", self.header("ACCEPT_LANGUAGE"))

    def check_host(self) -> None:
        """Raise Problem 400 for a Host header that is not one host (RFC 9112, section 3.2)."""
        host = self.header("HOST")
        if host and not _HOST.fullmatch(host):
            raise Problem(400, "The Host header is not a host.", todo="Send one valid Host header.")

    @property
    def root(self) -> str:
        """Scheme and authority of this service as its clients see it, without a slash."""
        if self.settings.public_url:
            return self.settings.public_url.rstrip("/")
        environ = self.environ
        host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        return f"{environ.get('wsgi.url_scheme', 'http')}://{host}"

    @property
    def url(self) -> str:
        """The absolute address of the request without its query string."""
        raw: str = self.environ.get("PATH_INFO") or "/"
        if raw == "/sparql":
            return self.root + raw
        return self.root + quote(raw.encode("latin-1"), safe="/:@!$&'()*+,;=-._~")

    def query_pairs(self) -> list[tuple[str, str]]:
        """The parameters of the query string, in order."""
        raw: str = self.environ.get("QUERY_STRING", "")
        return decode_parameters(raw.encode("latin-1"), "the address") if raw else []

    def content_type(self) -> tuple[str, Mapping[str, str]]:
        """Media type of the body in lower case, and its parameters."""
        media_type, *rest = (self.environ.get("CONTENT_TYPE") or "").split(";")
        parameters = {}
        for item in rest:
            name, _, value = item.partition("=")
            parameters[name.strip().lower()] = value.strip().strip('"')
        return media_type.strip().lower(), parameters

    def body(self, limit: int, setting: str) -> bytes:
        """The whole body; raises Problem 413 above ``limit`` bytes without reading on."""
        if self._body is not None:
            return self._body
        too_long = Problem(
            413,
            f"The body of the request has more than {limit} bytes.",
            todo="Send a shorter query; large lists of values can often become a join.",
            limit=setting,
            value=limit,
        )
        length = self.environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > limit:
            raise too_long
        pieces, size = [], 0
        while size <= limit:
            piece = self.environ["wsgi.input"].read(limit + 1 - size)
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
            if length.isdecimal() and size >= int(length):
                break
        if size > limit:
            raise too_long
        if length.isdecimal() and size < int(length):
            raise Problem(400, "The body of the request ended early.", todo="Send it again.")
        self._body = b"".join(pieces)
        return self._body

    def discard(self) -> None:
        """Read what is left of a body that was refused, up to a limit.

        A client that is still sending when the connection closes does not get to read the answer.
        """
        if self._body is not None or not (
            self.environ.get("CONTENT_LENGTH") or self.environ.get("HTTP_TRANSFER_ENCODING")
        ):
            return
        left = DISCARDED
        while left > 0 and (piece := self.environ["wsgi.input"].read(min(left, PIECE))):
            left -= len(piece)
