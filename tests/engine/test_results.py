"""Answers: forms, formats, errors, and limits of rows and bytes that hold exactly."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph
import pytest
import rdflib
from tests.engine.conftest import ask, body_of, running

from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.errors import (
    EvaluationError,
    LimitExceededError,
    NotAcceptableError,
    QueryError,
    QuerySyntaxError,
    UnwritableError,
    UpdateNotAllowedError,
)

SOME = "SELECT ?s ?o { ?s <http://example.org/value> ?o } LIMIT "


@pytest.mark.parametrize(
    ("text", "form", "format_"),
    [
        ("SELECT * {}", Form.SELECT, "xml"),
        ("ASK {}", Form.ASK, "xml"),
        ("CONSTRUCT WHERE { ?s ?p '7' }", Form.CONSTRUCT, "nq"),
        ("DESCRIBE <http://example.org/e7>", Form.DESCRIBE, "nq"),
        ("# SELECT\nBASE <x:y>\nDeScRiBe <http://example.org/e7>", Form.DESCRIBE, "nq"),
        ("PREFIX describe: <http://example.org/> CONSTRUCT { describe:a describe:b 1 } {}",
         Form.CONSTRUCT, "nq"),
    ],
)  # fmt: skip
def test_form_and_best_format(engine: Engine, text: str, form: Form, format_: str) -> None:
    request = QueryRequest(text, results=("ttl", "xml", "json"), rdf=("json", "nq", "ttl"))
    answer = engine.query(request)
    assert (answer.form, answer.format) == (form, format_)
    assert answer.version.startswith("data.nq-")
    assert body_of(answer)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("SELECT", QuerySyntaxError, "error at"),
        ("INSERT DATA { <a:a> <a:b> 1 }", UpdateNotAllowedError, "no updates"),
        ("PREFIX a: <a:> delete where { ?s ?p ?o }", UpdateNotAllowedError, "no updates"),
        ("LOAD <file:///etc/passwd>", UpdateNotAllowedError, "no updates"),
        ("L\\u004FAD <file:///etc/passwd>", UpdateNotAllowedError, "no updates"),
        ("SELECT (<http://example.org/f>(1) AS ?x) {}", EvaluationError, "example.org/f"),
        ("ASK { <relative> ?p ?o }", QuerySyntaxError, "error at"),
    ],
)
def test_errors_by_meaning(engine: Engine, text: str, kind: type[QueryError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        ask(engine, text)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('SELECT ("a\\rb]]>&\\n\\t\\u0085" AS ?x) {}', ".//{*}literal"),
        ('CONSTRUCT { <a:s> <a:p> "a\\rb]]>&\\n\\t\\u0085" } {}', "{*}Description/{*}p"),
    ],
)
def test_xml_is_read_back_by_value(engine: Engine, text: str, path: str) -> None:
    body = body_of(engine.query(QueryRequest(text, results=("xml",), rdf=("rdf",))))
    found = ElementTree.fromstring(body).find(path)
    assert found is not None
    assert found.text == "a\rb]]>&\n\t\x85"


@pytest.mark.parametrize("letter", ["\\u0001", "\\u001F", "\\uFFFE", "\\uFFFF"])
@pytest.mark.parametrize(
    "text", ['SELECT ("{}" AS ?x) {{}}', 'CONSTRUCT {{ <a:s> <a:p> "{}" }} {{}}']
)
def test_what_xml_cannot_hold_is_an_error(engine: Engine, text: str, letter: str) -> None:
    text = text.format("é" * 9000 + letter)
    with pytest.raises(UnwritableError, match=letter.replace("\\u", r"U\+")):
        body_of(engine.query(QueryRequest(text, results=("xml",), rdf=("rdf",))))
    assert body_of(engine.query(QueryRequest(text, results=("json",), rdf=("nt",))))


def test_nothing_acceptable_names_what_there_is(engine: Engine) -> None:
    with pytest.raises(NotAcceptableError) as caught:
        engine.query(QueryRequest("ASK {}", results=("ttl",)))
    assert caught.value.form == "ASK"
    assert "text/csv" in caught.value.offered


def test_relative_iris_are_resolved(engine: Engine) -> None:
    assert b'"7"' in ask(engine, "SELECT ?o { <e7> <value> ?o }", base_iri="http://example.org/x")


def test_escapes_are_decoded_everywhere(engine: Engine) -> None:
    text = (
        "\\u0053ELECT ?\\u00e9 { <http://example.org/e\\u0037> ?p ?\u00e9 FILTER(?é = '\\u0037') }"
    )
    assert ask(engine, text) == '?é\n"7"\n'.encode()


def test_rdf_1_2_passes_through(engine: Engine) -> None:
    text = "SELECT ('a'@ar--rtl AS ?x) (<<( <a:s> <a:p> 1 )>> AS ?y) {}"
    (row,) = json.loads(ask(engine, text, results=("json",)))["results"]["bindings"]
    assert row["x"]["its:dir"] == "rtl"
    assert row["y"]["type"] == "triple"


@pytest.mark.parametrize("format_", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_rdf_formats_hold_the_same_triples(engine: Engine, format_: str) -> None:
    text = (
        "CONSTRUCT { ?s <http://example.org/p> ?o } { ?s <http://example.org/value> ?o } LIMIT 50"
    )
    body = ask(engine, text, rdf=(format_,))
    known = pyoxigraph.RdfFormat.from_extension(format_)
    assert len({quad.triple for quad in pyoxigraph.parse(body, format=known)}) == 50


def test_turtle_has_the_prefixes_that_are_used_and_no_others(engine: Engine) -> None:
    text = (
        "PREFIX schema: <https://schema.org/> PREFIX wkg: <https://w3id.org/weihai-kg/ontology#> "
        "CONSTRUCT { wkg:a a schema:Thing ; schema:position 7 } {}"
    )
    body = ask(engine, text, rdf=("ttl",)).decode()
    prefixes = [line.split()[1] for line in body.splitlines() if line.startswith("@prefix")]
    assert prefixes == ["wkg:", "schema:"]
    assert "wkg:a a schema:Thing" in body


def test_xml_keeps_every_character_of_a_string(engine: Engine) -> None:
    rows = ask(engine, 'SELECT (" a\\r\\nb\\rc\\t " AS ?x) {}', results=("xml",))
    told = [each.text for each in ElementTree.fromstring(rows).iter() if each.tag.endswith("ral")]
    assert told == [" a\r\nb\rc\t "]
    graph = ask(engine, 'CONSTRUCT { <a:a> <a:b> " a\\r\\nb\\rc\\t " } {}', rdf=("rdf",))
    assert [str(each) for each in rdflib.Graph().parse(data=graph, format="xml").objects()] == told


@pytest.mark.parametrize("format_", ["rdf", "jsonld", "xml"])
@pytest.mark.parametrize(
    ("value", "unfit"),
    [
        ('<a:b> "a\\u0001"', {"rdf", "xml"}),
        ('<a:b> "a\\uFFFE"', {"rdf", "xml"}),
        ("<http://x/1/> 1", {"rdf"}),
        ("<http://x/y#> 1", {"rdf"}),
        ("<http://www.w3.org/1999/02/22-rdf-syntax-ns#li> 1", {"rdf"}),
        ("<a:b> <<( <a:a> <a:b> 1 )>>", {"jsonld"}),
        ("<a:b> <<( <a:a> <http://x/1/> 1 )>>", {"jsonld", "rdf"}),
        ("<http://x/1a> '\\u0085\\uFFFD\\U0001F6A2'", set[str]()),
    ],
)
def test_what_a_format_cannot_write_is_an_error(
    engine: Engine, value: str, unfit: set[str], format_: str
) -> None:
    if format_ == "xml":
        text = f"SELECT ({value.partition(' ')[2]} AS ?x) {{}}"
    else:
        text = f"CONSTRUCT {{ <a:a> {value} }} {{}}"
    if format_ in unfit:
        with pytest.raises(UnwritableError, match="no way to write"):
            ask(engine, text, results=(format_,), rdf=(format_,))
        return
    body = ask(engine, text, results=(format_,), rdf=(format_,))
    if format_ != "jsonld":
        ElementTree.fromstring(body)
    if format_ == "rdf" and "<<(" not in value:
        assert len(rdflib.Graph().parse(data=body, format="xml")) == 1


@pytest.mark.parametrize("format_", ["json", "xml", "csv", "tsv"])
def test_row_limit_is_exact(dataset: Path, format_: str) -> None:
    with running(dataset, query_rows=100) as engine:
        body = ask(engine, SOME + "100", results=(format_,))
        assert body.count(b"example.org/e") == 100
        with pytest.raises(LimitExceededError) as caught:
            ask(engine, SOME + "101", results=(format_,))
        assert (caught.value.limit, caught.value.value) == ("query_rows", 100)


@pytest.mark.parametrize("format_", ["ttl", "nt"])
def test_triple_limit_is_exact(dataset: Path, format_: str) -> None:
    text = "CONSTRUCT { ?s <a:p> ?o } { ?s <http://example.org/value> ?o } LIMIT "
    with running(dataset, query_rows=100) as engine:
        assert ask(engine, text + "100", rdf=(format_,)).count(b"example.org/e") == 100
        with pytest.raises(LimitExceededError) as caught:
            ask(engine, text + "101", rdf=(format_,))
        assert caught.value.limit == "query_rows"


@pytest.mark.parametrize("format_", ["json", "xml", "csv", "tsv"])
def test_row_limit_in_a_stream_breaks_it(dataset: Path, format_: str) -> None:
    text = (
        'SELECT ?a ?c (\'},{"x":{"type",{},{}\\n""<result>\' AS ?tricky) ?unbound '
        "{ ?a ?b ?c . ?d ?e ?f } LIMIT "
    )
    with running(dataset, query_rows=20_000, query_timeout=20.0) as engine:
        answer = engine.query(QueryRequest(text + "20000", results=(format_,)))
        assert answer.body is None
        whole = body_of(answer)
        assert count_rows(whole, format_) == 20_000
        with pytest.raises(LimitExceededError) as caught:
            ask(engine, text + "20001", results=(format_,))
        assert caught.value.limit == "query_rows"


def count_rows(body: bytes, format_: str) -> int:
    if format_ == "csv":
        return len(list(csv.reader(io.StringIO(body.decode(), newline="")))) - 1
    extension = {"xml": "srx", "json": "srj"}.get(format_, format_)
    known = pyoxigraph.QueryResultsFormat.from_extension(extension)
    results = pyoxigraph.parse_query_results(body, format=known)
    assert isinstance(results, pyoxigraph.QuerySolutions)
    return sum(1 for _ in results)


def test_byte_limit_names_itself(dataset: Path) -> None:
    with running(dataset, query_bytes=10_000) as engine:
        with pytest.raises(LimitExceededError) as caught:
            ask(engine, SOME + "2000")
        assert (caught.value.limit, caught.value.value) == ("query_bytes", 10_000)


def test_rows_without_variables_are_counted(dataset: Path) -> None:
    with running(dataset, query_rows=100) as engine:
        assert body_of(engine.query(QueryRequest("SELECT ?x { ?s ?p ?o } LIMIT 100")))
        with pytest.raises(LimitExceededError):
            engine.query(QueryRequest("SELECT ?x { ?s ?p ?o } LIMIT 101"))


def test_substitutions_bind_everywhere(engine: Engine) -> None:
    thing = "<http://example.org/e7>"
    for text in (
        "SELECT ?o { ?thing <http://example.org/value> ?o }",
        "SELECT ?o { { ?s <http://example.org/value> ?o FILTER(?s = ?thing && BOUND(?thing)) } }",
        "SELECT ?o { { SELECT ?o { $thing <http://example.org/value> ?o } } }",
    ):
        assert ask(engine, text, substitutions={"thing": thing}) == b'?o\n"7"\n', text
    rows = ask(
        engine,
        "SELECT ?thing ?o { ?thing <http://example.org/value> ?o }",
        substitutions={"thing": thing},
    )
    assert rows == b'?thing\t?o\n<http://example.org/e7>\t"7"\n'


@pytest.mark.parametrize("term", ["'x'} #", '"x" . <a:a> <a:b> "y"', "?x", "<rel>", '"a"\n', ""])
def test_substitutions_take_terms_only(engine: Engine, term: str) -> None:
    with pytest.raises(QuerySyntaxError):
        ask(engine, "SELECT ?o { ?x ?p ?o }", substitutions={"x": term})


def test_head_only_evaluates_without_a_body(engine: Engine) -> None:
    answer = engine.query(QueryRequest("SELECT * { ?s ?p ?o }", head_only=True))
    assert (answer.body, answer.format) == (b"", "json")
