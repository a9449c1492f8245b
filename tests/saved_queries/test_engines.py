"""Every saved query gives the same rows in rdflib's engine and in Oxigraph.

rdflib tries every named graph in turn, and there are thousands: both engines get the whole default
graph, and of the named graphs those of a few lines of the article, of outside sources, of computed
figures, and of some inferences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib
from tests.saved_queries.conftest import asker, local

from weihai_kg.engine.request import Form
from weihai_kg.namespaces import REUSED, Namespaces
from weihai_kg.saved_queries.canonical import table
from weihai_kg.saved_queries.saved_query import SavedQuery

pytestmark = pytest.mark.filterwarnings("ignore:Dataset[.]:DeprecationWarning")
"""rdflib warns of what it calls itself."""

NS = Namespaces()
PROV = REUSED["prov"]
NUMBER = re.compile(r'"([^"]*)"\^\^<http://www\.w3\.org/2001/XMLSchema#(?:integer|decimal)>')
LINES = re.compile(re.escape(str(NS.graph)) + r"p(03|06|13|15|18|24|25|26|27|41)-")
INFERRED = str(NS.graph["inferred-"])
KEPT_INFERENCES = {str(NS.wkg[name]) for name in ("linkedTo", "originOf", "adjacentTo")}
DROPPED = {str(NS.graph[name]) for name in ("evidence", "ontology", "translations")}

DIFFERENT: Mapping[str, str] = {}
"""Queries whose rows differ, each with the reason why it is rdflib that is wrong."""

SLOW = {
    "companies-named", "inferences-without-ground", "proof", "readings", "said-more-than-once",
    "statements-by-kind", "statements-without-evidence",
    "wholes-implied-by-shares", "words-without-a-statement",
}  # fmt: skip
"""Queries that take rdflib more than ten seconds: both engines get an excerpt of the part."""

EXCERPT = re.compile(re.escape(str(NS.graph)) + r"(p(15|18|23|25|27)-|inferred-|obs-)")


def kept(quad: ox.Quad) -> bool:
    """Whether a quad belongs to the part that both engines get."""
    if isinstance(quad.graph_name, ox.DefaultGraph):
        return True
    assert isinstance(quad.graph_name, ox.NamedNode)
    name = quad.graph_name.value
    if name.startswith(INFERRED):
        own = isinstance(quad.subject, ox.NamedNode) and quad.subject.value == str(NS.id.weihai)
        return own and quad.predicate.value in KEPT_INFERENCES
    asserted = re.match(re.escape(str(NS.graph)) + r"p\d\d-", name)
    return bool(LINES.match(name)) if asserted else name not in DROPPED


@pytest.fixture(scope="session")
def part(store: ox.Store) -> ox.Store:
    smaller = ox.Store()
    smaller.bulk_extend(quad for quad in store if kept(quad))
    return smaller


@pytest.fixture(scope="session")
def excerpt(part: ox.Store) -> ox.Store:
    """A few named graphs, what they say in the default graph, and what is said of them."""
    graphs = [graph for graph in part.named_graphs() if EXCERPT.match(str(graph)[1:-1])]
    named = [quad for graph in graphs for quad in part.quads_for_pattern(None, None, None, graph)]
    default = ox.DefaultGraph()
    terms = {term for quad in named for term in (quad.subject, quad.object)} | set(graphs)
    derived = ox.NamedNode(f"{PROV}wasDerivedFrom")
    for graph in graphs:
        terms |= {q.object for q in part.quads_for_pattern(graph, derived, None, default)}
    label = ox.NamedNode(str(rdflib.RDFS.label))
    kinds = {q.object for g in graphs for q in part.quads_for_pattern(g, None, None, default)}
    terms |= kinds
    own = set(graphs) | {term for term in terms if str(term).startswith(f"<{NS.quote}")}
    smaller = ox.Store()
    smaller.bulk_extend(named)
    smaller.bulk_extend(ox.Quad(*quad.triple, default) for quad in named)
    smaller.bulk_extend(
        quad
        for quad in part.quads_for_pattern(None, None, None, default)
        if quad.subject in own or (quad.predicate == label and quad.subject in terms)
    )
    return smaller


def in_rdflib(store: ox.Store) -> rdflib.Dataset:
    quads = store.dump(format=ox.RdfFormat.N_QUADS)
    assert quads is not None
    whole = rdflib.Dataset()
    whole.parse(data=quads.decode(), format="nquads")
    return whole


@pytest.fixture(scope="session")
def dataset(part: ox.Store) -> rdflib.Dataset:
    return in_rdflib(part)


@pytest.fixture(scope="session")
def small_dataset(excerpt: ox.Store) -> rdflib.Dataset:
    return in_rdflib(excerpt)


def comparable(term: str | None) -> str:
    """A term whose numbers are compared by value: 26 is 26.0."""
    if term is None:
        return ""
    number = NUMBER.fullmatch(term)
    return str(Decimal(number[1]).normalize()) if number else term


@pytest.mark.parametrize("name", sorted(local()))
def test_rows_are_equal_in_both_engines(
    name: str, queries: Mapping[str, SavedQuery], request: pytest.FixtureRequest
) -> None:
    if name in DIFFERENT:
        pytest.skip(DIFFERENT[name])
    store, dataset = (
        request.getfixturevalue(each)
        for each in (("excerpt", "small_dataset") if name in SLOW else ("part", "dataset"))
    )
    query = queries[name]
    answer = asker(store)(query.request())
    assert answer.body is not None
    other = dataset.query(query.text)
    if query.form is Form.ASK:
        assert other.askAnswer == (b"true" in answer.body)
        return
    if query.form is Form.CONSTRUCT:
        assert other.graph is not None
        graph = rdflib.Graph().parse(data=answer.body.decode(), format="nt")
        assert set(other.graph) == set(graph)
        return
    rows = sorted(tuple(map(comparable, row)) for row in table(answer.body).rows)
    body = other.serialize(format="json")
    assert body is not None
    assert sorted(tuple(map(comparable, row)) for row in table(body).rows) == rows


def test_part_answers_most_queries(queries: Mapping[str, SavedQuery], part: ox.Store) -> None:
    asked = [query for query in queries.values() if query.form is Form.SELECT]
    assert set(queries) >= SLOW
    answers = [asker(part)(query.request()).body for query in asked]
    assert sum(1 for body in answers if body and len(table(body)) > 0) > len(asked) // 2
