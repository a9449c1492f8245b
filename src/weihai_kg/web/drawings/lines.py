"""Lines: numbers over time, a small panel for each unit and series, with bounds where known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from weihai_kg.web.drawings.amounts import MORE, Amount, amounts, plain
from weihai_kg.web.drawings.bars import NO_NUMBER
from weihai_kg.web.drawings.frame import Item, cut, figure, left_out
from weihai_kg.web.drawings.moments import moment, named, precision
from weihai_kg.web.drawings.roles import Drawn
from weihai_kg.web.drawings.scale import Scale
from weihai_kg.web.drawings.svg import element, joined, lines, width
from weihai_kg.web.tables.table import Cell
from weihai_kg.web.things.labels import said

MOST, MOST_PANELS = 500, 8
_WIDTH, _HEIGHT, _FONT = 350.0, 190.0, 12.0
_TOP, _BOTTOM, _RIGHT = 12.0, 166.0, 330.0


@dataclass(frozen=True)
class Point:
    """A number at a time."""

    at: float
    when: str
    amount: Amount


def suits(drawn: Drawn) -> bool:
    """Whether there are numbers at two times or more."""
    times = {each.at for each in _points(drawn, drawn.table.rows[:MOST])}
    return len(times) > 1


def draw(drawn: Drawn) -> Markup | None:
    """The lines of the first rows; None where there are no numbers at two times."""
    rows = drawn.table.rows[:MOST]
    points = _points(drawn, rows)
    if len({each.at for each in points}) < 2:
        return None
    series: dict[tuple[str, str], list[Point]] = {}
    for each in points:
        series.setdefault((each.amount.label, each.amount.unit), []).append(each)
    if max(map(len, series.values())) == 1:
        series = {}
        for each in points:
            series.setdefault(("", each.amount.unit), []).append(each)
    shown = list(series.items())[:MOST_PANELS]
    language = drawn.language
    span = min(each.at for each in points), max(each.at for each in points)
    panels = element("div", *(_panel(*key, each, span) for key, each in shown), class_="panels")
    notes = [
        cut(len(rows), len(drawn.table.rows), language),
        left_out(max(0, len(rows) - len(points)), NO_NUMBER, language),
        said((f"共 {len(series)} 组,只画出 {len(shown)} 组。",
              f"{len(shown)} of {len(series)} series are drawn."), language)
        if len(series) > len(shown) else "",
    ]  # fmt: skip
    items = [
        Item(f"{each.when} · {each.amount.words(language)}", each.amount.address)
        for _, found in shown
        for each in sorted(found, key=lambda point: point.at)
    ]
    return figure("line-chart", language, panels, notes=notes, items=items)


def _points(drawn: Drawn, rows: tuple[tuple[Cell | None, ...], ...]) -> list[Point]:
    place = drawn.when
    if place is None or not drawn.measures:
        return []
    found = []
    for row in rows:
        time = moment(row[place], years=True)
        if time is None:
            continue
        exact = max(precision(time.first, time.after), time.precision)
        when = named(time.first, exact, drawn.language)
        middle = (time.first.toordinal() + max(time.after, time.first).toordinal()) / 2
        found += [Point(middle, when, each) for each in amounts(drawn, [row])]
    return found


def _panel(label: str, unit: str, points: list[Point], span: tuple[float, float]) -> Markup:
    points = sorted(points, key=lambda each: each.at)
    scale = Scale.of((end for each in points for end in each.amount.ends), zero=False)
    left = 12.0 + max(width(plain(tick), _FONT) for tick in scale.ticks)

    def x(point: Point) -> float:
        return left + 8 + (point.at - span[0]) / (span[1] - span[0]) * (_RIGHT - left - 8)

    def y(value: float) -> float:
        return _BOTTOM - scale.at(value) * (_BOTTOM - _TOP)

    grid = joined(
        element("path", d=f"M{left:.1f} {y(tick):.1f}H{_RIGHT}", class_="grid")
        + element("text", plain(tick), x=left - 5, y=y(tick) + 4, text_anchor="end")
        for tick in scale.ticks
    )
    path = "L".join(f"{x(each):.1f} {y(each.amount.value):.1f}" for each in points)
    dots = joined(_dot(each, x(each), y) for each in points)
    ends = [points[0], *([points[-1]] if points[-1].at > points[0].at else [])]
    times = joined(
        element("text", each.when, x=x(each), y=_BOTTOM + 18,
                text_anchor="end" if place else "start")
        for place, each in enumerate(ends)
    )  # fmt: skip
    heading = " · ".join(each for each in (label, unit) if each)
    drawing = element(
        "svg", grid, element("path", d="M" + path, class_="run"), dots, times,
        viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}", role="img",
        aria_label=f"{heading or '—'}: {points[0].when} – {points[-1].when}",
    )  # fmt: skip
    title = " ".join(lines(heading, 640.0, _FONT)) if heading else ""
    return element("div", element("p", title, class_="soft") if title else Markup(""), drawing)


def _dot(point: Point, x: float, y: Callable[[float], float]) -> Markup:
    amount = point.amount
    parts = [element("title", f"{point.when}: {amount.sign} {amount.shown}")]
    if amount.lower is not None and amount.upper is not None and amount.has_band:
        whisker = f"M{x:.1f} {y(amount.lower):.1f}V{y(amount.upper):.1f}"
        parts.append(element("path", class_="whisker", d=whisker))
    elif amount.qualifier == MORE:
        top = y(amount.value)
        parts.append(element("path", class_="open", d=f"M{x:.1f} {top:.1f}v-9m-3 4l3 -4l3 4"))
    kind = "point planned" if amount.planned else "point"
    parts.append(element("circle", cx=x, cy=y(amount.value), r=3.5, class_=kind))
    return element("g", *parts)
