"""SERVICE: refused in any spelling, relayed to allowed endpoints, failures told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.engine.conftest import ask, running

from weihai_kg.engine.federation import Fetcher, RemoteRequest, is_public
from weihai_kg.engine.origins import allowlist, origin_of
from weihai_kg.engine.service import Engine
from weihai_kg.errors import FederationError, LimitExceededError, QueryError, UsageError
from weihai_kg.settings import Settings

ROWS = (
    b'{"head":{"vars":["x"]},"results":{"bindings":['
    b'{"x":{"type":"literal","value":"far"}},{"x":{"type":"literal","value":"away"}}]}}'
)


class Remote(ThreadingHTTPServer):
    """An endpoint that answers by path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.queries: list[str] = []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Remote

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.queries.append(body)
        if self.path == "/broken":
            self.send_response(500)
            self.end_headers()
            self.wfile.write(b"Out of <b>soup</b>")
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", f"{self.server.origin}/sparql")
            self.end_headers()
        elif self.path == "/slow":
            time.sleep(1.5)
        else:
            body_ = ROWS if self.path == "/sparql" else b"[" + b" " * 300_000 + b"]"
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.end_headers()
            self.wfile.write(body_)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def remote() -> Iterator[Remote]:
    with Remote() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def federated(dataset: Path, remote: Remote) -> Iterator[Engine]:
    with running(
        dataset, federation=remote.origin, federation_timeout=1.0, federation_bytes=100_000,
        query_timeout=5.0,
    ) as engine:  # fmt: skip
        yield engine


def test_allowed_endpoint_is_asked(federated: Engine, remote: Remote) -> None:
    text = (
        f"SELECT ?x ?o {{ SERVICE <{remote.origin}/sparql> {{ ?s ?p ?x }} "
        "<http://example.org/e7> <http://example.org/value> ?o }"
    )
    rows = ask(federated, text).splitlines()
    assert rows[1:] == [b'"far"\t"7"', b'"away"\t"7"']


@pytest.mark.parametrize(
    "target",
    ["<sparql>", "r:sparql", "\\u003C{origin}/sparql>", "<{origin}/\\u0073parql>"],
)
def test_allowed_endpoint_in_other_spellings(
    federated: Engine, remote: Remote, target: str
) -> None:
    text = (
        f"BASE <{remote.origin}/x> PREFIX r: <{remote.origin}/> "
        f"SELECT ?x {{ serVice\n#c\n{target.replace('{origin}', remote.origin)}{{ ?s ?p ?x }} }}"
    )
    assert ask(federated, text).count(b"\n") == 3


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://127.0.0.1:1/> { } }",
        "ASK { service<http://127.0.0.1:1/>{} }",
        "ASK { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "ASK { \\u0053ERVICE <http://127.0.0.1:1/> { } }",
        "ASK { S\\U00000045RVICE <http://127.0.0.1:1/> { } }",
        "PREFIX x: <http://127.0.0.1:1/> ASK { SERVICE x:y { } }",
        "BASE <http://127.0.0.1:1/> ASK { SERVICE <y> { } }",
        "ASK { VALUES ?e { <http://127.0.0.1:1/> } SERVICE ?e { ?s ?p ?o } }",
        "ASK { OPTIONAL { { SELECT * { GRAPH ?g { SERVICE <http://127.0.0.1:1/> { } } } } } }",
        "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
        "ASK { SERVICE <{origin}/sparql> { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
        "ASK { SERVICE <http://2130706433:1/> { } }",
        "ASK { SERVICE <http://[::ffff:127.0.0.1]:1/> { } }",
        "ASK { SERVICE <http://user@127.0.0.1:1/> { } }",
        "ASK { SERVICE <http://127.0.0.1\\u005C@query.wikidata.org/> { } }",
        "ASK { SERVICE <file:///etc/passwd> { } }",
        "ASK { SERVICE <ftp://127.0.0.1/> { } }",
        "ASK { ?s ?p trueSERVICE<http://127.0.0.1:1/>{} }",
        "ASK { ?s ?p 1SERVICESILENT<http://127.0.0.1:1/>{} }",
        "ASK { ?s ?p 1 SERVICE <{origin}.example.org/> { } }",
        # What the engine reads as a clause, though a string, an IRI or a name seems to hold it.
        "ASK { FILTER(1 <'>') SERVICE SILENT <http://127.0.0.1:1/> { } FILTER(1 <'>') }",
        "ASK { FILTER(1 <2#>'''\n) SERVICE SILENT <http://127.0.0.1:1/> { } #'''\n }",
        "ASK { FILTER(1 <2#>'\\\n) SERVICE SILENT <http://127.0.0.1:1/> { } #'\n }",
        "ASK { FILTER(1 <<http://x'>) SERVICE SILENT <http://127.0.0.1:1/> { } FILTER(1 < '>') }",
        'ASK { VALUES ?v { """x" } SERVICE SILENT <http://127.0.0.1:1/> { } #\\q """\n }',
        'ASK { VALUES ?v { """x" } SERVICE SILENT <http://127.0.0.1:1/> { } #\\uD800 """\n }',
        "PREFIX x: <a:> ASK { OPTIONAL { ?s ?p x:、\\' } SERVICE SILENT <http://127.0.0.1:1/> { } "
        "OPTIONAL { ?s ?p 'x' } }",
        "PREFIX x: <a:> ASK { OPTIONAL { ?s ?p x:e\u0301\\' } SERVICE SILENT "
        "<http://127.0.0.1:1/> { } OPTIONAL { ?s ?p 'x' } }",
        "PREFIX x: <http://127.0.0.1:1/> ASK { SERVICESILENTx: { } }",
        "PREFIX : <http://127.0.0.1:1/> ASK { SERVICE:y { } }",
        "PREFIX : <http://127.0.0.1:1/> PREFIX SERVICE: <a:> ASK { SERVICE:y { } }",
        "PREFIX x: <http://127.0.0.1:1/> ASK { VALUES ?v { 1 } SERVICESILENTx:y { } }",
    ],
)
def test_other_endpoints_are_refused_in_any_spelling(
    federated: Engine, remote: Remote, text: str
) -> None:
    before = len(remote.queries)
    with pytest.raises(QueryError) as caught:
        ask(federated, text.replace("{origin}", remote.origin))
    assert type(caught.value).__name__ in {"FederationError", "QuerySyntaxError"}
    assert len(remote.queries) == before


