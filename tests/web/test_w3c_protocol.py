"""The W3C SPARQL 1.1 Protocol tests, one row each; the ids are those of the manifest.

https://w3c.github.io/rdf-tests/sparql/sparql11/protocol/. The service is read-only, so each
update is refused with 403 where the suite wants 2xx.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"

D0, D1, D2, D3 = (quote(DATA.format(n), safe="") for n in range(4))
TWO = f"ASK {{ <{DATA.format(1)}> a ?type . <{DATA.format(2)}> a ?type . }}"
TWO_NAMED = f"GRAPH ?g1 {{ <{DATA.format(1)}> a ?type }} GRAPH ?g2 {{ <{DATA.format(2)}> a ?type }}"
FULL = f"ASK {{ <{DATA.format(3)}> a ?type {TWO_NAMED} }}"
DEFAULTS = f"default-graph-uri={D1}&default-graph-uri={D2}"
NAMED = f"named-graph-uri={D1}&named-graph-uri={D2}"

TRUE = [
    ("query_post_form", "POST", f"default-graph-uri={D0}", "query=ASK%20%7B%7D", FORM),
    ("query_dataset_default_graphs_get", "GET", f"query={quote(TWO)}&{DEFAULTS}", None, None),
    ("query_dataset_default_graphs_post", "POST", DEFAULTS, TWO, QUERY),
    ("query_dataset_named_graphs_post", "POST", NAMED, f"ASK {{ {TWO_NAMED} }}", QUERY),
    (
        "query_dataset_named_graphs_get", "GET",
        f"query={quote(f'ASK {{ {TWO_NAMED} }}')}&{NAMED}", None, None,
    ),
    ("query_dataset_full", "POST", f"default-graph-uri={D3}&{NAMED}", FULL, QUERY),
    (
        "query_multiple_dataset", "POST", NAMED,
        f"ASK FROM <{DATA.format(3)}> {{ {TWO_NAMED} }}", QUERY,
    ),
    ("query_get", "GET", f"query=ASK%20%7B%7D&default-graph-uri={D0}", None, None),
    ("query_content_type_ask", "POST", f"default-graph-uri={D0}", "ASK {}", QUERY),
    ("query_post_direct", "POST", "", "ASK {}", QUERY),
]  # fmt: skip


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
@pytest.mark.parametrize(
    ("name", "method", "url", "body", "kind"), TRUE, ids=[row[0] for row in TRUE]
)
def test_query_is_answered_true(client, path, name, method, url, body, kind):
    response = client.open(f"{path}?{url}", method=method, data=body, content_type=kind)
    assert response.status_code == 200, response.text
    assert response.json == {"head": {}, "boolean": True}
    assert response.mimetype == "application/sparql-results+json"


TYPED = [
    ("query_content_type_select", "SELECT (1 AS ?value) {}", "application/sparql-results+json"),
    ("query_content_type_describe", "DESCRIBE <http://example.org/>", "text/turtle"),
    ("query_content_type_construct", "CONSTRUCT { <s> <p> 1 } WHERE {}", "text/turtle"),
]


@pytest.mark.parametrize(("name", "query", "media_type"), TYPED, ids=[row[0] for row in TYPED])
def test_query_content_type(client, name, query, media_type):
    response = client.post(f"/sparql/?default-graph-uri={D0}", data=query, content_type=QUERY)
    assert response.status_code == 200, response.text
    assert response.mimetype == media_type


REFUSED = [
    ("bad_query_method", "PUT", "query=ASK%20%7B%7D", None, FORM, 405),
    ("bad_multiple_queries", "GET", "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None,
     None, 400),
    ("bad_query_wrong_media_type", "POST", "", "ASK {}", "text/plain", 415),
    ("bad_query_missing_form_type", "POST", "", "query=ASK%20%7B%7D", None, 415),
    ("bad_query_missing_direct_type", "POST", "", "ASK {}", None, 415),
    ("bad_query_non_utf8", "POST", "", "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16", 415),
    ("bad_query_syntax", "GET", "query=ASK%20%7B", None, None, 400),
    ("bad_update_get", "GET", "update=CLEAR%20ALL", None, None, 403),
    ("bad_multiple_updates", "POST", "", "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM, 400),
    ("bad_update_wrong_media_type", "POST", "", "CLEAR NAMED", "text/plain", 415),
    ("bad_update_missing_form_type", "POST", "", "update=CLEAR%20NAMED", None, 415),
    ("bad_update_non_utf8", "POST", "", "CLEAR NAMED".encode("utf-16"),
     f"{UPDATE}; charset=UTF-16", 403),
    ("bad_update_syntax", "POST", "", "update=CLEAR%20XYZ", FORM, 403),
    ("bad_update_dataset_conflict", "POST", f"using-named-graph-uri={D1}",
     "WITH <http://example/a> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", UPDATE, 403),
    ("update_dataset_default_graph", "POST", f"using-graph-uri={D1}", "CLEAR ALL", UPDATE, 403),
    ("update_dataset_default_graphs", "POST", f"using-graph-uri={D1}&using-graph-uri={D2}",
     "CLEAR ALL", UPDATE, 403),
    ("update_dataset_named_graphs", "POST", f"using-named-graph-uri={D1}", "CLEAR ALL", UPDATE,
     403),
    ("update_dataset_full", "POST", f"using-graph-uri={D1}&using-named-graph-uri={D2}",
     "CLEAR ALL", UPDATE, 403),
    ("update_post_form", "POST", "", "update=CLEAR+ALL", FORM, 403),
    ("update_post_direct", "POST", "", "CLEAR ALL", UPDATE, 403),
    ("update_base_uri", "POST", "", "CLEAR GRAPH <test>", UPDATE, 403),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "method", "url", "body", "kind", "status"), REFUSED, ids=[row[0] for row in REFUSED]
)
def test_request_is_refused(client, name, method, url, body, kind, status):
    response = client.open(f"/sparql/?{url}", method=method, data=body, content_type=kind)
    assert response.status_code == status, response.text
    assert response.json["status"] == status
    assert response.json["detail"]


def test_the_table_has_all_34_tests():
    names = [row[0] for row in TRUE] + [row[0] for row in TYPED] + [row[0] for row in REFUSED]
    assert len(names) == len(set(names)) == 34
