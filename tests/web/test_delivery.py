"""What every answer says about its release, conditional requests, codings, streams, the cache."""

from __future__ import annotations

import gzip
import json

import brotli
import pytest
import zstandard
from werkzeug.test import EnvironBuilder

from weihai_kg.engine.request import Answer, Form
from weihai_kg.errors import LimitExceededError
from weihai_kg.web.http.cache import Cache, Entry
from weihai_kg.web.http.compression import choose
from weihai_kg.web.protocol.sparql import is_volatile

URL = "/sparql?query=SELECT*{?s?p?o}"
BIG = "/sparql?query=SELECT*{?s?p?o.?a?b?c}"

DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


class Scripted:
    """An engine that answers what a test wants, and counts."""

    def __init__(self, *chunks, error=None, body=None, version="1.0.0+scripted"):
        self.chunks, self.error, self.body, self.version = chunks, error, body, version
        self.asked, self.closed = 0, 0

    def query(self, request):
        self.asked += 1
        return Answer(Form.SELECT, "csv", self.body, self.pieces(), self.close)

    def pieces(self):
        yield from self.chunks
        if self.error:
            raise self.error

    def close(self):
        self.closed += 1

    def graphs(self):
        return []

    def stats(self):
        return {}


class TestRelease:
    def test_every_answer_names_its_release(self, client):
        headers = client.get(URL).headers
        assert headers["ETag"].startswith('"1.0.0+test-')
        assert (
            '</downloads/1.0.0+test/weihai-kg.nq>; rel="http://www.w3.org/ns/prov#'
            in (headers["Link"])
        )
        assert 'rel="version-history"' in headers["Link"]
        assert headers["Last-Modified"].endswith("GMT")
        assert headers["Cache-Control"] == "public, no-cache"
        assert headers["Vary"] == "Accept, Accept-Encoding"

    def test_post_answer_names_its_release(self, client):
        response = client.post("/sparql", data="ASK{}", content_type="application/sparql-query")
        assert response.headers["ETag"].startswith('"1.0.0+test-')

    @pytest.mark.parametrize(
        ("accept", "coding"), [("text/csv", ""), ("*/*", "gzip"), ("*/*", "br"), ("*/*", "zstd")]
    )
    def test_etag_differs_for_another_format_or_coding(self, client, accept, coding):
        plain = client.get(BIG).headers["ETag"]
        other = client.get(BIG, headers={"Accept": accept, "Accept-Encoding": coding})
        assert other.headers["ETag"] != plain

    def test_etag_differs_for_another_release(self, make):
        first, second = (
            make(engine=Scripted(body=b"x\r\n1\r\n", version=version)).get(URL).headers["ETag"]
            for version in ("1.0.0+a", "1.0.0+b")
        )
        assert first != second

    @pytest.mark.parametrize(
        "query",
        ["SELECT(NOW()AS?x){}", "SELECT(rand()AS?x){}", "SELECT(struuid()AS?x){}",
         "SELECT(BNODE()AS?x){}"],
    )  # fmt: skip
    def test_answers_that_may_change_are_never_kept(self, client, query):
        response = client.get("/sparql", query_string={"query": query})
        assert response.status_code == 200, response.text
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
        assert "Last-Modified" not in response.headers

    @pytest.mark.parametrize(
        ("query", "volatile"),
        [("SELECT(\\u004eOW()AS?x){}", True), ("ASK{SERVICE<x:y>{}}", True),
         ("SELECT(\\U0000004eow #\n()AS?x){}", True), ("ASK{?now a <x:knows>}", False),
         ("ASK{?s schema:service ?o}", False)],
    )  # fmt: skip
    def test_volatile_queries_are_known_in_any_spelling(self, query, volatile):
        assert is_volatile(query) is volatile

    def test_new_release_is_never_answered_from_the_old_ones_cache(self, make):
        engine = Scripted(body=b"x\r\n1\r\n")
        client = make(engine=engine)
        assert client.get(URL).data == b"x\r\n1\r\n"
        engine.version, engine.body = "2.0.0+new", b"x\r\n2\r\n"
        response = client.get(URL)
        assert response.data == b"x\r\n2\r\n"
        assert response.headers["ETag"].startswith('"2.0.0+new-')

    def test_answer_during_a_change_of_release_is_not_kept(self, make):
        engine = Scripted(body=b"x\r\n1\r\n")
        original = engine.query

        def query(request):
            engine.version = "2.0.0+new"
            return original(request)

        engine.query = query
        client = make(engine=engine)
        assert "ETag" not in client.get(URL).headers


