"""The target of a request (RFC 9112, section 3.2) and its headers, as WSGI names them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from weihai_kg.web.http.problem import Problem

ALLOW = "GET, HEAD, POST, OPTIONS"
_SCHEMES = (b"http://", b"https://")
_SINGLE = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
_ONCE = {"HTTP_HOST", "CONTENT_TYPE", "CONTENT_LENGTH"}
_REMEMBERED = 1000
_names: dict[bytes, str] = {}


def read_target(method: str, target: bytes) -> tuple[str, str, str]:
    """Path, query string and host (empty if the target names none).

    The path is percent-decoded, each byte a character. Raises Problem.
    """
    host = b""
    if method == "CONNECT":
        raise Problem(405, "This service is no proxy.", headers=[("Allow", ALLOW)])
    if target == b"*":
        if method != "OPTIONS":
            raise Problem(400, "Only OPTIONS asks for *.", todo="Ask for a path.")
        return "*", "", ""
    if not target.startswith(b"/"):
        if not target.lower().startswith(_SCHEMES):
            raise Problem(400, "The target of the request is no path.", todo="Begin it with /.")
        host, _, rest = target.split(b"//", 1)[1].partition(b"/")
        target = b"/" + rest
        if b"?" in host:
            host, _, rest = host.partition(b"?")
            target = b"/?" + rest
    path, _, query = target.partition(b"?")
    path = b"/" + path.lstrip(b"/")  # as the pages have it
    if b"#" in target:
        raise Problem(400, "The target of the request has a fragment.", todo="Leave # out.")
    if b"%" in path:
        path = unquote_to_bytes(path)
        if b"\0" in path:
            raise Problem(404, "No address here holds a NUL character.", todo="Start at /.")
    return path.decode("latin-1"), query.decode("latin-1"), host.decode("latin-1")


def read_headers(headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """The headers by their CGI names; raises Problem.

    Repeated ones are joined. A name with an underscore is left out: CGI names cannot tell it from
    one with a hyphen, which a proxy may have set.
    """
    environ: dict[str, Any] = {}
    for name, value in headers:
        key = _names.get(name) or _name(name)
        if not key:
            continue
        text = value.decode("latin-1")
        if key in environ:
            if key in _ONCE:
                raise Problem(400, f"The header {name.decode('latin-1')} is given twice.")
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text
    return environ


def _name(name: bytes) -> str:
    lower = name.lower()
    if b"_" in lower:
        return ""
    key = _SINGLE.get(lower) or "HTTP_" + lower.decode("latin-1").upper().replace("-", "_")
    if len(_names) < _REMEMBERED:
        _names[name] = key
    return key
