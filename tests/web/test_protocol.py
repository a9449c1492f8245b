"""SPARQL 1.1 Protocol beyond the W3C tests: parameters, media types, methods, decoding."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
GRAPH = "https://w3id.org/weihai-kg/graph/"


def ask(client, query, url="", **headers):
    return client.get(f"/sparql?query={quote(query, safe='')}{url}", headers=headers)


def rows(response):
    assert response.status_code == 200, response.text
    return [
        {name: cell["value"] for name, cell in row.items()}
        for row in response.json["results"]["bindings"]
    ]


class TestDecoding:
    """Every parameter is decoded exactly once."""

    @pytest.mark.parametrize("text", ["100%25", "a+b", "a%2Bb", "%E5%A8%81", "&amp;=;", "a b"])
    def test_get_query_is_decoded_once(self, client, text):
        response = ask(client, f'SELECT ("{text}" AS ?x) {{}}')
        assert rows(response) == [{"x": text}]

    @pytest.mark.parametrize("text", ["100%25", "a+b", "a%2Bb", "%E5%A8%81", "&amp;=;", "a b"])
    def test_post_form_is_decoded_once(self, client, text):
        body = "query=" + quote_plus(f'SELECT ("{text}" AS ?x) {{}}')
        assert rows(client.post("/sparql", data=body, content_type=FORM)) == [{"x": text}]

    @pytest.mark.parametrize("text", ["100%25", "a+b", "%E5%A8%81"])
    def test_post_direct_is_not_decoded(self, client, text):
        body = f'SELECT ("{text}" AS ?x) {{}}'
        assert rows(client.post("/sparql", data=body, content_type=QUERY)) == [{"x": text}]

    def test_get_plus_is_a_blank(self, client):
        assert client.get("/sparql?query=ASK+%7B+%7D").json["boolean"] is True

    def test_get_semicolon_does_not_separate_parameters(self, client):
        assert client.get("/sparql?query=ASK%7B%7D;query=x").status_code == 400

    def test_get_stray_percent_is_kept(self, client):
        response = client.get("/sparql?query=SELECT(%22100%%22AS%3Fx)%7B%7D")
        assert rows(response) == [{"x": "100%"}]


class TestUnicode:
    @pytest.mark.parametrize("text", ["威海", "🚢⚓", "e\u0301", "\u00e9", "עברית", "\U0010ffff"])
    def test_get_text_comes_back_as_it_was(self, client, text):
        assert rows(ask(client, f'SELECT ("{text}" AS ?x) {{}}')) == [{"x": text}]

    @pytest.mark.parametrize("text", ["威海", "🚢", "e\u0301"])
    def test_post_direct_text_comes_back_as_it_was(self, client, text):
        body = f'SELECT ("{text}" AS ?x) {{}}'.encode()
        response = client.post("/sparql", data=body, content_type=f"{QUERY}; charset=utf-8")
        assert rows(response) == [{"x": text}]

    def test_get_unencoded_utf8_in_the_address(self, client):
        raw = 'query=ASK{?s ?p "威海"@zh}'.encode().decode("latin-1")
        response = client.get("/sparql", environ_overrides={"QUERY_STRING": raw})
        assert response.json["boolean"] is True

    def test_get_iri_with_chinese(self, client):
        query = "SELECT ?x { <http://example.org/城市/威海> ?p ?x }"
        assert rows(ask(client, query)) == [{"x": "IRI 🚢 with non-ASCII"}]

    def test_get_percent_encoded_iri_is_another_iri(self, client):
        query = f"ASK {{ <http://example.org/{quote('城市')}/{quote('威海')}> ?p ?x }}"
        assert ask(client, query).json["boolean"] is False

    def test_get_combining_characters_are_not_normalised(self, client):
        query = "SELECT ?x { <http://example.org/combining> ?p ?x }"
        assert rows(ask(client, query)) == [{"x": "e\u0301 is not \u00e9"}]

    def test_get_csv_is_utf8_and_says_so(self, client):
        response = ask(client, 'SELECT ("威海" AS ?x) {}', Accept="text/csv")
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert response.data == "x\r\n威海\r\n".encode()

    @pytest.mark.parametrize("raw", ["%FF", "%C3%28", "%ED%A0%80", "%E5%A8"])
    def test_get_invalid_utf8_is_400(self, client, raw):
        response = client.get(f"/sparql?query=ASK%7B%22{raw}%22%7D")
        assert response.status_code == 400
        assert "UTF-8" in response.json["detail"]

    def test_post_direct_invalid_utf8_is_400(self, client):
        response = client.post("/sparql", data=b"ASK { ?s ?p '\xff' }", content_type=QUERY)
        assert response.status_code == 400
        assert "UTF-8" in response.json["detail"]

    def test_post_form_invalid_utf8_is_400(self, client):
        response = client.post("/sparql", data=b"query=%FF", content_type=FORM)
        assert response.status_code == 400

    def test_get_nul_in_the_query_is_400(self, client):
        assert client.get("/sparql?query=ASK%00%7B%7D").status_code == 400


class TestContentType:
    @pytest.mark.parametrize(
        "kind",
        [
            f"{FORM}; charset=utf-8", f"{FORM};charset=UTF-8", FORM.upper(),
            f'{FORM}; charset="utf-8"',
        ],
    )  # fmt: skip
    def test_post_form_charset_is_tolerated(self, client, kind):
        assert client.post("/sparql", data="query=ASK{}", content_type=kind).json["boolean"]

    @pytest.mark.parametrize("kind", [f"{QUERY}; charset=utf-8", f"{QUERY};charset=UTF8"])
    def test_post_direct_charset_is_tolerated(self, client, kind):
        assert client.post("/sparql", data="ASK{}", content_type=kind).json["boolean"]

    @pytest.mark.parametrize("kind", [QUERY, FORM])
    def test_post_coded_body_is_415(self, client, kind):
        body = "query=ASK{}" if kind == FORM else "ASK {}"
        assert client.post("/sparql", data=body, content_type=kind).status_code == 200
        headers = {"Content-Encoding": "gzip"}
        response = client.post("/sparql", data=body, content_type=kind, headers=headers)
        assert response.status_code == 415
        assert response.headers["Accept-Encoding"] == "identity"

    @pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data", ""])
    def test_post_other_types_are_415_and_name_the_right_ones(self, client, kind):
        response = client.post("/sparql", data="ASK{}", content_type=kind)
        assert response.status_code == 415
        assert response.headers["Accept-Post"] == f"{QUERY}, {FORM}"

    def test_post_empty_form_is_400(self, client):
        response = client.post("/sparql", data="", content_type=FORM)
        assert response.status_code == 400
        assert "query" in response.json["detail"]

    def test_post_form_with_dataset_in_the_address(self, client):
        url = f"/sparql?default-graph-uri={quote(GRAPH + 'evidence')}"
        response = client.post(url, data="query=SELECT * {?s ?p ?o}", content_type=FORM)
        assert len(rows(response)) == 1


class TestConflicts:
    @pytest.mark.parametrize(
        "query_string",
        [
            "query=ASK{}&query=ASK{}", "query=ASK{}&update=CLEAR+ALL",
            "query=ASK{}&using-graph-uri=http://a", "query=ASK{}&using-named-graph-uri=http://a",
            "query=ASK{}&infer=maybe", "query=ASK{}&infer=", "query=ASK{}&infer=true&infer=true",
            "query=ASK{}&timeout=soon", "query=ASK{}&timeout=0", "query=ASK{}&timeout=-1",
            "query=ASK{}&timeout=nan", "query=ASK{}&timeout=inf", "query=ASK{}&timeout=1&timeout=1",
            "query=ASK{}&format=json&format=xml", "default-graph-uri=http://a", "infer=false",
            "query=", "query=ASK{}&version=1.1&version=1.2",
        ],
    )  # fmt: skip
    def test_get_is_400(self, client, query_string):
        response = client.get(f"/sparql?{query_string}")
        assert response.status_code == 400, response.text

    def test_post_query_in_form_and_address_is_400(self, client):
        response = client.post("/sparql?query=ASK{}", data="query=ASK{}", content_type=FORM)
        assert response.status_code == 400

    def test_post_query_in_body_and_address_is_400(self, client):
        response = client.post("/sparql?query=ASK{}", data="ASK{}", content_type=QUERY)
        assert response.status_code == 400

    def test_post_update_with_a_query_in_the_address_is_400(self, client):
        response = client.post("/sparql?query=ASK{}", data="CLEAR ALL", content_type=UPDATE)
        assert response.status_code == 400

    def test_get_update_text_as_a_query_is_400(self, client):
        assert ask(client, "INSERT DATA { <a> <b> <c> }").status_code == 400

    def test_get_unknown_parameters_are_ignored(self, client):
        assert client.get("/sparql?query=ASK{}&callback=x&_=1").status_code == 200


class TestMethods:
    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FOO"])
    def test_other_methods_are_405(self, client, method):
        response = client.open("/sparql?query=ASK{}", method=method)
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD, POST, OPTIONS"

    def test_options_names_methods_and_types(self, client):
        response = client.options("/sparql")
        assert response.status_code == 204
        assert response.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
        assert response.headers["Accept-Post"] == f"{QUERY}, {FORM}"

    @pytest.mark.parametrize(
        "url", ["/sparql?query=SELECT*{?s?p?o}", "/sparql", "/sparql?query=SELECT", "/", "/x"]
    )
    @pytest.mark.parametrize("coding", ["", "gzip"])
    def test_head_has_the_headers_of_get(self, make, url, coding):
        client = make()
        get = client.get(url, headers={"Accept-Encoding": coding, "X-Request-Id": "r"})
        head = client.head(url, headers={"Accept-Encoding": coding, "X-Request-Id": "r"})
        assert head.status_code == get.status_code
        assert dict(head.headers) == dict(get.headers)
        assert head.headers["Content-Type"]
        assert head.data == b""
        assert int(head.headers["Content-Length"]) == len(get.data)

    def test_head_first_then_get_has_a_body(self, client):
        client.head("/sparql?query=ASK{}")
        assert client.get("/sparql?query=ASK{}").json["boolean"] is True


class TestDataset:
    """Section 2.1.4: the protocol's dataset replaces FROM and FROM NAMED, both together."""

    def count(self, client, query, url=""):
        return len(rows(ask(client, query, url)))

    def test_default_graph_only(self, client):
        url = f"&default-graph-uri={quote(GRAPH + 'evidence')}"
        assert self.count(client, "SELECT * {?s ?p ?o}", url) == 1

    def test_default_graphs_are_merged(self, client):
        url = "".join(f"&default-graph-uri={quote(GRAPH + g)}" for g in ("evidence", "asserted"))
        assert self.count(client, "SELECT * {?s ?p ?o}", url) == 6

    def test_default_graph_given_twice_counts_once(self, client):
        url = f"&default-graph-uri={quote(GRAPH + 'evidence')}" * 2
        assert self.count(client, "SELECT * {?s ?p ?o}", url) == 1

    def test_default_graph_leaves_no_named_graphs(self, client):
        url = f"&default-graph-uri={quote(GRAPH + 'evidence')}"
        assert self.count(client, "SELECT * { GRAPH ?g {?s ?p ?o} }", url) == 0

    def test_named_graph_leaves_the_default_graph_empty(self, client):
        url = f"&named-graph-uri={quote(GRAPH + 'evidence')}"
        assert self.count(client, "SELECT * {?s ?p ?o}", url) == 0
        assert self.count(client, "SELECT * { GRAPH ?g {?s ?p ?o} }", url) == 1

    def test_named_graph_hides_the_others(self, client):
        url = f"&named-graph-uri={quote(GRAPH + 'evidence')}"
        query = f"SELECT * {{ GRAPH <{GRAPH}asserted> {{?s ?p ?o}} }}"
        assert self.count(client, query, url) == 0

    def test_from_is_honoured_without_parameters(self, client):
        assert self.count(client, f"SELECT * FROM <{GRAPH}evidence> {{?s ?p ?o}}") == 1

    def test_from_named_is_honoured_without_parameters(self, client):
        query = f"SELECT * FROM NAMED <{GRAPH}evidence> {{ GRAPH ?g {{?s ?p ?o}} }}"
        assert self.count(client, query) == 1

    def test_default_graph_overrides_from(self, client):
        query = f"SELECT * FROM <{GRAPH}asserted> {{?s ?p ?o}}"
        url = f"&default-graph-uri={quote(GRAPH + 'evidence')}"
        assert self.count(client, query, url) == 1

    def test_named_graph_overrides_from_too(self, client):
        query = f"SELECT * FROM <{GRAPH}asserted> {{?s ?p ?o}}"
        assert self.count(client, query, f"&named-graph-uri={quote(GRAPH + 'evidence')}") == 0

    def test_default_graph_overrides_from_named(self, client):
        query = f"SELECT * FROM NAMED <{GRAPH}asserted> {{ GRAPH ?g {{?s ?p ?o}} }}"
        assert self.count(client, query, f"&default-graph-uri={quote(GRAPH + 'evidence')}") == 0

    def test_unknown_graph_is_empty(self, client):
        assert (
            self.count(client, "SELECT * {?s ?p ?o}", "&default-graph-uri=http://no.example/") == 0
        )

    def test_graph_with_a_chinese_name(self, client):
        url = f"&default-graph-uri={quote(GRAPH + '威海')}"
        assert self.count(client, "SELECT * {?s ?p ?o}", url) == 1

    def test_no_parameters_means_the_stores_dataset(self, client):
        assert self.count(client, "SELECT DISTINCT ?g { GRAPH ?g {} }") == 6

    def test_default_graph_is_not_the_union(self, client):
        query = "SELECT * { ?s <http://example.org/quotedIn> ?o }"
        assert self.count(client, query) == 0

    @pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
    @pytest.mark.parametrize(
        "iri", ["", "data1", "/a", "//host/a", "http://a b", "<http://a>", "a:<"]
    )
    def test_iri_that_is_not_absolute_is_400(self, client, name, iri):
        response = ask(client, "ASK {}", f"&{name}={quote(iri)}")
        assert response.status_code == 400
        assert response.json["parameter"] == name

    def test_infer_false_leaves_inferred_statements_out(self, client):
        query = "SELECT * { ?s a <http://example.org/Place> }"
        assert self.count(client, query) == 2
        assert self.count(client, query, "&infer=true") == 2
        assert self.count(client, query, "&infer=false") == 0


