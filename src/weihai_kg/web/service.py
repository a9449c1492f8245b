"""The service behind any server: cache, then the bare path for the protocols, then the pages.

What a request passes, in order: rate limit, cache, router, delivery, conditional request; then the
access log and the metrics hear of it. A server that runs an event loop uses ``find`` and ``begin``,
which never wait, and leaves the rest to threads, which use ``answer``.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import IO, Any

from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.errors import QueryError
from weihai_kg.settings import Settings
from weihai_kg.web.backend import QueryEngine, Releases, client_gone
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
from weihai_kg.web.http.response import Headers, Reply, Response
from weihai_kg.web.http.validators import is_current, not_modified_headers
from weihai_kg.web.protocol import graph_store, service_description
from weihai_kg.web.protocol.operation import Parameters
from weihai_kg.web.protocol.sparql import Ask, Endpoint

logger = logging.getLogger(__name__)

# What a GET is remembered by: path, query string, Accept, Accept-Encoding, Host, Accept-Language.
Identity = tuple[str | None, ...]
Raw = tuple[str, Identity]

# A longer answer is coded in a thread.
LONG = 64 * 1024


@dataclass(slots=True)
class Asked:
    """A request whose query is to be put to the engine."""

    request: Request
    ask: Ask
    raw: Raw | None
    choice: compression.Choice
    started: float

    @property
    def query(self) -> QueryRequest:
        """The query."""
        return self.ask.query

    def is_quick(self, answer: Answer) -> bool:
        """Whether the response of this answer can be made without letting others wait."""
        body = answer.body
        return body is not None and (len(body) < LONG or self.choice.coding == compression.IDENTITY)


class Service:
    """What one server process answers requests with."""

    def __init__(
        self,
        engine: QueryEngine,
        settings: Settings,
        *,
        dataset: Path | None = None,
        pages: Pages | None = None,
        editor: bool = False,
        log: IO[str] | None = None,
    ) -> None:
        """``dataset`` is the file served instead of a release; ``pages`` answers all else.

        ``editor`` is whether the pages have one at /sparql.
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
        self.ids = security.RequestIds()
        self._rate_limit = RateLimit(settings.rate_limit) if settings.rate_limit else None
        self._description = service_description.ServiceDescription(engine, settings, releases)
        self._sparql = Endpoint(engine, self._describe, self._delivery.kept)
        self._graph_store = graph_store.GraphStore(engine, self._sparql, settings)
        self._health = health.Health(engine, self._metrics)

    def find(self, identity: Identity) -> Entry | None:
        """The kept answer to a GET or HEAD, unless requests are counted."""
        if self._rate_limit is not None:
            return None
        return self._cache.find((self._engine.version, identity))

    def begin(self, request: Request, started: float) -> Reply | Asked | None:
        """The reply to a request for /sparql, or what to ask the engine for it; never waits.

        None if ``answer`` has to see to it.
        """
        choice = compression.choose(request.header("ACCEPT_ENCODING"))
        raw: Raw | None = None
        asked: list[Ask] = []

        def respond() -> Entry | Response | None:
            nonlocal raw
            self._admit(request)
            raw = self._raw(request)
            if raw is not None and (entry := self._cache.find(raw)) is not None:
                return entry
            request.check_host()
            found = self._sparql.prepare(request)
            if isinstance(found, Response):
                return self._deliver(found, raw, choice)
            if isinstance(found, Ask):
                asked.append(found)
            return None

        reply = self._guarded(request, choice, started, respond)
        if reply is None and asked:
            return Asked(request, asked[0], raw, choice, started)
        return reply

    def resume(self, asked: Asked, answer: Answer) -> Reply:
        """The reply once there is an answer."""
        reply = self._guarded(
            asked.request, asked.choice, asked.started,
            lambda: self._deliver(asked.ask.response(answer), asked.raw, asked.choice),
        )  # fmt: skip
        assert reply is not None  # noqa: S101 - what is guarded gives something
        return reply

    def fail(self, asked: Asked, error: QueryError) -> Reply:
        """The reply when there is no answer."""
        problem = asked.ask.problem(error)
        return self._problem(asked.request, problem, asked.choice, asked.started)

    def answer(self, request: Request, started: float) -> Reply:
        """The reply to any request; may wait."""
        choice = compression.choose(request.header("ACCEPT_ENCODING"))

        def respond() -> Entry | Response:
            self._admit(request)
            raw = self._raw(request)
            if raw is not None and (entry := self._cache.find(raw)) is not None:
                return entry
            return self._deliver(self._route(request), raw, choice)

        token = client_gone.set(request.gone)
        try:
            reply = self._guarded(request, choice, started, respond)
        finally:
            client_gone.reset(token)
        assert reply is not None  # noqa: S101 - what is guarded gives something
        return reply

    def refuse(self, request: Request, problem: Problem, started: float) -> Reply:
        """The reply to a request that is not right as HTTP."""
        return self._problem(request, problem, compression.choose(None), started)

    def refuse_query(self, request: Request, error: Exception) -> Reply:
        """The reply to a request whose query failed after all."""
        problem = of_query_error(error) if isinstance(error, QueryError) else _broken(request)
        return self._problem(request, problem, compression.choose(None), perf_counter())

    def tell_hit(
        self, environ: dict[str, Any], client: str, status: int, size: int, started: float,
        request_id: str, version: str,
    ) -> None:  # fmt: skip
        """Let the log and the metrics know of a kept answer that was sent."""
        if self._log.on:
            environ = environ | {"REMOTE_ADDR": client}
        self._tell(environ, "", status, size, started, "hit", request_id, version)

    def close(self) -> None:
        """Write what the log still holds."""
        self._log.flush()
        self._metrics.publish()

    def _route(self, request: Request) -> Response:
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

    def _admit(self, request: Request) -> None:
        """Count the request, once; raises Problem 429."""
        if self._rate_limit is not None and not request.counted:
            request.counted = True
            if request.path not in health.PATHS:
                self._rate_limit.check(request)

    def _raw(self, request: Request) -> Raw | None:
        """What the request is remembered by; None for one that is not."""
        if request.method == "POST":
            return self._posted(request)
        if request.method in ("GET", "HEAD"):
            return self._engine.version, request.identity
        return None

    def _guarded(
        self, request: Request, choice: compression.Choice, started: float,
        respond: Callable[[], Entry | Response | None],
    ) -> Reply | None:  # fmt: skip
        """The reply to a request; whatever goes wrong becomes one. None if there is none yet."""
        try:
            found = respond()
        except (Problem, QueryError) as error:
            problem = error if isinstance(error, Problem) else of_query_error(error)
        except Exception:
            logger.exception("request %s: %s %r", request.id, request.method, request.path)
            problem = _broken(request)
        else:
            if found is None:
                return None
            if isinstance(found, Entry):
                return self._of_entry(request, found, started)
            return self._of_response(request, found, started)
        return self._problem(request, problem, choice, started)

    def _problem(
        self, request: Request, problem: Problem, choice: compression.Choice, started: float
    ) -> Reply:
        request.discard()
        response = render(problem, request.accept, path=request.path, request_id=request.id)
        return self._of_response(request, self._delivery.plain(response, choice), started)

    def _deliver(
        self, response: Response, raw: Raw | None, choice: compression.Choice
    ) -> Entry | Response:
        """A response made ready to go out, and kept if it may be."""
        if response.body is None:
            if not response.version:
                return self._delivery.passed(response)
            return self._delivery.stream(response, choice)
        if response.key is None or response.status != 200:
            return self._delivery.plain(response, choice)
        entry = self._delivery.entry(response, choice)
        if raw is not None:
            length = sum(len(text) for text in raw[1] if text)
            self._cache.remember(raw, (response.key, entry.coding), length)
        return entry

    def _posted(self, request: Request) -> Raw | None:
        """What a POST is remembered by; None for one whose body is not short."""
        length = request.environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) > self._settings.query_length:
            return None
        body = request.body(self._settings.query_length, "query_length")
        get = request.environ.get
        return self._engine.version, (
            request.environ["PATH_INFO"], get("QUERY_STRING"), get("HTTP_ACCEPT"),
            get("HTTP_ACCEPT_ENCODING"), get("HTTP_HOST"), get("CONTENT_TYPE"),
            hashlib.blake2b(body, digest_size=16).hexdigest(),
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
        if (
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

    def _of_entry(self, request: Request, entry: Entry, started: float) -> Reply:
        cache = "hit" if entry.used else "miss"
        status, headers, body = conditional(request, 200, entry.headers, entry.body)
        return self._reply(
            request, Response(status, headers, body, version=entry.version), started, cache
        )

    def _of_response(self, request: Request, response: Response, started: float) -> Reply:
        response.status, response.headers, response.body = conditional(
            request, response.status, response.headers, response.body
        )
        if response.body is not None:
            response.finish()
        return self._reply(request, response, started, "none")

    def _reply(self, request: Request, response: Response, started: float, cache: str) -> Reply:
        def over(written: int, whole: bool) -> None:
            response.finish()
            self._tell(
                request.environ, request.log_query, response.status, written, started, cache,
                request.id, response.version, whole=whole,
            )  # fmt: skip

        headers = [*response.headers, ("X-Request-Id", request.id)]
        spools = bool(response.version)
        return Reply(response.status, headers, response.body, response.stream, over, spools)

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


def conditional(
    request: Request, status: int, headers: Headers, body: bytes | None
) -> tuple[int, Headers, bytes | None]:
    """What really goes out: 304 if the client has it already, and no body for HEAD."""
    none_match, since = request.header("IF_NONE_MATCH"), request.header("IF_MODIFIED_SINCE")
    if status == 200 and (none_match or since) and request.method != "POST":
        told = {name.lower(): value for name, value in headers}
        etag, modified = told.get("etag", ""), told.get("last-modified", "")
        if is_current(etag, modified, none_match, since):
            return 304, not_modified_headers(headers), b""
    return status, headers, b"" if request.method == "HEAD" else body


def _broken(request: Request) -> Problem:
    return Problem(
        500, "Something went wrong here, not with your request.",
        todo=f"Try again; if it stays, report it with the request id {request.id}.",
    )  # fmt: skip
