"""A map: places, routes and ties on a bundled coastline, in a window that fits them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from weihai_kg.web.drawings.frame import Item, cut, figure, left_out, pan
from weihai_kg.web.drawings.roles import Drawn, measure
from weihai_kg.web.drawings.svg import clean, element, joined, linked, shortened, width
from weihai_kg.web.drawings.window import Position, Window, is_on_earth
from weihai_kg.web.tables.places import from_wkt
from weihai_kg.web.tables.table import WKT, Cell
from weihai_kg.web.things.labels import said

MOST = 500
_LARGE, _SMALL = (900.0, 580.0), (350.0, 270.0)
_FONT, _NAME_ROOM = 12.0, 170.0
# Beyond this a line leads from a place to its name.
_LEADER = 16.1
NO_PLACE = ("没有可画的坐标", "they have no coordinates that can be drawn")
_BENDS = {"air": -0.2, "sea": 0.14, "land": 0.08, "twin": 0.05}


@dataclass(frozen=True)
class Place:
    """A named place; ``kind`` is city, port, airport, area, or empty."""

    label: str
    position: Position
    address: str = ""
    kind: str = ""
    rank: int = 1


@dataclass(frozen=True)
class Line:
    """A route or a tie along positions; one between two is bent by its ``kind``."""

    label: str
    positions: tuple[Position, ...]
    address: str = ""
    kind: str = "sea"
    planned: bool = False


def suits(drawn: Drawn) -> bool:
    """Whether there are coordinates: two columns of numbers, or geometries in WKT."""
    return bool(_read(drawn, drawn.table.rows[:MOST])[2])


def draw(drawn: Drawn) -> Markup | None:
    """The map of the first rows; None where none has coordinates."""
    rows = drawn.table.rows[:MOST]
    places, lines, count = _read(drawn, rows)
    if not count:
        return None
    notes = (cut(len(rows), len(drawn.table.rows), drawn.language),
             left_out(len(rows) - count, NO_PLACE, drawn.language))  # fmt: skip
    return chart(places, lines, drawn.language, notes=notes)


def _read(
    drawn: Drawn, rows: Sequence[tuple[Cell | None, ...]]
) -> tuple[list[Place], list[Line], int]:
    places: dict[tuple[str, Position], Place] = {}
    lines: list[Line] = []
    count = 0
    for row in rows:
        label, address = clean(drawn.text(row, drawn.label)), drawn.address(row, drawn.thing)
        point = _point(drawn, row)
        paths = [] if point else _paths(row, drawn.shapes)
        count += bool(point or paths)
        if point:
            places.setdefault((label, point), Place(label, point, address))
        for path in paths:
            if len(path) == 1:
                places.setdefault((label, path[0]), Place(label, path[0], address))
            else:
                lines.append(Line(label, path, address))
    return list(places.values()), lines, count


def _point(drawn: Drawn, row: tuple[Cell | None, ...]) -> Position | None:
    if drawn.coordinates is None:
        return None
    latitude, longitude = (measure(row[place]) for place in drawn.coordinates)
    if latitude is None or longitude is None or not is_on_earth((longitude, latitude)):
        return None
    return longitude, latitude


def _paths(row: tuple[Cell | None, ...], place: int | None) -> list[tuple[Position, ...]]:
    """The points and lines of the geometry in a cell; rings of areas are lines."""
    cell = row[place] if place is not None else None
    if cell is None or cell.datatype != WKT or not (shape := from_wkt(cell.text)):
        return []
    paths: list[tuple[Position, ...]] = []
    stack, singles = [shape["coordinates"]], shape["type"] in ("Point", "MultiPoint")
    while stack:
        each = stack.pop()
        if isinstance(each, list) and each and isinstance(each[0], (int, float)):
            each = [each]
        if not isinstance(each, list) or not each or not isinstance(each[0], list):
            continue
        if isinstance(each[0][0] if each[0] else None, (int, float)):
            positions = [_position(point) for point in each]
            known = tuple(point for point in positions if point is not None)
            if len(known) == len(positions):
                paths += [(point,) for point in known] if singles else [known]
        else:
            stack += each[::-1]
    return paths


def _position(point: object) -> Position | None:
    if not isinstance(point, list) or len(point) < 2:
        return None
    numbers = [float(each) for each in point[:2] if isinstance(each, (int, float))]
    if len(numbers) < 2 or not all(map(math.isfinite, numbers)):
        return None
    found = (numbers[0], numbers[1])
    return found if is_on_earth(found) else None


def chart(
    places: Sequence[Place], lines: Sequence[Line], language: str, *, small: bool = False,
    notes: Iterable[str] = (), items: Sequence[Item] | None = None, around: Sequence[Position] = (),
) -> Markup:  # fmt: skip
    """The map of places and lines; ``around`` is what the window fits, by default all of them."""
    fitted = around or [each.position for each in places] + [p for e in lines for p in e.positions]
    window = Window.of(fitted, *(_SMALL if small else _LARGE))
    places = [each for each in places if window.holds(each.position)]
    labels, hidden = _labels(places, window)
    coast = f"/static/map/{window.coast.file}.svg#land"
    body = element(
        "svg",
        element("use", href=coast, transform=window.transform, class_="land"),
        joined(_line(each, window) for each in lines),
        joined(_place(each, window, label) for each, label in zip(places, labels, strict=True)),
        viewBox=f"0 0 {window.width:.0f} {window.height:.0f}",
        role="group",
        aria_label=said((f"地图:{len(places)} 个地点,{len(lines)} 条线路",
                         f"Map of {len(places)} places and {len(lines)} lines"), language),
        class_="small" if small else "large",
    )  # fmt: skip
    frame = pan(body, said(("地图", "Map"), language), small=small)
    crowded = said((f"{hidden} 个地点因太近而未标名,见下方列表。",
                    f"Names without room on the map: {hidden}. The list below has them."),
                   language) if hidden and not small else ""  # fmt: skip
    source = said(("海岸线:Natural Earth(公有领域)。", "Coastline: Natural Earth (public domain)."),
                  language)  # fmt: skip
    if items is None:
        items = [Item(_words(each), each.address) for each in places]
        items += [Item(each.label, each.address) for each in lines if each.label]
    return figure("chart-map", language, _legend(lines, language), frame,
                  notes=[*notes, crowded, source], items=items)  # fmt: skip


def _words(place: Place) -> str:
    return f"{place.label} ({place.position[1]:.3f}, {place.position[0]:.3f})"


def _line(line: Line, window: Window) -> Markup:
    points = [window.at(each) for each in line.positions]
    if len(points) == 2:
        (ax, ay), (bx, by) = points
        bend = _BENDS.get(line.kind, 0.1)
        x, y = (ax + bx) / 2 - (by - ay) * bend, (ay + by) / 2 + (bx - ax) * bend
        path = f"M{ax:.1f} {ay:.1f}Q{x:.1f} {y:.1f} {bx:.1f} {by:.1f}"
    else:
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    kind = f"line {line.kind}" + (" planned" if line.planned else "")
    title = element("title", line.label) if line.label else Markup("")
    return linked(line.address, element("path", title, d=path, class_=kind), line.label)


def _place(place: Place, window: Window, label: Markup) -> Markup:
    x, y = window.at(place.position)
    mark = element("circle", element("title", place.label), cx=x, cy=y,
                   r=4.0 if place.rank > 1 else 3.0)  # fmt: skip
    inner = element("g", mark, label, class_=f"place {place.kind}".strip())
    return linked(place.address, inner, place.label)


def _labels(places: Sequence[Place], window: Window) -> tuple[list[Markup], int]:
    """A label for each place where it covers no other and no place; how many found no room."""
    spots = [window.at(each.position) for each in places]
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in spots]
    labels = [Markup("")] * len(places)
    hidden = 0
    for number in sorted(range(len(places)), key=lambda each: -places[each].rank):
        x, y = spots[number]
        words = shortened(places[number].label, _NAME_ROOM, _FONT)
        wide = width(words, _FONT)
        for left, base, anchor in (
            (x + 7, y + 4, "start"), (x - 7 - wide, y + 4, "end"),
            (x - wide / 2, y - 7, "middle"), (x - wide / 2, y + 16, "middle"),
            (x + 5, y - 6, "start"), (x + 5, y + 15, "start"),
            (x - 5 - wide, y - 6, "end"), (x - 5 - wide, y + 15, "end"),
            (x + 14, y - 18, "start"), (x - 14 - wide, y - 18, "end"),
            (x + 14, y + 25, "start"), (x - 14 - wide, y + 25, "end"),
            (x + 20, y - 30, "start"), (x - 20 - wide, y - 30, "end"),
            (x + 20, y + 39, "start"), (x - 20 - wide, y + 39, "end"),
        ):  # fmt: skip
            box = (left, base - 11, left + wide, base + 3)
            inside = box[0] >= 0 and box[2] <= window.width and box[1] >= 0
            if inside and box[3] <= window.height and not any(
                box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3]
                for place, o in enumerate(taken) if place != number
            ):  # fmt: skip
                at = {"start": left, "middle": left + wide / 2, "end": left + wide}[anchor]
                labels[number] = element("text", words, x=at, y=base, text_anchor=anchor)
                if abs(base - y) > _LEADER:
                    end = left if anchor == "start" else left + wide
                    path = f"M{x:.1f} {y:.1f}L{end:.1f} {base - 4:.1f}"
                    labels[number] = element("path", d=path, class_="leader") + labels[number]
                taken.append(box)
                break
        else:
            hidden += 1
    return labels, hidden


_LEGEND = {
    "sea": ("海运与多式联运", "sea and combined"),
    "air": ("空运", "air"),
    "twin": ("友城", "sister cities"),
}


def _legend(lines: Iterable[Line], language: str) -> Markup:
    kinds = {each.kind for each in lines}
    if len(kinds) < 2:
        return Markup("")
    entries = (
        element("li", element("span", "", class_=f"swatch {kind}"), said(words, language))
        for kind, words in _LEGEND.items()
        if kind in kinds
    )
    return element("ul", *entries, class_="legend")
