"""A query taken apart is the query, and whatever is sent ends in an answer or an error."""

from __future__ import annotations

import contextlib
from collections import Counter
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import URIRef

from weihai_kg.engine.request import QueryRequest
from weihai_kg.errors import QueryError, WeihaiKGError
from weihai_kg.explanation import terms, writing
from weihai_kg.explanation.reading import read
from weihai_kg.explanation.writing import Demand

from .conftest import explainer_of, rows_of, small
from .test_release import names_of_queries


@pytest.mark.parametrize("name", names_of_queries())
def test_query_taken_apart_and_written_again_has_the_same_solutions(name, saved, store):
    """The engine is the referee: the parts, with their markers, give what the text gives."""
    query = read(saved[name].request().text)
    where = rows_of(store, f"{query.prologue}\nSELECT * WHERE {query.where.text}")
    again = rows_of(store, writing.solutions(query, query.where.parts, Demand(), None))
    made = {name for row in again for name in row if name.startswith(query.prefix)}
    mine = Counter(
        tuple(sorted((n, value) for n, value in row.items() if n not in made)) for row in again
    )
    assert mine == Counter(tuple(sorted(row.items())) for row in where)


@pytest.mark.parametrize("text", [
    'SELECT * { ?s ?p "a { b } c . FILTER" . ?s ?p \'\'\'x"y\'\'\'@en }',
    "select * where { ?s a <t:C> ; <t:p> 1. }",
    "SELECT * # } comment {\n{ ?s ?p -1.5e3 , true , 'x'^^<t:d> }",
    "BASE <t:b/> PREFIX : <t:p#> SELECT $x { $x :a\\-b [] ; :c [ :d ( 1 [] ) ] }",
    "SELECT * { ?s <t:p>?/(<t:q>|^<t:r>)*/!(a|^<t:s>) ?o }",
    "SELECT (COUNT(DISTINCT *) AS ?n) { { } UNION { VALUES (?a ?b) { (UNDEF 1) } } }",
    "\\u0053ELECT * { ?s ?p ?o }",
    "SELECT ?s FROM <t:g> FROM NAMED <t:h> WHERE { ?s ?p ?o } GROUP BY ?s (STR(?s)) "
    "HAVING (COUNT(*) > 1) (MIN(?o) < 3) ORDER BY DESC(COUNT(*)) LIMIT 3 OFFSET 1 "
    "VALUES ?s { <t:x> }",
    "ASK { ?a ?b ?c OPTIONAL { ?a ?d ?e { SELECT ?a { ?a ?f ?g } LIMIT 1 } } }",
    "DESCRIBE <t:x>",
    "CONSTRUCT WHERE { ?s ?p ?o }",
])  # fmt: skip
def test_legal_query_is_read(text):
    assert read(text)


HOSTILE = [
    "", "}", "{", "SELECT", "SELECT * {", "SELECT * { ?s ?p", "SELECT * { ?s ?p ?o ; ; }}",
    "SELECT * { " + "{" * 500 + "}" * 500 + " }",
    "SELECT * { ?s " + "(" * 500 + "<t:p>" + ")" * 500 + " ?o }",
    "SELECT * { ?s ?p " + "[ <t:p> " * 300 + "1" + "]" * 300 + " }",
    "SELECT * { ?s ?p ?o FILTER(" + "(" * 300 + "1" + ")" * 300 + ") }",
    "SELECT * { ?s ?p ?o FILTER EXISTS " * 90 + "{" * 90,
    "SELECT (( AS ?x) {}", "SELECT (1 AS) {}", "SELECT * { BIND() }", "SELECT * { VALUES }",
    "SELECT * { GRAPH { } }", "SELECT * { SERVICE }", "SELECT * { ?s ?p ?o } GROUP BY",
    "SELECT * { ?s ?p \"\\ud800\" }", "\0", "SELECT * { ?s ?p ?o } HAVING",
    "INSERT DATA { <t:a> <t:b> <t:c> }", "SELECT * { ?s ?p ?o } # " + "x" * 100_000,
    "SELECT * { ?x !" + "^" * 200 + "<t:p> ?y }", "SELECT * { <<<<<<<<<<<< }",
    "SELECT * { ?a<(((?b> 1 }", "SELECT ?x { ?x ?p ?o } LIMIT", "ORDER BY",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_ends_in_an_error_or_an_answer(text):
    begin = process_time()
    with contextlib.suppress(QueryError):
        read(text)
    assert process_time() - begin < 10  # without backtracking it is some milliseconds


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_never_ends_in_anything_but_our_errors(engine, text):
    from weihai_kg.explanation.explainer import Explainer
    from weihai_kg.namespaces import Namespaces

    explainer = Explainer(engine, Namespaces(), seconds=5)
    for ask in (
        lambda: explainer.row(QueryRequest(text), number=1),
        lambda: explainer.missing(QueryRequest(text), {"s": URIRef("t:a")}),
    ):
        with contextlib.suppress(WeihaiKGError):
            ask()


@given(st.text(alphabet="SELECT {}()[]<>?*+/|^!.;,\"'\\@:_aps1\n", max_size=60))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_text_is_read_or_refused(text):
    for candidate in (text, f"SELECT * {{ {text} }}"):
        with contextlib.suppress(QueryError):
            read(candidate)


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_text_is_a_term_or_refused(text):
    for candidate in (text, f'"{text}"', f"<{text}>"):
        try:
            found = terms.parse(candidate)
        except QueryError:
            continue
        assert terms.parse(terms.key(found)) == found


def test_time_of_an_explanation_is_limited():
    engine = small(" ".join(f"<t:{n}> <t:p> <t:{n + 1}> ." for n in range(300)))
    explainer = explainer_of(engine, seconds=0.005)
    with pytest.raises(QueryError, match="query_timeout"):
        explainer.row(QueryRequest("SELECT ?x { <t:0> <t:p>+ ?x FILTER(?x = <t:300>) }"), number=1)
