"""Random graphs and queries: the statements that why returns, alone, give the row again."""

from __future__ import annotations

from datetime import timedelta

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weihai_kg.engine.request import QueryRequest
from weihai_kg.explanation.explainer import MOST_SHOWN
from weihai_kg.explanation.model import Explanation, Kind, Step
from weihai_kg.explanation.pattern import Query, Triple
from weihai_kg.explanation.phrases import PHRASES
from weihai_kg.explanation.reading import read
from weihai_kg.explanation.terms import parse

from .conftest import StoreEngine, alone, explainer_of, ox_term, row_of, rows_of
from .conftest import key as key_of

NODES = ["<e:a>", "<e:b>", "<e:c>", "<e:d>"]
PROPERTIES = ["<e:p>", "<e:q>", "<e:r>"]
NUMBERS = ["1", "2", "3"]
VARIABLES = ["?w", "?x", "?y", "?z"]
GRAPHS = ["", "", "", "<e:g>", "<e:h>"]

quads = st.tuples(
    st.sampled_from(NODES), st.sampled_from(PROPERTIES), st.sampled_from(NODES + NUMBERS),
    st.sampled_from(GRAPHS),
)  # fmt: skip
graphs = st.sets(quads, min_size=8, max_size=24)
paths = st.recursive(
    st.sampled_from([*PROPERTIES, "!<e:p>", "!(<e:p>|^<e:q>)"]),
    lambda inner: st.one_of(
        st.builds("({}/{})".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("(^{})".format, inner),
        st.builds("({}){}".format, inner, st.sampled_from("*+?")),
    ),
    max_leaves=3,
)
variables = st.sampled_from(VARIABLES)
subjects = st.one_of(variables, variables, st.sampled_from(NODES))
objects = st.one_of(variables, variables, variables, st.sampled_from(NODES + NUMBERS))
patterns = st.one_of(
    st.builds("{} {} {} .".format, subjects, st.sampled_from(PROPERTIES), objects),
    st.builds("{} {} {} .".format, subjects, variables, objects),
    st.builds("{} {} {} .".format, subjects, paths, objects),
    st.builds("{} <e:p> [ {} {} ] .".format, subjects, st.sampled_from(PROPERTIES), objects),
    st.builds("{} <e:p> {} ; <e:q> {} .".format, subjects, objects, objects),
)
blocks = st.lists(patterns, min_size=1, max_size=2).map(" ".join)
tests = st.one_of(
    st.builds("FILTER({} != {})".format, variables, st.sampled_from(VARIABLES + NODES)),
    st.builds("FILTER({} > {})".format, variables, st.sampled_from(NUMBERS)),
    st.builds("FILTER({} IN ({}, 1))".format, variables, st.sampled_from(NODES)),
    st.builds("FILTER(BOUND({}))".format, variables),
    st.builds("FILTER(isIRI({}) || {} = 2)".format, variables, variables),
)
filters = st.one_of(
    tests, tests,
    st.builds("FILTER EXISTS {{ {} }}".format, blocks),
    st.builds("FILTER(EXISTS {{ {} }} || {} = 1)".format, blocks, variables),
)  # fmt: skip
negations = st.one_of(
    st.builds("FILTER NOT EXISTS {{ {} }}".format, blocks),
    st.builds("MINUS {{ {} }}".format, blocks),
    st.builds("OPTIONAL {{ {} }} FILTER(!BOUND({}))".format, blocks, variables),
)
subqueries = st.one_of(
    st.builds("{{ SELECT {} {{ {} }} }}".format, variables, blocks),
    st.builds("{{ SELECT DISTINCT {0} {1} {{ {2} }} }}".format, variables, variables, blocks),
    st.builds(
        "{{ SELECT {0} (COUNT({1}) AS ?n) {{ {2} }} GROUP BY {0} }}".format,
        variables, variables, blocks,
    ),
)  # fmt: skip
values = st.one_of(
    st.builds("VALUES {} {{ {} {} }}".format, variables, st.sampled_from(NODES),
              st.sampled_from([*NODES, "UNDEF"])),
    st.builds("VALUES (?x ?y) {{ ({} {}) (UNDEF {}) }}".format, st.sampled_from(NODES),
              st.sampled_from(NODES + NUMBERS), st.sampled_from(NODES)),
)  # fmt: skip


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("OPTIONAL {{ {} }}".format, inner),
        st.builds("OPTIONAL {{ {} {} }}".format, inner, filters),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("{{ {} {} }}".format, inner, filters),
        st.builds("GRAPH {} {{ {} }}".format, st.sampled_from(["?g", "<e:g>"]), inner),
    )


