"""What operators ask: is the process alive, is it ready for queries, what did it count."""

from __future__ import annotations

from weihai_kg import errors
from weihai_kg.engine.request import QueryRequest
from weihai_kg.web.backend import QueryEngine
from weihai_kg.web.http import metrics
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.http.request import Request
from weihai_kg.web.http.response import Response

ALLOW = "GET, HEAD, OPTIONS"
PLAIN = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
PATHS = ("/healthz", "/readyz", "/metrics")


class Health:
    """Answers ``/healthz``, ``/readyz`` and ``/metrics``."""

    def __init__(self, engine: QueryEngine, counts: metrics.Metrics) -> None:
        """``counts`` are those of this server process."""
        self._engine = engine
        self._counts = counts

    def __call__(self, request: Request) -> Response:
        """The answer; raises Problem 503 when the service is not ready."""
        if request.method == "OPTIONS":
            return Response(204, [("Allow", ALLOW)])
        if request.method not in ("GET", "HEAD"):
            raise Problem(405, "Only GET and HEAD here.", headers=[("Allow", ALLOW)])
        if request.path == "/healthz":
            return Response(200, list(PLAIN), b"alive\n")
        if request.path == "/metrics":
            headers = [("Content-Type", metrics.CONTENT_TYPE), ("Cache-Control", "no-store")]
            return Response(200, headers, self._counts.text())
        return self._ready()

    def _ready(self) -> Response:
        try:
            answer = self._engine.query(QueryRequest("ASK {}", results=("csv",), rdf=()))
        except errors.QueryError as error:
            raise Problem(
                503, f"Not ready: {error}", todo="Ask again in a moment.",
                headers=[("Retry-After", "1")],
            ) from error  # fmt: skip
        answer.close()
        return Response(200, list(PLAIN), f"ready {self._engine.version}\n".encode())
