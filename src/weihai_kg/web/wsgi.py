"""The service as a WSGI application: for tests, for one request without a port, for any server.

WSGI cannot tell that a client has gone; weihai_kg.server does without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter
from typing import Any

from weihai_kg.settings import Settings
from weihai_kg.web.backend import QueryEngine
from weihai_kg.web.http.request import Request
from weihai_kg.web.http.response import STATUS_LINES, Body, StartResponse
from weihai_kg.web.service import Service


class Application:
    """One server process's WSGI callable."""

    def __init__(self, engine: QueryEngine, settings: Settings, **options: Any) -> None:
        """``options`` are those of Service."""
        self._service = Service(engine, settings, **options)
        self._settings = settings

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request_id = self._service.ids.take(environ.get("HTTP_X_REQUEST_ID"))
        request = Request(environ, self._settings, request_id)
        reply = self._service.answer(request, perf_counter())
        status = STATUS_LINES.get(reply.status, f"{reply.status} Status")
        start_response(status, [*reply.headers, ("X-Request-Id", reply.id)])
        if reply.body is not None:
            reply.over(len(reply.body), True)
            return [reply.body]
        return Body(reply.stream, lambda sent: reply.over(sent.written, sent.whole))
