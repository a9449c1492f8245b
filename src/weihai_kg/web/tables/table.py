"""A table of RDF terms as pages and files need it: cells, columns with one type each, pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property
from typing import Any

XSD = "http://www.w3.org/2001/XMLSchema#"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"

INTEGERS = {
    XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
        "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort",
        "unsignedByte",
    )
}  # fmt: skip
DOUBLES = {XSD + "double", XSD + "float"}
NUMBERS = INTEGERS | DOUBLES | {XSD + "decimal"}

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LONG = 2**63
_DIGITS = 38
"""Digits of the widest decimal of Arrow's decimal128."""


class Kind(StrEnum):
    """The type that all cells of a column have."""

    TEXT = "text"
    IRI = "iri"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "dateTime"

    @property
    def is_number(self) -> bool:
        """Whether cells of this kind can be compared and added."""
        return self in (Kind.INTEGER, Kind.DECIMAL, Kind.DOUBLE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One RDF term; ``type`` is uri, bnode or literal."""

    type: str
    text: str
    datatype: str = ""
    language: str = ""

    @property
    def is_iri(self) -> bool:
        """Whether the term is an IRI."""
        return self.type == "uri"

    @property
    def is_number(self) -> bool:
        """Whether this is a number as a spreadsheet knows it."""
        return self.datatype in NUMBERS and _NUMBER.fullmatch(self.text) is not None

    def value(self) -> tuple[Kind, Any]:
        """The kind and the Python value; a text where the lexical form is not that of the type."""
        if self.is_iri:
            return Kind.IRI, self.text
        try:
            return _value(self.datatype, self.text)
        except (ValueError, InvalidOperation):
            return Kind.TEXT, self.text


def _value(datatype: str, text: str) -> tuple[Kind, Any]:
    if datatype in INTEGERS and -_LONG <= (number := int(text)) < _LONG:
        return Kind.INTEGER, number
    if datatype == XSD + "decimal" and len(text) < _DIGITS and _NUMBER.fullmatch(text):
        return Kind.DECIMAL, Decimal(text)
    if datatype in DOUBLES:
        return Kind.DOUBLE, float(text)
    if datatype == XSD + "boolean" and text in ("true", "false", "1", "0"):
        return Kind.BOOLEAN, text in ("true", "1")
    if datatype == XSD + "date" and len(text) == 10:
        return Kind.DATE, date.fromisoformat(text)
    if datatype == XSD + "dateTime":
        return Kind.TIME, datetime.fromisoformat(text)
    return Kind.TEXT, text


@dataclass(frozen=True)
class Column:
    """One column: its name, the kind of its cells, and their values (None where unbound)."""

    name: str
    kind: Kind
    values: Sequence[Any]


@dataclass(frozen=True)
class Table:
    """Column names and rows of cells, None where unbound."""

    names: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns with their types."""
        cells = zip(*self.rows, strict=True) if self.rows else ((),) * len(self.names)
        return tuple(_column(name, each) for name, each in zip(self.names, cells, strict=True))

    @cached_property
    def key(self) -> tuple[int, ...]:
        """The places of columns that together tell the rows apart, IRIs before other values."""

        def apart(*places: int) -> int:
            return len({tuple(row[place] for place in places) for row in self.rows})

        chosen: list[int] = []
        for place in sorted(
            range(len(self.names)),
            key=lambda place: (self.columns[place].kind is not Kind.IRI, -apart(place)),
        ):
            if not chosen or apart(*chosen, place) > apart(*chosen):
                chosen.append(place)
        return tuple(sorted(chosen))

    def part(self, start: int, size: int) -> Table:
        """Some rows, in order."""
        return Table(self.names, self.rows[start : start + size])


def read(body: bytes) -> Table:
    """The table of a SPARQL 1.1 Query Results JSON document."""
    document = json.loads(body)
    names = tuple(document["head"]["vars"])
    return Table(
        names,
        tuple(
            tuple(_cell(row[name]) if name in row else None for name in names)
            for row in document["results"]["bindings"]
        ),
    )


def read_begun(body: bytes) -> Table:
    """The whole rows at the beginning of such a document that was not read to its end."""
    text = body.decode("utf-8", "ignore")
    names = tuple(json.loads(text[: text.index("]") + 1] + "}}")["head"]["vars"])
    decoder = json.JSONDecoder()
    place = text.index("[", text.index('"bindings"')) + 1
    rows: list[tuple[Cell | None, ...]] = []
    while True:
        try:
            row, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError:
            return Table(names, tuple(rows))
        rows.append(tuple(_cell(row[name]) if name in row else None for name in names))
        place += 1


def _cell(term: dict[str, str]) -> Cell:
    return Cell(
        term["type"], term["value"], term.get("datatype", ""), term.get("xml:lang", "")
    )  # fmt: skip


def _column(name: str, cells: Iterable[Cell | None]) -> Column:
    values = [each.value() if each else None for each in cells]
    kinds = {each[0] for each in values if each}
    if kinds == {Kind.INTEGER, Kind.DECIMAL}:
        return Column(name, Kind.DECIMAL, [Decimal(each[1]) if each else None for each in values])
    zones = {each[1].tzinfo is None for each in values if each and each[0] is Kind.TIME}
    if len(kinds) == 1 and len(zones) < 2:
        return Column(name, kinds.pop(), [each[1] if each else None for each in values])
    return Column(name, Kind.TEXT, [each.text if each else None for each in cells])