class TestConditional:
    @pytest.mark.parametrize("accept", ["*/*", "text/csv"])
    @pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*"])
    def test_if_none_match_is_304(self, make, accept, form):
        client = make()
        etag = client.get(URL, headers={"Accept": accept}).headers["ETag"]
        headers = {"Accept": accept, "If-None-Match": form.format(etag)}
        response = client.get(URL, headers=headers)
        assert response.status_code == 304
        assert response.data == b""
        assert response.headers["ETag"] == etag
        assert response.headers["Vary"]
        assert "Content-Type" not in response.headers

    def test_if_none_match_of_another_tag_is_200(self, client):
        assert client.get(URL, headers={"If-None-Match": '"x"'}).status_code == 200

    def test_if_none_match_is_304_before_anything_is_cached(self, make):
        etag = make().get(URL).headers["ETag"]
        assert make().get(URL, headers={"If-None-Match": etag}).status_code == 304

    def test_if_none_match_with_head_is_304(self, client):
        etag = client.get(URL).headers["ETag"]
        assert client.head(URL, headers={"If-None-Match": etag}).status_code == 304

    def test_if_none_match_with_post_is_200(self, client):
        kind = "application/sparql-query"
        etag = client.post("/sparql", data="ASK{}", content_type=kind).headers["ETag"]
        response = client.post(
            "/sparql", data="ASK{}", content_type=kind, headers={"If-None-Match": etag}
        )
        assert response.status_code == 200

    def test_if_none_match_star_does_not_hide_an_error(self, client):
        response = client.get("/sparql?query=SELECT", headers={"If-None-Match": "*"})
        assert response.status_code == 400

    def test_if_modified_since_the_release_is_304(self, client):
        date = client.get(URL).headers["Last-Modified"]
        assert client.get(URL, headers={"If-Modified-Since": date}).status_code == 304

    def test_if_modified_since_a_later_date_is_200_since_a_release_may_be_taken_back(self, client):
        headers = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
        assert client.get(URL, headers=headers).status_code == 200

    def test_if_none_match_beats_if_modified_since(self, client):
        date = client.get(URL).headers["Last-Modified"]
        headers = {"If-Modified-Since": date, "If-None-Match": '"x"'}
        assert client.get(URL, headers=headers).status_code == 200


