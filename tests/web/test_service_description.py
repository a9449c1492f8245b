"""SPARQL 1.1 Service Description: the W3C tests, and that it says what is true."""

from __future__ import annotations

import pyoxigraph
import pytest
import rdflib
from rdflib import RDF, RDFS, URIRef

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
ENT = rdflib.Namespace("http://www.w3.org/ns/entailment/")
SCHEMA = rdflib.Namespace("https://schema.org/")
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")

READERS = {
    "text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml",
    "application/ld+json": "nt",
}  # fmt: skip

# Domains and ranges of the vocabulary (the W3C test "conforms-to-schema").
DOMAIN = {
    SD.endpoint: SD.Service, SD.feature: SD.Service, SD.defaultEntailmentRegime: SD.Service,
    SD.supportedLanguage: SD.Service, SD.resultFormat: SD.Service, SD.defaultDataset: SD.Service,
    SD.defaultGraph: SD.Dataset, SD.namedGraph: SD.Dataset, SD.name: SD.NamedGraph,
    SD.entailmentRegime: SD.NamedGraph,
}  # fmt: skip
RANGE = {
    SD.feature: SD.Feature, SD.supportedLanguage: SD.Language, SD.defaultDataset: SD.Dataset,
    SD.defaultEntailmentRegime: SD.EntailmentRegime, SD.entailmentRegime: SD.EntailmentRegime,
    SD.defaultGraph: SD.Graph, SD.namedGraph: SD.NamedGraph,
    SD.resultFormat: URIRef("http://www.w3.org/ns/formats/Format"),
}  # fmt: skip


def describe(client, path="/sparql", **headers):
    response = client.get(path, headers=headers)
    assert response.status_code == 200, response.text
    data = response.data
    if response.mimetype == "application/ld+json":
        data = pyoxigraph.serialize(
            (quad.triple for quad in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.JSON_LD)),
            format=pyoxigraph.RdfFormat.N_TRIPLES,
        )
    return rdflib.Graph().parse(data=data, format=READERS[response.mimetype])


@pytest.mark.parametrize("accept", READERS)
def test_returns_rdf(client, accept):
    assert len(describe(client, Accept=accept)) > 50


@pytest.mark.parametrize("accept", READERS)
def test_every_format_says_the_same(client, accept):
    assert set(describe(client, Accept=accept)) == set(describe(client))


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_has_endpoint_triple(client, path):
    graph = describe(client, path, Host="kg.example")
    assert list(graph.objects(None, SD.endpoint)) == [URIRef("http://kg.example" + path)]


def test_conforms_to_schema(client):
    graph = describe(client)
    used = {p for p in graph.predicates() if str(p).startswith(str(SD))}
    assert used <= DOMAIN.keys() | RANGE.keys()
    for subject, predicate, value in graph:
        if predicate in DOMAIN:
            assert (subject, RDF.type, DOMAIN[predicate]) in graph, (subject, predicate)
        if predicate in RANGE:
            assert (value, RDF.type, RANGE[predicate]) in graph, (predicate, value)
    assert list(graph.subjects(RDF.type, SD.Service))


def test_without_accept_is_turtle(client):
    assert client.get("/sparql").mimetype == "text/turtle"


def test_format_parameter_without_query_is_a_description(client):
    assert client.get("/sparql?format=nt").mimetype == "application/n-triples"


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+json", "image/png"])
def test_other_types_are_406(client, accept):
    assert client.get("/sparql", headers={"Accept": accept}).status_code == 406


def test_browser_gets_something_to_read(client):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/sparql", headers={"Accept": accept}).status_code == 200


def test_result_formats_are_those_that_work(client):
    labels = {
        str(label) for each in describe(client).objects(None, SD.resultFormat)
        for label in describe(client).objects(each, RDFS.label)
    }  # fmt: skip
    assert labels == {
        "SPARQL JSON", "SPARQL XML", "CSV", "TSV", "Turtle", "N-Triples", "RDF/XML", "JSON-LD",
        "TriG", "N-Quads",
    }  # fmt: skip


def test_languages_are_queries_only(client):
    languages = set(describe(client).objects(None, SD.supportedLanguage))
    assert languages == {SD.SPARQL10Query, SD.SPARQL11Query}


def test_federation_is_a_feature_only_with_an_allowlist(make):
    with_list = describe(make(federation="https://query.wikidata.org"))
    without = describe(make(federation=""))
    assert set(with_list.objects(None, SD.feature)) == {SD.BasicFederatedQuery}
    assert not set(without.objects(None, SD.feature))


def test_named_graphs_are_named_but_not_every_justification(client):
    names = {str(name) for name in describe(client).objects(None, SD.name)}
    assert "https://w3id.org/weihai-kg/graph/asserted" in names
    assert "https://w3id.org/weihai-kg/graph/evidence" in names


def test_entailment_is_said_truly(client):
    graph = describe(client)
    assert list(graph.objects(None, SD.defaultEntailmentRegime)) == [ENT.Simple]
    [default] = graph.objects(None, SD.defaultGraph)
    assert "OWL 2 RL" in graph.value(default, RDFS.comment)


@pytest.mark.parametrize(
    ("name", "value"), [("query_timeout", 5.0), ("query_rows", 1_000_000), ("query_bytes", 2**28)]
)
def test_limits_are_said(client, name, value):
    graph = describe(client)
    [limit] = graph.subjects(SCHEMA.propertyID, rdflib.Literal(name))
    assert graph.value(limit, SCHEMA.value).toPython() == value


def test_parameters_are_said(client):
    names = {str(name) for name in describe(client).objects(None, HYDRA.variable)}
    assert {"query", "infer", "timeout", "default-graph-uri"} <= names


def test_graph_store_is_linked(client):
    graph = describe(client)
    [service] = graph.subjects(RDF.type, SD.Service)
    store = graph.value(service, RDFS.seeAlso)
    assert str(store).endswith("/graph-store")
    assert (store, RDF.type, DCAT.DataService) in graph


def test_description_is_conditional(client):
    etag = client.get("/sparql").headers["ETag"]
    assert client.get("/sparql", headers={"If-None-Match": etag}).status_code == 304


def test_other_limits_have_another_etag(make):
    first, second = make(query_rows=1), make(query_rows=2)
    assert first.get("/sparql").headers["ETag"] != second.get("/sparql").headers["ETag"]
