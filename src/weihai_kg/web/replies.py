"""From what a handler gives to what is sent: delivered, kept, conditional, and told to the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from weihai_kg.errors import QueryError
from weihai_kg.settings import Settings
from weihai_kg.web.http.access_log import AccessLog, Line
from weihai_kg.web.http.cache import Cache, Entry
from weihai_kg.web.http.compression import Choice
from weihai_kg.web.http.delivery import Delivery
from weihai_kg.web.http.metrics import Metrics, family_of
from weihai_kg.web.http.problem import Problem, of_query_error, render
from weihai_kg.web.http.rate_limit import client_of
from weihai_kg.web.http.request import Request
from weihai_kg.web.http.response import Headers, Reply, Response
from weihai_kg.web.http.validators import is_current, not_modified_headers

logger = logging.getLogger(__name__)

# What a GET is remembered by: path, query string, Accept, Accept-Encoding, Host, Accept-Language.
Identity = tuple[str | None, ...]
Raw = tuple[str, Identity]


class Replies:
    """Makes replies, whatever happens."""

    def __init__(
        self, delivery: Delivery, cache: Cache, metrics: Metrics, log: AccessLog, settings: Settings
    ) -> None:
        """``log`` and ``metrics`` hear of each reply when it is over."""
        self._delivery = delivery
        self._cache = cache
        self._metrics = metrics
        self._log = log
        self._settings = settings

    def guarded(
        self, request: Request, choice: Choice, started: float,
        respond: Callable[[], Entry | Response | None],
    ) -> Reply | None:  # fmt: skip
        """The reply to a request; whatever goes wrong becomes one. None if there is none yet."""
        try:
            found = respond()
        except (Problem, QueryError) as error:
            problem = error if isinstance(error, Problem) else of_query_error(error)
        except Exception:
            logger.exception("request %s: %s %r", request.id, request.method, request.path)
            problem = broken(request)
        else:
            if found is None:
                return None
            if isinstance(found, Entry):
                return self._of_entry(request, found, started)
            return self._of_response(request, found, started)
        return self.of_problem(request, problem, choice, started)

    def deliver(self, response: Response, raw: Raw | None, choice: Choice) -> Entry | Response:
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

    def of_problem(
        self, request: Request, problem: Problem, choice: Choice, started: float
    ) -> Reply:
        """The reply that tells of a problem."""
        request.discard()
        response = render(
            problem, request.accept, path=request.path, request_id=request.id,
            language=request.language,
        )  # fmt: skip
        return self._of_response(request, self._delivery.plain(response, choice), started)

    def _of_entry(self, request: Request, entry: Entry, started: float) -> Reply:
        cache = "hit" if entry.used else "miss"
        status, headers, body = _conditional(request, 200, entry.headers, entry.body)
        told = entry.head if status == 200 else b""
        response = Response(status, headers, body, version=entry.version)
        return self._reply(request, response, started, cache, told)

    def _of_response(self, request: Request, response: Response, started: float) -> Reply:
        response.status, response.headers, response.body = _conditional(
            request, response.status, response.headers, response.body
        )
        if response.body is not None:
            response.finish()
        return self._reply(request, response, started, "none")

    def _reply(
        self, request: Request, response: Response, started: float, cache: str, told: bytes = b""
    ) -> Reply:
        def over(written: int, whole: bool) -> None:
            response.finish()
            self.tell(
                request.environ, request.log_query, response.status, written, started, cache,
                request.id, response.version, whole=whole,
            )  # fmt: skip

        return Reply(
            response.status, response.headers, response.body, response.stream, over,
            bool(response.version), request.id, told,
        )  # fmt: skip

    def tell(
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


def _conditional(
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


def broken(request: Request) -> Problem:
    """What is told when there is an error of our own."""
    return Problem(
        500, "Something went wrong here, not with your request.",
        todo=f"Try again; if it stays, report it with the request id {request.id}.",
    )  # fmt: skip
