"""The places and lines of the graph, ready for a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weihai_kg.web.drawings.chart_map import Line, Place
from weihai_kg.web.things.asking import rows
from weihai_kg.web.things.presentation import href, names, passage
from weihai_kg.web.things.statements import Quotation, quotation_of
from weihai_kg.web.things.terms import Term

KINDS = {"Country": "area", "Province": "area", "City": "city", "Port": "port",
         "Airport": "airport"}  # fmt: skip
COUNTRIES = (
    "通往国家的线路画到该国代表点。",
    "A route to a country ends at the country’s representative point.",
)
_RANKS = {"city": 3, "area": 2}


@dataclass(frozen=True)
class Route:
    """A line of the map with its ends and the words that tell of it."""

    iri: str
    line: Line
    ends: tuple[str, str]
    words: tuple[Quotation, ...]

    @property
    def evidence(self) -> list[tuple[str, str]]:
        """The address and the text of each passage."""
        return [(passage(each), each.exact) for each in self.words]


def places(language: str) -> dict[str, Place]:
    """The places with coordinates, by IRI."""
    namespace = str(names().wkg)
    found: dict[str, Place] = {}
    for row in rows("map-places", language=Term(language, "literal")):
        kind = KINDS[row["type"].value.removeprefix(namespace)]
        position = float(row["longitude"].value), float(row["latitude"].value)
        iri = row["x"].value
        found[iri] = Place(row["label"].value, position, href(iri), kind, _RANKS.get(kind, 1))
    return found


def routes(language: str, known: dict[str, Place]) -> list[Route]:
    """The routes and ties between places, once for each pair of ends."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows("map-lines", language=Term(language, "literal")):
        ends = row["a"].value, row["b"].value
        if not known.keys() >= set(ends):
            continue
        route = found.setdefault((row["x"].value, *ends), {"row": row, "words": {}})
        if "exact" in row:
            route["words"].setdefault(row["from"].value, quotation_of(row, "from"))
    made = []
    for (iri, a, b), route in found.items():
        row = route["row"]
        label, kind = row["label"].value, row["kind"].value
        if kind == "twin":
            label = f"{known[a].label} – {known[b].label}"
        line = Line(label, (known[a].position, known[b].position), href(iri), kind)
        made.append(Route(iri, line, (a, b), tuple(route["words"].values())))
    return made