class TestCompression:
    @pytest.mark.parametrize("coding", DECODERS)
    def test_long_answers_are_coded(self, client, coding):
        plain = client.get(BIG)
        coded = client.get(BIG, headers={"Accept-Encoding": coding})
        assert coded.headers["Content-Encoding"] == coding
        assert len(coded.data) < len(plain.data)
        assert DECODERS[coding](coded.data) == plain.data
        assert int(coded.headers["Content-Length"]) == len(coded.data)

    def test_short_answers_are_not_coded(self, client):
        response = client.get("/sparql?query=ASK{}", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in response.headers

    def test_short_answers_are_coded_if_identity_is_refused(self, client):
        headers = {"Accept-Encoding": "gzip, identity;q=0"}
        response = client.get("/sparql?query=ASK{}", headers=headers)
        assert response.headers["Content-Encoding"] == "gzip"

    def test_no_coding_at_all_is_406(self, client):
        headers = {"Accept-Encoding": "identity;q=0"}
        assert client.get(URL, headers=headers).status_code == 406

    @pytest.mark.parametrize("coding", DECODERS)
    def test_streams_are_coded(self, make, coding):
        client = make(engine=Scripted(b"x\r\n", b"1\r\n" * 5000, b"2\r\n"))
        response = client.get(URL, headers={"Accept-Encoding": coding})
        assert response.headers["Content-Encoding"] == coding
        assert DECODERS[coding](response.data) == b"x\r\n" + b"1\r\n" * 5000 + b"2\r\n"

    @pytest.mark.parametrize(
        ("header", "coding"),
        [
            (None, "identity"), ("", "identity"), ("gzip", "gzip"), ("gzip;q=0", "identity"),
            ("gzip;q=0.5, br;q=0.8", "br"), ("gzip, deflate, br, zstd", "zstd"), ("*", "zstd"),
            ("*;q=0.5, gzip", "gzip"), ("deflate", "identity"), ("x-gzip", "gzip"),
            ("identity, gzip;q=0.5", "identity"), ("gzip, identity", "identity"),
            ("GZIP", "gzip"), ("zstd;q=0, *", "br"), ("*;q=0", "identity"),
        ],
    )  # fmt: skip
    def test_choice(self, header, coding):
        assert choose(header).coding == coding


class TestStreams:
    def test_stream_has_no_length_and_is_closed(self, make):
        engine = Scripted(b"x\r\n", b"1\r\n")
        response = make(engine=engine).get(URL, buffered=True)
        assert response.data == b"x\r\n1\r\n"
        assert "Content-Length" not in response.headers
        assert engine.closed

    @pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd"])
    def test_broken_stream_raises_and_never_ends_properly(self, make, coding):
        error = LimitExceededError("query_rows", 10, "more than 10 rows")
        engine = Scripted(b"x\r\n", b"1\r\n", error=error)
        application = make(engine=engine).application
        environ = EnvironBuilder(URL, headers={"Accept-Encoding": coding}).get_environ()
        statuses = []
        body = application(environ, lambda status, headers: statuses.append(status))
        with pytest.raises(LimitExceededError):
            list(body)
        body.close()
        assert statuses == ["200 OK"]
        assert engine.closed == 1

    def test_broken_stream_is_not_kept(self, make):
        error = LimitExceededError("query_rows", 10, "more than 10 rows")
        engine = Scripted(b"x\r\n", error=error)
        client = make(engine=engine)
        for _ in range(2):
            response = client.get(URL, buffered=False)
            with pytest.raises(LimitExceededError):
                list(response.response)
            response.close()
        assert engine.asked == 2

    def test_stream_left_early_is_closed_and_not_kept(self, make):
        engine = Scripted(b"x\r\n", b"1\r\n", b"2\r\n")
        client = make(engine=engine)
        response = client.get(URL, buffered=False)
        next(iter(response.response))
        response.close()
        assert engine.closed == 1
        assert client.get(URL).data == b"x\r\n1\r\n2\r\n"
        assert engine.asked == 2

    def test_stream_that_was_short_enough_is_kept_whole(self, make):
        engine = Scripted(b"x\r\n", b"1\r\n")
        client = make(engine=engine)
        first, second = (client.get(URL, buffered=True) for _ in range(2))
        assert engine.asked == 1
        assert first.data == second.data
        assert first.headers["ETag"] == second.headers["ETag"]
        assert second.headers["Content-Length"] == "6"

    def test_stream_too_long_for_the_cache_is_not_kept(self, make):
        engine = Scripted(*[b"1234567\r\n" * 1000] * 20)
        client = make(engine=engine, cache_bytes=100_000)
        assert client.get(URL).data == client.get(URL).data
        assert engine.asked == 2

    def test_head_of_a_stream_frees_the_worker(self, make):
        engine = Scripted(b"x\r\n", b"1\r\n")
        response = make(engine=engine).head(URL)
        assert response.status_code == 200
        assert response.mimetype == "text/csv"
        assert engine.closed


class TestCache:
    def test_second_request_does_not_reach_the_engine(self, make):
        engine = Scripted(body=b"x\r\n")
        client = make(engine=engine)
        assert client.get(URL).data == client.get(URL).data
        assert engine.asked == 1

    def test_get_and_both_posts_share_an_answer(self, make):
        engine = Scripted(body=b"x\r\n")
        client = make(engine=engine)
        client.get("/sparql?query=ASK{}")
        client.post(
            "/sparql", data="query=ASK%7B%7D", content_type="application/x-www-form-urlencoded"
        )
        client.post("/sparql", data="ASK{}", content_type="application/sparql-query")
        assert engine.asked == 1

    @pytest.mark.parametrize("body", [b"query=ASK{}", b"query=ASK{+}"])
    def test_posts_with_other_bodies_are_other_requests(self, client, body):
        kind = "application/x-www-form-urlencoded"
        first = client.post("/sparql", data=b"query=SELECT+(1+AS+?x)+{}", content_type=kind)
        assert first.json != client.post("/sparql", data=body, content_type=kind).json

    def test_errors_are_not_kept(self, make):
        engine = Scripted(body=b"x\r\n")
        engine.query = lambda request: (_ for _ in ()).throw(
            LimitExceededError("query_timeout", 5.0, "stopped after 5 s")
        )
        client = make(engine=engine)
        assert client.get(URL).status_code == 503
        del engine.query
        assert client.get(URL).status_code == 200

    def test_one_client_never_gets_anothers_request_id(self, client):
        ids = {client.get(URL).headers["X-Request-Id"] for _ in range(3)}
        assert len(ids) == 3

    def test_cache_of_no_size_keeps_nothing(self, make):
        engine = Scripted(body=b"x\r\n")
        client = make(engine=engine, cache_bytes=0)
        client.get(URL)
        client.get(URL)
        assert engine.asked == 2

    def test_cache_stays_within_its_bytes(self):
        cache = Cache(1_000_000)
        for number in range(1000):
            cache.put(number, Entry([], b"x" * 10_000, "", "", "v", b""))
            cache.remember(("raw", number), number, 5_000)
            assert cache.bytes <= 1_000_000
        assert len(cache) > 50

    def test_cache_gives_up_what_is_not_used(self):
        cache = Cache(400_000)
        cache.put("hot", Entry([], b"x" * 10_000, "", "", "v", b""))
        for number in range(200):
            cache.put(number, Entry([], b"x" * 10_000, "", "", "v", b""))
            assert cache.get("hot") is not None
        assert cache.get(0) is None

    def test_cache_refuses_what_would_push_out_too_much(self):
        cache = Cache(100_000)
        cache.put("big", Entry([], b"x" * 50_000, "", "", "v", b""))
        assert cache.get("big") is None

    def test_cache_survives_many_threads(self):
        from concurrent.futures import ThreadPoolExecutor

        cache = Cache(300_000)

        def work(start):
            for number in range(start, start + 2000):
                cache.put(number % 97, Entry([], b"x" * (number % 5000), "", "", "v", b""))
                cache.remember(number % 89, number % 97, 100)
                cache.find(number % 89)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(0, 16_000, 2000)))
        entries = list(cache._entries.values())
        assert cache.size == sum(entry.size for entry in entries)


def test_json_answer_is_json(client):
    assert json.loads(client.get(URL).data)["head"]["vars"]
