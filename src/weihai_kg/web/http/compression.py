"""Content codings: gzip, br and zstd by the q-values of Accept-Encoding (RFC 9110, 12.5.3)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

import brotli
import zstandard
from werkzeug.http import parse_accept_header

from weihai_kg.web.http.negotiation import LONGEST_MEMOISED

IDENTITY = "identity"
CODINGS = ("zstd", "br", "gzip")
ALIASES = {"x-gzip": "gzip"}

# Below this a coded body is hardly smaller than the packet it travels in.
SMALLEST = 1024

ZSTD_LEVEL = 3
BROTLI_QUALITY = 4
GZIP_LEVEL = 5

_GZIP_WINDOW = 31

_COMPRESSIBLE = (
    "text/", "application/json", "application/xml", "application/sparql-results",
    "application/rdf+xml", "application/ld+json", "application/n-", "application/trig",
    "application/problem+json", "application/javascript", "image/svg+xml",
)  # fmt: skip


class Choice(NamedTuple):
    """The coding a client likes best, and whether it would take none at all."""

    coding: str
    identity: bool

    @property
    def possible(self) -> bool:
        """Whether there is any coding, or none, that the client accepts."""
        return self.coding != IDENTITY or self.identity


class Compressor(Protocol):
    """Takes pieces, gives back coded pieces (possibly empty), ends with ``flush``."""

    def compress(self, data: bytes) -> bytes:
        """Code one piece."""

    def flush(self) -> bytes:
        """The rest; the coded stream is whole only with it."""


class _Brotli:
    def __init__(self) -> None:
        self._coder = brotli.Compressor(quality=BROTLI_QUALITY)

    def compress(self, data: bytes) -> bytes:
        return bytes(self._coder.process(data))

    def flush(self) -> bytes:
        return bytes(self._coder.finish())


@lru_cache(maxsize=512)
def _choose(header: str) -> Choice:
    weights: dict[str, float] = {}
    for name, weight in parse_accept_header(header):
        name = name.partition(";")[0].strip().lower()
        weights[ALIASES.get(name, name)] = float(weight)
    star = weights.get("*", 0.0)
    identity = weights.get(IDENTITY, 1.0 if weights.get("*") != 0 else 0.0)
    best = max(CODINGS, key=lambda name: weights.get(name, star))
    if weights.get(best, star) <= weights.get(IDENTITY, 0.0):
        return Choice(IDENTITY, identity > 0)
    return Choice(best, identity > 0)


def choose(header: str | None) -> Choice:
    """What to do for an Accept-Encoding header; no coding for an absent or empty one."""
    if not header:
        return Choice(IDENTITY, identity=True)
    if len(header) > LONGEST_MEMOISED:
        return _choose.__wrapped__(header)
    return _choose(header)


def is_compressible(content_type: str) -> bool:
    """Whether bodies of this type get smaller by coding."""
    return content_type.startswith(_COMPRESSIBLE)


def compressor(coding: str) -> Compressor:
    """A new compressor for a coding."""
    if coding == "gzip":
        return zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    if coding == "br":
        return _Brotli()
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compressobj()


def compress(body: bytes, coding: str) -> bytes:
    """A whole body, coded."""
    coder = compressor(coding)
    return coder.compress(body) + coder.flush()


def compress_stream(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """A streaming body, coded; if the source raises, the coded stream stays without its end."""
    coder = compressor(coding)
    for piece in pieces:
        if coded := coder.compress(piece):
            yield coded
    yield coder.flush()
