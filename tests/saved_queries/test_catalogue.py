"""The catalogue is what SIB's editors read, without blank nodes, and says what was answered."""

from __future__ import annotations

import pytest
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from tests.saved_queries.conftest import load

from weihai_kg.namespaces import SCHEMA, Namespaces
from weihai_kg.saved_queries.catalogue import catalogue
from weihai_kg.saved_queries.runs import Run

NS = Namespaces()
ENDPOINT = "https://example.org/sparql"
EDITOR = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ;
    rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|spex:describe ?query .
} ORDER BY ?sq
"""


@pytest.fixture(scope="module")
def graph() -> Graph:
    queries = load()
    runs = [Run(query, 7, "ab" * 32) for query in queries.values()]
    whole = Graph()
    for triple in catalogue(queries.values(), NS, ENDPOINT, runs):
        whole.add(triple)
    return whole


def test_editors_find_each_query(graph: Graph) -> None:
    found = {str(row[0]) for row in graph.query(EDITOR)}  # type: ignore[index]
    assert found == {str(NS.query[name]) for name in load()}


def test_each_query_is_as_sib_shapes_it(graph: Graph) -> None:
    for query in graph.subjects(RDF.type, SH.SPARQLExecutable):
        texts = [
            text
            for predicate in (SH.select, SH.ask, SH.construct)
            for text in graph.objects(query, predicate)
        ]
        assert len(texts) == 1
        assert {comment.language for comment in graph.objects(query, RDFS.comment)
                if isinstance(comment, Literal)} == {"zh", "en"}  # fmt: skip
        assert list(graph.objects(query, SCHEMA.target)) == [URIRef(ENDPOINT)]
        keywords = [str(keyword) for keyword in graph.objects(query, SCHEMA.keywords)]
        assert keywords
        assert all(word == word.strip() and len(word) > 1 for word in keywords)


def test_prefixes_are_declared_as_iris(graph: Graph) -> None:
    assert not [node for triple in graph for node in triple if isinstance(node, BNode)]
    declared = {
        str(graph.value(node, SH.prefix)): graph.value(node, SH.namespace)
        for node in graph.objects(URIRef(f"{NS.base}queries#prefixes"), SH.declare)
    }
    assert declared["wkg"] == Literal(str(NS.wkg), datatype=XSD.anyURI)
    for query in load().values():
        assert set(query.prefixes) <= set(declared)


def test_answers_have_rows_and_checksum(graph: Graph) -> None:
    query = NS.query["trade-value-2023"]
    answer = graph.value(query, SCHEMA.acceptedAnswer)
    assert graph.value(answer, SCHEMA.numberOfItems) == Literal(7)
    notes = {text.language for text in graph.objects(answer, SCHEMA.text)
             if isinstance(text, Literal)}  # fmt: skip
    assert notes == {"zh", "en"}


def test_catalogue_is_the_same_each_time() -> None:
    queries = load()
    assert catalogue(queries.values(), NS, ENDPOINT) == catalogue(queries.values(), NS, ENDPOINT)
