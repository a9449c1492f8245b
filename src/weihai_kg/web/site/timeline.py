"""The timeline: everything that has a time, each with the words that its time was read from."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response

from weihai_kg.web.drawings import moments, timeline
from weihai_kg.web.drawings.timeline import Span
from weihai_kg.web.page import language, page
from weihai_kg.web.site.filters import Countries, chosen, years
from weihai_kg.web.tables.table import Cell
from weihai_kg.web.things.asking import Row, rows
from weihai_kg.web.things.labels import said
from weihai_kg.web.things.presentation import href, passage
from weihai_kg.web.things.statements import Quotation, quotation_of
from weihai_kg.web.things.terms import Term

bp = Blueprint("timeline", __name__)

FIGURE = "figure"
NOTE = (
    "横条是文章给出的时间:写“2024年”的活动占满一整年,不表示持续全年。",
    "A bar is the time as the article gives it: an event “in 2024” fills the year, which does not "
    "say that it lasted so long.",
)
KINDS = {
    "event": ("活动", "Events"),
    "agreement": ("协议", "Agreements"),
    "initiative": ("政策与举措", "Policies and initiatives"),
    FIGURE: ("数据", "Figures"),
    "other": ("其他", "Other"),
}


@bp.get("/timeline")
def timeline_page() -> Response:
    """Events and periods in order; those that are planned apart."""
    wanted = language()
    found = read(rows("timeline", language=Term(wanted, "literal")), rows("timeline-words"))
    countries = Countries.read(wanted)
    there = {kind for kind, _ in found.values()}
    kinds = {name: said(words, wanted) for name, words in KINDS.items() if name in there}
    kind = chosen("kind", said(("种类", "Kind"), wanted), kinds,
                  said(("除数据外的全部", "All but figures"), wanted))  # fmt: skip
    country = chosen("country", said(("国家", "Country"), wanted), countries.labels)
    year = chosen("year", said(("年份", "Year"), wanted),
                  years(touched(span) for _, span in found.values()))  # fmt: skip
    spans = [
        span
        for iri, (each, span) in found.items()
        if (each == kind.value if kind.value else each != FIGURE)
        and countries.has(country.value, [iri])
        and (not year.value or touched(span)[0] <= int(year.value) <= touched(span)[1])
    ]
    drawing = timeline.timeline(spans, wanted) if spans else None
    return page(
        "drawn.html", title=said(("时间线", "Timeline"), wanted), filters=[kind, country, year],
        lead=said(
            ("文章中有时间的一切,按先后排列;计划中的另列。每项链接到它的页面和写明时间的原文。",
             "Everything in the article that has a time, in order; what is planned stands apart. "
             "Each links to its page and to the words that give its time."), wanted),
        drawing=drawing, note=said(NOTE, wanted), count=len(spans), total=len(found),
        address="/timeline",
    )  # fmt: skip


def read(found: list[Row], places: list[Row]) -> dict[str, tuple[str, Span]]:
    """The kind and the span of each thing, by IRI.

    ``found`` has a row for each quotation that a time was read from; ``places`` says where the
    article tells of each thing. Words that do both are shown rather than others.
    """
    told: dict[str, list[tuple[int, int]]] = {}
    for row in places:
        told.setdefault(row["x"].value, []).append((int(row["start"].value), int(row["end"].value)))
    words: dict[str, list[Quotation]] = {}
    first: dict[str, Row] = {}
    for row in found:
        iri = row["x"].value
        first.setdefault(iri, row)
        if "exact" in row:
            words.setdefault(iri, []).append(quotation_of(row, "from"))
    return {
        iri: (row["kind"].value, _span(row, _nearest(words.get(iri, []), told.get(iri, []))))
        for iri, row in first.items()
    }


def _nearest(found: list[Quotation], told: list[tuple[int, int]]) -> Quotation | None:
    """The first quotation that overlaps a stretch of the article, else the first."""
    return next(
        (each for each in found if any(a < each.end and each.start < b for a, b in told)),
        found[0] if found else None,
    )


def _span(row: Row, quotation: Quotation | None) -> Span:
    starts, ends = _moment(row, "starts"), _moment(row, "ends")
    planned = "planned" in (_text(row, "status"), _text(row, "basis"))
    return Span(
        row["label"].value, href(row["x"].value), starts.first if starts else None,
        ends.after if ends else None, row["when"].value,
        "planned" if planned else _shown_status(_text(row, "status")),
        (passage(quotation), quotation.exact) if quotation else ("", ""),
    )  # fmt: skip


def _shown_status(status: str) -> str:
    """What is completed needs no word: it is in the past."""
    return "" if status == "completed" else status


def touched(span: Span) -> tuple[int, int]:
    """The first and the last year that a span touches."""
    first = span.first or span.after or date.min
    last = (span.after - timedelta(days=1)) if span.after else first
    return first.year, max(first, last).year


def _moment(row: Row, name: str) -> moments.Moment | None:
    term = row.get(name)
    return moments.moment(Cell("literal", term.value, term.datatype)) if term else None


def _text(row: Row, name: str) -> str:
    return row[name].value if name in row else ""
