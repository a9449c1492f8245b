"""The pages of the saved queries: the list, each with a form, its answer and what to do with it."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
import rdflib
import requests

from weihai_kg.web.tables.headings import heading

HOSTILE = [
    'x" } UNION {?s ?p ?o} #', "x> ?p ?o . SERVICE <http://127.0.0.1/>", "1) || (1=1", "end\\",
    "two\nlines", "\\u0022", "<script>alert(1)</script>", "' onfocus='alert(1)", "{{7*7}}",
]  # fmt: skip


def test_list_has_every_question_in_its_group(server, release):
    text = server.page("/queries").text
    for name in release.report()["queries"]:
        assert f"/queries/{name}" in text
    assert "Places and partners" in text
    assert "地点与伙伴" in server.page("/queries", lang="zh").text


def test_list_can_be_searched(server):
    text = server.page("/queries", q="sister cities").text
    assert "/queries/sister-cities" in text
    assert "/queries/routes" not in text
    assert "There is no such question" in server.page("/queries", q="zebra").text


def test_list_by_negotiation(server, release):
    found = server.get("/queries").json()
    assert found["release"] == release.version
    names = {Path(file).stem for file in release.queries()}
    assert {each["name"] for each in found["queries"]} == names
    for answer in (
        server.get("/queries", "text/turtle"), server.get("/queries.ttl"),
        server.get("/queries", format="ttl"), server.get("/queries", format="ttl", q="port"),
    ):  # fmt: skip
        assert answer.headers["Content-Type"].startswith("text/turtle")
        assert answer.content == (release.path / "queries.ttl").read_bytes()
    assert rdflib.Graph().parse(data=server.get("/queries.ttl").text)
    assert server.get("/queries", "image/png").status_code == 406


def test_every_query_has_a_page(server, release):
    for name in release.report()["queries"]:
        for language in ("zh", "en"):
            answer = server.page(f"/queries/{name}", lang=language)
            assert answer.status_code == 200, (name, answer.text)
            assert f'<html lang="{language}">' in answer.text


def test_every_column_has_a_heading_in_both_languages(server, release):
    for name in release.report()["queries"]:
        columns = server.get(f"/queries/{name}.json", "*/*")
        if columns.status_code != 200 or "vars" not in columns.json().get("head", {}):
            continue
        for column in columns.json()["head"]["vars"]:
            chinese, english = heading(column, "zh"), heading(column, "en")
            assert chinese != column, (name, column)
            assert not re.search("[A-Za-z]", chinese)
            assert not re.search("[A-Z]", english.replace("Weihai", ""))


def test_page_has_what_a_reader_needs(server, release):
    text = server.page("/queries/cities-in-a-country").text
    assert re.search(r'<select[^>]*name="country"', text)
    assert "South Korea</option>" in text
    assert "/sparql?example=cities-in-a-country" in text
    for word in ("curl --fail", "pd.read_parquet", "read.csv", "await fetch"):
        assert word in html.unescape(text)
    assert release.version in text
    assert "/answers/" in text
    assert release.report()["queries"]["cities-in-a-country"]["sha256"] in text
    assert 'href="/id/' in text


def test_page_needs_no_script_and_no_other_host(server):
    text = server.page("/queries/figures-above").text
    assert "<style" not in text
    assert " style=" not in text
    assert not re.search(r"<script(?![^>]*src=\"/static/)", text)
    assert not re.search(r'(?:src|stylesheet"\s+href)="http', text)


@pytest.mark.parametrize(("language", "words"), [("zh", "文章没有"), ("en", "does not say")])
def test_what_the_article_does_not_say_is_said_plainly(server, language, words):
    text = server.page("/queries/import-fair-month", lang=language).text
    assert words in text
    assert "0 " in text


def test_other_values_without_rows_are_said_plainly_too(server):
    text = server.page("/queries/figures-above", minimum="999999999999").text
    assert "Nothing in the graph fits the values given" in text


def test_yes_or_no(server):
    assert '<p class="big">' in server.page("/queries/is-south-korea-a-neighbour").text


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_is_just_a_value(server, value):
    answer = server.page("/queries/search", text=value)
    assert answer.status_code == 200, answer.text
    assert value not in answer.text or value == html.escape(value)
    assert html.escape(value, quote=False).split("\n")[0] in answer.text.replace("&#34;", '"') \
        .replace("&#39;", "'")  # fmt: skip
    assert server.get("/queries/search.json", text=value).json()["results"]["bindings"] == []


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_number_and_iri_are_refused_clearly(server, value):
    for query, parameter in (("figures-above", "minimum"), ("cities-in-a-country", "country")):
        answer = server.get(f"/queries/{query}.json", **{parameter: value})
        assert answer.status_code == 400
        problem = answer.json()
        assert problem["parameter"] == parameter
        assert problem["value"] == value
        assert problem["allowed"]


@pytest.mark.parametrize("iri", ["x:%zz", "x:\U00103f64", "http://[::x]/", "x:a#b#c", "id:%"])
def test_what_is_no_iri_is_refused_by_name(server, iri):
    answer = server.get("/queries/cities-in-a-country.json", country=iri)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "country"


def test_unknown_repeated_and_empty_parameters_are_400(server):
    assert server.get("/queries/search", nosuch="1").json()["parameter"] == "nosuch"
    assert server.get("/queries/search?text=a&text=b").status_code == 400
    assert server.get("/queries/search.json?text=").status_code == 400
    assert server.get("/queries/search?lang=xx").status_code == 400
    assert server.get("/queries/search?text=%FF").status_code == 400
    assert server.page("/queries/search?text=").status_code == 200


def test_unknown_name_is_404_with_the_nearest(server):
    answer = server.get("/queries/sister-citys")
    assert answer.status_code == 404
    assert "sister-cities" in answer.json()["nearest"]
    assert server.get("/queries/search.docx").status_code == 404
    assert server.get("/queries/search.geojson").status_code == 404


def test_method_is_405(server):
    answer = requests.post(server.url + "/queries/search", timeout=10)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_pages_together_are_the_whole_answer(server):
    whole = server.get("/queries/all-figures.json").json()["results"]["bindings"]
    parts, size = [], 10
    for number in range(1, -(-len(whole) // size) + 1):
        answer = server.get("/queries/all-figures.json", page=number, size=size)
        assert answer.headers["X-Total-Rows"] == str(len(whole))
        parts += answer.json()["results"]["bindings"]
    assert parts == whole
    assert 'rel="prev"' in answer.headers["Link"]
    assert 'rel="next"' not in answer.headers["Link"]


@pytest.mark.parametrize("extension", ["csv", "tsv", "xml"])
def test_a_page_in_other_formats(server, extension):
    count = {"csv": b"\r\n", "tsv": b"\n", "xml": b"<result>"}[extension]
    extra = 0 if extension == "xml" else 1
    answer = server.get(f"/queries/all-figures.{extension}", page=2, size=7)
    assert answer.content.count(count) == 7 + extra


@pytest.mark.parametrize("wrong", ["page=0", "page=x", "page=", "size=0", "size=99999", "page=-1"])
def test_wrong_page_is_400(server, wrong):
    assert server.get(f"/queries/all-figures?{wrong}").status_code == 400


def test_page_after_the_last_is_404_and_graphs_have_none(server):
    assert server.get("/queries/all-figures", page=999).status_code == 404
    assert server.get("/queries/evidence-in-turtle", page=1).status_code == 400
    text = server.page("/queries/all-figures", size=10).text
    assert 'rel="next"' in text
    assert "1–10" in text