class TestBase:
    def test_relative_iri_resolves_against_the_address(self, client):
        response = ask(client, "SELECT (<test> AS ?x) {}")
        assert rows(response) == [{"x": "http://localhost/test"}]

    def test_base_in_the_query_wins(self, client):
        response = ask(client, "BASE <http://e.org/a/> SELECT (<test> AS ?x) {}")
        assert rows(response) == [{"x": "http://e.org/a/test"}]

    def test_base_follows_the_host_header(self, client):
        response = ask(client, "SELECT (<test> AS ?x) {}", Host="kg.example:81")
        assert rows(response) == [{"x": "http://kg.example:81/test"}]

    def test_base_is_the_public_address_behind_a_proxy(self, make):
        client = make(public_url="https://kg.example")
        response = ask(client, "SELECT (<test> AS ?x) {}", Host="inner:8000")
        assert rows(response) == [{"x": "https://kg.example/test"}]

    def test_forwarded_headers_of_strangers_are_not_believed(self, client):
        headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
        response = ask(client, "SELECT (<test> AS ?x) {}", **headers)
        assert rows(response) == [{"x": "http://localhost/test"}]

    @pytest.mark.parametrize("host", ["a b", "a/b", "a,b", "x<y", "a@b"])
    def test_host_that_is_none_is_400(self, client, host):
        assert ask(client, "ASK {}", Host=host).status_code == 400


