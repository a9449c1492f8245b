"""Another endpoint holds the data: Oxigraph's own server, and endpoints that fail."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.engine.conftest import EX, ask, running

from weihai_kg.engine.service import Engine
from weihai_kg.errors import (
    FederationError,
    LimitExceededError,
    QuerySyntaxError,
    RemoteTimeoutError,
    UpdateNotAllowedError,
    UsageError,
)
from weihai_kg.settings import Settings

ONE = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'
JSON = "application/sparql-results+json"
ALL = "SELECT * { ?s ?p ?o }"


def program() -> str:
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.is_file() else shutil.which("oxigraph") or "oxigraph"


@pytest.fixture(scope="module")
def oxigraph(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an Oxigraph server with the engine tests' data."""
    place = ["--location", str(tmp_path_factory.mktemp("oxigraph"))]
    subprocess.run(
        [program(), "load", *place, "--file", str(dataset)], check=True, capture_output=True
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [program(), "serve-read-only", *place, "--bind", f"127.0.0.1:{port}"],
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < end
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a service without data of its own is started with."""
    path = tmp_path_factory.mktemp("empty") / "data.nq"
    path.write_text("")
    return path


@pytest.fixture(scope="module")
def remote(oxigraph: str, empty: Path) -> Iterator[Engine]:
    with running(empty, store=oxigraph) as engine:
        yield engine


QUERIES = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    f"SELECT ?o {{ <{EX}e7> <{EX}value> ?o }}",
    "SELECT ?o { <e7> <value> ?o }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    f"SELECT ?o FROM <{EX}g1> {{ ?s ?p ?o }} ORDER BY ?o",
    "SELECT ?x ?y { VALUES (?x ?y) { (UNDEF 'a\\tb\"c'@en) (1 <http://e/>) } }",
    f"CONSTRUCT {{ ?s <{EX}is> ?o }} {{ ?s <{EX}value> ?o }} ORDER BY ?s LIMIT 3",
    f"DESCRIBE <{EX}e3>",
    "ASK { ?s ?p 'nothing' }",
]


@pytest.mark.parametrize("text", QUERIES)
def test_answers_are_those_of_the_engine(remote: Engine, engine: Engine, text: str) -> None:
    options = {"base_iri": EX, "results": ("tsv", "json")}
    if text.startswith("ASK"):
        options["results"] = ("json",)
    here, there = (ask(each, text, **options) for each in (engine, remote))
    assert sorted(there.splitlines()) == sorted(here.splitlines())
    assert len(here) > 3


@pytest.mark.parametrize("format_", ["json", "xml", "csv", "tsv"])
def test_every_format(remote: Engine, engine: Engine, format_: str) -> None:
    here, there = (ask(each, QUERIES[1], results=(format_,)) for each in (engine, remote))
    assert there == here


def test_protocol_dataset_is_sent_on(remote: Engine) -> None:
    text = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
    assert ask(remote, text, default_graphs=(f"{EX}g2",)) == b'?o\n"2"\n"3"\n'
    named = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    assert ask(remote, named, named_graphs=(f"{EX}g3",)) == b'?o\n"4"\n'


def test_inferred_statements_can_be_left_out_of_the_default_graph_only(remote: Engine) -> None:
    assert ask(remote, ALL, infer=False).count(b"\n") == 1
    with pytest.raises(QuerySyntaxError, match="infer=false"):
        ask(remote, "SELECT * { GRAPH ?g { ?s ?p ?o } }", infer=False)


def test_what_is_refused_is_refused_here(remote: Engine) -> None:
    with pytest.raises(QuerySyntaxError):
        ask(remote, "SELECT * {")
    with pytest.raises(UpdateNotAllowedError):
        ask(remote, "CLEAR ALL")
    with pytest.raises(FederationError, match=r"<http://127\.0\.0\.1:9/> is not allowed"):
        ask(remote, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    with pytest.raises(LimitExceededError, match="query_nesting"):
        ask(remote, "SELECT * " + "{" * 3000 + "}" * 3000)


def test_rows_and_bytes_are_limited(oxigraph: str, empty: Path) -> None:
    with running(empty, store=oxigraph, query_rows=100) as engine:
        with pytest.raises(LimitExceededError, match="query_rows"):
            ask(engine, ALL)
        assert ask(engine, f"{ALL} LIMIT 100").count(b"\n") == 101
    with (
        running(empty, store=oxigraph, query_bytes=20_000) as engine,
        pytest.raises(FederationError, match=r"more than 20,000 bytes \(query_bytes\)"),
    ):
        ask(engine, ALL)


class Handler(BaseHTTPRequestHandler):
    """An endpoint that goes wrong in the way that its path tells."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        graph = "n-triples" in self.headers["Accept"]
        media_type, body = ("application/n-triples", b"<s:s> <s:p> <s:o> .\n") if graph else (
            JSON, ONE,
        )  # fmt: skip
        way = self.path.removeprefix("/")
        if way == "slow":
            time.sleep(3)
        self.send_response({"moved": 302, "broken": 500, "busy": 503}.get(way, 200))
        headers = {"Content-Type": media_type, "Content-Length": str(len(body))}
        if way == "moved":
            headers["Location"] = "/well"
        elif way == "short":
            headers["Content-Length"] = str(len(body) + 5)
        elif way == "endless":
            del headers["Content-Length"]
            headers["Connection"] = "close"
        elif way == "chunk":
            del headers["Content-Length"]
            headers["Transfer-Encoding"] = "chunked"
            body = b"%x\r\n%s\r\n" % (len(body), body)
        elif way == "part":
            headers["X-SPARQL-MaxRows"] = "1"
        elif way == "page":
            headers["Content-Type"] = "text/html"
        elif way == "cut":
            body = body[:-3]
            headers["Content-Length"] = str(len(body))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):
            self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def failing() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


