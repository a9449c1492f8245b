"""The WSGI application: cache, then the bare path for the protocols, then the pages.

What a request passes, in order: request id, rate limit, cache (a hit ends here), router, delivery,
conditional request; then the access log and the metrics hear of it.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import IO, Any

from weihai_kg.errors import QueryError
from weihai_kg.settings import Settings
from weihai_kg.web.backend import QueryEngine, Releases
from weihai_kg.web.http import compression, health, security
from weihai_kg.web.http.access_log import AccessLog, Line
from weihai_kg.web.http.adapter import Pages, call
from weihai_kg.web.http.cache import Cache, Entry
from weihai_kg.web.http.delivery import Delivery
from weihai_kg.web.http.metrics import Metrics, family_of
from weihai_kg.web.http.negotiation import HTML
from weihai_kg.web.http.problem import Problem, of_query_error, render
from weihai_kg.web.http.rate_limit import RateLimit, client_of
from weihai_kg.web.http.request import Request
from weihai_kg.web.http.response import STATUS_LINES, Body, Response, StartResponse
from weihai_kg.web.http.validators import is_current, not_modified_headers
from weihai_kg.web.protocol import graph_store, service_description
from weihai_kg.web.protocol.operation import Parameters
from weihai_kg.web.protocol.sparql import ClientGone, Endpoint

logger = logging.getLogger(__name__)

STATIC = "/static/"
Raw = tuple[str | None, ...]


def _as_kept(response: Response, version: str) -> None:
    """Let a file of the site be coded once, and kept under its own tag, as a page is."""
    tag = response.header("ETag")
    if response.status == 200 and response.body is not None and tag:
        own = ("etag", "last-modified", "cache-control", "accept-ranges", "content-disposition")
        response.headers = [pair for pair in response.headers if pair[0].lower() not in own]
        response.version, response.key = version, (STATIC, tag)


class Application:
    """One server process's WSGI callable."""

    def __init__(
        self,
        engine: QueryEngine,
        settings: Settings,
        *,
        dataset: Path | None = None,
        pages: Pages | None = None,
        editor: bool = False,
        client_gone: ClientGone | None = None,
        log: IO[str] | None = None,
    ) -> None:
        """``dataset`` is the file served instead of a release; ``pages`` answers all else.

        ``editor`` is whether the pages have one at /sparql; ``client_gone`` comes from a server
        that knows whether the client of a request is still there.
        """
        self._engine = engine
        self._settings = settings
        self._pages = pages
        self._editor = editor
        self._cache = Cache(settings.cache_bytes)
        releases = Releases(settings, dataset)
        https = settings.public_url.startswith("https:")
        self._delivery = Delivery(releases, self._cache, https=https)
        self._log = AccessLog(settings.log_format, log or sys.stderr)
        self._metrics = Metrics(self._observe)
        self._ids = security.RequestIds()
        self._rate_limit = RateLimit(settings.rate_limit) if settings.rate_limit else None
        self._description = service_description.ServiceDescription(engine, settings, releases)
        self._sparql = Endpoint(engine, self._describe, self._delivery.kept, client_gone)
        self._graph_store = graph_store.GraphStore(engine, self._sparql, settings)
        self._health = health.Health(engine, self._metrics)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = perf_counter()
        get = environ.get
        request_id = self._ids.take(get("HTTP_X_REQUEST_ID"))
        method = environ["REQUEST_METHOD"]
        raw: Raw | None = None
        if method == "GET" or method == "HEAD":
            raw = (
                self._engine.version, environ["PATH_INFO"], get("QUERY_STRING"),
                get("HTTP_ACCEPT"), get("HTTP_ACCEPT_ENCODING"), get("HTTP_HOST"),
                get("HTTP_ACCEPT_LANGUAGE"),
            )  # fmt: skip
            if self._rate_limit is None:
                entry = self._cache.find(raw)
                if entry is not None:
                    return self._send_entry(environ, start_response, entry, request_id, started)
        request = Request(environ, self._settings, request_id)
        return self._serve(request, start_response, raw, started)

    def answer(self, request: Request) -> Response:
        """The response of whoever is responsible for the address; raises Problem."""
        request.check_host()
        path = request.environ.get("PATH_INFO") or "/"
        if request.method == "OPTIONS" and request.header("ACCESS_CONTROL_REQUEST_METHOD"):
            return security.preflight()
        if path in ("/sparql", "/sparql/"):
            return self._sparql(request)
        if path == graph_store.PATH or path.startswith(graph_store.PREFIXES):
            return self._graph_store(request)
        if path in health.PATHS:
            return self._health(request)
        return self._page(request)

    def _serve(
        self, request: Request, start_response: StartResponse, raw: Raw | None, started: float
    ) -> Iterable[bytes]:
        """The long way: everything but a cache hit on a GET."""
        choice = compression.choose(request.header("ACCEPT_ENCODING"))
        try:
            found = self._respond(request, raw, choice)
        except (Problem, QueryError) as error:
            problem = error if isinstance(error, Problem) else of_query_error(error)
        except Exception:
            logger.exception("request %s: %s %r", request.id, request.method, request.path)
            problem = Problem(
                500, "Something went wrong here, not with your request.",
                todo=f"Try again; if it stays, report it with the request id {request.id}.",
            )  # fmt: skip
        else:
            if isinstance(found, Entry):
                return self._send_entry(
                    request.environ, start_response, found, request.id, started,
                    query=request.log_query, cache="hit" if found.used else "miss",
                )  # fmt: skip
            return self._send(request, start_response, found, started)
        request.discard()
        response = render(problem, request.accept, path=request.path, request_id=request.id)
        return self._send(request, start_response, self._delivery.plain(response, choice), started)

    def _respond(
        self, request: Request, raw: Raw | None, choice: compression.Choice
    ) -> Entry | Response:
        if self._rate_limit is not None and request.path not in health.PATHS:
            self._rate_limit.check(request)
        if request.method == "POST":
            raw = self._posted(request)
        if raw is not None and (entry := self._cache.find(raw)) is not None:
            return entry
        response = self.answer(request)
        if response.body is None:
            if not response.version:
                return self._delivery.passed(response)
            return self._delivery.stream(response, choice)
        if response.key is None or response.status != 200:
            return self._delivery.plain(response, choice)
        entry = self._delivery.entry(response, choice)
        if raw is not None and not request.path.startswith(STATIC):
            length = sum(len(text) for text in raw if text)
            self._cache.remember(raw, (response.key, entry.coding), length)
        return entry

    def _posted(self, request: Request) -> Raw | None:
        """What a POST is remembered by; None for one whose body is not short."""
        length = request.environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) > self._settings.query_length:
            return None
        body = request.body(self._settings.query_length, "query_length")
        get = request.environ.get
        return (
            self._engine.version, request.environ["PATH_INFO"], get("QUERY_STRING"),
            get("HTTP_ACCEPT"), get("HTTP_ACCEPT_ENCODING"), get("HTTP_HOST"),
            get("CONTENT_TYPE"), hashlib.blake2b(body, digest_size=16).hexdigest(),
        )  # fmt: skip

    def _describe(self, request: Request, parameters: Parameters) -> Response:
        """The answer to a GET without a query: the editor for people, else the description."""
        chosen = service_description.choose(request, parameters, html=self._editor)
        if chosen is HTML:
            return self._page(request)
        return self._description.respond(request, chosen)

    def _page(self, request: Request) -> Response:
        if self._pages is None:
            raise Problem(404, "There is nothing at this address.", todo="Start at /sparql.")
        request.environ["weihai_kg.request_id"] = request.id
        version = self._engine.version
        environ = request.environ
        if request.method == "POST":  # the cache may have read the body before
            body = request.body(self._settings.query_length, "query_length")
            environ = environ | {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        response = call(self._pages, environ)
        if request.path.startswith(STATIC):
            _as_kept(response, version)
        elif (
            response.status == 200
            and response.body is not None
            and request.method in ("GET", "HEAD")
            and not any(map(response.header, ("Set-Cookie", "Cache-Control", "ETag")))
        ):
            get = request.environ.get
            response.version = version
            response.key = (
                "page", version, request.path, get("QUERY_STRING"), get("HTTP_ACCEPT"),
                get("HTTP_HOST"), get("HTTP_ACCEPT_LANGUAGE"),
            )  # fmt: skip
        return response

    def _send_entry(
        self, environ: dict[str, Any], start_response: StartResponse, entry: Entry,
        request_id: str, started: float, *, query: str = "", cache: str = "hit",
    ) -> list[bytes]:  # fmt: skip
        method = environ["REQUEST_METHOD"]
        status, headers, body = 200, entry.headers, entry.body
        none_match = environ.get("HTTP_IF_NONE_MATCH", "")
        since = environ.get("HTTP_IF_MODIFIED_SINCE", "")
        if (
            (none_match or since)
            and method != "POST"
            and is_current(entry.etag, entry.last_modified, none_match, since)
        ):
            status, headers, body = 304, not_modified_headers(headers), b""
        elif method == "HEAD":
            body = b""
        start_response(STATUS_LINES[status], [*headers, ("X-Request-Id", request_id)])
        self._tell(environ, query, status, len(body), started, cache, request_id, entry.version)
        return [body]

    def _send(
        self, request: Request, start_response: StartResponse, response: Response, started: float
    ) -> Iterable[bytes]:
        status, headers, body = response.status, response.headers, response.body
        none_match, since = request.header("IF_NONE_MATCH"), request.header("IF_MODIFIED_SINCE")
        etag, modified = response.header("ETag"), response.header("Last-Modified")
        if (
            status == 200
            and request.method != "POST"
            and (none_match or since)
            and is_current(etag, modified, none_match, since)
        ):
            status, headers, body = 304, not_modified_headers(headers), b""
        start_response(
            STATUS_LINES.get(status, f"{status} Status"), [*headers, ("X-Request-Id", request.id)]
        )
        tell = (request.environ, request.log_query, status)
        told = ("none", request.id, response.version)
        if body is not None or request.method == "HEAD":
            response.finish()
            body = body if body is not None and request.method != "HEAD" else b""
            self._tell(*tell, len(body), started, *told)
            return [body]

        def over(sent: Body) -> None:
            response.finish()
            self._tell(*tell, sent.written, started, *told, whole=sent.whole)

        return Body(response.stream, over)

    def _tell(
        self, environ: dict[str, Any], query: str, status: int, size: int, started: float,
        cache: str, request_id: str, version: str, *, whole: bool = True,
    ) -> None:  # fmt: skip
        """Let the log and the metrics know how a request ended."""
        seconds = perf_counter() - started
        path = environ["PATH_INFO"]
        self._metrics.count(family_of(path), status, seconds, cache if whole else "broken")
        if self._log.on:
            self._log.add(Line(
                request_id, client_of(environ, self._settings), environ["REQUEST_METHOD"], path,
                query or environ.get("QUERY_STRING", ""), status, size, seconds, version, cache,
                whole,
            ))  # fmt: skip

    def _observe(self, metrics: Metrics) -> None:
        metrics.engine(self._engine.stats(), self._engine.version)
        metrics.gauge("cache_bytes", "Bytes in the response cache.", self._cache.bytes)
        metrics.gauge("cache_entries", "Answers in the response cache.", len(self._cache))
