"""Whatever a table holds, a drawing of it is well-formed, plain, finite and in its box."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawings.tables import checked, iri, table, text, words

from weihai_kg.web.drawings import draw, suited
from weihai_kg.web.tables.table import WKT, XSD, Cell, Table
from weihai_kg.web.things.terms import UNSEEN

NAMES = (
    "label",
    "nameZh",
    "nameEn",
    "name",
    "value",
    "lowerBound",
    "upperBound",
    "qualifier",
    "unit",
    "period",
    "status",
    "latitude",
    "longitude",
    "startsAt",
    "endsAt",
    "date",
    "year",
    "from",
    "to",
    "relation",
    "fromKind",
    "s",
    "p",
    "o",
    "wkt",
    "thing",
    "count",
    "<b>",
    "x\u202ey",
)
EVIL = st.sampled_from(
    [
        "</title><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\u202eevil\u202c",
        "&lt;",
        "]]>",
        "\x00\x08",
        "\ud800",
        "\ufffe",
        "javascript:alert(1)",
        "",
        " ",
        "威" * 300,
        "W" * 3000,
        "NaN",
        "planned",
        "moreThan",
        "approximately",
        "2024",
        "é" * 90,
    ]
)
TEXT = st.text(max_size=30) | EVIL
NUMBERS = st.one_of(
    st.integers(-(10**30), 10**30).map(str),
    st.floats().map(str),
    st.decimals(allow_nan=True, places=3).map(str),
    st.sampled_from(["1e400", "-0", "00", "INF", "1e-320"]),
    TEXT,
)
TIMES = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda each: each.isoformat()),
    st.integers(-9999, 99999).map(str),
    TEXT,
)
PLACES = st.one_of(
    st.builds("POINT({} {})".format, st.floats(), st.floats()),
    st.builds("LINESTRING({} {}, {} {})".format, *[st.floats(-200, 200)] * 4),
    st.sampled_from(
        ["POLYGON((0 0, 1 1, 1 0, 0 0))", "POINT(", "MULTIPOINT((1 2), 3 4)", "POINT(1e999 0)"]
    ),
    TEXT,
)
CELLS = st.one_of(
    st.none(),
    st.builds(lambda value: Cell("literal", value), TEXT),
    st.builds(
        lambda value: Cell("uri", value), TEXT | st.sampled_from(["https://a/b", "javascript:x"])
    ),
    st.builds(lambda value: Cell("bnode", value), TEXT),
    st.builds(
        lambda value, kind: Cell("literal", value, XSD + kind),
        NUMBERS,
        st.sampled_from(["integer", "decimal", "double", "float", "int"]),
    ),
    st.builds(
        lambda value, kind: Cell("literal", value, XSD + kind),
        TIMES,
        st.sampled_from(["date", "dateTime", "gYear", "gYearMonth", "integer"]),
    ),
    st.builds(lambda value: Cell("literal", value, WKT), PLACES),
)


@st.composite
def tables(make):
    names = make(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    rows = make(st.lists(st.tuples(*[CELLS] * len(names)), max_size=12))
    return Table(tuple(names), tuple(rows))


def link(address: str) -> str:
    """As the pages do: only what is on the web is a link."""
    return address if address.startswith("https://") else ""


@settings(max_examples=100, deadline=None)
@given(tables(), st.sampled_from(["zh", "en"]))
def test_any_table_is_drawn_safely_or_not_at_all(answer, language):
    views = suited(answer)
    assert views[0] == "table"
    for view in ("number", "bar", "line", "map", "network", "timeline"):
        markup = draw(answer, view, language, link=link)
        if markup is None:
            continue
        assert view in views
        root = checked(markup)
        assert not UNSEEN.search(str(markup)), "an unseen character is named instead"
        assert words(root).strip()


def of(kind: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Cell | None]:
    return st.none() | st.builds(lambda value: Cell("literal", value, kind), values)


WORDS = st.builds(lambda value: Cell("literal", value), TEXT)
AMOUNTS = of(XSD + "double", st.floats(-1e6, 1e6).map(str) | NUMBERS)
CODES = of("", st.sampled_from(["exact", "moreThan", "lessThan", "approximately", "odd"]))
DAYS = of(XSD + "date", st.dates().map(str)) | of(XSD + "gYear", st.integers(1, 9999).map(str))
SHAPED = {
    "bar": {"label": WORDS, "value": AMOUNTS, "lowerBound": AMOUNTS, "upperBound": AMOUNTS,
            "qualifier": CODES, "unit": WORDS, "status": of("", st.just("planned"))},
    "number": {"label": WORDS, "value": AMOUNTS, "qualifier": CODES, "lowerBound": AMOUNTS},
    "line": {"label": WORDS, "value": AMOUNTS, "date": of(XSD + "date", st.dates().map(str)),
             "lowerBound": AMOUNTS, "upperBound": AMOUNTS},
    "map": {"label": WORDS, "latitude": AMOUNTS | of(XSD + "double", st.floats(-90, 90).map(str)),
            "longitude": of(XSD + "double", st.floats(-200, 200).map(str)),
            "wkt": of(WKT, PLACES)},
    "network": {"from": WORDS, "to": WORDS, "relation": WORDS},
    "timeline": {"label": WORDS, "startsAt": DAYS, "endsAt": DAYS, "period": WORDS},
}  # fmt: skip


@pytest.mark.parametrize("view", SHAPED)
def test_any_table_of_a_shape_is_drawn_safely(view):
    drawn = []
    row = st.tuples(*SHAPED[view].values())
    most = 1 if view == "number" else 25

    @settings(max_examples=40, deadline=None)
    @given(st.lists(row, min_size=1, max_size=most), st.sampled_from(["zh", "en"]))
    def draws(rows, language):
        markup = draw(Table(tuple(SHAPED[view]), tuple(rows)), view, language, link=link)
        if markup is not None:
            checked(markup)
            drawn.append(view)

    draws()
    assert drawn


def test_markup_in_a_label_is_text():
    evil = '</title><script>alert("1")</script>'
    answer = table(
        "label value thing", (text(evil), Cell("literal", "5", XSD + "integer"), iri("x"))
    )
    root = checked(draw(answer, "bar", "en", link=link))
    assert evil in words(root)
    assert "<script" not in str(draw(answer, "bar", "en", link=link))
