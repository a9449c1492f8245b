"""The real server over real connections: what only a socket shows, and clients people use."""

from __future__ import annotations

import http.client
import json
import re
import urllib.request
import warnings
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

ASK = "/sparql?query=ASK%7B%7D"


def split(response):
    """Head and body of one raw response."""
    head, _, body = response.partition(b"\r\n\r\n")
    return head.decode("latin-1").lower(), body


def test_get_over_http(server):
    with urllib.request.urlopen(server.url + ASK) as response:
        assert json.load(response)["boolean"] is True
        assert response.headers["ETag"].startswith('"1.0.0+test-')


def test_pipelined_heads_and_gets_keep_in_step(server):
    request = "{} " + ASK + " HTTP/1.1\r\nHost: a\r\n{}\r\n"
    sent = request.format("HEAD", "") * 3 + request.format("GET", "Connection: close\r\n")
    answer = server.send(sent.encode())
    assert answer.count(b"HTTP/1.1 200 OK") == 4
    assert answer.count(b'"boolean"') == 1
    assert answer.endswith(b'{"head":{},"boolean":true}')


def test_head_has_type_and_length_of_get(server):
    heads = []
    for method in ("GET", "HEAD"):
        raw = f"{method} {ASK} HTTP/1.1\r\nHost: a\r\nX-Request-Id: r\r\nConnection: close\r\n\r\n"
        head, _ = split(server.send(raw.encode()))
        heads.append(sorted(line for line in head.split("\r\n") if not line.startswith("date:")))
    assert heads[0] == heads[1]


def test_raw_utf8_in_the_address(server):
    raw = "/sparql?query=SELECT(%22威海🚢%22AS?x)%7B%7D".encode()
    answer = server.send(b"GET " + raw + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert "威海🚢".encode() in answer


def test_post_chunked(server):
    body = b"6\r\nASK {}\r\n0\r\n\r\n"
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    assert b'"boolean":true' in server.send(head + body)


def test_post_too_long_is_413(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {"Content-Type": "application/sparql-query"}
    try:
        connection.request("POST", "/sparql", b"ASK {}" + b" " * 2_000_000, headers)
        response = connection.getresponse()
        assert response.status == 413
        assert json.load(response)["limit"] == "query_length"
    finally:
        connection.close()


@pytest.mark.parametrize(("method", "kind"), [("POST", "text/plain"), ("PUT", "text/turtle")])
def test_refused_long_body_leaves_the_answer_to_be_read(server, method, kind):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, "/sparql", b"x" * 10_000_000, {"Content-Type": kind})
        assert connection.getresponse().status in (405, 415)
    finally:
        connection.close()


def test_two_hosts_are_400(server):
    raw = f"GET {ASK} HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"
    assert server.send(raw.encode()).startswith(b"HTTP/1.1 400")


def test_http_1_0_without_host(server):
    assert b'"boolean":true' in server.send(f"GET {ASK} HTTP/1.0\r\n\r\n".encode())


LONG = "SELECT * { VALUES ?a {" + " 1" * 300 + "} VALUES ?b {" + " 1" * 300 + "} }"


def test_long_answer_is_whole(server):
    with urllib.request.urlopen(f"{server.url}/sparql?query={quote(LONG)}") as response:
        assert len(json.load(response)["results"]["bindings"]) == 90_000


def test_many_clients_at_once_get_their_own_answers(server):
    def ask(number):
        url = f"{server.url}/sparql?query={quote(f'SELECT ({number} AS ?x) {{}}')}"
        with urllib.request.urlopen(url) as response:
            return json.load(response)["results"]["bindings"][0]["x"]["value"]

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(200))) == [str(number) for number in range(200)]


def test_metrics_sum_over_both_processes(server):
    def count():
        with urllib.request.urlopen(server.url + "/metrics") as response:
            text = response.read().decode()
        found = re.findall(r'weihai_kg_requests_total\{[^}]*path="/healthz"[^}]*\} (\S+)', text)
        return sum(map(float, found))

    before = count()
    for _ in range(40):
        urllib.request.urlopen(server.url + "/healthz").close()
    import time

    time.sleep(1.5)
    assert count() - before == 40


def test_sparqlwrapper(server):
    from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper

    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery(
        "SELECT ?x { <https://w3id.org/weihai-kg/id/Weihai> ?p ?x FILTER isLiteral(?x) }"
    )
    for method in ("GET", POST):
        client.setMethod(method)
        client.setReturnFormat(JSON)
        values = {row["x"]["value"] for row in client.queryAndConvert()["results"]["bindings"]}
        assert values == {"威海", "Weihai"}
    client.setRequestMethod(POSTDIRECTLY)
    client.setReturnFormat(XML)
    assert "威海" in client.queryAndConvert().toxml()
    client.setReturnFormat(CSV)
    assert "威海" in client.queryAndConvert().decode()
    client.setMethod("GET")
    client.addDefaultGraph("https://w3id.org/weihai-kg/graph/evidence")
    client.setQuery("CONSTRUCT WHERE { ?s ?p ?o }")
    client.setReturnFormat(TURTLE)
    assert b"quotedIn" in client.queryAndConvert()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_sparqlstore(server, method):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from rdflib import Graph, URIRef
        from rdflib.plugins.stores.sparqlstore import SPARQLStore

        graph = Graph(SPARQLStore(f"{server.url}/sparql", method=method))
        weihai = URIRef("https://w3id.org/weihai-kg/id/Weihai")
        assert len(list(graph.triples((weihai, None, None)))) == 4
        labels = graph.query("SELECT ?x { ?s ?p ?x FILTER(lang(?x) = 'zh') }")
        assert {str(row.x) for row in labels} == {"威海", "青岛"}


def test_answer_over_the_row_limit_is_never_taken_for_whole(server):
    values = " 1" * 1100
    query = f"SELECT * {{ VALUES ?a {{{values}}} VALUES ?b {{{values}}} }}"
    answer = server.send(
        f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n"
        "Connection: close\r\n\r\n".encode(),
        timeout=30,
    )
    head, body = split(answer)
    if head.startswith("http/1.1 200"):
        assert "transfer-encoding: chunked" in head
        assert not body.endswith(b"0\r\n\r\n")
    else:
        assert head.startswith("http/1.1 413")
        assert b"query_rows" in body