@pytest.mark.parametrize(
    "text",
    [
        "ASK { # SERVICE <http://127.0.0.1:1/> { }\n }",
        "SELECT ('SERVICE <http://127.0.0.1:1/> {}' AS ?x) {}",
        "PREFIX service: <http://x/> ASK { ?service service:service 'from' }",
        "PREFIX aService: <http://x/it's#> SELECT (aService:x AS ?x) { ?s aService:x ?o }",
        "ASK { ?s <http://x/it's#service> '''from''' FILTER(?s<?o&&?o>?s) }",
        "ASK { <http://example.org/SERVICE> ?from '''\nSERVICE ?x {'''@en-service }",
    ],
)
def test_the_word_alone_is_no_clause(federated: Engine, text: str) -> None:
    ask(federated, text)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("broken", "answered 500 Internal Server Error: Out of <b>soup</b>"),
        ("moved", "answered 302"),
        ("slow", "federation_timeout"),
        ("large", "federation_bytes"),
    ],
)
def test_failure_of_the_remote_is_told(
    federated: Engine, remote: Remote, path: str, words: str
) -> None:
    text = f"SELECT * {{ SERVICE <{remote.origin}/{path}> {{ ?s ?p ?x }} }}"
    with pytest.raises(FederationError, match=words):
        ask(federated, text)
    silent = text.replace("SERVICE", "SERVICE SILENT")
    assert ask(federated, silent).count(b"\n") == 2


def test_dead_remote_is_told(dataset: Path) -> None:
    with (
        running(dataset, federation="http://127.0.0.1:9999") as engine,
        pytest.raises(FederationError, match="refused"),
    ):
        ask(engine, "SELECT * { SERVICE <http://127.0.0.1:9999/> { ?s ?p ?x } }")


def test_slow_query_beside_a_remote_is_still_stopped(federated: Engine, remote: Remote) -> None:
    text = (
        f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{remote.origin}/sparql> {{ ?s ?p ?x }} "
        "?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    )
    with pytest.raises(LimitExceededError, match="query_timeout"):
        ask(federated, text)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False),
        ("10.1.2.3", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("224.0.0.1", False), ("0.0.0.0", False), ("255.255.255.255", False),
        ("100.64.0.1", False), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("ff02::1", False), ("x", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_name_with_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("10.0.0.1", 443))])
    fetcher = Fetcher(Settings(federation="https://inside.example.org"))
    with pytest.raises(FederationError, match="not public"):
        fetcher.fetch("https://inside.example.org/sparql", RemoteRequest(b"", "", "*/*"))


def test_origins() -> None:
    assert origin_of("HTTPS://Query.Wikidata.org/sparql?x") == "https://query.wikidata.org:443"
    assert origin_of("http://a@b/") is origin_of("mailto:x") is origin_of("http://h:99999/") is None
    assert allowlist(" http://127.0.0.1:7001 https://x.org ") == {
        "http://127.0.0.1:7001",
        "https://x.org:443",
    }
    with pytest.raises(UsageError):
        allowlist("x.org")
