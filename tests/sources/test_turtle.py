"""Statements with their lines; what is wrong with a text, with its line."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import XSD, Literal

from weihai_kg.sources.turtle import canonical, decimal_text, parse

PREFIXES = "@prefix e: <http://e/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


def test_parse_statement_keeps_line_of_its_object() -> None:
    text = PREFIXES + 'e:g { e:s e:p e:a ,\n  e:b ;\n\n  # a comment\n  e:q "c" . }\n'
    statements, findings = parse(text, "f.trig")
    assert not findings
    lines = {str(each.triple[2]): each.line for each in statements}
    assert lines == {"http://e/a": 3, "http://e/b": 4, "c": 7}


def test_parse_statement_outside_block_has_no_graph() -> None:
    statements, _ = parse(PREFIXES + "e:g e:p e:o .\ne:g { e:s e:p e:o . }", "f.trig")
    assert [str(each.graph) if each.graph else None for each in statements] == [None, "http://e/g"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("e:s e:p e:o .\nx:s e:p e:o .", 4, "unknown prefix"),
        ("e:s e:p e:o\ne:s e:p e:o .", 4, "expected '.'"),
        ('e:s e:p "open .\n', 3, "newline found in string literal"),
        ("e:s e:p e:o .\n\ne:g { e:s e:p", 5, "not readable"),
        ('e:s e:p "abc"^^xsd:integer .', 3, "is not a value of"),
        ('e:s e:p e:o ;\n e:q "2024-13-01T00:00:00"^^xsd:dateTime .', 4, "is not a value of"),
        ("e:s e:p <relative> .", 3, "relative IRI"),
        ("e:s e:p <http://e/a b> .", 3, "no IRI may have"),
    ],
)
def test_parse_broken_text_names_line_and_reason(text: str, line: int, words: str) -> None:
    _, findings = parse(PREFIXES + text, "f.trig")
    assert [(each.file, each.line) for each in findings] == [("f.trig", line)], findings
    assert words in findings[0].what
    assert findings[0].todo


@pytest.mark.parametrize(
    ("written", "kept"),
    [("26.0", "26"), ("67.90", "67.9"), ("-0.0", "0"), ("100", "100"), ("0.5", "0.5")],
)
def test_canonical_decimal_is_what_the_engine_keeps(written: str, kept: str) -> None:
    assert str(canonical(Literal(written, datatype=XSD.decimal, normalize=False))) == kept


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12,
                   places=4))  # fmt: skip
def test_decimal_text_survives_the_engine(number: Decimal) -> None:
    text = decimal_text(number)
    literal = ox.Literal(text, datatype=ox.NamedNode(str(XSD.decimal)))
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://s"), ox.NamedNode("http://p"), literal))
    assert next(iter(store)).object.value == text
    assert Decimal(text) == number


@given(st.text(max_size=200))
def test_parse_anything_never_raises(text: str) -> None:
    parse(text, "f.trig")


_TOKENS = ["e:s", "e:p", "<http://e/o>", '"x"', "'''y\nz'''", "1.0", ".", ";", ",", "{", "}",
           "[", "]", "(", ")", "a", "\n", "# c\n", "@prefix", "e:", "true", "^^", '"']  # fmt: skip


@given(st.lists(st.sampled_from(_TOKENS), max_size=30))
def test_parse_scrambled_turtle_gives_findings_with_lines_in_the_text(tokens: list[str]) -> None:
    text = PREFIXES + " ".join(tokens)
    statements, findings = parse(text, "f.trig")
    last = text.count("\n") + 1
    assert all(1 <= each.line <= last for each in (*statements, *findings))
