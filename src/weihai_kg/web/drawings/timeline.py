"""A timeline: a table with one line for each event or period on one common time axis.

What is planned stands apart. An unknown start or end is an arrow; a day is a diamond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from weihai_kg.web.drawings import roles
from weihai_kg.web.drawings.calendar import TimeAxis
from weihai_kg.web.drawings.frame import cut, figure, left_out
from weihai_kg.web.drawings.moments import moment, words
from weihai_kg.web.drawings.roles import Drawn
from weihai_kg.web.drawings.svg import clean, element, joined, linked, percent
from weihai_kg.web.tables.table import Cell
from weihai_kg.web.things.labels import CODES, said

MOST = 200
HEIGHT = 18
_USED, _MARGIN = 0.94, 0.03
NO_TIME = ("没有可画的时间", "they have no time that can be drawn")
# No wider than this share of the axis, a span is drawn as a mark.
_POINT = 0.012


@dataclass(frozen=True)
class Span:
    """An event or period: first day, day after the last; None where that is not known."""

    label: str
    address: str
    first: date | None
    after: date | None
    when: str = ""
    status: str = ""
    evidence: tuple[str, str] = ("", "")

    @property
    def planned(self) -> bool:
        """Whether it is only planned."""
        return self.status == "planned"

    @property
    def order(self) -> tuple[date, date, str]:
        """What spans are sorted by."""
        first = self.first or self.after or date.max
        return first, self.after or date.max, self.label


def suits(drawn: Drawn) -> bool:
    """Whether there are names with times."""
    return drawn.label is not None and any(
        _span(drawn, row, places) for places in [_places(drawn)] for row in drawn.table.rows[:MOST]
    )


def draw(drawn: Drawn) -> Markup | None:
    """The timeline of the first rows; None where there is no time."""
    rows = drawn.table.rows[:MOST]
    places = _places(drawn)
    found = [_span(drawn, row, places) for row in rows]
    spans = [each for each in found if each is not None]
    if drawn.label is None or not spans:
        return None
    notes = [cut(len(rows), len(drawn.table.rows), drawn.language),
             left_out(len(rows) - len(spans), NO_TIME, drawn.language)]  # fmt: skip
    return timeline(spans, drawn.language, notes)


def timeline(spans: Sequence[Span], language: str, notes: Sequence[str] = ()) -> Markup:
    """The timeline of spans; those that are planned come last, under a heading of their own."""
    axis = TimeAxis.of((each.first, each.after) for each in spans)
    groups = (
        ("", [each for each in spans if not each.planned]),
        (said(("计划中", "Planned"), language), [each for each in spans if each.planned]),
    )
    bodies = joined(
        element(
            "tbody",
            element("tr", element("th", heading, colspan=3, scope="rowgroup"), class_="heading")
            if heading else Markup(""),
            *(_row(each, axis, language) for each in sorted(group, key=lambda each: each.order)),
        )
        for heading, group in groups
        if group
    )  # fmt: skip
    head = element(
        "tr",
        element("th", said(("事项", "What"), language), scope="col"),
        element("th", _axis(axis, language), scope="col"),
        element("th", said(("时间", "When"), language), scope="col"),
    )
    notes = [*notes, *(_break(piece.first, piece.after, language) for piece in axis.breaks)]
    table = element("table", element("thead", head), bodies, class_="timeline")
    return figure("times", language, table, notes=notes)


def _places(drawn: Drawn) -> tuple[int | None, int | None, int | None, int | None, int | None]:
    return (
        drawn.place(roles.STARTS), drawn.place(roles.ENDS), drawn.when,
        drawn.place(roles.PERIOD), drawn.place(roles.STATUS),
    )  # fmt: skip


def _span(
    drawn: Drawn, row: tuple[Cell | None, ...], places: tuple[int | None, ...]
) -> Span | None:
    starts, ends, on, period, status = places
    first = moment(row[starts]) if starts is not None else None
    last = moment(row[ends]) if ends is not None else None
    if first is None and last is None:
        one = moment(row[on], years=True) if on is not None else None
        if one is None:
            return None
        begin: date | None = one.first
        after: date | None = max(one.after, one.first + timedelta(days=1))
    else:
        begin, after = first.first if first else None, last.after if last else None
        if first and last and after is not None and after <= first.first:
            if last.first < first.first:
                return None
            after = first.first + timedelta(days=1)
    said_when = clean(drawn.text(row, period), 80) if period is not None else ""
    return Span(
        clean(drawn.text(row, drawn.label)), drawn.address(row, drawn.thing), begin, after,
        said_when, drawn.text(row, status),
    )  # fmt: skip


def _row(span: Span, axis: TimeAxis, language: str) -> Markup:
    name = linked(span.address, element("bdi", span.label or "—"))
    if span.status in CODES:
        name += element("span", said(CODES[span.status], language), class_="soft when")
    if span.evidence[0]:
        name += element("span", linked(span.evidence[0], element("bdi", span.evidence[1])),
                        class_="words", lang="zh")  # fmt: skip
    when = span.when or words(span.first, span.after, language)
    return element(
        "tr", element("th", name, scope="row"), element("td", _mark(span, axis)),
        element("td", when, class_="time"), class_="planned" if span.planned else None,
    )  # fmt: skip


def _x(share: float) -> float:
    return _MARGIN + share * _USED


def _mark(span: Span, axis: TimeAxis) -> Markup:
    parts = [
        element("line", class_="grid", x1=percent(_x(at)), x2=percent(_x(at)), y1=0, y2=HEIGHT)
        for _, at in axis.ticks
    ] + [
        element("rect", class_="gap", x=percent(_x(piece.left)), y=0,
                width=percent((piece.right - piece.left) * _USED), height=HEIGHT)
        for piece in axis.breaks
    ]  # fmt: skip
    first, after = span.first, span.after
    if first is not None and after is not None:
        left, right = _x(axis.at(first)), _x(axis.at(after))
        if right - left < _POINT:
            parts.append(_at((left + right) / 2, "M0 3l6 6l-6 6l-6 -6z", "point"))
        else:
            parts.append(element(
                "rect", class_="span", x=percent(left), y=4, width=percent(right - left),
                height=10, rx=2,
            ))  # fmt: skip
    elif first is not None:
        parts.append(_at(_x(axis.at(first)), "M0 3v12M0 9h20m-6 -5l6 5l-6 5", "open"))
    elif after is not None:
        parts.append(_at(_x(axis.at(after)), "M0 3v12M0 9h-20m6 -5l-6 5l6 5", "open"))
    return element("svg", *parts, class_="mark", width="100%", height=HEIGHT, aria_hidden="true")


def _at(share: float, path: str, kind: str) -> Markup:
    return element("svg", element("path", d=path, class_=kind), x=percent(share), width=1,
                   height=HEIGHT, overflow="visible")  # fmt: skip


def _axis(axis: TimeAxis, language: str) -> Markup:
    years = joined(
        element("text", f"{day.year}", x=percent(_x(at)), y=12,
                text_anchor="start" if at < 0.05 else "end" if at > 0.95 else "middle")
        for day, at in axis.ticks
    )  # fmt: skip
    marks = joined(
        element("text", "≈", x=percent(_x((piece.left + piece.right) / 2)), y=12,
                text_anchor="middle")
        for piece in axis.breaks
    )  # fmt: skip
    label = said(("年份", "Years"), language)
    return element("svg", element("title", label), years, marks, class_="axis-labels",
                   width="100%", height=16)  # fmt: skip


def _break(first: int, after: int, language: str) -> str:
    one, other = date.fromordinal(first).year, date.fromordinal(after - 1).year
    years = f"{one}–{other}" if one != other else f"{one}"
    return said(
        (f"时间轴在 {years} 处缩短(≈)。", f"The axis is shortened at {years} (≈)."), language
    )
