"""Statements of CONSTRUCT and DESCRIBE, the answer of ASK, and values that are new each time."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from jsonschema import Draft202012Validator
from rdflib import Literal, URIRef

from weihai_kg.engine.request import QueryRequest
from weihai_kg.errors import NoRowError
from weihai_kg.explanation import document, page, plain
from weihai_kg.explanation.model import Kind, Question, Statement
from weihai_kg.explanation.terms import key

from .conftest import alone, explainer_of, small

DATA = """
<e:a> <e:knows> <e:b> , <e:c> ; <e:age> 30 .
<e:b> <e:knows> <e:c> ; <e:age> 25 .
<e:c> <e:likes> <e:a> ; <e:has> [ <e:part> 1 ] .
"""
VALIDATOR = Draft202012Validator(json.loads(document.schema()))


@pytest.fixture(scope="module")
def engine():
    return small(DATA)


def statement(subject, predicate, value):
    value = value if isinstance(value, Literal) else URIRef(value)
    return Statement(URIRef(subject), URIRef(predicate), value)


def shown(found):
    VALIDATOR.validate(json.loads(document.render(found)))
    for language in ("zh", "en"):
        assert page.standalone(found, language)
    return plain.render(found, "en")


def replayed(engine, text, made):
    """The statement of the answer is made of what was found, alone."""
    found = explainer_of(engine).row(QueryRequest(text), statement=made)
    assert found.question is Question.ROW
    assert found.row is not None
    again = alone(found.row.statements()).query(text)
    assert " ".join(map(key, made.triple)) in {str(each) for each in again}
    assert shown(found)
    return found


def of(found, kind):
    return [step for step in found.row.walk() if step.kind is kind]


FRIENDS = "CONSTRUCT { ?y <e:friend> ?x . ?x a <e:Person> } WHERE { ?x <e:knows> ?y }"


def test_constructed_statement_has_its_line_of_the_template_and_its_solution(engine):
    found = replayed(engine, FRIENDS, statement("e:c", "e:friend", "e:b"))
    (line,) = of(found, Kind.TEMPLATE)
    assert line.text == "?y <e:friend> ?x"
    assert dict(line.inputs) == {"x": URIRef("e:b"), "y": URIRef("e:c")}
    assert {each.predicate for each in found.row.statements()} == {URIRef("e:knows")}


def test_every_statement_of_an_answer_is_explained_by_its_number(engine):
    made = {str(each) for each in engine.store.query(FRIENDS)}
    explainer = explainer_of(engine)
    for number in range(1, len(made) + 1):
        found = explainer.row(QueryRequest(FRIENDS), number=number)
        assert found.statement is not None
        assert " ".join(map(key, found.statement.triple)) in made
        replayed(engine, FRIENDS, found.statement)
    with pytest.raises(NoRowError, match="no row"):
        explainer.row(QueryRequest(FRIENDS), number=len(made) + 1)


def test_two_lines_of_a_template_that_give_one_statement(engine):
    text = "CONSTRUCT { ?x <e:of> ?y . <e:b> <e:of> ?y } WHERE { ?x <e:knows> ?y }"
    found = replayed(engine, text, statement("e:b", "e:of", "e:c"))
    assert [step.note for step in of(found, Kind.TEMPLATE)] == ["template", "template-too"]


def test_construct_where_and_grouped_values_in_a_subquery(engine):
    replayed(engine, "CONSTRUCT WHERE { ?x <e:knows> ?y }", statement("e:a", "e:knows", "e:b"))
    text = (
        "CONSTRUCT { ?x <e:count> ?n } WHERE "
        "{ SELECT ?x (COUNT(*) AS ?n) { ?x <e:knows> ?y } GROUP BY ?x }"
    )
    found = replayed(engine, text, statement("e:a", "e:count", Literal(2)))
    assert of(found, Kind.AGGREGATE)


def test_blank_node_of_a_template_is_any_blank_node(engine):
    text = "CONSTRUCT { _:new <e:of> ?x } WHERE { ?x <e:likes> ?y }"
    found = explainer_of(engine).row(QueryRequest(text), number=1)
    assert found.row is not None
    assert of(found, Kind.TEMPLATE)
    assert {each.predicate for each in found.row.statements()} == {URIRef("e:likes")}


def test_statement_that_is_not_constructed_says_why_not(engine):
    explainer = explainer_of(engine)
    found = explainer.row(QueryRequest(FRIENDS), statement=statement("e:a", "e:friend", "e:b"))
    assert found.failure is not None
    assert found.failure.note == "nothing-fits"
    assert "Why this statement is not in the answer" in shown(found)
    found = explainer.row(QueryRequest(FRIENDS), statement=statement("e:a", "e:foe", "e:b"))
    assert found.failure is not None
    assert found.failure.note == "no-template"
    assert shown(found)


def test_described_statement_says_why_its_subject_is_described(engine):
    text = "DESCRIBE ?x WHERE { ?x <e:likes> ?y }"
    found = replayed(engine, text, statement("e:c", "e:likes", "e:a"))
    (step,) = of(found, Kind.DESCRIBED)
    assert step.note == "described"
    found = replayed(engine, "DESCRIBE <e:a>", statement("e:a", "e:age", Literal(30)))
    assert of(found, Kind.DESCRIBED)[0].note == "described-named"
    found = explainer_of(engine).row(
        QueryRequest(text), statement=statement("e:b", "e:age", Literal(25))
    )
    assert found.failure is not None


def test_described_blank_node_is_said_not_to_be_explained(engine):
    text = "DESCRIBE <e:c>"
    answer = [str(each) for each in engine.store.query(text)]
    assert any(line.startswith("_:") for line in answer)
    found = [explainer_of(engine).row(QueryRequest(text), number=n) for n in (1, 2, 3)]
    notes = [step.note for each in found for step in of(each, Kind.UNEXPLAINED)]
    assert notes == ["described-blank"]


def test_ask_that_is_true_shows_its_first_solution(engine):
    text = "ASK { ?x <e:likes> ?y }"
    for options in ({}, {"number": 1}):
        found = explainer_of(engine).row(QueryRequest(text), **options)
        assert found.row is not None
        assert alone(found.row.statements()).query(text)
        assert "Why the answer is yes" in shown(found)


def test_ask_that_is_false_says_where_it_fails(engine):
    text = "ASK { ?x <e:knows> ?y . ?y <e:knows> ?x }"
    assert not engine.store.query(text)
    for options in ({}, {"number": 1}):
        found = explainer_of(engine).row(QueryRequest(text), **options)
        assert found.failure is not None
        assert found.failure.text == "?y <e:knows> ?x"
        assert "Why the answer is no" in shown(found)


VOLATILE = {
    "SELECT ?x (RAND() AS ?r) { ?x <e:likes> ?y }": [Kind.COLUMN],
    "SELECT ?x ?r { ?x <e:likes> ?y BIND(RAND() AS ?r) FILTER(?r >= 0) }": [Kind.BIND],
    "SELECT ?x { ?x <e:likes> ?y BIND(RAND() AS ?r) FILTER(?r < 2) }": [Kind.BIND, Kind.FILTER],
    "SELECT ?x { ?x <e:likes> ?y FILTER(RAND() < 2) }": [Kind.FILTER],
    "SELECT ?x (UUID() AS ?u) (STRUUID() AS ?t) { ?x <e:likes> ?y }": [Kind.COLUMN, Kind.COLUMN],
    "SELECT ?x ?n { ?x <e:likes> ?y BIND(NOW() AS ?n) }": [Kind.BIND],
    "SELECT ?x (?r * 2 AS ?twice) { ?x <e:likes> ?y BIND(RAND() AS ?r) }":
        [Kind.COLUMN, Kind.BIND],
    "SELECT ?x ?b { ?x <e:likes> ?y BIND(BNODE() AS ?b) }": [Kind.BIND],
    "SELECT ?x ?s { ?x <e:likes> ?y { SELECT ?s { ?s <e:age> ?a } ORDER BY RAND() LIMIT 1 } }": [],
    "SELECT (COUNT(*) AS ?n) { ?x <e:knows> ?y } HAVING (RAND() < 2)": [Kind.HAVING],
    "SELECT (SUM(RAND()) AS ?n) { ?x <e:knows> ?y }": [],
    "SELECT ?x { ?x <e:likes> ?y FILTER EXISTS { ?x <e:has> ?h FILTER(RAND() < 2) } }":
        [Kind.FILTER],
}  # fmt: skip


@pytest.mark.parametrize("text", VOLATILE)
def test_value_that_is_new_each_time_is_said_so_and_the_rest_is_explained(engine, text):
    table = engine.store.query(text)
    assert isinstance(table, ox.QuerySolutions)
    rows = [{v.value: row[v] for v in table.variables} for row in table]
    assert rows
    for _ in range(3):
        found = explainer_of(engine).row(QueryRequest(text), number=1)
        assert found.row is not None
        assert [each.kind for each in found.row.walk() if each.note == "volatile"] == VOLATILE[text]
        assert list(found.row.statements())
        assert not of(found, Kind.UNEXPLAINED)
        assert shown(found)


def test_volatile_value_of_the_row_is_kept(engine):
    text = "SELECT ?x ?r { ?x <e:likes> ?y BIND(RAND() AS ?r) }"
    given = {"x": URIRef("e:c"), "r": Literal("0.25", datatype=URIRef(
        "http://www.w3.org/2001/XMLSchema#double"))}  # fmt: skip
    found = explainer_of(engine).row(QueryRequest(text), given)
    assert found.row is not None
    assert str(dict(found.row.row)["r"]) in {"0.25", "2.5E-1", "2.5E-01"}


def test_row_whose_group_is_new_each_time_is_said_not_to_be_found_again(engine):
    text = "SELECT ?k (COUNT(*) AS ?n) { ?x <e:knows> ?y } GROUP BY (RAND() AS ?k)"
    found = explainer_of(engine).row(QueryRequest(text), number=1)
    assert found.row is not None
    assert [step.note for step in of(found, Kind.UNEXPLAINED)] == ["not-again"]
    assert shown(found)
