"""Entity tags and conditional requests (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable

from werkzeug.http import parse_etags

from weihai_kg.web.http.response import Headers

_UNTAGGABLE = re.compile(r"[^A-Za-z0-9.+_-]")

# What a 304 repeats of the 200 it stands for (section 15.4.5), and what browsers need with it.
KEPT = {
    "etag", "cache-control", "content-location", "date", "expires", "vary", "last-modified",
    "link", "access-control-allow-origin", "access-control-expose-headers",
}  # fmt: skip


def entity_tag(version: str, key: Hashable, body: bytes = b"") -> str:
    """A strong tag that begins with the release.

    The same only for the same release, key (query, dataset, formats) and, where it is known before
    the headers go out, body.
    """
    digest = hashlib.blake2b(repr(key).encode("utf-8", "backslashreplace"))
    digest.update(body)
    return f'"{_UNTAGGABLE.sub("_", version)}-{digest.hexdigest()[:24]}"'


def coded_tag(etag: str, coding: str) -> str:
    """The tag of the same content in a content coding: other bytes, so another strong tag."""
    return f'{etag[:-1]}-{coding}"'


def is_current(etag: str, last_modified: str, none_match: str, modified_since: str) -> bool:
    """Whether the client's copy is the answer, so that 304 will do.

    ``If-None-Match`` wins over ``If-Modified-Since``. A date must be equal, not just newer: going
    back to an older release would otherwise leave clients with the newer one.
    """
    if none_match:
        if none_match == etag:
            return True
        return bool(etag) and parse_etags(none_match).contains_weak(etag.strip('"'))
    return bool(last_modified) and modified_since == last_modified


def not_modified_headers(headers: Headers) -> Headers:
    """The headers of the 304 that stands for a 200 with these."""
    return [pair for pair in headers if pair[0].lower() in KEPT]
