"""What the pages show, in both languages, and what they never do."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = [
    "/", "/figures", "/ontology", "/about", "/search?q=incheon", "/page/weihai", "/page/hostile",
    "/page/obs-trade-value", "/page/graph/p44-tour-group-size", "/article/weihai-japan-korea",
    "/article/weihai-japan-korea/444-495", "/downloads", "/page/quote/weihai-japan-korea-3366-3384",
]  # fmt: skip
ARTICLE = "/article/weihai-japan-korea"
PRINTED = (PROJECT / "data/articles/weihai-japan-korea/article.txt").read_bytes().decode()
VOID = {"meta", "link", "br", "img", "input", "path", "rect", "circle", "use", "hr"}


class Reader(HTMLParser):
    """Checks that elements are closed in order and ids are there once; keeps what it saw."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.elements, self.wrong = [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if (own := attributes.get("id")) is not None:
            if own in self.ids:
                self.wrong.append(f"id {own} twice")
            self.ids.add(own)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> out of order")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_is_well_formed_in_both_languages_and_asks_no_other_host(site, path, lang):
    address = f"{path}{'&' if '?' in path else '?'}lang={lang}"
    response = site.get(address, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text
    page = Reader(response.text)
    assert page.wrong == []
    assert page.open == []
    assert f'<html lang="{lang}">' in response.text
    assert response.headers["Content-Language"] == lang
    for tag, attributes in page.elements:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        if tag in ("script", "img", "use") or (
            tag == "link" and attributes["rel"] in ("stylesheet", "icon")
        ):
            source = attributes.get("src") or attributes.get("href") or "/"
            assert source.startswith("/"), source
        if tag == "script" and "src" not in attributes:
            assert attributes["type"] == "application/ld+json"
        if tag == "a":
            assert re.match(r"(/(?!/)|https?://|#|\?)", attributes["href"]), attributes


@pytest.mark.parametrize("path", PAGES)
def test_page_is_light(site, path):
    whole = site.get(path, headers={"Accept": "text/html"})
    assert len(whole.content) < 130_000
    coded = site.get(path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
    assert len(coded.content) < 25_000


def test_language_of_the_browser(site):
    assert '<html lang="en">' in site.get("/", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="zh">' in site.get("/", headers={"Accept-Language": "zh-CN"}).text


def test_links_keep_a_chosen_language_and_the_switch_keeps_the_rest(site):
    text = site.get("/page/incheon?lang=en").text
    assert 'href="/page/south-korea?lang=en"' in text
    assert "lang=en" not in site.get(
        "/page/incheon", headers={"Accept-Language": "en"}
    ).text.replace('href="?lang=en"', "")
    assert (
        'href="?q=trade&amp;lang=zh"'
        in site.get("/search?q=trade&lang=en", headers={"Accept": "text/html"}).text
    )


def test_hostile_labels_are_text(site):
    for path in ("/page/hostile", "/page/hostile?lang=en", "/search?q=alert"):
        text = site.get(path, headers={"Accept": "text/html"}).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert 'href="javascript:' not in text
        assert "\u202e" not in text.replace("\\u202e", "")
    assert "[U+202E]" in site.get("/page/hostile?lang=zh").text
    assert "javascript:alert(1)" in site.get("/page/hostile").text


def test_hostile_parameters_are_text(site):
    text = site.get(
        "/search", params={"q": '"><script>alert(1)</script>'}, headers={"Accept": "text/html"}
    ).text
    assert "<script>alert" not in text
    assert site.get("/search", params={"q": "x" * 101}).status_code == 400
    assert site.get("/search", params={"q": "} UNION { ?s ?p ?o"}).status_code == 200


def test_search_suggests_in_both_languages(site):
    for text in ("仁川", "INCHEON", "incheo"):
        found = site.get("/search", params={"q": text, "format": "json"}).json()["results"]
        assert "/page/incheon" in {each["url"] for each in found}, text


def test_entity_page_shows_words_reasons_and_inferences(site):
    text = site.get("/page/weihai?lang=en").text
    assert re.search(r"/article/weihai-japan-korea\?lang=en#char=\d+,\d+", text)
    assert 'class="badge interpreted"' in text
    assert "/why?s=id%3Aweihai&amp;p=wkg%3A" in text
    assert "wikidata.org/entity/Q373023" in text
    reading = site.get("/page/visit-2025-02?lang=en").text
    assert "the latest year-end the article gives is that of 2024" in reading


def test_article_marks_every_quotation(site):
    text = site.get("/article/weihai-japan-korea").text
    marks = re.findall(r'id="char=(\d+),(\d+)"', text)
    assert len(marks) == len(set(marks)) > 200
    for start, end in marks:
        assert 0 <= int(start) < int(end) <= len(PRINTED)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_article_is_shown_as_printed_to_the_byte(site, lang):
    text = site.get(f"{ARTICLE}?lang={lang}").text
    found = re.findall(
        r'<p (?:id="l\d+" )?class="text[^>]*data-start="(\d+)">(.*?)</p>', text, re.S
    )
    lines = [html.unescape(re.sub(r"<[^>]+>", "", inner)) for _, inner in found]
    assert "\n".join(lines).encode() == PRINTED.encode()
    for (start, _), line in zip(found, lines, strict=True):
        assert PRINTED[int(start) :].startswith(line)


def test_article_says_which_line_is_not_its_own(site):
    text = site.get(f"{ARTICLE}?lang=en").text
    foreign = text.partition('class="line foreign"')[2]
    assert "re-posted the article" in foreign
    assert 'class="q ' not in foreign.partition("</div>")[0]


def test_article_has_each_note_beside_its_words(site):
    text = html.unescape(site.get(f"{ARTICLE}?lang=en").text)
    line = text.partition('id="l8"')[2].partition('id="l9"')[0]
    assert "今年 (this year) is 2025" in line
    assert "Who led the delegation is not said." in line
    notes = re.findall(
        r'<details class="note" data-span="(\d+),(\d+)">.*?<span lang="zh">(.)', text
    )
    assert len(notes) > 100
    assert all(PRINTED[int(start)] == first for start, _, first in notes)


def test_downloads_say_what_each_file_is_and_that_this_is_the_first_release(site):
    text = html.unescape(site.get("/downloads?lang=en").text)
    assert "This is the first release here" in text
    assert "What was inferred" in text
    chinese = site.get("/downloads?lang=zh").text
    assert "推得的陈述" in chinese
    assert "这是此处的第一个版本" in chinese
    assert site.get(f"/downloads/{site_version(text)}/changes.json").status_code == 404


def site_version(text):
    """The version that a page of downloads shows first."""
    return re.search(r"<h2[^>]*>(\S+) <span", text)[1]


def test_article_text_is_no_download(site, release):
    name = "article-weihai-japan-korea.txt"
    assert name in release.files()
    assert site.get(f"/downloads/{release.version}/{name}").status_code == 404
    assert name not in site.get("/downloads").text


def test_passage_shows_what_was_read_and_how(site):
    text = site.get("/article/weihai-japan-korea/444-495?lang=en").text
    assert "February 2025" in text
    assert "interpreted" in text
    for path in ("9999-99999", "a-b", "5-1", "444-495x"):
        assert site.get(f"/article/weihai-japan-korea/{path}").status_code == 404


def test_article_negotiates(site):
    found = site.get("/article/weihai-japan-korea", headers={"Accept": "text/turtle"})
    assert found.headers["Location"] == "/data/article/weihai-japan-korea.ttl"
    assert site.get(found.headers["Location"]).status_code == 200


def test_figures_are_drawn_as_far_as_they_are_known(site):
    text = site.get("/figures?lang=en").text
    row = text.partition("More than 3,400 local enterprises")[2].partition("</tr>")[0]
    assert 'class="open"' in row
    assert "3400余家" in row
    implied = text.partition("Total imports and exports of the whole city")[2].partition("</tr>")[0]
    assert 'class="band"' in implied
    assert text.count("<tr") > 50


def test_ontology_puts_axioms_into_words(site):
    text = site.get("/ontology?lang=en", headers={"Accept": "text/html"}).text
    term = text.partition('id="locatedIn"')[2].partition("</section>")[0]
    for words in ("transitive", "Its subject is always a", "Uses"):
        assert words in term


def test_article_page_counts_as_the_report_of_the_release_does(site, release):
    report = json.loads((release.path / "report.json").read_text("utf-8"))
    share = report["articles"]["weihai-japan-korea"]["share"]
    page = site.get("/article/weihai-japan-korea?lang=en").text
    assert f"{report['statements']['AssertedGraph']:,} statements read" in page
    assert f"{report['quotations']} quotations" in page
    assert f"cover {100 * share:.1f}%" in page


ENGLISH_TERM = re.compile(r">([a-z][a-z ]+ \((?:schema\.org|PROV-O|SEM|GeoSPARQL|W3C ORG)\))<")


def city_of(site, lang):
    text = site.get(f"/ontology?lang={lang}", headers={"Accept": "text/html"}).text
    return text, text.partition('id="City"')[2].partition("</section>")[0]


def test_a_reader_of_chinese_meets_no_english_word_in_the_ontology_but_names(site):
    text, city = city_of(site, "zh")
    assert "行政区 (schema.org)" in text
    assert ENGLISH_TERM.findall(text) == []
    assert "仁川市" in city
    assert "Weihai" not in city
    text, city = city_of(site, "en")
    assert ENGLISH_TERM.findall(text)
    assert "Weihai" in city
    assert "仁川市" not in city


@pytest.mark.parametrize(("path", "accept", "says"), [
    ("/nothing", "zh-CN,zh;q=0.9,en;q=0.5", "这里没有这个网址"),
    ("/timeline?year=x", "zh", "请求有误"),
    ("/sparql?query=ASK%20%7B%7D&format=pdf", "zh", "没有这种格式"),
    ("/nothing?lang=zh", "en", "这里没有这个网址"),
    ("/nothing?lang=en", "zh", "There is nothing at this address."),
    ("/nothing", "en", "There is nothing at this address."),
])  # fmt: skip
def test_an_error_speaks_the_language_of_its_reader(site, path, accept, says):
    answer = site.get(path, headers={"Accept": "text/html", "Accept-Language": accept})
    assert answer.status_code >= 400
    assert says in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
    assert f'<html lang="{answer.headers["Content-Language"]}">' in answer.text
    program = site.get(path, headers={"Accept": "application/json", "Accept-Language": accept})
    assert program.json()["title"].isascii()


@pytest.mark.parametrize("path", ["/about", "/sparql", "/page/weihai", "/queries"])
def test_the_language_that_was_chosen_stays_with_every_link_of_the_head(site, path):
    text = site.get(
        f"{path}?lang=en", headers={"Accept": "text/html", "Accept-Language": "zh"}
    ).text
    links = re.findall(r'href="(/[^"]*)"', text.partition("<header>")[2].partition("</header>")[0])
    assert len(links) > 9
    assert [each for each in links if not each.endswith("?lang=en")] == []
