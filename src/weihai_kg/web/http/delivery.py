"""Makes a response ready to go out: its release, content coding, entity tag, a place in the cache.

A keyed response that is whole becomes an ``Entry``; a stream is coded as it passes, and kept if it
turns out short enough; all else (errors, answers that may change) is coded and never kept.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from weihai_kg.web.backend import Releases
from weihai_kg.web.http import security
from weihai_kg.web.http.cache import Cache, Entry
from weihai_kg.web.http.compression import (
    CODINGS,
    IDENTITY,
    SMALLEST,
    Choice,
    compress,
    compress_stream,
    is_compressible,
)
from weihai_kg.web.http.head import fields, head
from weihai_kg.web.http.problem import not_acceptable
from weihai_kg.web.http.response import Headers, Response
from weihai_kg.web.http.validators import coded_tag, entity_tag

FRESH = "public, no-cache"
NEVER_KEPT = "no-store"


class Delivery:
    """What happens to every response between its handler and the server."""

    def __init__(self, releases: Releases, cache: Cache, *, https: bool) -> None:
        """``https`` is whether clients reach the service by https."""
        self._releases = releases
        self._cache = cache
        self._https = https
        self._always: dict[tuple[str, bool], tuple[str, Headers, bytes]] = {}

    def kept(self, key: Hashable) -> Response | None:
        """The response that a kept entry stands for, to be delivered again."""
        entry = self._cache.get((key, IDENTITY))
        if entry is None:
            return None
        return Response(200, list(entry.headers), entry.body, key=key, version=entry.version)

    def entry(self, response: Response, choice: Choice) -> Entry:
        """The entry of a keyed, whole 200 response, in the coding that the client likes best."""
        self._check(response, choice)
        body = response.body or b""
        plain = self._cache.get((response.key, IDENTITY))
        if plain is None or plain.body is not body:
            plain = self._short(response, body) or self._entry(response, body)
            self._cache.put((response.key, IDENTITY), plain)
        if not self._worth_coding(response, body, choice):
            return plain
        return self._coded(plain, (response.key, choice.coding))

    def stream(self, response: Response, choice: Choice) -> Response:
        """A streaming response, coded."""
        self._check(response, choice)
        pieces = response.stream
        if response.key is not None:
            plain = Response(200, list(response.headers), key=response.key)
            plain.version = response.version
            pieces = self._collect(plain, pieces)
        self._name_release(response)
        if choice.coding != IDENTITY:
            response.headers = [
                (name, coded_tag(value, choice.coding) if name == "ETag" else value)
                for name, value in response.headers
            ]
            response.headers.append(("Content-Encoding", choice.coding))
            pieces = compress_stream(pieces, choice.coding)
        response.stream = pieces
        security.secure(response, https=self._https)
        return response

    def passed(self, response: Response) -> Response:
        """A streaming response of the pages, such as a dump: it has named its release itself."""
        security.secure(response, https=self._https)
        return response

    def plain(self, response: Response, choice: Choice) -> Response:
        """A whole response that is not kept: coded if that is worth it."""
        if response.version:
            self._name_release(response)
        body = response.body or b""
        coded = response.header("Content-Encoding") or response.header("ETag")
        if not coded and self._worth_coding(response, body, choice) and choice.possible:
            response.body = compress(body, choice.coding)
            response.headers.append(("Content-Encoding", choice.coding))
        if not coded and is_compressible(response.content_type):
            response.vary("Accept-Encoding")
        security.secure(response, https=self._https)
        if response.body is not None and response.status not in (204, 304):
            _set_length(response, len(response.body))
        return response

    def _check(self, response: Response, choice: Choice) -> None:
        if not choice.possible:
            response.finish()
            raise not_acceptable(
                (*CODINGS, IDENTITY), "No content coding that you accept is offered."
            )

    def _worth_coding(self, response: Response, body: bytes, choice: Choice) -> bool:
        if choice.coding == IDENTITY or not is_compressible(response.content_type):
            return False
        return len(body) >= SMALLEST or not choice.identity

    def _coded(self, plain: Entry, key: tuple[Hashable, str]) -> Entry:
        entry = self._cache.get(key)
        etag = coded_tag(plain.etag, key[1])
        if entry is not None and entry.etag == etag:
            return entry
        body = compress(plain.body, key[1])
        headers = [pair for pair in plain.headers if pair[0] not in ("ETag", "Content-Length")]
        headers.append(("Content-Encoding", key[1]))
        headers.append(("Content-Length", str(len(body))))
        headers.append(("ETag", etag))
        entry = Entry(
            headers, body, etag, plain.last_modified, plain.version, head(200, headers), key[1],
        )  # fmt: skip
        self._cache.put(key, entry)
        return entry

    def _name_release(self, response: Response, body: bytes = b"") -> None:
        """Say which release the response comes from, and how long it may be kept."""
        modified, link = self._releases.headers(response.version)
        response.vary("Accept", "Accept-Encoding")
        if response.key is None:
            response.set_default("Cache-Control", NEVER_KEPT)
        else:
            response.headers.append(("ETag", entity_tag(response.version, response.key, body)))
            response.set_default("Cache-Control", FRESH)
            if modified:
                response.set_default("Last-Modified", modified)
        response.set_default("Link", link)

    def _short(self, response: Response, body: bytes) -> Entry | None:
        """The entry of a response that set no header but these; the usual case, made quick."""
        for name, _ in response.headers:
            if name not in ("Content-Type", "Content-Location"):
                return None
        version, page = response.version, response.content_type.startswith("text/html")
        always = self._always.get((version, page))
        if always is None:
            blank = Response(200, [("Content-Type", "text/html")] if page else [])
            blank.key, blank.version = "key", version
            self._name_release(blank)
            security.secure(blank, https=self._https)
            same = [pair for pair in blank.headers if pair[0] not in ("ETag", "Content-Type")]
            always = blank.header("Last-Modified"), same, head(200, same)
            self._always[version, page] = always
        etag = entity_tag(version, response.key, body)
        own = [*response.headers, ("ETag", etag), ("Content-Length", str(len(body)))]
        response.headers = [*always[1], *own]
        return Entry(response.headers, body, etag, always[0], version, always[2] + fields(own))

    def _entry(self, response: Response, body: bytes) -> Entry:
        """The entry of any response."""
        self._name_release(response, body)
        security.secure(response, https=self._https)
        _set_length(response, len(body))
        return Entry(
            list(response.headers), body, response.header("ETag"),
            response.header("Last-Modified"), response.version, head(200, response.headers),
        )  # fmt: skip

    def _collect(self, plain: Response, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pass pieces on; keep them together once the last has come, unless they are too many."""
        size, collected = 0, []
        for piece in pieces:
            size += len(piece)
            if size <= self._cache.largest:
                collected.append(piece)
            yield piece
        if size <= self._cache.largest:
            self._name_release(plain)
            security.secure(plain, https=self._https)
            _set_length(plain, size)
            etag, modified = plain.header("ETag"), plain.header("Last-Modified")
            told = head(200, plain.headers)
            entry = Entry(plain.headers, b"".join(collected), etag, modified, plain.version, told)
            self._cache.put((plain.key, IDENTITY), entry)


def _set_length(response: Response, length: int) -> None:
    response.headers = [pair for pair in response.headers if pair[0].lower() != "content-length"]
    response.headers.append(("Content-Length", str(length)))
