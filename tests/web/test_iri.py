"""What passes for an absolute IRI here must be one for the engine too."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weihai_kg.web.http.iri import is_absolute_iri

GOOD = [
    "http://a", "http://a/", "http://a:80/b?c=d#e", "urn:x", "urn:uuid:1-2", "mailto:a@b",
    "http://example.org/城市/威海", "http://例え.jp/🚢", "http://u:p@h/", "http://[::1]:8000/x",
    "http://a/%E5%A8%81", "http://a/b//c", "a:", "file:///etc/passwd", "http://a/'(*)!$&,;=",
]  # fmt: skip
BAD = [
    "", "a", "/a", "//a/b", "http//a", ":a", "1a:b", "http://a b", "http://a<", "http://a>",
    'http://a"', "http://a{", "http://a}", "http://a|", "http://a\\b", "http://a^", "http://a`",
    "http://a/%", "http://a/%4", "http://a/%zz", "http://[::g]/", "http://a/[", "http://a/\x7f",
    "http://a/\x00", "http://a/\n", "http://a:x/", "http://a/\ufffe", "http://a/\ue000", "a:\ud800",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_iri_is_one(text):
    assert is_absolute_iri(text)


@pytest.mark.parametrize("text", BAD)
def test_text_is_no_iri(text):
    assert not is_absolute_iri(text)


@given(st.text(max_size=20) | st.text(max_size=20).map("http://a/".__add__)
       | st.text("a:/?#[]@!$&'()*+,;=%41v.~\u00a0", max_size=20).map("http:".__add__))  # fmt: skip
def test_every_iri_is_one_for_the_engine(text):
    if is_absolute_iri(text):
        assert pyoxigraph.NamedNode(text).value == text
