"""IRIs of the graph and addresses here, which need not have the same beginning."""

from __future__ import annotations

import pytest

from weihai_kg.web.things.addresses import Addresses
from weihai_kg.web.things.terms import visible

HERE = Addresses("https://graph.example/kg/")


@pytest.mark.parametrize(
    ("iri", "link"),
    [
        ("https://graph.example/kg/id/weihai", "/page/weihai"),
        ("https://graph.example/kg/quote/a-1-2", "/page/quote/a-1-2"),
        ("https://graph.example/kg/article/a", "/article/a"),
        ("https://graph.example/kg/graph/links/wikidata", "/page/graph/links/wikidata"),
        ("https://graph.example/kg/ontology#City", "/ontology#City"),
        ("https://graph.example/kg/queries/why", "/queries/why"),
        ("https://graph.example/kg/id/威海", "/page/%E5%A8%81%E6%B5%B7"),
        ("http://www.wikidata.org/entity/Q1", "http://www.wikidata.org/entity/Q1"),
        ("https://graph.example/kg/id/../../x", "https://graph.example/kg/id/../../x"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("urn:x:y", None),
        ('http://x/"onclick=', None),
        ("http://[::1", None),
    ],
)
def test_link(iri, link):
    assert HERE.link(iri) == link


@pytest.mark.parametrize(
    "name",
    ["", "..", "a/../b", "/evil", "a//b", "a\\b", "a b", "a\0", "a?b", "a#b", "<a>", "\ufffd"],
)
def test_what_is_no_name(name):
    assert HERE.iri("id", name) is None


def test_names_are_composed():
    assert HERE.iri("id", "cafe\u0301") == HERE.base + "id/caf\u00e9"


def test_unseen_characters_are_named():
    assert visible("a\u202eb\u200bc") == "a[U+202E]b[U+200B]c"
    assert visible("威海 — 仁川") == "威海 — 仁川"
