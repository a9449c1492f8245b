"""Bars: a table in which each number is drawn from zero, one scale for each unit.

"More than" ends in an arrow, an implied or rounded number in a band between its bounds, a planned
one is hatched. Text stays text, so it wraps and keeps its size on a phone.
"""

from __future__ import annotations

from markupsafe import Markup

from weihai_kg.web.drawings.amounts import LESS, MORE, Amount, amounts, by_unit, plain
from weihai_kg.web.drawings.frame import cut, figure, left_out
from weihai_kg.web.drawings.roles import Drawn
from weihai_kg.web.drawings.scale import Scale
from weihai_kg.web.drawings.svg import element, joined, linked, percent
from weihai_kg.web.things.labels import CODES, said

MOST = 60
HEIGHT, MIDDLE, THICK = 18, 9, 10
# What is left free at the end of the drawing: an arrow may point into it.
_USED = 0.9
NO_NUMBER = ("没有可画的数值", "they have no number that can be drawn")


def suits(drawn: Drawn) -> bool:
    """Whether there are names with numbers."""
    return drawn.label is not None and bool(drawn.measures)


def draw(drawn: Drawn) -> Markup | None:
    """The bars of the first rows; None where there is no number."""
    if not suits(drawn):
        return None
    total = len(drawn.table.rows)
    rows = drawn.table.rows[:MOST]
    found = amounts(drawn, rows)
    if not found:
        return None
    groups = by_unit(found)
    several = len(drawn.measures) > 1
    panels = [panel(unit, each, drawn.language, column=several) for unit, each in groups.items()]
    without = len(rows) - max(len(each) for each in ([found] if len(drawn.measures) == 1
                                                    else groups.values()))  # fmt: skip
    notes = (
        cut(len(rows), total, drawn.language),
        left_out(max(0, without), NO_NUMBER, drawn.language),
    )
    return figure("bars", drawn.language, *panels, notes=notes)


def panel(
    unit: str, found: list[Amount], language: str, whole: Scale | None = None, *,
    column: bool = False,
) -> Markup:  # fmt: skip
    """The bars of one unit, as a table with the unit above; behind each bar all of ``whole``.

    ``column`` says that the unit is none, but what a column is called.
    """
    scale = whole or Scale.of(end for each in found for end in each.ends)
    head = element(
        "tr",
        element("th", said(("内容", "What"), language), scope="col"),
        element(
            "th",
            axis(scale),
            element("span", unit or said(("条形图", "As a bar"), language), class_="unit"),
            scope="col",
        ),
        element("th", said(("数值", "Value"), language), scope="col", class_="number"),
    )
    rows = joined(
        element(
            "tr",
            element("th", _name(each, language), scope="row"),
            element("td", bar(each, scale, track=whole is not None)),
            element("td", f"{each.sign} {each.shown}".strip(), _band(each), class_="number"),
        )
        for each in found
    )
    named = unit if column else said((f"单位:{unit}", f"Unit: {unit}"), language)
    caption = element("caption", named)
    return element(
        "table",
        caption if unit else Markup(""),
        element("thead", head),
        element("tbody", rows),
        class_="bars",
    )


def _band(amount: Amount) -> Markup:
    """The bounds in words: on its scale a band may be too narrow to be seen."""
    if not amount.has_band:
        return Markup("")
    return element("span", f"{plain(amount.lower)} – {plain(amount.upper)}", class_="soft when")


def _name(amount: Amount, language: str) -> Markup:
    name = linked(amount.address, element("bdi", amount.label or "—"))
    extra = [amount.period, said(CODES["planned"], language) if amount.planned else ""]
    words = " · ".join(each for each in extra if each)
    return name + element("span", words, class_="soft when") if words else name


def axis(scale: Scale) -> Markup:
    """The ticks of a scale: at both ends and at zero."""
    shown = sorted({scale.low, 0.0 if scale.low <= 0 <= scale.high else scale.low, scale.high})
    marks = joined(
        element(
            "text", plain(each), x=percent(_x(scale, each)), y=12,
            text_anchor="start" if _x(scale, each) < 0.1 else
            "end" if _x(scale, each) > 0.8 else "middle",
        )
        for each in shown
    )  # fmt: skip
    return element("svg", marks, class_="axis-labels", width="100%", height=16, aria_hidden="true")


def bar(amount: Amount, scale: Scale, *, track: bool = False) -> Markup:
    """One bar from zero, with what is known of its bounds."""
    zero, value = _x(scale, 0.0), _x(scale, amount.value)
    parts = [
        _rect(_x(scale, scale.low), _x(scale, scale.high), "track") if track else Markup(""),
        element("line", class_="axis", x1=percent(zero), x2=percent(zero), y1=0, y2=HEIGHT),
    ]
    planned = " planned" if amount.planned else ""
    if amount.has_band:
        low, high = _x(scale, amount.lower or 0.0), _x(scale, amount.upper or 0.0)
        near = low if amount.value >= 0 else high
        parts.append(_rect(zero, near, "solid" + planned))
        parts.append(_rect(low, high, "band"))
        parts.append(element(
            "line", class_="tick", x1=percent(value), x2=percent(value), y1=2, y2=HEIGHT - 2,
        ))  # fmt: skip
    else:
        vague = " vague" if amount.sign else ""
        parts.append(_rect(zero, value, "solid" + vague + planned))
        if amount.qualifier == MORE:
            parts.append(_arrow(value, "M2 9h18m-6 -5l6 5l-6 5"))
        elif amount.qualifier == LESS:
            parts.append(_arrow(value, "M-2 9h-14m6 -5l-6 5l6 5"))
    if amount.planned:
        parts.append(_hatch(min(zero, value), max(zero, value)))
    return element("svg", *parts, class_="bar", width="100%", height=HEIGHT, aria_hidden="true")


def _x(scale: Scale, value: float) -> float:
    return scale.at(value) * _USED


def _rect(a: float, b: float, kind: str) -> Markup:
    left, wide = min(a, b), max(abs(b - a), 0.003)
    return element(
        "rect", class_=kind, x=percent(left), y=MIDDLE - THICK // 2, width=percent(wide),
        height=THICK,
    )  # fmt: skip


def _arrow(at: float, path: str) -> Markup:
    return element("svg", element("path", d=path, class_="open"), x=percent(at), overflow="visible",
                   width=1, height=HEIGHT)  # fmt: skip


def _hatch(left: float, right: float) -> Markup:
    """Slanting lines over what is planned; a pattern would need an id of its own in the page."""
    path = "".join(f"M{x} 15l8 -12" for x in range(-8, 800, 7))
    inside = element("path", d=path, class_="hatch")
    return element("svg", inside, x=percent(left), width=percent(right - left), height=HEIGHT)
