"""What an explanation must not say: cases in which the easy answer would be untrue."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import RDF, XSD, Literal, URIRef
from rdflib.term import Node

from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.errors import LimitExceededError, NoRowError, WorkerLostError
from weihai_kg.explanation import plain
from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.model import MOST_COUNTED, Kind, Statement

from .conftest import StoreEngine, alone, explainer_of, row_of, rows_of, small

DATA = """
<e:a> a <e:P> ; <e:knows> <e:b> ; <e:age> 30 ; <e:mail> "a@x" .
<e:b> a <e:P> ; <e:knows> <e:c> ; <e:age> 25 .
<e:c> a <e:P> ; <e:age> 41 ; <e:boss> <e:a> .
_:one a <e:P> ; <e:age> 7 ; <e:knows> _:two .
_:two a <e:P> ; <e:age> 8 .
<e:list> <e:holds> ( <e:a> <e:b> 3 ) .
<e:g> { <e:a> <e:likes> <e:tea> ; <e:age> 31 }
"""
A, B, C = (URIRef(f"e:{name}") for name in "abc")


@pytest.fixture(scope="module")
def engine():
    return small(DATA)


def why(engine, text, bindings=None, **options):
    return explainer_of(engine).row(QueryRequest(text), bindings, **options)


def whynot(engine, text, **wanted: Node | None):
    return explainer_of(engine).missing(QueryRequest(text), wanted)


def failing(engine, text, **wanted: Node | None):
    found = whynot(engine, text, **wanted)
    assert found.row is None
    assert found.failure is not None
    assert not found.stated
    for language in ("zh", "en"):
        assert plain.render(found, language)
    return found.failure


def replays(engine, text):
    """Every row is given again by the statements of its explanation."""
    rows = rows_of(engine.store, text)
    assert rows
    for number in range(1, len(rows) + 1):
        found = why(engine, text, number=number)
        assert not [each for each in found.row.walk() if each.kind is Kind.UNEXPLAINED]
        if not any(str(value).startswith("_:") for value in row_of(found.row.row).values()):
            assert row_of(found.row.row) in rows_of(alone(found.row.statements()), text)
    return rows


@pytest.mark.parametrize("text", [
    "SELECT ?x (EXISTS { ?x <e:mail> ?m } AS ?e) { ?x <e:knows> ?y }",
    "SELECT ?x (IF(EXISTS { ?x <e:mail> ?m }, 1, 0) AS ?e) { ?x <e:age> ?a }",
    "SELECT (SUM(IF(EXISTS { ?x <e:mail> ?m }, 1, 0)) AS ?n) { ?x <e:age> ?a }",
    "SELECT ?k (COUNT(*) AS ?n) { ?x <e:age> ?a } GROUP BY (EXISTS { ?x <e:mail> ?m } AS ?k)",
])  # fmt: skip
def test_exists_in_a_column_shows_what_it_found(engine, text):
    assert any(each.get("x") == "<e:a>" or "n" in each for each in replays(engine, text))


@pytest.mark.parametrize("text", [
    "SELECT ?a { ?x <e:age> ?a FILTER EXISTS { ?x <e:knows> ?y } }",
    "SELECT ?a { ?x <e:age> ?a FILTER(EXISTS { ?x <e:mail> ?m } || ?a < 9) }",
    "SELECT ?a ?b { ?x <e:age> ?a . ?y <e:age> ?b FILTER EXISTS { ?x <e:knows> ?y } }",
])  # fmt: skip
def test_exists_of_a_blank_node_is_of_that_node(engine, text):
    rows = rows_of(engine.store, text)
    for number in range(1, len(rows) + 1):
        found = why(engine, text, number=number)
        bound = dict(found.row.derivations[0].bindings)
        for step in found.row.walk():
            if step.kind is Kind.EXISTS:
                inner = {each.subject for part in step.walk() for each in part.statements}
                assert inner <= {bound["x"]}
        assert row_of(found.row.row) in rows_of(alone(found.row.statements()), text)


def test_nothing_found_for_a_blank_node_is_not_what_another_has(engine):
    text = "SELECT ?a { ?x <e:age> ?a FILTER NOT EXISTS { ?x <e:knows> ?y } }"
    found = why(engine, text, {"a": _integer(8)})
    steps = [each for each in found.row.walk() if each.kind is Kind.NOT_EXISTS]
    assert [(each.note, each.steps) for each in steps] == [("exists-nothing", ())]


def test_exists_that_asks_a_blank_node_out_of_sight_is_not_explained(engine):
    text = """SELECT ?a { ?x <e:age> ?a FILTER(?a < 9)
        FILTER EXISTS { ?z <e:mail> ?m FILTER NOT EXISTS { ?z <e:boss> ?x } } }"""
    found = why(engine, text, {"a": _integer(8)})
    assert [each.note for each in found.row.walk() if each.kind is Kind.UNEXPLAINED] == [
        "not-again"
    ]


def test_chain_through_blank_nodes(engine):
    first, rest = (f"<{RDF}{name}>" for name in ("first", "rest"))
    rows = replays(engine, f"SELECT ?x {{ <e:list> <e:holds>/{rest}*/{first} ?x }}")
    assert len(rows) == 3
    replays(engine, "SELECT ?a { ?x <e:age> 7 ; <e:knows>+ ?y . ?y <e:age> ?a }")


def test_graph_with_nothing_asked_of_it_has_a_statement_to_show_for_it(engine):
    replays(engine, "SELECT ?g { GRAPH ?g { } }")
    replays(engine, "SELECT ?g { GRAPH ?g { FILTER NOT EXISTS { ?x <e:mail> ?m } } }")


def test_row_that_a_limit_cuts_off_is_not_in_the_answer(engine):
    text = "SELECT ?x { ?x <e:age> ?a } ORDER BY DESC(?a) LIMIT 1"
    assert why(engine, text, {"x": C}).row is not None
    found = why(engine, text, {"x": B})
    assert found.row is None
    assert found.failure is not None
    assert found.failure.note == "sliced"
    made = "CONSTRUCT { ?x <e:is> ?a } WHERE { ?x <e:age> ?a } ORDER BY DESC(?a) LIMIT 1"
    is_ = URIRef("e:is")
    assert why(engine, made, statement=Statement(C, is_, _integer(41))).row is not None
    found = why(engine, made, statement=Statement(B, is_, _integer(25)))
    assert found.failure is not None
    assert found.failure.note == "sliced"


def test_cut_that_takes_too_long_to_tell_is_not_told():
    class Slow(StoreEngine):
        def query(self, request: QueryRequest) -> Answer:
            if not request.head_only and request.text.startswith("SELECT ?x { ?x"):
                raise LimitExceededError("query_timeout", 1, "too long")
            return super().query(request)

    store = small(DATA).store
    text = "SELECT ?x { ?x <e:age> ?a } ORDER BY DESC(?a) LIMIT 1"
    assert why(Slow(store), text, {"x": B}).row is not None


def test_value_that_is_wanted_unbound(engine):
    text = "SELECT ?x ?m { ?x a <e:P> OPTIONAL { ?x <e:mail> ?m } }"
    assert whynot(engine, text, x=B, m=None).row is not None
    failure = failing(engine, text, x=A, m=None)
    assert failure.note == "optional-differs"
    assert dict(failure.wanted)["m"] is None
    assert dict(failure.instead)["m"] == (Literal("a@x"),)
    assert not failure.inner
    # the same by the row's values
    assert why(engine, text, {"x": A, "m": None}).failure == failure


def test_optional_that_gives_another_value_names_the_pattern_within(engine):
    text = "SELECT ?x ?m { ?x a <e:P> OPTIONAL { ?x <e:age> ?a . ?x <e:mail> ?m } }"
    failure = failing(engine, text, x=B, m=Literal("a@x"))
    assert [each.text for each in failure.inner] == ["?x <e:mail> ?m"]
    near = {each.how: each.statements for each in failure.inner[0].near}
    assert near["same-predicate-object"][0].subject == A


def test_condition_that_finds_nothing_names_the_pattern_within(engine):
    failure = failing(
        engine, "SELECT ?x { ?x a <e:P> FILTER EXISTS { ?x <e:age> ?a ; <e:boss> ?b } }", x=B
    )
    assert failure.note == "filter-false"
    assert [each.text for each in failure.inner] == ["?x <e:boss> ?b"]


@pytest.mark.parametrize(("minus", "objects"), [
    ("?x <e:knows> ?y FILTER(!BOUND(?a))", {C}),
    ("?x <e:knows> ?y OPTIONAL { ?y <e:boss> ?z }", {C, A}),
    ("{ SELECT ?x { ?x <e:knows> ?y } }", {C}),
])  # fmt: skip
def test_minus_shows_what_took_the_row_away(engine, minus, objects):
    failure = failing(engine, f"SELECT ?x {{ ?x <e:age> ?a MINUS {{ {minus} }} }}", x=B)
    assert failure.note == "minus-found"
    assert failure.found is not None
    assert {each.object for each in failure.found.statements()} == objects


def test_filter_is_judged_when_nothing_changes_its_values_any_more(engine):
    text = """SELECT ?x { ?x a <e:P> OPTIONAL { ?x <e:boss> ?b } OPTIONAL { ?x <e:knows> ?b }
        ?x <e:none> ?n FILTER(BOUND(?b)) }"""
    assert failing(engine, text, x=B).text == "?x <e:none> ?n"
    text = text.replace("?x <e:none> ?n", "?x <e:age> ?n").replace("BOUND(?b)", "?b = <e:b>")
    assert failing(engine, text, x=B).note == "filter-false"


def test_minus_without_a_variable_in_common_is_not_said_to_have_found_nothing(engine):
    text = "SELECT ?x { ?x <e:age> ?a MINUS { ?y <e:mail> ?m } }"
    (step,) = [each for each in why(engine, text, {"x": A}).row.walk() if each.kind is Kind.MINUS]
    assert step.note == "minus-apart"
    text = "SELECT ?x { ?x <e:age> ?a MINUS { ?x <e:boss> ?m } }"
    (step,) = [each for each in why(engine, text, {"x": A}).row.walk() if each.kind is Kind.MINUS]
    assert step.note == "minus-nothing"


def test_order_by_what_there_is(engine):
    replays(engine, "SELECT ?x { ?x <e:knows> ?y } ORDER BY DESC(EXISTS { ?x <e:mail> ?m }) ?x")
    replays(engine, "SELECT ?x { ?x <e:knows> ?y } ORDER BY EXISTS { ?x <e:mail> ?m } LIMIT 9")


def test_number_of_another_datatype_does_not_look_the_same():
    engine = small("<e:a> <e:w> 7.0E1 , 70.0 , 70 .")
    found = whynot(engine, "SELECT ?w { <e:a> <e:w> ?w }", w=Literal("71", datatype=XSD.integer))
    text = plain.render(found, "en")
    assert "(<e:a> <e:w> 70)" in text
    assert '(<e:a> <e:w> "70"^^xsd:double)' in text
    assert '(<e:a> <e:w> "70"^^xsd:decimal)' in text


def test_having_that_fails_shows_what_it_was_given(engine):
    text = "SELECT ?x { ?x <e:knows> ?y } GROUP BY ?x HAVING (COUNT(?y) > 1)"
    failure = failing(engine, text, x=A)
    assert failure.note == "having-false"
    assert failure.inputs == ((("COUNT(?y)", _integer(1)),),)


def test_piece_of_a_path_is_told_from_the_whole(engine):
    failure = failing(engine, "SELECT ?y { <e:a> <e:knows>/<e:none> ?y }")
    (inner,) = failure.inner
    assert (inner.passed, inner.text) == (("<e:a> <e:knows> …",), "… <e:none> ?y")


def test_near_statement_says_in_which_graph_it_is(engine):
    failure = failing(engine, "SELECT ?z { GRAPH <e:g> { <e:a> <e:age> 30 , ?z } }")
    graphs = {each.graph for near in failure.inner[0].near for each in near.statements}
    assert graphs == {URIRef("e:g")}
    found = whynot(engine, "SELECT ?z { GRAPH <e:g> { <e:a> <e:age> 30 , ?z } }")
    assert "in graph <e:g>" in plain.render(found, "en")


def test_property_that_can_be_none(engine):
    failure = failing(engine, "SELECT ?x { ?x <e:age> ?a . ?x ?a ?y }", x=A)
    assert failure.text == "?x ?a ?y"
    assert {each.subject for near in failure.near for each in near.statements} == {A}
    failing(engine, "SELECT ?x { ?x <e:knows> ?a . ?y ?a 7 }", x=URIRef("e:none"))


def test_statement_that_a_describe_does_not_give(engine):
    for text in ("DESCRIBE <e:a>", "DESCRIBE ?x { ?x <e:mail> ?m }"):
        found = why(engine, text, statement=Statement(A, URIRef("e:age"), _integer(99)))
        assert found.row is None
        assert found.failure is not None
        assert found.failure.note == "described-not-stated"
        assert found.failure.near


def test_row_of_a_number_that_there_is_not(engine):
    with pytest.raises(NoRowError, match="0 rows; there is no row 1") as raised:
        why(engine, "SELECT * { ?x <e:none> ?y }", number=1)
    assert raised.value.rows == 0


def test_more_solutions_than_can_be_counted():
    many = "".join(f"<e:s{number}> <e:p> {number} .\n" for number in range(330))
    engine = small(many)
    found = why(engine, "SELECT ?a { ?x <e:p> ?a . ?y <e:p> ?b . ?z <e:p> ?c } LIMIT 2", number=1)
    assert found.row.total == MOST_COUNTED + 1
    assert f"more than {MOST_COUNTED}" in plain.render(found, "en")
    # of a group all are counted
    text = "SELECT (COUNT(*) AS ?n) { ?x <e:p> ?a . ?y <e:p> ?b }"
    assert why(engine, text, number=1, shown=1).row.total == 330 * 330


def test_query_given_up_for_the_time_of_the_explanation_says_so():
    class Late(StoreEngine):
        def query(self, request: QueryRequest) -> Answer:
            assert request.abandoned is not None
            while not request.abandoned():
                pass
            raise WorkerLostError("The client went away.")

    with pytest.raises(LimitExceededError, match="query_timeout"):
        Asker(Late(ox.Store()), seconds=0.05).rows("SELECT * {}")


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=URIRef("http://www.w3.org/2001/XMLSchema#integer"))
