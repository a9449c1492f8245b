"""The map of the home page: places and lines of the graph, placed on a bundled coastline.

The coastline is static/map/land.svg; tools/coastline.py draws it with the same projection.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from weihai_kg.web.things.asking import rows
from weihai_kg.web.things.presentation import names
from weihai_kg.web.things.terms import Term

WEST, EAST, SOUTH, NORTH, UNIT = 117.0, 141.5, 32.0, 41.5, 30.0
_NARROW = math.cos(math.radians((SOUTH + NORTH) / 2))
WIDTH = round((EAST - WEST) * _NARROW * UNIT)
HEIGHT = round((NORTH - SOUTH) * UNIT)

# A label stands right of its place, unless another one is there.
_LABEL_HEIGHT, _LETTER = 13.0, 11.0


@dataclass
class Place:
    """A place on the map; ``side`` is where its label stands: end, start, or empty for none."""

    iri: str
    label: str
    kind: str
    x: float
    y: float
    side: str = ""


@dataclass(frozen=True)
class Line:
    """A route or a tie between two places, as a curve."""

    iri: str
    label: str
    kind: str
    path: str


@dataclass(frozen=True)
class Map:
    """What the map shows."""

    places: list[Place]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """A place in the drawing."""
    return (
        round((longitude - WEST) * _NARROW * UNIT, 1),
        round((NORTH - latitude) * UNIT, 1),
    )


def draw(language: str) -> Map:
    """The map in a language."""
    wanted = Term(language, "literal")
    places: dict[str, Place] = {}
    namespace = str(names().wkg)
    for row in rows("map-places", language=wanted):
        x, y = project(float(row["longitude"].value), float(row["latitude"].value))
        if 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
            kind = row["type"].value.removeprefix(namespace).lower()
            places[row["x"].value] = Place(row["x"].value, row["label"].value, kind, x, y)
    lines = []
    for row in rows("map-lines", language=wanted):
        a, b = places.get(row["a"].value), places.get(row["b"].value)
        if a is not None and b is not None:
            kind = row["kind"].value
            lines.append(Line(row["x"].value, row["label"].value, kind, curve(a, b, kind)))
    _label([each for each in places.values() if each.kind in ("city", "country")])
    return Map(list(places.values()), lines)


def curve(a: Place, b: Place, kind: str) -> str:
    """An arc from one place to another, air above sea."""
    bend = {"air": -0.22, "sea": 0.14, "twin": 0.05}[kind]
    middle_x, middle_y = (a.x + b.x) / 2, (a.y + b.y) / 2
    x, y = middle_x - (b.y - a.y) * bend, middle_y + (b.x - a.x) * bend
    return f"M{a.x} {a.y}Q{x:.1f} {y:.1f} {b.x} {b.y}"


def _label(places: list[Place]) -> None:
    """Give each place a side for its label where it covers no other; cities come first."""
    taken: list[tuple[float, float, float]] = []
    for place in sorted(places, key=lambda each: (each.kind != "city", each.x)):
        width = sum(_LETTER if ord(letter) > 0x2E80 else _LETTER * 0.55 for letter in place.label)
        sides = [("start", place.x + 5), ("end", place.x - 5 - width)]
        if place.kind == "country":
            width *= 1.6
            sides = [("middle", place.x - width / 2)]
        for side, left in sides:
            free = all(
                abs(y - place.y) > _LABEL_HEIGHT or left > right or left + width < begin
                for begin, right, y in taken
            )
            if free and left >= 0 and left + width <= WIDTH:
                place.side = side
                taken.append((left, left + width, place.y))
                break
