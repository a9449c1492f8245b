"""A server over the project's release that may call one remote endpoint, which is hostile."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.pages.conftest import Site, wait

from weihai_kg.engine.service import Engine
from weihai_kg.namespaces import Namespaces
from weihai_kg.query_doctor.doctor import Doctor
from weihai_kg.release import NQUADS, Release
from weihai_kg.saved_queries.header import parse_all
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.settings import Settings

MARKUP = "<img src=x onerror=document.title='owned'>"
ROW = {
    "x": {"type": "literal", "value": MARKUP},
    "y": {"type": "uri", "value": "javascript:document.title='owned'"},
}
PLAIN = {"head": {"vars": ["x", "y"]}, "results": {"bindings": [ROW]}}
NAMES = {"head": {"vars": ["x", "y", MARKUP]}, "results": {"bindings": [ROW | {MARKUP: ROW["x"]}]}}


class Hostile(BaseHTTPRequestHandler):
    """Answers every query with markup in names and values."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        found = NAMES if self.path == "/names" else PLAIN
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def remote() -> Iterator[str]:
    """The origin of the hostile endpoint."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def site(releases: Path, remote: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A client of the running server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [
        sys.executable, "-m", "weihai_kg", "serve", "--releases", str(releases), "--port",
        str(port), "--log-format", "none", "--processes", "1", "--workers", "2",
        "--federation", remote, "--query-rows", "5000",
    ]  # fmt: skip
    log = tmp_path_factory.mktemp("editor") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait(Site(port), process, log)
        yield Site(port)
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture(scope="session")
def doctor(release: Release) -> Iterator[Doctor]:
    """A doctor over the project's release."""
    engine = Engine.start(release.path / NQUADS, Settings())
    yield Doctor(engine, Namespaces().prefixes)
    engine.close()


@pytest.fixture(scope="session")
def saved(release: Release) -> list[SavedQuery]:
    """Every saved query."""
    queries = parse_all(release.queries())[0]
    assert len(queries) > 100
    return queries
