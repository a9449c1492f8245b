"""Headers that every response carries, CORS for open data, and request ids."""

from __future__ import annotations

import itertools
import re
import secrets

from weihai_kg.web.http.response import Response

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)

# On every answer.
HEADERS: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "Allow, Accept-Post, Content-Encoding, Content-Length, ETag, Last-Modified, Link, "
        "Location, Retry-After, X-Request-Id",
    ),
)

# Only pages can be framed, can call other hosts or ask for a camera.
PAGE_HEADERS = (
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS"),
    (
        "Access-Control-Allow-Headers",
        "Accept, Authorization, Cache-Control, Content-Type, If-Modified-Since, If-None-Match, "
        "Range, X-Request-Id, X-Requested-With, *",
    ),
    ("Access-Control-Max-Age", "86400"),
)

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class RequestIds:
    """Ids for requests: the client's own if it is harmless in a log, else a new one."""

    def __init__(self) -> None:
        """Start a series that no other process has."""
        self._prefix = secrets.token_hex(5)
        self._count = itertools.count(1)

    def take(self, given: str | None) -> str:
        """The id of one request."""
        if given and _SANE_ID.fullmatch(given):
            return given
        return f"{self._prefix}-{next(self._count):x}"


def secure(response: Response, *, https: bool = False) -> None:
    """Add every header that is not there yet; a page may have set a policy of its own."""
    present = {name.lower() for name, _ in response.headers}
    wanted = HEADERS
    if response.content_type.startswith("text/html"):
        wanted += PAGE_HEADERS
    if "frame-ancestors *" in response.header("Content-Security-Policy"):
        present.add("x-frame-options")  # an old word for the same, which knows no "anyone"
    response.headers += [pair for pair in wanted if pair[0].lower() not in present]
    if https:
        response.set_default("Strict-Transport-Security", "max-age=31536000")


def preflight() -> Response:
    """The answer to a CORS preflight (Fetch, section 4.8)."""
    response = Response(204, list(PREFLIGHT))
    response.vary("Access-Control-Request-Method", "Access-Control-Request-Headers")
    return response
