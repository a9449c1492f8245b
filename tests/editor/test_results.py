"""``/sparql`` for people and ``/results``: whole pages that need no script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.editor.conftest import MARKUP

HTML = {"Accept": "text/html", "Accept-Language": "en"}
MANY = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 2345"


class Page(HTMLParser):
    """The elements of a page: links, rows of the table, fields of the forms, text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def show(site, query, **more):
    answer = site.get("/results", params={"query": query, **more}, headers=HTML)
    return answer, Page(answer.text)


def post(site, path, **form):
    connection = HTTPConnection("127.0.0.1", site.port, timeout=20)
    try:
        connection.request("POST", path, urlencode(form), {
            "Content-Type": "application/x-www-form-urlencoded", **HTML,
        })  # fmt: skip
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_editor_is_for_people_and_machines_get_what_they_got(site):
    page = site.get("/sparql", headers=HTML)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "<textarea" in page.text
    machine = site.get("/sparql", headers={"Accept": "text/turtle"})
    assert machine.headers["Content-Type"].startswith("text/turtle")
    asked = site.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "*/*"})
    assert "sparql-results" in asked.headers["Content-Type"]


def test_first_page_is_light(site):
    page = site.get("/sparql", headers=HTML | {"Accept-Encoding": "br"})
    total = len(page.content)
    plain = Page(site.get("/sparql", headers=HTML).text)
    wanted = {each["href"] for each in plain.all("link")} | {
        each["src"] for each in plain.all("script") if each.get("src")
    }
    wanted |= {"/static/editor/completion.js", "/editor/vocabulary.json"}
    for address in wanted:
        answer = site.get(address, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200
        total += len(answer.content)
    assert total < 300_000


def test_pages_carry_no_inline_script_or_style(site):
    for text in (
        site.get("/sparql", headers=HTML).text, show(site, MANY)[0].text,
        show(site, "ASK {}")[0].text,
    ):  # fmt: skip
        page = Page(text)
        assert not page.all("style")
        assert all(each.get("src") for each in page.all("script"))
        assert not [each for _, each in page.elements if "style" in each]
        assert not [name for _, each in page.elements for name in each if name.startswith("on")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_saved_query_can_be_chosen_and_is_shown_in_both_languages(site, saved, lang):
    page = Page(site.get("/sparql", params={"lang": lang}, headers=HTML).text)
    chosen = {each.get("value") for each in page.all("option")}
    assert {each.name for each in saved} <= chosen
    assert all(each.title[lang] in page.text for each in saved)


def test_example_and_text_are_put_in_the_editor(site, saved):
    query = next(each for each in saved if each.name == "sister-cities")
    page = Page(site.get("/sparql", params={"example": query.name}, headers=HTML).text)
    assert query.body.strip() in page.text
    text = "SELECT * { ?x ?p '</textarea><b>' }"
    answer = site.get("/sparql", params={"edit": text}, headers=HTML)
    assert text in Page(answer.text).text
    assert "</textarea><b>" not in answer.text
    assert site.get("/sparql", params={"example": "no-such"}, headers=HTML).status_code == 404


def test_saved_query_opens_in_the_editor_as_it_was_asked(site):
    page = Page(site.get("/queries/cities-in-a-country", headers=HTML).text)
    (link,) = [each["href"] for each in page.all("a") if each["href"].startswith("/sparql?")]
    assert link == "/sparql?example=cities-in-a-country"
    asked = "/queries/cities-in-a-country?country=id:south-korea"
    page = Page(site.get(asked, headers=HTML).text)
    (link,) = [each["href"] for each in page.all("a") if each["href"].startswith("/sparql?edit")]
    (text,) = parse_qs(urlsplit(link).query)["edit"]
    ours, theirs = (show(site, each)[1] for each in (text, "SELECT * { ?s ?p ?o } LIMIT 1"))
    assert "Gunsan" in ours.text
    assert "Gunsan" not in theirs.text


def test_rows_are_paged_and_never_cut_in_silence(site):
    answer, page = show(site, MANY)
    assert "Rows 1–100 of 2,345." in page.text
    assert "Page 1 of 24" in page.text
    assert answer.text.count("<tr>") == 101
    _, last = show(site, MANY, page="24")
    assert "Rows 2301–2345 of 2,345." in last.text
    assert "Rows 2301–2345" in show(site, MANY, page="99")[1].text
    assert "Rows 1–100" in show(site, MANY, page="x")[1].text


def test_a_very_long_answer_is_begun_and_says_so(site):
    words = ", ".join(["STR(?s)"] * 60)
    wide = f"SELECT * {{ ?s ?p ?o BIND(CONCAT({words}) AS ?w) }} LIMIT 4000"
    answer, page = show(site, wide)
    assert answer.status_code == 200
    (total,) = re.findall(r"Rows 1–100 of more than ([\d,]+)\.", page.text)
    assert 1000 < int(total.replace(",", "")) < 4000
    assert "the files have all of them" in page.text


def test_a_long_query_works_by_post_with_every_button(site):
    long = f"# {'x' * 20_000}\n{MANY}"
    status, text = post(site, "/results", query=long, page="2")
    page = Page(text)
    assert status == 200
    assert "Rows 101–200 of 2,345." in page.text
    buttons = {(each.get("form"), each.get("name")) for each in page.all("button")}
    assert {("reasons", "row"), (None, "page"), (None, "format")} <= buttons
    row = next(each["value"] for each in page.all("button") if each.get("form") == "reasons")
    assert row == "101"
    status, why = post(site, "/why", query=long, row=row)
    assert (status, "<h1>" in why) == (200, True)
    status, csv = post(site, "/sparql", query=long, format="csv")
    assert (status, csv.count("\r\n")) == (200, 2346)


def test_each_row_leads_to_its_reasons(site):
    _, page = show(site, "PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>\n"
                   "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
                   "SELECT ?x ?l ?n ?p ('plain' AS ?t) { ?x a wkg:Observation ; rdfs:label ?l ; "
                   "wkg:value ?n ; wkg:valueText ?p } ORDER BY ?x ?l LIMIT 5")  # fmt: skip
    links = [each["href"] for each in page.all("a") if (each["href"] or "").startswith("/why?")]
    assert len(links) == 5
    for link in links:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        answer = site.get("/why", params=asked, headers={"Accept": "application/json"})
        found = answer.json()
        assert answer.status_code == 200
        assert found["stated"] is True, found
        assert found["row"]


def test_forms_of_queries(site):
    assert "Yes" in show(site, "ASK { ?s ?p ?o }")[1].text
    _, graph = show(site, "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 3")
    assert "@prefix" in graph.text
    formats = [each["href"] for each in graph.all("a") if "format=" in (each["href"] or "")]
    assert any(each.endswith("format=ttl") for each in formats)
    assert (
        "An empty graph"
        in show(site, "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o FILTER(false) }")[1].text
    )


def test_every_file_and_the_address_to_cite_are_there(site):
    _, page = show(site, "SELECT ?s { ?s a ?c } ORDER BY ?s LIMIT 3")
    links = [
        each["href"]
        for each in page.all("a")
        if (each["href"] or "").startswith(("/sparql?query", "/answers"))
    ]
    assert len(links) == 7
    for link in links:
        assert site.get(link, headers={"Accept": "*/*"}).status_code == 200
    _, volatile = show(site, "SELECT (NOW() AS ?t) {}")
    assert not [each for each in volatile.all("a") if (each["href"] or "").startswith("/answers")]


def test_views_that_suit_are_offered_and_drawn(site, saved):
    body = next(each.body for each in saved if each.name == "places-on-the-map")
    _, page = show(site, body)
    offered = {each["value"] for each in page.all("button") if each.get("name") == "view"}
    assert {"table", "map"} <= offered
    _, drawn = show(site, body, view="map")
    assert drawn.all("svg")
    assert not drawn.all("tbody")
    assert show(site, body, view="no-such")[1].all("tbody")


def test_problem_stands_beside_the_query(site):
    text = "SELECT * {\n  ?s ?p }"
    answer, page = show(site, text)
    assert answer.status_code == 400
    assert "Syntax error, line 2" in page.text
    assert any(each.get("data-line") == "2" for each in page.all("div"))
    assert text in page.text
    answer, page = show(site, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 6000")
    assert answer.status_code == 413
    assert "query_rows = 5000" in page.text
    assert show(site, "")[0].status_code == 400
    assert show(site, "DELETE WHERE { ?s ?p ?o }")[0].status_code == 400
    assert (
        show(site, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")[0].status_code == 502
    )


def test_advice_is_on_the_page_and_its_changes_are_forms(site):
    _, page = show(
        site, "PREFIX wkg: <https://w3id.org/weihai-kg/ontology#> SELECT ?x { ?x a wkg:Citty }"
    )
    assert "No rows." in page.text
    assert "Did you mean wkg:City" in page.text
    changed = [
        each["value"] for each in page.all("input") if "a wkg:City " in (each.get("value") or "")
    ]
    assert "Rows 1–10 of 10." in show(site, changed[0])[1].text


def test_saved_query_without_rows_shows_its_note(site, saved):
    query = next(each for each in saved if each.name == "delegation-leader")
    _, page = show(site, query.body)
    assert query.note["en"] in page.text
    assert "Query doctor" not in page.text


def test_what_is_hostile_is_text(site, remote):
    query = f"SELECT * {{ SERVICE <{remote}/sparql> {{ ?x ?p ?y }} }}"
    answer, page = show(site, query)
    assert answer.status_code == 200, answer.text
    assert page.text.count(MARKUP) == 1
    assert not page.all("img")
    refused, told = show(site, query.replace("/sparql>", "/names>"))
    assert refused.status_code == 400
    assert MARKUP in told.text
    assert not told.all("img")
    assert not [
        each for each in page.all("a") if "javascript" in (each["href"] or "").split("?")[0]
    ]
    own = (
        "SELECT (IRI('javascript:alert(1)') AS ?i) ('\u202eevil\u202c' AS ?b) "
        "('</td><script>alert(1)</script>' AS ?m) {}"
    )
    answer, page = show(site, own)
    assert "[U+202E]evil[U+202C]" in page.text
    assert "javascript:alert(1)" in page.text
    assert "<script>alert" not in answer.text
    assert not re.search(r'href="javascript', answer.text)


def test_vocabulary_has_labels_in_both_languages_and_may_be_kept(site):
    found = site.get("/editor/vocabulary.json")
    document = found.json()
    terms = {name: (kind, zh, en) for name, kind, _, zh, en in document["terms"]}
    assert terms["wkg:City"] == ("c", "城市", "city")
    assert terms["wkg:linkedTo"][0] == "p"
    assert document["prefixes"]["wkg"].endswith("/ontology#")
    kept = site.get("/editor/vocabulary.json", params={"release": document["version"]})
    assert "immutable" in kept.headers["Cache-Control"]
    assert "immutable" not in (found.headers["Cache-Control"] or "")