GRAPH = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
WAYS = [
    ("moved", ALL, "answered 302"),
    ("broken", ALL, "answered 500"),
    ("busy", ALL, "answered 503"),
    ("short", ALL, "5 bytes are missing"),
    ("short", GRAPH, "5 bytes are missing"),
    ("chunk", ALL, "failed"),
    ("chunk", GRAPH, "failed"),
    ("endless", GRAPH, "did not tell the length"),
    ("part", ALL, "only a part"),
    ("page", ALL, "text/html"),
    ("page", GRAPH, "text/html"),
    ("cut", ALL, "cannot be read"),
    ("well", "ASK {}", "something else"),
]


@pytest.mark.parametrize(("way", "text", "said"), WAYS)
def test_a_failure_names_the_store(
    failing: str, empty: Path, way: str, text: str, said: str
) -> None:
    with running(empty, store=f"{failing}/{way}", workers=1) as engine:
        with pytest.raises(FederationError, match=said) as raised:
            ask(engine, text, results=("json",))
        assert f"<{failing}/{way}>" in str(raised.value)


def test_a_store_that_tells_no_length_is_read_where_the_end_shows(
    failing: str, empty: Path
) -> None:
    with running(empty, store=f"{failing}/endless", workers=1) as engine:
        assert ask(engine, ALL) == b'?x\n"1"\n'


def test_a_slow_store_ends_with_the_time_of_a_query(failing: str, empty: Path) -> None:
    with (
        running(empty, store=f"{failing}/slow", workers=1, query_timeout=0.5) as engine,
        pytest.raises(RemoteTimeoutError, match=r"0\.5 s \(query_timeout\)"),
    ):
        ask(engine, ALL)


def test_a_store_that_is_not_there(empty: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}/query"
    with (
        running(empty, store=address, workers=1) as engine,
        pytest.raises(FederationError, match="The store <http://127"),
    ):
        ask(engine, ALL)


def test_store_must_be_an_address(empty: Path) -> None:
    with pytest.raises(UsageError, match="store"), running(empty, store="file:///etc/passwd"):
        pass


def test_answers_of_a_store_are_not_kept() -> None:
    assert Settings.load({"store": "http://127.0.0.1/query"}, {}).cache_bytes == 0
    assert Settings.load({}, {}).cache_bytes > 0
