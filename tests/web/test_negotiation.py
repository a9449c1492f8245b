"""Accept, ``?format=`` and what each form of query is answered in."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weihai_kg.formats import BY_NAME
from weihai_kg.web.http.negotiation import DEFAULT, accepted, named, quality

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"

SELECT = [
    (None, JSON), ("", JSON), ("*/*", JSON), (JSON, JSON), (f"{JSON};charset=utf-8", JSON),
    (f"{JSON}; charset=UTF-8; version=1.2", JSON), (XML, XML), ("text/csv", "text/csv"),
    ("text/tab-separated-values", "text/tab-separated-values"), ("application/json", JSON),
    ("application/xml", XML), ("text/xml", XML), ("text/*", "text/csv"), ("application/*", JSON),
    ("*/*;q=0.1, text/csv;q=0.5", "text/csv"), ("text/csv;q=0.5, */*;q=0.1", "text/csv"),
    (f"{JSON};q=0.5,{XML};q=0.9", XML), (f"{XML}; q=0.3, text/csv; q=0.7", "text/csv"),
    (f"{JSON};q=0, */*", XML), ("text/foo;q=0.9,text/csv", "text/csv"),
    ("text/turtle, text/csv;q=0.2", "text/csv"), ("TEXT/CSV", "text/csv"),
    ("text/html, image/gif, *; q=.2, */*; q=.2", JSON),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", XML),
    ("text/foo;q=0.5 , text/json ; q = 0.7", JSON), (f"{JSON},*/*;q=0.9", JSON),
    (f"{XML},{JSON}", JSON), ("text/csv;q=bad", JSON),
]  # fmt: skip

CONSTRUCT = [
    (None, "text/turtle"), ("*/*", "text/turtle"), ("text/turtle", "text/turtle"),
    ("application/rdf+xml", "application/rdf+xml"), ("application/json", "application/ld+json"),
    ("application/n-triples", "application/n-triples"), ("text/plain", "application/n-triples"),
    ("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#flattened\"",
     "application/ld+json"),
    ("application/n-quads", "application/n-quads"), ("application/trig", "application/trig"),
    ("text/turtle;q=0.1, application/rdf+xml", "application/rdf+xml"),
    (f"{JSON}, text/turtle;q=0.5", "text/turtle"), ("application/x-turtle", "text/turtle"),
    ("text/turtle;q=0, application/*;q=0.4", "application/n-triples"),
]  # fmt: skip


def ask(client, query, accept=None, url=""):
    headers = {} if accept is None else {"Accept": accept}
    return client.get(f"/sparql?query={quote(query)}{url}", headers=headers)


@pytest.mark.parametrize(("accept", "media_type"), SELECT)
def test_select_accept(client, accept, media_type):
    response = ask(client, "SELECT ?s { ?s ?p ?o } LIMIT 1", accept)
    assert response.status_code == 200, response.text
    assert response.mimetype == media_type
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(("accept", "media_type"), CONSTRUCT)
@pytest.mark.parametrize(
    "query", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <http://example.org/>"]
)
def test_construct_and_describe_accept(client, query, accept, media_type):
    response = ask(client, query, accept)
    assert response.status_code == 200, response.text
    assert response.mimetype == media_type


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT * {}", "text/turtle"), ("ASK {}", "text/turtle"), ("SELECT * {}", "text/html"),
        ("CONSTRUCT WHERE {?s ?p ?o}", "text/csv"), ("CONSTRUCT WHERE {?s ?p ?o}", JSON),
        ("SELECT * {}", "application/foo"), ("SELECT * {}", "*/*;q=0"),
        ("SELECT * {}", "image/*, text/turtle;q=0.5"),
    ],
)  # fmt: skip
def test_nothing_fits_is_406_with_the_list(client, query, accept):
    response = ask(client, query, accept)
    assert response.status_code == 406
    wanted = "text/turtle" if query.startswith("CONSTRUCT") else "text/csv"
    assert wanted in response.text


@pytest.mark.parametrize(
    ("word", "media_type"),
    [
        ("json", JSON),
        ("xml", XML),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("text/csv", "text/csv"),
        (quote(JSON), JSON),
        (JSON, JSON),
        (quote(JSON, safe=""), JSON),
        ("CSV", "text/csv"),
        ("application/json", JSON),
    ],
)
def test_format_beats_accept(client, word, media_type):
    response = ask(client, "SELECT * {}", "text/turtle", f"&format={word}")
    assert response.status_code == 200, response.text
    assert response.mimetype == media_type


@pytest.mark.parametrize(
    ("word", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("turtle", "text/turtle"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("xml", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
        ("json", "application/ld+json"),
        ("trig", "application/trig"),
        ("nq", "application/n-quads"),
        ("n-triples", "application/n-triples"),
    ],
)
def test_format_names_rdf_formats(client, word, media_type):
    response = ask(client, "CONSTRUCT WHERE {?s ?p ?o}", None, f"&format={word}")
    assert response.status_code == 200, response.text
    assert response.mimetype == media_type


@pytest.mark.parametrize("word", ["foo", "ttl", "text/turtle", "html"])
def test_format_that_does_not_fit_is_406(client, word):
    assert ask(client, "SELECT * {}", None, f"&format={word}").status_code == 406


def test_quality_of_an_absent_header_is_one():
    assert quality("", "text/turtle") == 1.0


def test_default_ranking_begins_with_json_and_turtle():
    assert (DEFAULT.results[0], DEFAULT.rdf[0]) == ("json", "ttl")


TOKEN = st.sampled_from(
    [each.media_type for each in BY_NAME.values()]
    + ["*/*", "text/*", "application/*", "*", "text", ";q=0", "q=1", ",", ";", "charset=utf-8",
       "=", '"', "q=0.5", ";q=1e9", "q=nan", " "]
)  # fmt: skip


@given(st.lists(TOKEN, max_size=12).map("".join) | st.text(max_size=60))
def test_any_header_gives_known_formats(header):
    ranking = accepted(header)
    assert set(ranking.results) | set(ranking.rdf) <= set(BY_NAME)
    assert len(set(ranking.results)) == len(ranking.results)


@given(st.text(max_size=40))
def test_any_format_word_gives_at_most_one_of_each(word):
    assert all(len(names) <= 1 for names in named(word))
