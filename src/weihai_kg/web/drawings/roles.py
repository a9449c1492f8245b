"""Which columns of a table play which part in a drawing, by their names and what they hold.

Names of columns are those of the saved queries (``nameZh``, ``value``, ``lowerBound``, ``from``,
``startsAt`` ...), and what people usually write beside them. Only the first rows are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from weihai_kg.web.drawings.moments import moment
from weihai_kg.web.tables.table import NUMBERS, WKT, Cell, Column, Kind, Table

LOOKED_AT = 1000
"""Rows that decide what a column holds."""

NAME = ("name", "label", "title")
VALUE = ("value",)
LOWER = ("lowerBound", "lower", "low")
UPPER = ("upperBound", "upper", "high")
QUALIFIER = ("qualifier",)
UNIT = ("unitLabel", "unit")
PERIOD = ("period", "periodLabel")
STATUS = ("status", "timeBasis", "basis")
LATITUDE, LONGITUDE = ("latitude", "lat"), ("longitude", "long", "lon", "lng")
STARTS = ("startsAt", "start", "starts", "begin", "startDate")
ENDS = ("endsAt", "end", "ends", "endDate")
DATE = ("date", "year", "month", "day", "time", "when")
ENDPOINTS = (("from", "to"), ("source", "target"), ("subject", "object"), ("s", "o"))
RELATION = ("relation", "property", "predicate", "mode", "p", "kind")
FROM_KIND, TO_KIND = ("fromKind", "sourceKind"), ("toKind", "targetKind")
KIND = ("kind", "type")
_NO_MEASURE = {
    *LOWER, *UPPER, *LATITUDE, *LONGITUDE, *STARTS, *ENDS, *DATE, "minimum", "line", "page", "id",
    "rank", "edition", "phase",
}  # fmt: skip
"""Numbers that are places or names: no bar is as long as a rank."""
_NO_THING = {"unit", "type", "class", "property", "predicate", "graph", "p", "g", "datatype"}

Link = Callable[[str], str]


@dataclass(frozen=True)
class Drawn:
    """A table with what is needed to draw it for readers of a language.

    ``names`` are labels of IRIs, ``link`` gives the address of an IRI's page (empty for none).
    """

    table: Table
    language: str
    link: Link
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _first(self) -> Table:
        return self.table.part(0, LOOKED_AT)

    @cached_property
    def columns(self) -> Mapping[str, tuple[int, Column]]:
        """Place and column by name, as the first rows have it."""
        return {each.name: (place, each) for place, each in enumerate(self._first.columns)}

    def place(self, names: Iterable[str]) -> int | None:
        """Where the first column of some names stands; in the reader's language if there is one."""
        own = self.language.title()
        for name in names:
            for each in (name + own, name + "En", name + "Zh", name):
                if each in self.columns:
                    return self.columns[each][0]
        return None

    @cached_property
    def thing(self) -> int | None:
        """The column of the IRI that a row is about: the first that names a thing."""
        for name, (place, column) in self.columns.items():
            if column.kind is Kind.IRI and name not in _NO_THING:
                return place
        return None

    @cached_property
    def label(self) -> int | None:
        """The column that says what a row is: a name, else the first text, else the IRI."""
        named = self.place(NAME)
        if named is not None:
            return named
        own, other = self.language.title(), "En" if self.language == "zh" else "Zh"
        for name, (place, column) in self.columns.items():
            twin = name.removesuffix(other) + own
            if column.kind in (Kind.TEXT, Kind.IRI) and not self._is_wkt(place):
                if name.endswith(other) and twin in self.columns:
                    return self.columns[twin][0]
                return place
        return None

    @cached_property
    def measures(self) -> list[int]:
        """The columns that hold what is measured: ``value``, else every other number."""
        value = self.place(VALUE)
        if value is not None:
            return [value] if self._has_number(value) else []
        return [
            place
            for name, (place, column) in self.columns.items()
            if column.kind.is_number and name not in _NO_MEASURE and self._has_number(place)
        ]

    @cached_property
    def ends(self) -> tuple[int, int] | None:
        """The columns of both ends of an edge: named so, else the first two that vary."""
        for one, other in ENDPOINTS:
            found = [
                self.columns[name][0] if name in self.columns else self.place((name,))
                for name in (one, other)
            ]
            if found[0] is not None and found[1] is not None and self._are_names(found[0]):
                return found[0], found[1]
        varying = [
            place
            for name, (place, column) in self.columns.items()
            if column.kind is Kind.IRI and name not in _NO_THING and len(set(column.values)) > 1
        ]
        return (varying[0], varying[1]) if len(varying) > 1 else None

    @property
    def coordinates(self) -> tuple[int, int] | None:
        """The columns of latitude and longitude."""
        found = self.place(LATITUDE), self.place(LONGITUDE)
        if None in found or not all(self._has_number(each or 0) for each in found):
            return None
        return found[0] or 0, found[1] or 0

    @cached_property
    def shapes(self) -> int | None:
        """The column of geometries in WKT."""
        return next((p for p, _ in self.columns.values() if self._is_wkt(p)), None)

    @cached_property
    def when(self) -> int | None:
        """The column of times: the first that holds nothing else."""
        for name, (place, _) in self.columns.items():
            cells = [row[place] for row in self._first.rows if row[place] is not None]
            years = name.startswith("year")
            if cells and all(moment(cell, years=years) for cell in cells):
                return place
        return None

    def _is_wkt(self, place: int) -> bool:
        return any(row[place] and row[place].datatype == WKT for row in self._first.rows)  # type: ignore[union-attr]

    def _has_number(self, place: int) -> bool:
        return any(measure(row[place]) is not None for row in self._first.rows)

    def _are_names(self, place: int) -> bool:
        return self._first.columns[place].kind in (Kind.TEXT, Kind.IRI)

    def text(self, row: tuple[Cell | None, ...], place: int | None) -> str:
        """What a cell says: a label for an IRI, else its text; empty for none."""
        cell = row[place] if place is not None else None
        if cell is None:
            return ""
        if cell.is_iri:
            return self.names.get(cell.text) or local(cell.text)
        return cell.text

    def end(self, row: tuple[Cell | None, ...], place: int) -> str:
        """What to call an end of an edge: the name in the column beside it, if there is one."""
        beside = self.place((self.table.names[place],))
        return self.text(row, beside) or self.text(row, place)

    def address(self, row: tuple[Cell | None, ...], place: int | None) -> str:
        """The address of the page of the IRI in a cell; empty for none."""
        cell = row[place] if place is not None else None
        return self.link(cell.text) if cell is not None and cell.is_iri else ""


def measure(cell: Cell | None) -> float | None:
    """The finite number of a cell; None for what is none, NaN, infinite or too large to draw."""
    if cell is None or cell.datatype not in NUMBERS:
        return None
    try:
        value = float(cell.text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e200 else None


def local(iri: str) -> str:
    """What stands last in an IRI."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri
