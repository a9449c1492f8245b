"""Plays the endpoints of SERVICE clauses for one worker, which has no network of its own.

The worker's engine calls a loopback address of its own network; the socket that listens there was
handed to the server process, which asks the real endpoint and passes its bytes on unread.
"""

from __future__ import annotations

import contextlib
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler

from weihai_kg.engine.federation import Fetcher, RemoteRequest
from weihai_kg.errors import FederationError

_PATIENCE = 5.0
_LARGEST_REQUEST = 16 * 1024 * 1024


class Relay:
    """Answers calls on one listening socket; ``failure`` tells the last call that went wrong."""

    def __init__(
        self, listener: socket.socket, token: str, iris: list[str], fetcher: Fetcher
    ) -> None:
        """Paths are ``/token/index``, an index into ``iris``."""
        self.listener = listener
        self.listener.settimeout(_PATIENCE)
        self.failure: FederationError | None = None
        self._iris = {f"/{token}/{index}": iri for index, iri in enumerate(iris)}
        self._fetcher = fetcher

    def serve_one(self) -> None:
        """Take one call and answer it."""
        with contextlib.suppress(OSError):
            connection, address = self.listener.accept()
            with connection:
                connection.settimeout(_PATIENCE)
                _Call(connection, address, self)  # type: ignore[arg-type]

    def fetch(self, path: str, request: RemoteRequest) -> tuple[int, str, bytes]:
        """Status, content type and body of the remote answer."""
        iri = self._iris.get(path)
        if iri is None:
            return HTTPStatus.NOT_FOUND, "text/plain", b""
        try:
            return self._fetcher.fetch(iri, request)
        except FederationError as error:
            self.failure = error
            return HTTPStatus.BAD_GATEWAY, "text/plain", b""

    def close(self) -> None:
        """Stop listening."""
        self.listener.close()


class _Call(BaseHTTPRequestHandler):
    server: Relay  # type: ignore[assignment]

    def do_POST(self) -> None:
        """Pass a query on."""
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 < length <= _LARGEST_REQUEST:
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
            return
        body = self.rfile.read(length)
        request = RemoteRequest(
            body, self.headers.get("Content-Type", ""), self.headers.get("Accept", "*/*")
        )
        status, content_type, answer = self.server.fetch(self.path, request)
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the query's own log line is enough."""
