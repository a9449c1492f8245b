"""Errors, security, CORS, request ids, access log, metrics, rate limit."""

from __future__ import annotations

import io
import json
import re
from types import SimpleNamespace

import pytest

from weihai_kg import errors

URL = "/sparql?query=ASK{}"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

KINDS = [
    (errors.QuerySyntaxError("error at 3:7: expected }"), 400),
    (errors.UpdateNotAllowedError("an update"), 400),
    (errors.NotAcceptableError("ASK", ["text/csv"]), 406),
    (errors.LimitExceededError("query_timeout", 20.0, "stopped after 20 s"), 503),
    (errors.LimitExceededError("query_cpu", 20, "20 s of processor time"), 503),
    (errors.LimitExceededError("query_memory", 2**30, "too much memory"), 503),
    (errors.LimitExceededError("query_rows", 10, "more than 10 rows"), 413),
    (errors.LimitExceededError("query_bytes", 10, "more than 10 bytes"), 413),
    (errors.LimitExceededError("query_length", 10, "more than 10 bytes"), 413),
    (errors.LimitExceededError("query_nesting", 100, "deeper than 100"), 400),
    (errors.LimitExceededError("queue_wait", 5.0, "waited 5 s"), 503),
    (errors.OverloadedError("64 queries are waiting"), 503),
    (errors.WorkerLostError("the worker died"), 503),
    (errors.FederationError("not on the list"), 502),
    (errors.RemoteTimeoutError("took more than 10 s"), 504),
    (errors.EvaluationError("unknown function <x:y>"), 400),
    (errors.UntrueAnswerError("a sub-SELECT in GRAPH ?g"), 400),
]


def failing(error):
    """An engine whose queries fail."""

    def query(request):
        raise error

    return SimpleNamespace(version="v", query=query, graphs=lambda: [], stats=dict)


