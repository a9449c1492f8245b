"""Origins of IRIs: the scheme, host and port that the federation allowlist is made of."""

from __future__ import annotations

from urllib.parse import urlsplit

from weihai_kg.errors import UsageError

DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(iri: str) -> str | None:
    """``scheme://host:port`` of an HTTP IRI, or None for whatever is not exactly that.

    An IRI with a user, a backslash or white space has no origin here: libraries disagree about
    the host of such an IRI.
    """
    if any(each <= " " or each == "\\" for each in iri):
        return None
    try:
        parts = urlsplit(iri)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or DEFAULT_PORTS[parts.scheme]}"


def mirrors(setting: str) -> dict[str, str]:
    """For each origin of the federation setting the one that is asked: itself, or its mirror.

    ``https://a.org=http://127.0.0.1:7001`` has the second asked whenever a query names the first.
    UsageError names what is no origin.
    """
    found = {}
    for each in setting.split():
        name, _, mirror = each.partition("=")
        found[_origin(name)] = _origin(mirror or name)
    return found


def allowlist(setting: str) -> frozenset[str]:
    """The origins in the federation setting; UsageError names the one that is none."""
    return frozenset(mirrors(setting))


def store_of(setting: str) -> str:
    """The address in the store setting, empty for none; UsageError if it is no HTTP address."""
    if setting and origin_of(setting) is None:
        raise UsageError(f"store: {setting!r} is not the http or https address of an endpoint.")
    return setting


def _origin(text: str) -> str:
    origin = origin_of(text)
    if origin is None or urlsplit(text).path not in {"", "/"}:
        raise UsageError(f"federation: {text!r} is not scheme://host:port.")
    return origin
