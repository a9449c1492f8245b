"""Rows of other servers: said to be theirs, with what they answered, if they may be asked."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from rdflib import Literal, URIRef

from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.explanation import document, page, plain
from weihai_kg.explanation.explainer import Explainer
from weihai_kg.explanation.model import Kind
from weihai_kg.namespaces import Namespaces
from weihai_kg.settings import Settings

from .conftest import ox_term
from .conftest import small as store_of

LOCAL = '<e:a> <e:same> <e:far> . <e:a> <e:name> "Ann" . <e:b> <e:same> <e:none> .\n'
FAR = (
    "<e:far> <e:height> 12 . <e:far> <e:in> <e:land> . <e:far> <e:by> <e:near> . "
    "<e:near> <e:by> <e:sea> ."
)


class Handler(BaseHTTPRequestHandler):
    """A SPARQL endpoint over ``FAR``."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        text = parse_qs(body)["query"][0] if body.startswith("query=") else body
        self.server.asked.append(text)
        answer = self.server.store.query(text).serialize(format=ox.QueryResultsFormat.JSON)
        self.send_response(200 if self.server.open else 503)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


class Far(ThreadingHTTPServer):
    """Another server, which can be closed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = store_of(FAR).store
        self.asked: list[str] = []
        self.open = True
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"


@pytest.fixture(scope="module")
def far():
    with Far() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def explainer(far, tmp_path_factory):
    file = tmp_path_factory.mktemp("local") / "local.ttl"
    file.write_text(LOCAL, encoding="utf-8")
    settings = Settings(workers=1, federation=far.origin, federation_timeout=3, log_format="none")
    engine = Engine.start(file, settings)
    yield Explainer(engine, Namespaces(), seconds=10)
    engine.close()


@pytest.fixture
def closed(far):
    far.open = False
    yield far
    far.open = True


def steps(found, kind):
    return [step for step in found.row.walk() if step.kind is kind]


def query(far, inside="?y <e:height> ?h", silent=""):
    return (
        f"SELECT ?x ?h {{ ?x <e:same> ?y . SERVICE {silent}<{far.origin}/sparql> {{ {inside} }} }}"
    )


def test_row_of_another_server_says_what_was_asked_and_what_it_answered(far, explainer):
    found = explainer.row(QueryRequest(query(far)), number=1)
    (service,) = steps(found, Kind.SERVICE)
    assert service.note == "service-answered"
    values = dict(service.inputs)
    assert values[""] == URIRef(f"{far.origin}/sparql")
    assert values["h"] == Literal(12)
    (told,) = [each for step in steps(found, Kind.REMOTE) for each in step.remote]
    assert told.triple == (URIRef("e:far"), URIRef("e:height"), Literal(12))
    # The rest is explained from this data set, and nothing of the other server is taken for it.
    own = list(found.row.statements())
    assert [each.predicate for each in own] == [URIRef("e:same")]
    assert told not in found.reasons
    # What the other server is said to state, it states.
    subject, predicate, value = (ox_term(each.n3()) for each in told.triple)
    assert list(far.store.quads_for_pattern(subject, predicate, value))


def test_what_the_other_server_is_asked_has_the_values_of_the_row(far, explainer):
    explainer.row(QueryRequest(query(far)), {"x": URIRef("e:a"), "h": Literal(12)})
    assert "12" in far.asked[-1]


def test_parts_within_service_are_told_one_by_one(far, explainer):
    inside = (
        "?y <e:height> ?h OPTIONAL { ?y <e:none> ?n } { ?y <e:zz> ?l } UNION { ?y <e:in> ?l } "
        "?y <e:by>+ ?s FILTER(?s = <e:sea>)"
    )
    found = explainer.row(QueryRequest(query(far, inside)), number=1)
    (service,) = steps(found, Kind.SERVICE)
    told = {str(each.predicate) for step in service.walk() for each in step.remote}
    assert told == {"e:height", "e:in"}
    notes = [step.note for step in service.steps]
    assert notes.count("service-part") == 2  # the path and the filter
    assert "optional-nothing" in notes


@pytest.mark.parametrize("language", ["zh", "en"])
def test_service_is_written_in_every_format(far, explainer, language):
    found = explainer.row(QueryRequest(query(far)), number=1)
    assert "e:height" in plain.render(found, language)
    assert f"{far.origin}/sparql" in plain.render(found, language)
    assert 'class="remote"' in page.standalone(found, language)
    steps_ = json.loads(document.render(found))["row"]["derivations"][0]["steps"]
    assert steps_[1]["steps"][0]["remote"][0]["predicate"] == "<e:height>"


def test_server_that_fails_now_is_said_not_to_be_asked_and_the_rest_is_explained(closed, explainer):
    found = explainer.row(QueryRequest(query(closed)), {"x": URIRef("e:a"), "h": Literal(12)})
    (step,) = steps(found, Kind.UNEXPLAINED)
    assert step.note == "service"
    assert dict(step.inputs)["h"] == Literal(12)
    assert {str(each.subject) for each in found.row.statements()} == {"e:a"}


def test_server_that_may_not_be_asked_is_said_so(explainer):
    text = (
        "SELECT ?x ?h { ?x <e:same> ?y SERVICE <http://example.org/sparql> { ?y <e:height> ?h } }"
    )
    found = explainer.row(QueryRequest(text), {"x": URIRef("e:a"), "h": Literal(12)})
    assert [step.note for step in steps(found, Kind.UNEXPLAINED)] == ["service"]
    assert "was not asked again" in plain.render(found)


def test_silent_service_that_fails_leaves_the_row(closed, explainer):
    found = explainer.row(QueryRequest(query(closed, silent="SILENT ")), {"x": URIRef("e:a")})
    (service,) = steps(found, Kind.SERVICE)
    assert service.note == "service-silent"


def test_missing_row_fails_at_the_other_server(far, explainer):
    found = explainer.missing(QueryRequest(query(far)), {"x": URIRef("e:b")})
    assert found.failure is not None
    assert found.failure.text.startswith("SERVICE")
    assert found.failure.note == "service-nothing"