groups = st.recursive(
    blocks, lambda inner: st.builds("{} {}".format, inner, nested(inner)), max_leaves=3
)
parts = st.one_of(
    blocks, nested(groups), nested(groups), subqueries, values, filters,
    st.builds("BIND({} AS ?k)".format, st.sampled_from(["?x", "STR(?y)", "?z + 1", "1"])),
)  # fmt: skip
wheres = st.one_of(
    st.builds("{} {}".format, blocks, st.lists(parts, max_size=3).map(" ".join)),
    st.builds("{} {} {}".format, blocks, st.lists(parts, max_size=2).map(" ".join), negations),
)
modifiers = st.sampled_from(["", "", "", " ORDER BY ?x ?y", " ORDER BY DESC(?y) LIMIT 2"])
plain = st.builds(
    "SELECT {} {} WHERE {{ {} }}{}".format, st.sampled_from(["", "DISTINCT"]),
    st.sampled_from([
        "?x ?y", "?w ?x ?y ?z", "*", "?x (STR(?y) AS ?text)", "?x (COALESCE(?y, ?z) AS ?c)",
    ]),
    wheres, modifiers,
)  # fmt: skip
grouped = st.builds(
    "SELECT {} WHERE {{ {} }} {}".format,
    st.sampled_from([
        "?x (COUNT(*) AS ?n)", "?x (COUNT(DISTINCT ?y) AS ?n) (SUM(?z) AS ?m)",
        "?x (MIN(?y) AS ?n) (MAX(STR(?z)) AS ?m)", "?x (COUNT(?y) + COUNT(?z) AS ?n)",
    ]),
    wheres,
    st.sampled_from([
        "GROUP BY ?x", "GROUP BY ?x HAVING (COUNT(*) > 1)", "GROUP BY ?x HAVING (MIN(?z) < 3)",
        "GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x",
    ]),
)  # fmt: skip
overall = st.builds(
    "SELECT {} WHERE {{ {} }}".format,
    st.sampled_from(["(COUNT(*) AS ?n)", "(COUNT(DISTINCT ?x) AS ?n) (AVG(?z) AS ?m)"]), wheres,
)  # fmt: skip
queries = st.one_of(plain, plain, plain, grouped, overall)

NEGATION = ("NOT EXISTS", "MINUS", "BOUND", "OPTIONAL", "COALESCE", "EXISTS")


def monotone(text: str) -> bool:
    """Whether more statements can only give more solutions."""
    return not any(word in text for word in NEGATION)


def required(query: Query, found: Explanation) -> list[Step]:
    """The patterns that every solution needs, with what they found."""
    texts = {part.text for part in query.where.parts if isinstance(part, Triple)}
    assert found.row is not None
    return [
        step for step in found.row.derivations[0].steps
        if step.kind is Kind.PATTERN and step.text in texts
    ]  # fmt: skip


LONG = {each: f'"{each}"^^<http://www.w3.org/2001/XMLSchema#integer>' for each in NUMBERS}


def loaded(data: set[tuple[str, str, str, str]]) -> ox.Store:
    store = ox.Store()
    lines = [f"{s} {p} {LONG.get(o, o)} {g} .\n" for s, p, o, g in data]
    store.load("".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    return store


def replays(data: set[tuple[str, str, str, str]], text: str) -> None:
    store = loaded(data)
    try:
        rows = rows_of(store, text)
    except SyntaxError:
        return
    names = [each.value for each in store.query(text).variables]
    whole = text.removesuffix(" LIMIT 2")
    tree = read(text)
    explainer = explainer_of(StoreEngine(store))
    for number in range(1, min(len(rows), 4) + 1):
        found = explainer.row(QueryRequest(text), number=number, shown=MOST_SHOWN)
        assert found.row is not None, "the row is not found again"
        wanted = row_of(found.row.row)
        assert wanted in rows
        assert {name for name, _ in found.row.row} == set(names)
        odd = [step.text for step in found.row.walk() if step.kind is Kind.UNEXPLAINED]
        assert not odd
        statements = set(found.row.statements())
        for each in statements:  # nothing is made up
            subject, predicate, value = (ox_term(key_of(term)) for term in each.triple)
            graph = ox.DefaultGraph() if each.graph is None else ox_term(key_of(each.graph))
            assert list(store.quads_for_pattern(subject, predicate, value, graph)), each
        if found.row.grouped:
            if monotone(text):
                assert wanted in rows_of(alone(statements), text)
            continue
        if "DISTINCT" not in text:
            assert found.row.total == rows_of(store, whole).count(wanted)
        witness = set(found.row.derivations[0].statements())
        for chosen in (statements, witness):
            assert wanted in rows_of(alone(chosen), whole)
        if found.row.total == 1 and monotone(text):
            # The one solution there is needs each of its patterns.
            for step in required(tree, found):
                assert wanted not in rows_of(alone(witness - set(step.statements)), whole), step


@given(graphs, queries)
@settings(
    max_examples=200, deadline=timedelta(seconds=20), derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
def test_row_of_random_query_replays_from_its_statements(data, text) -> None:
    replays(data, text)


wishes = st.tuples(
    st.sampled_from("xxy"),
    st.sampled_from([*NODES, None]),
    st.sampled_from([*NODES, "2", None, ""]),
)


@given(graphs, queries, wishes)
@settings(
    max_examples=150, deadline=timedelta(seconds=20), derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
def test_row_of_random_values_is_missing_just_if_the_answer_has_none(data, text, wish):
    """Where it is missing a part of the query is named; what it finds instead is in the data."""
    store = loaded(data)
    try:
        rows = rows_of(store, text)
    except SyntaxError:
        return
    names = [each.value for each in store.query(text).variables]
    first, one, other = wish
    asked = {first: one} | ({"y": other} if other != "" and first == "x" else {})
    asked = {name: value for name, value in asked.items() if name in names}
    terms = {
        name: parse(LONG.get(value, value)) if value else None for name, value in asked.items()
    }
    there = any(
        all(row.get(name) == (key_of(term) if term else None) for name, term in terms.items())
        for row in rows
    )
    found = explainer_of(StoreEngine(store)).missing(QueryRequest(text), terms)
    assert (found.row is not None) == there, (asked, rows)
    assert (found.failure is None) == there
    if found.failure is not None:
        for each in found.failure.walk():
            assert each.text
            assert each.note in PHRASES
        for each in found.failure.statements():
            subject, predicate, value = (ox_term(key_of(term)) for term in each.triple)
            graph = ox.DefaultGraph() if each.graph is None else ox_term(key_of(each.graph))
            assert list(store.quads_for_pattern(subject, predicate, value, graph)), each
