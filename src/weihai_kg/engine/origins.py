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


def allowlist(setting: str) -> frozenset[str]:
    """The origins in the federation setting; UsageError names the one that is none."""
    origins = set()
    for each in setting.split():
        origin = origin_of(each)
        if origin is None or urlsplit(each).path not in {"", "/"}:
            raise UsageError(f"federation: {each!r} is not scheme://host:port.")
        origins.add(origin)
    return frozenset(origins)


def store_of(setting: str) -> str:
    """The address in the store setting, empty for none; UsageError if it is no HTTP address."""
    if setting and origin_of(setting) is None:
        raise UsageError(f"store: {setting!r} is not the http or https address of an endpoint.")
    return setting
