"""The service behind any server: cache, then the bare path for the protocols, then the pages.

What a request passes, in order: rate limit, cache, router, delivery, conditional request; then the
access log and the metrics hear of it. A server that runs an event loop uses ``find`` and ``begin``,
which never wait, and leaves the rest to threads, which use ``answer``.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import IO, Any

from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.errors import QueryError
from weihai_kg.settings import Settings
from weihai_kg.web.backend import QueryEngine, Releases, client_gone
from weihai_kg.web.http import assets, compression, health, security
from weihai_kg.web.http.access_log import AccessLog
from weihai_kg.web.http.adapter import Pages, call
from weihai_kg.web.http.cache import Cache, Entry
from weihai_kg.web.http.delivery import Delivery
from weihai_kg.web.http.metrics import Metrics
from weihai_kg.web.http.negotiation import HTML
from weihai_kg.web.http.problem import Problem, of_query_error
from weihai_kg.web.http.rate_limit import RateLimit
from weihai_kg.web.http.request import Request
from weihai_kg.web.http.response import Reply, Response
from weihai_kg.web.protocol import graph_store, service_description
from weihai_kg.web.protocol.operation import ALLOW, Parameters
from weihai_kg.web.protocol.sparql import Ask, Endpoint
from weihai_kg.web.replies import Identity, Raw, Replies, broken

logger = logging.getLogger(__name__)

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
        self._replies = Replies(self._delivery, self._cache, self._metrics, self._log, settings)
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
                return self._replies.deliver(found, raw, choice)
            if isinstance(found, Ask):
                asked.append(found)
            return None

        reply = self._replies.guarded(request, choice, started, respond)
        if reply is None and asked:
            return Asked(request, asked[0], raw, choice, started)
        return reply

    def resume(self, asked: Asked, answer: Answer) -> Reply:
        """The reply once there is an answer."""
        reply = self._replies.guarded(
            asked.request, asked.choice, asked.started,
            lambda: self._replies.deliver(asked.ask.response(answer), asked.raw, asked.choice),
        )  # fmt: skip
        assert reply is not None  # noqa: S101 - what is guarded gives something
        return reply

    def fail(self, asked: Asked, error: QueryError) -> Reply:
        """The reply when there is no answer."""
        problem = asked.ask.problem(error)
        return self._replies.of_problem(asked.request, problem, asked.choice, asked.started)

    def answer(self, request: Request, started: float) -> Reply:
        """The reply to any request; may wait."""
        choice = compression.choose(request.header("ACCEPT_ENCODING"))

        def respond() -> Entry | Response:
            self._admit(request)
            raw = self._raw(request)
            if raw is not None and (entry := self._cache.find(raw)) is not None:
                return entry
            return self._replies.deliver(self._route(request), raw, choice)

        token = client_gone.set(request.gone)
        try:
            reply = self._replies.guarded(request, choice, started, respond)
        finally:
            client_gone.reset(token)
        assert reply is not None  # noqa: S101 - what is guarded gives something
        return reply

    def refuse(self, request: Request, problem: Problem, started: float) -> Reply:
        """The reply to a request that is not right as HTTP."""
        return self._replies.of_problem(request, problem, compression.choose(None), started)

    def refuse_query(self, request: Request, error: Exception) -> Reply:
        """The reply to a request whose query failed after all."""
        problem = of_query_error(error) if isinstance(error, QueryError) else broken(request)
        return self._replies.of_problem(request, problem, compression.choose(None), perf_counter())

    def tell_hit(
        self, environ: dict[str, Any], client: str, status: int, size: int, started: float,
        request_id: str, version: str,
    ) -> None:  # fmt: skip
        """Let the log and the metrics know of a kept answer that was sent."""
        if self._log.on:
            environ = environ | {"REMOTE_ADDR": client}
        self._replies.tell(environ, "", status, size, started, "hit", request_id, version)

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
        if path == "*" and request.method == "OPTIONS":
            return Response(204, [("Allow", ALLOW)])
        if path in ("/sparql", "/sparql/"):
            return self._sparql(request)
        if self._pages is not None and graph_store.asks_for_page(request):
            return self._page(request)
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
        """What the request is remembered by; None for one that is not.

        A file of the site is asked for anew, which tells whether it has changed.
        """
        if request.path.startswith(assets.PATH):
            return None
        if request.method == "POST":
            return self._posted(request)
        if request.method in ("GET", "HEAD"):
            return self._engine.version, request.identity
        return None

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
            get("HTTP_CONTENT_ENCODING"),
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
        if request.path.startswith(assets.PATH):
            assets.keep(response, version)
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

    def _observe(self, metrics: Metrics) -> None:
        metrics.engine(self._engine.stats(), self._engine.version)
        metrics.gauge("cache_bytes", "Bytes in the response cache.", self._cache.bytes)
        metrics.gauge("cache_entries", "Answers in the response cache.", len(self._cache))
