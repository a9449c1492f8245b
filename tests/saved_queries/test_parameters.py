"""Arguments become terms of the declared type or clear errors, whatever they hold."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.saved_queries.conftest import term

from weihai_kg.engine.request import Form
from weihai_kg.saved_queries.parameters import (
    InvalidParameterError,
    Parameter,
    Type,
    bind,
    choices_query,
    literal,
)
from weihai_kg.saved_queries.saved_query import Expectation, SavedQuery, View

PREFIXES = {"id": "https://w3id.org/weihai-kg/id/", "wkg": "https://w3id.org/weihai-kg/ontology#"}
LABEL = {"zh": "值", "en": "Value"}
HOSTILE = [
    'x" } UNION {?s ?p ?o} #',
    "x> ?p ?o . SERVICE <http://127.0.0.1/>",
    "1) || (1=1",
    "trailing\\",
    "two\nlines",
    "\\u0022",
    "'''",
    '"""',
    "<script>alert(1)</script>",
    "} INSERT DATA { <a> <b> <c> }",
    "id:x> } #",
    "\r\n.\r\n",
    "\u202e\u0000",
    "?s",
    "_:b",
    "0x10",
    "1e400",
    "NaN",
    "٣",
    "²",
]


def parameter(type_: Type, **more: object) -> Parameter:
    return Parameter("value", type_, LABEL, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("type_", "text", "wanted"),
    [
        (Type.INTEGER, "12", '"12"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (Type.INTEGER, "+007", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (Type.YEAR, "2024", '"2024"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (Type.DECIMAL, "0.50", '"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (Type.DECIMAL, "1000", '"1000"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (Type.DECIMAL, "-0.0", '"0"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (Type.DATE, "2025-04-01", '"2025-04-01"^^<http://www.w3.org/2001/XMLSchema#date>'),
        (Type.STRING, 'a"b\\', '"a\\"b\\\\"'),
        (Type.LANGUAGE, "zh-Hans", '"zh-hans"'),
        (Type.IRI, "weihai", "<https://w3id.org/weihai-kg/id/weihai>"),
        (Type.IRI, "wkg:City", "<https://w3id.org/weihai-kg/ontology#City>"),
        (Type.IRI, "https://example.org/a?b=c#d", "<https://example.org/a?b=c#d>"),
    ],
)
def test_term_of_a_good_value(type_: Type, text: str, wanted: str) -> None:
    assert parameter(type_).term(text, PREFIXES) == wanted


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (Type.INTEGER, "1.5"),
        (Type.INTEGER, "twelve"),
        (Type.YEAR, "24"),
        (Type.DECIMAL, "."),
        (Type.DECIMAL, "1e3"),
        (Type.DATE, "2025-02-30"),
        (Type.DATE, "2025-4-1"),
        (Type.LANGUAGE, "zh_CN"),
        (Type.IRI, "has space"),
        (Type.IRI, "http://a/<b>"),
        (Type.IRI, "//no-scheme"),
        (Type.STRING, "nul\0"),
        (Type.STRING, "\x01"),
        (Type.STRING, "\uffff"),
        (Type.STRING, "\ud800"),
        (Type.STRING, "x" * 2001),
    ],
)
def test_error_of_a_bad_value_names_all(type_: Type, text: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        parameter(type_).term(text, PREFIXES)
    message = str(caught.value)
    assert message.startswith("parameter value: ")
    assert "is not allowed; give " in message
    assert len(message) < 400


def test_range_and_choices() -> None:
    bounded = parameter(Type.INTEGER, minimum=Decimal(1), maximum=Decimal(48))
    assert bounded.term("48", {})
    with pytest.raises(InvalidParameterError, match="a whole number, at least 1, at most 48"):
        bounded.term("49", {})
    chosen = parameter(Type.STRING, choices=("aim", "claim"))
    assert chosen.term("aim", {})
    with pytest.raises(InvalidParameterError, match="one of aim, claim"):
        chosen.term("other", {})


def test_bind_unknown_empty_and_required() -> None:
    known = [parameter(Type.STRING, default="a")]
    assert bind(known, {}, {}) == {}
    assert bind(known, {"value": ""}, {}) == {}
    assert bind(known, {"value": "b"}, {}) == {"value": '"b"'}
    with pytest.raises(InvalidParameterError, match="one of these parameters: value"):
        bind(known, {"valeu": "b"}, {})
    with pytest.raises(InvalidParameterError, match="a value"):
        bind([parameter(Type.STRING, required=True)], {}, {})


def test_choices_query_of_a_class_and_of_its_own() -> None:
    assert choices_query(parameter(Type.STRING)) is None
    assert choices_query(parameter(Type.IRI, choices_query="SELECT 1")) == "SELECT 1"
    text = choices_query(parameter(Type.IRI, class_=PREFIXES["wkg"] + "City"))
    assert text is not None
    assert "ontology#City> ;" in text


def check(type_: Type, text: str) -> None:
    """One argument is one term of its type, the query's text does not depend on it."""
    try:
        bound = parameter(type_).term(text, PREFIXES)
    except InvalidParameterError:
        return
    found = term(bound)
    assert "\n" not in bound
    assert "\r" not in bound
    if type_ is Type.IRI:
        assert isinstance(found, ox.NamedNode)
        return
    assert isinstance(found, ox.Literal)
    if type_ is Type.STRING:
        assert found.value == text
    saved = SavedQuery(
        "q", "queries/q.rq",
        "SELECT ?s ?value WHERE {\n  VALUES ?value { 1 }\n  ?s ?p ?value .\n} ORDER BY ?s\n",
        Form.SELECT, LABEL, LABEL, "links", (), View.TABLE, Expectation.ROWS,
        (parameter(type_, default="1"),),
    )  # fmt: skip
    request = saved.request({"value": text}) if text else saved.request()
    if text:
        assert request.text == "SELECT ?s ?value WHERE {\n  ?s ?p ?value .\n} ORDER BY ?s\n"
        assert request.substitutions == {"value": bound}


@pytest.mark.parametrize("type_", list(Type))
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_value_is_a_value_or_an_error(type_: Type, text: str) -> None:
    check(type_, text)


@given(st.sampled_from(list(Type)), st.text())
def test_any_text_is_a_value_or_an_error(type_: Type, text: str) -> None:
    check(type_, text)


@given(st.sampled_from(list(Type)), st.lists(st.sampled_from(HOSTILE)).map("".join))
def test_any_mix_of_hostile_texts_is_a_value_or_an_error(type_: Type, text: str) -> None:
    check(type_, text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_literal_reads_back(text: str) -> None:
    found = term(literal(text))
    assert isinstance(found, ox.Literal)
    assert found.value == text
