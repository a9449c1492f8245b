"""SPARQL 1.1 Graph Store HTTP Protocol, for reading."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph
import pytest

GRAPH = "https://w3id.org/weihai-kg/graph/"
FORMATS = {
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
    "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
    "application/rdf+xml": pyoxigraph.RdfFormat.RDF_XML,
    "application/ld+json": pyoxigraph.RdfFormat.JSON_LD,
    "application/n-quads": pyoxigraph.RdfFormat.N_QUADS,
    "application/trig": pyoxigraph.RdfFormat.TRIG,
}


def triples(response):
    assert response.status_code == 200, response.text
    parsed = pyoxigraph.parse(response.data, format=FORMATS[response.mimetype])
    return {str(quad.triple) for quad in parsed}


@pytest.mark.parametrize("path", ["/graph-store", "/graph-store/"])
def test_get_graph_indirectly(client, path):
    assert len(triples(client.get(f"{path}?graph={quote(GRAPH + 'asserted')}"))) == 5


@pytest.mark.parametrize("accept", FORMATS)
def test_get_graph_in_every_format(client, accept):
    url = f"/graph-store?graph={quote(GRAPH + 'evidence')}"
    response = client.get(url, headers={"Accept": accept})
    assert response.mimetype == accept
    assert len(triples(response)) == 1


def test_get_without_accept_is_turtle(client):
    assert client.get("/graph-store?default").mimetype == "text/turtle"


@pytest.mark.parametrize("query", ["default", "default=", "default=true"])
def test_get_default_graph(client, query):
    assert len(triples(client.get(f"/graph-store?{query}"))) == 10


def test_get_graph_directly_under_the_own_base(client):
    response = client.get("/graph/evidence")
    assert len(triples(response)) == 1
    assert response.headers["Content-Location"] == f"/graph-store?graph={GRAPH}evidence"


def test_get_graph_directly_with_a_chinese_name(client):
    assert len(triples(client.get("/graph/" + quote("威海")))) == 1


def test_get_graph_indirectly_with_a_chinese_name(client):
    assert len(triples(client.get("/graph-store?graph=" + quote(GRAPH + "威海")))) == 1


@pytest.mark.parametrize(
    "url", ["/graph-store?graph=http://no.example/", "/graph/nothing", "/graph-store/person/1.ttl"]
)
def test_get_unknown_graph_is_404(client, url):
    assert client.get(url).status_code == 404
    assert client.head(url).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["", "default&graph=http://a", "graph=http://a&graph=http://b", "graph=",
     "graph=a%20b", "graph=//[", "graph=http://a%20b", "graph=http://a%3E", "graph=%FF"],
)  # fmt: skip
def test_get_is_400(client, query):
    assert client.get(f"/graph-store?{query}").status_code == 400


@pytest.mark.parametrize(
    ("base", "reference"),
    [("/graph-store", "/graph/evidence"), ("/graph-store", "graph/evidence"),
     ("/graph-store/", "../graph/evidence"), ("/graph-store", "//localhost/graph/evidence")],
)  # fmt: skip
def test_relative_graph_is_resolved_against_the_request(client, base, reference):
    response = client.get(base, query_string={"graph": reference})
    assert len(triples(response)) == 1
    assert response.headers["Content-Location"] == f"/graph-store?graph={GRAPH}evidence"


@pytest.mark.parametrize("reference", ["relative", "/graph/nothing", "?x", "#x"])
def test_relative_graph_that_is_not_there_is_404(client, reference):
    response = client.get("/graph-store", query_string={"graph": reference})
    assert response.status_code == 404
    assert "http://localhost/" in response.json["detail"]


def test_graph_name_cannot_leave_its_brackets(client):
    injected = "http://a> { } } #"
    assert client.get("/graph-store", query_string={"graph": injected}).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "url", ["/graph-store?default", "/graph/evidence", "/graph-store?graph=http://a"]
)
def test_writing_is_405(client, method, url):
    response = client.open(url, method=method, data="<a> <b> <c> .")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_head_has_the_headers_of_get(client):
    url, headers = "/graph-store?default", {"X-Request-Id": "r"}
    head, get = client.head(url, headers=headers), client.get(url, headers=headers)
    assert dict(head.headers) == dict(get.headers)
    assert head.data == b""


def test_get_results_format_is_406(client):
    response = client.get("/graph-store?default", headers={"Accept": "text/csv"})
    assert response.status_code == 406
    assert "text/turtle" in response.text


def test_get_format_parameter(client):
    assert client.get("/graph-store?default&format=nt").mimetype == "application/n-triples"


def test_get_is_conditional(client):
    etag = client.get("/graph-store?default").headers["ETag"]
    response = client.get("/graph-store?default", headers={"If-None-Match": etag})
    assert response.status_code == 304


def test_options_names_the_methods(client):
    response = client.options("/graph-store")
    assert (response.status_code, response.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
