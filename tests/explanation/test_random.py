"""Random graphs and queries: the statements that why returns, alone, give the row again."""

from __future__ import annotations

from datetime import timedelta

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weihai_kg.engine.request import QueryRequest
from weihai_kg.explanation.explainer import MOST_SHOWN
from weihai_kg.explanation.model import Kind

from .conftest import StoreEngine, alone, explainer_of, row_of, rows_of

NODES = ["<e:a>", "<e:b>", "<e:c>", "<e:d>"]
PROPERTIES = ["<e:p>", "<e:q>", "<e:r>"]
NUMBERS = ["1", "2", "3"]
VARIABLES = ["?w", "?x", "?y", "?z"]

triples = st.tuples(
    st.sampled_from(NODES), st.sampled_from(PROPERTIES), st.sampled_from(NODES + NUMBERS)
)
graphs = st.sets(triples, min_size=1, max_size=12)
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
subjects = st.one_of(st.sampled_from(VARIABLES), st.sampled_from(VARIABLES + NODES))
objects = st.one_of(st.sampled_from(VARIABLES), st.sampled_from(VARIABLES + NODES + NUMBERS))
patterns = st.one_of(
    st.builds("{} {} {} .".format, subjects, st.sampled_from(PROPERTIES), objects),
    st.builds("{} {} {} .".format, subjects, st.sampled_from(VARIABLES), objects),
    st.builds("{} {} {} .".format, subjects, paths, objects),
)
blocks = st.lists(patterns, min_size=1, max_size=2).map(" ".join)
filters = st.one_of(
    st.builds("FILTER({} != {})".format, st.sampled_from(VARIABLES),
              st.sampled_from(VARIABLES + NODES)),
    st.builds("FILTER({} > {})".format, st.sampled_from(VARIABLES), st.sampled_from(NUMBERS)),
    st.builds("FILTER EXISTS {{ {} }}".format, blocks),
    st.builds("FILTER(isIRI({}))".format, st.sampled_from(VARIABLES)),
)  # fmt: skip
parts = st.one_of(
    blocks,
    st.builds("OPTIONAL {{ {} }}".format, blocks),
    st.builds("OPTIONAL {{ {} {} }}".format, blocks, filters),
    st.builds("{{ {} }} UNION {{ {} }}".format, blocks, blocks),
    st.builds("{{ {} {} }}".format, blocks, filters),
    st.builds("{{ SELECT {} {{ {} }} }}".format, st.sampled_from(VARIABLES), blocks),
    st.builds("VALUES {} {{ {} {} }}".format, st.sampled_from(VARIABLES),
              st.sampled_from(NODES), st.sampled_from([*NODES, "UNDEF"])),
    filters,
)  # fmt: skip
wheres = st.builds("{} {}".format, blocks, st.lists(parts, max_size=3).map(" ".join))
plain = st.builds(
    "SELECT {} {} WHERE {{ {} }}".format, st.sampled_from(["", "DISTINCT"]),
    st.sampled_from(["?x ?y", "?w ?x ?y ?z", "*", "?x (STR(?y) AS ?text)"]), wheres,
)  # fmt: skip
grouped = st.builds(
    "SELECT {} WHERE {{ {} }} {}".format,
    st.sampled_from([
        "?x (COUNT(*) AS ?n)", "?x (COUNT(DISTINCT ?y) AS ?n) (SUM(?z) AS ?m)",
        "?x (MIN(?y) AS ?n) (MAX(STR(?z)) AS ?m)",
    ]),
    wheres,
    st.sampled_from(["GROUP BY ?x", "GROUP BY ?x HAVING (COUNT(*) > 1)"]),
)  # fmt: skip
queries = st.one_of(plain, plain, grouped)


def replays(data: set[tuple[str, str, str]], text: str) -> None:
    store = ox.Store()
    store.load(" ".join(f"{s} {p} {o} ." for s, p, o in data).encode(), format=ox.RdfFormat.TURTLE)
    try:
        rows = rows_of(store, text)
    except SyntaxError:
        return
    names = [each.value for each in store.query(text).variables]
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
        assert wanted in rows_of(alone(statements), text)
        whole = rows_of(store, "SELECT * { ?s ?p ?o }")
        for each in statements:
            assert any(str(row["o"]) and row["s"] == f"<{each.subject}>" for row in whole)
        if not found.row.grouped:
            witness = set(found.row.derivations[0].statements())
            assert wanted in rows_of(alone(witness), text)


@given(graphs, queries)
@settings(
    max_examples=150, deadline=timedelta(seconds=20), derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
def test_row_of_random_query_replays_from_its_statements(data, text) -> None:
    replays(data, text)
