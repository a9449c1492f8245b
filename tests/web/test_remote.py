"""What a client is told when another endpoint fails: the store that answers here, or a SERVICE."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from tests.web.conftest import free_port, wait_until_ready

YES = b'{"head":{},"boolean":true}'
ROW = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'


class Endpoint(ThreadingHTTPServer):
    """A SPARQL endpoint that is slow or broken if the query says so."""

    daemon_threads = True

    def __init__(self):
        self.done = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        if b"slow" in query:
            self.server.done.wait(20)
        self.send_response(500 if b"broken" in query else 200)
        body = YES if b"ASK" in query else ROW
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.done.set()
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module", params=["store", "service"])
def asked(request, endpoint, releases, tmp_path_factory):
    """Asks a served release what the endpoint is to answer, as its store or by SERVICE."""
    address = f"{endpoint.origin}/query"
    flags = {
        "store": ["--store", address, "--query-timeout", "1"],
        "service": ["--federation", endpoint.origin, "--federation-timeout", "1"],
    }[request.param]
    port = free_port()
    log = tmp_path_factory.mktemp("remote") / "log"
    command = [
        sys.executable, "-m", "weihai_kg", "serve", "--releases", str(releases),
        "--port", str(port), "--log-format", "none", "--workers", "1", *flags,
    ]  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)

    def ask(word, accept="application/json"):
        pattern = f'?x <http://example.org/p> "{word}"'
        if request.param == "service":
            pattern = f"SERVICE <{address}> {{ {pattern} }}"
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        target = "/sparql?query=" + quote(f"SELECT ?x {{ {pattern} }}")
        connection.request("GET", target, headers={"Accept": accept})
        with connection.getresponse() as response:
            told = response.read().decode()
        connection.close()
        return response.status, response.headers, told

    try:
        wait_until_ready(process, port, log)
        yield ask
    finally:
        process.terminate()
        process.wait(15)


def test_endpoint_that_is_well(asked):
    status, _, told = asked("well", "text/csv")
    assert (status, told.split()) == (200, ["x", "1"])


@pytest.mark.parametrize(
    ("word", "status", "title", "said"),
    [
        ("broken", 502, "Bad Gateway", "answered 500"),
        ("slow", 504, "Gateway Timeout", "took more than 1 s"),
    ],
)
def test_failure_names_the_endpoint_and_what_to_do(asked, endpoint, word, status, title, said):
    told_status, headers, told = asked(word)
    assert told_status == status, told
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Cache-Control"] == "no-store"
    for text in (str(status), title, said, endpoint.origin, "that endpoint"):
        assert text in told
