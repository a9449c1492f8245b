"""Runs: the answers are counted and held against what the header promises."""

from __future__ import annotations

import dataclasses

import pyoxigraph as ox
import pytest
from tests.saved_queries.conftest import asker
from tests.saved_queries.test_header import FILE, GOOD

from weihai_kg.engine.request import Answer, Form, QueryRequest
from weihai_kg.errors import LimitExceededError
from weihai_kg.saved_queries.header import parse
from weihai_kg.saved_queries.runs import run
from weihai_kg.saved_queries.saved_query import Expectation, SavedQuery

LABELS = b"""
@prefix wkg: <https://w3id.org/weihai-kg/ontology#> . @prefix id: <https://w3id.org/weihai-kg/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
id:japan a wkg:Country ; rdfs:label "Japan"@en , "\xe6\x97\xa5\xe6\x9c\xac"@zh .
"""
DATA = b"""
@prefix wkg: <https://w3id.org/weihai-kg/ontology#> . @prefix id: <https://w3id.org/weihai-kg/id/> .
id:tokyo a wkg:City ; wkg:locatedIn id:japan . id:ube a wkg:City ; wkg:locatedIn id:japan .
"""


@pytest.fixture
def query() -> SavedQuery:
    parsed, _ = parse(GOOD, FILE)
    assert parsed is not None
    return parsed


@pytest.fixture
def small() -> ox.Store:
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.TURTLE)
    store.load(LABELS, format=ox.RdfFormat.TURTLE)
    return store


def test_run_counts_rows(query: SavedQuery, small: ox.Store) -> None:
    done = run(query, asker(small))
    assert (done.rows, done.findings) == (2, ())
    assert len(done.digest) == 64


@pytest.mark.parametrize(
    ("expect", "data", "what"),
    [
        (Expectation.ROWS, False, "an empty answer where rows are expected"),
        (Expectation.NONE, True, "2 rows where none is expected"),
        (Expectation.ONE, True, "2 rows where one is expected"),
    ],
)
def test_run_finds_what_was_not_promised(
    query: SavedQuery, small: ox.Store, expect: Expectation, data: bool, what: str
) -> None:
    store = small
    if not data:
        store = ox.Store()
        store.load(LABELS, format=ox.RdfFormat.TURTLE)
    (finding,) = run(dataclasses.replace(query, expect=expect), asker(store)).findings
    assert (finding.file, finding.what) == (FILE, what)


def test_run_finds_a_parse_error(query: SavedQuery, small: ox.Store) -> None:
    broken = dataclasses.replace(
        query, text=query.text.replace("locatedIn ?country", "locatedIn )")
    )
    (finding,) = run(broken, asker(small)).findings
    line = 1 + next(i for i, each in enumerate(broken.text.splitlines()) if "locatedIn )" in each)
    assert finding.line == line
    assert finding.what.startswith(f"it does not parse: error at {line}:")


@pytest.mark.parametrize(
    ("choices", "what"),
    [
        ("SELECT bad", "the choices of country cannot be asked: "),
        ("SELECT ?value ?labelZh { ?value a ?labelZh }", "the choices of country come without "),
        ("SELECT ?value ?labelZh ?labelEn { <a:a> ?value ?labelZh , ?labelEn }",
         "the choices of country are empty"),
    ],
)  # fmt: skip
def test_run_finds_choices_that_a_form_could_not_show(
    query: SavedQuery, small: ox.Store, choices: str, what: str
) -> None:
    (country,) = query.parameters
    broken = dataclasses.replace(country, choices_query=choices)
    (finding,) = run(dataclasses.replace(query, parameters=(broken,)), asker(small)).findings
    assert finding.what.startswith(what)


def test_run_finds_a_timeout(query: SavedQuery) -> None:
    def slow(request: QueryRequest) -> Answer:
        raise LimitExceededError("query_timeout", 1, "stopped after 1 s (query_timeout)")

    (finding,) = run(query, slow).findings
    assert finding.what.startswith("it exceeds a limit")


def test_run_reads_streams_and_closes(query: SavedQuery) -> None:
    closed = []
    chunks = [b'{"head": {"vars": ["a"]}, "results": ', b'{"bindings": []}}']

    def streaming(request: QueryRequest) -> Answer:
        assert request.results == ("json",)
        return Answer(Form.SELECT, "json", None, iter(chunks), lambda: closed.append(True))

    done = run(dataclasses.replace(query, expect=Expectation.NONE, parameters=()), streaming)
    assert (done.rows, done.findings, closed) == (0, (), [True])
