"""A dated slice of another data set: what was read of its items, each value with source and day.

A slice is a table (TSV) of item, property, value, source and day, below a YAML block in ``#`` lines
that names the sources. Properties are ``label:zh``, ``alias:zh`` and so on, and identifiers of
Wikidata's: P31 class, P17 country, P625 coordinates (``latitude,longitude``), P1082 population
(``number (year)``). What was not read is not in it: a missing row says nothing about the item.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from weihai_kg.errors import WeihaiKGError
from weihai_kg.linking.profile import Point, Profile

COLUMNS = ("item", "property", "value", "source", "read")
FILE = Path("data/wikidata/slice.tsv")
CLASS, COUNTRY, COORDINATES, POPULATION = "P31", "P17", "P625", "P1082"


class SliceError(WeihaiKGError):
    """Raised when a file is not a slice, with the line and what is wrong."""


@dataclass(frozen=True, slots=True, order=True)
class Value:
    """One value of one item: where it was read, and on which day (ISO 8601)."""

    item: str
    property: str
    text: str
    source: str
    read: str


@dataclass
class Slice:
    """Values by item and property, and the metadata of the block above the table."""

    metadata: dict[str, Any]
    values: tuple[Value, ...]
    _by: dict[tuple[str, str], list[Value]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the values."""
        self._by = defaultdict(list)
        for each in self.values:
            self._by[each.item, each.property].append(each)

    @property
    def items(self) -> list[str]:
        """The items, in the order of the table."""
        return list(dict.fromkeys(each.item for each in self.values))

    def of(self, item: str, name: str) -> list[Value]:
        """The values of one property of one item."""
        return self._by.get((item, name), [])

    def texts(self, item: str, form: str) -> dict[str, tuple[str, ...]]:
        """Names of an item by language; ``form`` is ``label`` or ``alias``."""
        found: dict[str, list[str]] = defaultdict(list)
        for each in self.values if item == "" else self._of_item(item):
            kind, _, language = each.property.partition(":")
            if kind == form and language:
                found[language.partition("-")[0]].append(each.text)
        return {language: tuple(names) for language, names in found.items()}

    def _of_item(self, item: str) -> Iterable[Value]:
        return (each for (name, _), values in self._by.items() if name == item for each in values)

    def point(self, item: str) -> Point | None:
        """Latitude and longitude of an item."""
        values = self.of(item, COORDINATES)
        return coordinates(values[0].text) if values else None

    def profile(self, item: str) -> Profile:
        """The item, with the names of its classes and countries where the slice has them."""

        def names(name: str) -> tuple[str, ...]:
            return tuple(
                text
                for value in self.of(item, name)
                for form in ("label", "alias")
                for texts in self.texts(value.text, form).values()
                for text in texts
            )

        return Profile(
            id=item,
            labels=self.texts(item, "label"),
            aliases=self.texts(item, "alias"),
            types=names(CLASS),
            point=self.point(item),
            countries=names(COUNTRY),
        )


def coordinates(text: str) -> Point | None:
    """The point of ``latitude,longitude`` in degrees; None when the text is not that."""
    parts = text.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None
    fits = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return (latitude, longitude) if fits else None


def parse(text: str, file: str) -> Slice:
    """The slice of a table; raises SliceError with file and line when it is not one."""
    lines = text.split("\n")
    header = [line for line in lines if line.startswith("#")]
    try:
        metadata = yaml.safe_load("\n".join(line[1:] for line in header)) or {}
        sources = dict(metadata.get("sources") or {})
    except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise SliceError(f"{file}:1: the metadata cannot be read: {error}") from error
    if tuple(lines[len(header)].split("\t") if len(header) < len(lines) else ()) != COLUMNS:
        raise SliceError(f"{file}:{len(header) + 1}: the columns have to be {', '.join(COLUMNS)}")
    values = []
    for line, text_of_row in enumerate(lines[len(header) + 1 :], len(header) + 2):
        if not text_of_row:
            continue
        cells = text_of_row.split("\t")
        row = dict(zip(COLUMNS, cells, strict=False))
        if len(cells) != len(COLUMNS) or not all(cells):
            raise SliceError(f"{file}:{line}: a row has {len(COLUMNS)} cells, none of them empty")
        if row["source"] not in sources:
            raise SliceError(
                f"{file}:{line}: source {row['source']!r} is not named above the table"
            )
        if row["property"] == COORDINATES and coordinates(row["value"]) is None:
            raise SliceError(
                f"{file}:{line}: {row['value']!r} is not latitude,longitude in degrees"
            )
        try:
            date.fromisoformat(row["read"])
        except ValueError as error:
            raise SliceError(f"{file}:{line}: the day {row['read']!r} is not a date") from error
        values.append(Value(*(row[name] for name in COLUMNS)))
    return Slice(metadata, tuple(values))


def read(file: Path) -> Slice:
    """The slice of a file; raises SliceError when it is not there or not a slice."""
    try:
        return parse(file.read_text("utf-8"), str(file))
    except FileNotFoundError as error:
        todo = "`weihai-kg link --refresh` makes one when online"
        raise SliceError(f"{file}: there is no slice here; {todo}") from error


def write(file: Path, metadata: Mapping[str, Any], values: Iterable[Value]) -> None:
    """Write a slice, in one step: a reader sees the old file or the new one."""
    block = yaml.safe_dump(dict(metadata), allow_unicode=True, sort_keys=False, width=10_000)
    lines = [f"# {line}" for line in block.splitlines()]
    lines.append("\t".join(COLUMNS))
    lines += ["\t".join((v.item, v.property, v.text, v.source, v.read)) for v in values]
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(file.name + ".new")
    unfinished.write_text("\n".join(lines) + "\n", "utf-8")
    os.replace(unfinished, file)  # noqa: PTH105