class TestByteOrderMark:
    """What some editors begin a file with is no part of the query."""

    def test_before_a_query_however_it_comes(self, client):
        text = "\ufeffSELECT (STRLEN('\ufeff') AS ?x) {}"
        form = "query=" + quote(text)
        for response in (
            ask(client, text),
            client.post("/sparql", data=text.encode(), content_type=QUERY),
            client.post("/sparql", data=form, content_type=FORM),
        ):
            assert rows(response) == [{"x": "1"}]


class TestLength:
    def test_post_body_over_the_limit_is_413(self, make):
        client = make(query_length=100)
        body = "ASK {}" + " " * 200
        response = client.post("/sparql", data=body, content_type=QUERY)
        assert response.status_code == 413
        assert response.json["limit"] == "query_length"
        assert response.json["value"] == 100

    def test_get_query_over_the_limit_is_413(self, make):
        response = ask(make(query_length=100), "ASK {}" + " " * 200)
        assert response.status_code == 413
        assert response.json["limit"] == "query_length"

    def test_post_form_is_measured_after_decoding(self, make):
        client = make(query_length=100)
        body = "query=" + "".join(f"%{ord(c):02X}" for c in "ASK {}".ljust(100))
        assert client.post("/sparql", data=body, content_type=FORM).status_code == 200

    def test_post_chunked_body_over_the_limit_is_413(self, make):
        import io

        environ = {"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(b"ASK {}" + b" " * 999)}
        response = make(query_length=100).open(
            "/sparql", method="POST", content_type=QUERY, environ_overrides=environ
        )
        assert response.status_code == 413


class TestTimeout:
    def test_timeout_of_its_own_ends_the_query(self, make):
        import time
        from types import SimpleNamespace

        from weihai_kg.errors import WorkerLostError

        def query(request):
            while not request.abandoned():
                time.sleep(0.01)
            raise WorkerLostError("killed")

        engine = SimpleNamespace(version="v", query=query, graphs=list, stats=dict)
        response = make(engine=engine).get("/sparql?query=ASK{}&timeout=0.05")
        assert response.status_code == 503
        assert (response.json["limit"], response.json["value"]) == ("timeout", 0.05)

    def test_timeout_above_the_limit_is_the_limit(self, client):
        assert client.get("/sparql?query=ASK{}&timeout=99999").status_code == 200