def assert_problem(response, status):
    """The one shape of an error: RFC 9457 with what to do and the request id."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    assert response.json["status"] == status
    assert response.json["title"]
    assert response.json["detail"]
    assert response.json["request_id"] == response.headers["X-Request-Id"]
    assert response.headers["Cache-Control"] == "no-store"


class TestErrors:
    @pytest.mark.parametrize(("error", "status"), KINDS, ids=lambda each: getattr(
        each, "limit", type(each).__name__ if isinstance(each, Exception) else each
    ))  # fmt: skip
    def test_each_kind_has_its_status_and_the_one_shape(self, make, error, status):
        response = make(engine=failing(error)).get(URL)
        assert_problem(response, status)
        assert response.json["todo"]
        if isinstance(error, errors.LimitExceededError):
            assert response.json["limit"] == error.limit
            assert response.json["value"] == error.value

    @pytest.mark.parametrize(
        "error", [errors.OverloadedError("x"), errors.LimitExceededError("queue_wait", 5, "x"),
                  errors.WorkerLostError("x")],
    )  # fmt: skip
    def test_retry_after_where_it_helps(self, make, error):
        assert int(make(engine=failing(error)).get(URL).headers["Retry-After"]) >= 1

    def test_no_retry_after_where_it_does_not_help(self, make):
        error = errors.LimitExceededError("query_timeout", 20.0, "x")
        assert "Retry-After" not in make(engine=failing(error)).get(URL).headers

    def test_syntax_error_says_line_and_column(self, client):
        response = client.get("/sparql", query_string={"query": "SELECT *\n{ ?s ?p }"})
        assert_problem(response, 400)
        assert response.json["line"] == 2
        assert response.json["column"] in (9, 10)

    def test_bug_is_500_without_a_trace(self, make, caplog):
        response = make(engine=failing(ZeroDivisionError("secret"))).get(URL)
        assert_problem(response, 500)
        assert "secret" not in response.text
        assert "Traceback" not in response.text
        assert response.headers["X-Request-Id"] in caplog.text
        assert "secret" in caplog.text

    @pytest.mark.parametrize(
        ("accept", "media_type"),
        [
            ("", "application/problem+json"), ("*/*", "application/problem+json"),
            ("application/json", "application/problem+json"), (BROWSER, "text/html"),
            ("application/sparql-results+xml", "text/plain"), ("text/turtle", "text/plain"),
            ("text/csv", "text/plain"), ("text/html", "text/html"),
            ("application/sparql-results+json,*/*;q=0.9", "application/problem+json"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("url", ["/sparql?query=SELECT", "/no/such/page", "/graph/none"])
    def test_form_follows_accept(self, client, url, accept, media_type):
        response = client.get(url, headers={"Accept": accept})
        assert response.status_code in (400, 404, 406)
        assert response.mimetype == media_type

    @pytest.mark.parametrize("accept", [BROWSER, "text/turtle", "*/*"])
    @pytest.mark.parametrize(
        "url",
        ["/<script>alert(1)</script>", "/sparql?query=<script>alert(1)</script>",
         "/sparql?query=ASK{}&infer=<script>", "/graph-store?graph=<script>"],
    )  # fmt: skip
    def test_nothing_is_reflected_unescaped(self, client, url, accept):
        response = client.get(url, headers={"Accept": accept})
        assert response.status_code >= 400
        if response.mimetype == "text/html":
            assert "<script" not in response.text
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    def test_page_405_has_allow(self, client):
        response = client.post("/downloads")
        assert_problem(response, 405)
        assert "GET" in response.headers["Allow"]


class TestHeaders:
    @pytest.mark.parametrize("url", ["/", "/sparql", URL, "/sparql?query=x", "/none", "/healthz"])
    def test_security_headers_are_on_everything(self, client, url):
        headers = client.get(url).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in headers["Access-Control-Expose-Headers"]

    def test_page_headers_are_on_pages(self, client):
        headers = client.get("/").headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"]
        assert headers["Permissions-Policy"]

    def test_hsts_only_behind_https(self, make):
        assert "Strict-Transport-Security" not in make().get("/").headers
        secured = make(public_url="https://kg.example").get("/")
        assert secured.headers["Strict-Transport-Security"]

    @pytest.mark.parametrize("url", ["/sparql", "/graph-store", "/", "/downloads"])
    def test_preflight(self, client, url):
        response = client.options(
            url,
            headers={
                "Origin": "https://app.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type",
            },
        )
        assert response.status_code == 204
        assert "POST" in response.headers["Access-Control-Allow-Methods"]
        assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
        assert response.headers["Access-Control-Allow-Origin"] == "*"

    def test_304_keeps_cors(self, client):
        etag = client.get(URL).headers["ETag"]
        response = client.get(URL, headers={"If-None-Match": etag})
        assert response.headers["Access-Control-Allow-Origin"] == "*"

    def test_sane_request_id_is_taken_over(self, client):
        response = client.get(URL, headers={"X-Request-Id": "abc-123.x_Y"})
        assert response.headers["X-Request-Id"] == "abc-123.x_Y"

    @pytest.mark.parametrize("given", ["", "a b", "a" * 65, "<x>", "é", "-a"])
    def test_other_request_ids_are_replaced(self, client, given):
        taken = client.get(URL, headers={"X-Request-Id": given}).headers["X-Request-Id"]
        assert re.fullmatch(r"[0-9a-f]+-[0-9a-f]+", taken)


class TestAccessLog:
    def lines(self, make, url, style="json", **options):
        stream = io.StringIO()
        client = make(log=stream, log_format=style)
        client.open(url, environ_overrides={"REMOTE_ADDR": "192.0.2.1"}, **options)
        client.application._service._log.flush()
        return stream.getvalue().splitlines()

    def test_json_line_says_everything(self, make):
        [line] = self.lines(make, URL, headers={"X-Request-Id": "r1"})
        told = json.loads(line)
        assert told.items() >= {
            "id": "r1", "method": "GET", "path": "/sparql", "query": "query=ASK{}", "status": 200,
            "release": "1.0.0+test", "cache": "miss", "client": "192.0.2.1", "whole": True,
        }.items()  # fmt: skip
        assert told["bytes"] > 0
        assert told["ms"] >= 0

    def test_long_queries_are_cut_and_escaped(self, make):
        query = 'ASK { ?s ?p "\n\x1b[31m' + "x" * 5000
        [line] = self.lines(
            make, "/sparql", method="POST", data=query.encode(),
            content_type="application/sparql-query",
        )  # fmt: skip
        assert len(json.loads(line)["query"]) == 500
        assert "\x1b" not in line

    def test_text_line(self, make):
        [line] = self.lines(make, URL, style="text")
        assert " GET /sparql 200 " in line

    def test_none_writes_nothing(self, make):
        assert self.lines(make, URL, style="none") == []


class TestMetrics:
    def read(self, client):
        response = client.get("/metrics")
        assert response.status_code == 200
        assert response.mimetype == "text/plain"
        return response.text

    def test_requests_are_counted_by_family_status_and_cache(self, client):
        client.get(URL)
        client.get(URL)
        client.get("/sparql?query=SELECT")
        client.get("/made/up/by/a/stranger")
        text = self.read(client)
        for cache, path, status in (
            ("miss", "/sparql", 200), ("hit", "/sparql", 200), ("none", "/sparql", 400),
            ("none", "other", 404),
        ):  # fmt: skip
            labels = f'{{cache="{cache}",path="{path}",status="{status}"}}'
            assert f"weihai_kg_requests_total{labels} 1.0" in text
        assert "stranger" not in text

    def test_latency_cache_engine_and_release_are_told(self, client):
        client.get(URL)
        text = self.read(client)
        assert 'weihai_kg_request_seconds_bucket{le="+Inf",path="/sparql"} 1.0' in text
        assert "weihai_kg_cache_bytes" in text
        assert 'weihai_kg_release_info{version="1.0.0+test"} 1.0' in text
        assert "weihai_kg_engine_" in text

    def test_healthz_does_not_ask_the_engine(self, make):
        client = make(engine=failing(errors.OverloadedError("x")))
        assert client.get("/healthz").status_code == 200

    def test_readyz_asks_the_engine(self, make, client):
        assert client.get("/readyz").text == "ready 1.0.0+test\n"
        assert make(engine=failing(errors.OverloadedError("x"))).get("/readyz").status_code == 503

    def test_operation_is_never_kept(self, client):
        for path in ("/healthz", "/readyz", "/metrics"):
            assert client.get(path).headers["Cache-Control"] == "no-store"


class TestRateLimit:
    def test_over_the_limit_is_429_with_retry_after(self, make):
        client = make(rate_limit="3/minute")
        statuses = [client.get(URL).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        response = client.get(URL)
        assert_problem(response, 429)
        assert 1 <= int(response.headers["Retry-After"]) <= 60

    def test_each_client_has_its_own(self, make):
        client = make(rate_limit="1/minute")
        for address in ("10.0.0.1", "10.0.0.2"):
            response = client.get(URL, environ_overrides={"REMOTE_ADDR": address})
            assert response.status_code == 200

    def test_forwarded_for_counts_only_behind_a_proxy(self, make):
        spoofed = [{"X-Forwarded-For": f"10.0.0.{number}"} for number in range(2)]
        open_to_all = make(rate_limit="1/minute")
        proxied = make(rate_limit="1/minute", public_url="https://kg.example")
        assert [open_to_all.get(URL, headers=each).status_code for each in spoofed] == [200, 429]
        assert [proxied.get(URL, headers=each).status_code for each in spoofed] == [200, 200]

    def test_probes_are_not_limited(self, make):
        client = make(rate_limit="1/minute")
        assert {client.get("/healthz").status_code for _ in range(5)} == {200}

    def test_off_by_default(self, client):
        assert {client.get(URL).status_code for _ in range(50)} == {200}

    def test_wrong_rate_is_a_usage_error(self, make):
        with pytest.raises(errors.UsageError, match="rate_limit"):
            make(rate_limit="often")
