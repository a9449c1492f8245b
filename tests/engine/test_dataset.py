"""The dataset of a query: FROM, the protocol's graphs over it, and merges that count right."""

from __future__ import annotations

import pytest
from tests.engine.conftest import ask

from weihai_kg.engine.service import Engine
from weihai_kg.errors import QuerySyntaxError

G1, G2, G3 = (f"http://example.org/g{number}" for number in (1, 2, 3))
NONE = "http://example.org/none"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


def number(engine: Engine, text: str, *default: str, named: tuple[str, ...] = ()) -> int:
    return int(ask(engine, text, default_graphs=default, named_graphs=named).splitlines()[1])


@pytest.mark.parametrize(
    ("default", "triples"),
    [
        ((G1,), 2), ((G1, G1), 2), ((G1, G2), 3), ((G1, G3), 3), ((G1, G2, G3), 4),
        ((NONE,), 0), ((NONE, G1), 2), ((NONE, G1, G2), 3),
    ],
)  # fmt: skip
def test_default_graphs_are_merged(engine: Engine, default: tuple[str, ...], triples: int) -> None:
    assert number(engine, COUNT, *default) == triples
    clauses = " ".join(f"FROM <{each}>" for each in default)
    assert number(engine, f"SELECT (COUNT(*) AS ?n) {clauses} {{ ?s ?p ?o }}") == triples


def test_protocol_replaces_from_wholly(engine: Engine) -> None:
    text = f"SELECT (COUNT(*) AS ?n) FROM <{G1}> FROM NAMED <{G2}> "
    assert number(engine, text + "{ ?s ?p ?o }", G3) == 1
    assert number(engine, text + "{ GRAPH ?g { ?s ?p ?o } }", G3) == 0
    assert number(engine, text + "{ ?s ?p ?o }", named=(G3,)) == 0
    assert number(engine, text + "{ GRAPH ?g { ?s ?p ?o } }", named=(G1, G3)) == 3


def test_named_graphs_beside_merged_default_graphs(engine: Engine) -> None:
    assert number(engine, COUNT_NAMED, G1, G2, named=(G2,)) == 2
    assert number(engine, COUNT_NAMED, G1, G2) == 0
    assert number(engine, COUNT, G1, G2, named=(G1, G2, G3)) == 3


def test_from_by_prefix_and_base(engine: Engine) -> None:
    text = (
        "BASE <http://example.org/> PREFIX ex: <http://example.org/> "
        "SELECT (COUNT(*) AS ?n) FROM ex:g1 FROM <g2> { ?s ?p ?o }"
    )
    assert number(engine, text) == 3
    relative = "SELECT (COUNT(*) AS ?n) FROM <g1> FROM <g2> { ?s ?p ?o }"
    answer = ask(engine, relative, base_iri="http://example.org/sparql")
    assert answer == b"?n\n3\n"


def test_from_named_alone_leaves_the_default_graph_empty(engine: Engine) -> None:
    text = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{G1}>"
    assert number(engine, text + "{ ?s ?p ?o }") == 0
    assert number(engine, text + "{ GRAPH ?g { ?s ?p ?o } }") == 2


def test_from_reads_no_file(engine: Engine) -> None:
    text = (
        "SELECT (COUNT(*) AS ?n) FROM <file:///etc/passwd> FROM <http://127.0.0.1:1/> { ?s ?p ?o }"
    )
    assert number(engine, text) == 0


@pytest.mark.parametrize("text", ["ASKFROM<http://example.org/g1>{}", "SELECT*FROMNAMED<x:y>{}"])
def test_glued_words_are_refused(engine: Engine, text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="blanks around words"):
        ask(engine, text)


def test_graph_name_that_is_no_iri_is_refused(engine: Engine) -> None:
    with pytest.raises(QuerySyntaxError, match="absolute IRI"):
        ask(engine, "ASK {}", default_graphs=("not an iri",))


def test_description_of_merged_graphs_holds_each_triple_once(engine: Engine) -> None:
    lines = ask(engine, "DESCRIBE <http://example.org/s>", default_graphs=(G1, G2, G3)).splitlines()
    assert len(lines) == len(set(lines)) == 4


def test_graphs_are_listed(engine: Engine) -> None:
    assert engine.graphs() == (G1, G2, G3)


@pytest.mark.parametrize(
    "graph", ["GRAPH", "graph", "gr\\u0061ph", "\\U00000047RAPH", "#\nGRAPH"], ids=repr
)
def test_named_graphs_are_seen_however_their_word_is_written(engine: Engine, graph: str) -> None:
    both = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { WORD ?g { ?s ?p ?o } } }"
    assert number(engine, both.replace("WORD", graph)) == 4000 + 5
    part = f"ASK {{ ?s ?p '77' FILTER EXISTS {{ {graph} <{G1}> {{ ?x ?y '2' }} }} }}"
    assert ask(engine, part) == b"true"


def test_default_graph_answers_alike_and_in_order_with_and_without_the_others(
    engine: Engine,
) -> None:
    rows = "SELECT ?s ?o { ?s <http://example.org/value> ?o }"
    assert ask(engine, rows) == ask(engine, f"{rows} # graph")
    assert ask(engine, "DESCRIBE <http://example.org/s>") == b""
    assert number(engine, COUNT) == 4000
