"""The amounts of a table: each number with its bounds, its unit, its period, as far as given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from weihai_kg.web.drawings import roles
from weihai_kg.web.drawings.roles import Drawn, measure
from weihai_kg.web.drawings.svg import clean
from weihai_kg.web.tables.headings import heading
from weihai_kg.web.tables.table import Cell
from weihai_kg.web.things.labels import CODES, said

PLANNED = "planned"
EXACT, MORE, LESS, ABOUT = "exact", "moreThan", "lessThan", "approximately"
_SIGNS = {MORE: ">", LESS: "<", ABOUT: "≈"}
_LONGEST = 15
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Amount:
    """One number of a row; ``lower`` and ``upper`` are None where no bound is known."""

    label: str
    address: str
    value: float
    shown: str
    lower: float | None = None
    upper: float | None = None
    qualifier: str = EXACT
    unit: str = ""
    period: str = ""
    planned: bool = False

    @property
    def sign(self) -> str:
        """``>``, ``<`` or ``≈`` before the number; empty for an exact one."""
        return _SIGNS.get(self.qualifier, "")

    @property
    def has_band(self) -> bool:
        """Whether the number lies between two known bounds that differ."""
        return self.lower is not None and self.upper is not None and self.lower < self.upper

    @property
    def ends(self) -> Iterable[float]:
        """Every number that a drawing of this must have room for."""
        return [each for each in (self.value, self.lower, self.upper) if each is not None]

    def words(self, language: str) -> str:
        """The amount in words: its name, number with bounds, unit, period."""
        number = f"{self.sign} {self.shown}".strip() + (f" {self.unit}" if self.unit else "")
        if self.has_band:
            number += f" ({plain(self.lower)} – {plain(self.upper)})"
        extra = [self.period, said(CODES[PLANNED], language) if self.planned else ""]
        return " · ".join(each for each in (self.label, number, *extra) if each)


def amounts(drawn: Drawn, rows: Iterable[tuple[Cell | None, ...]]) -> list[Amount]:
    """The amounts of some rows, column by column; rows without a finite number have none."""
    at = {
        name: drawn.place(names)
        for name, names in (
            ("lower", roles.LOWER), ("upper", roles.UPPER), ("qualifier", roles.QUALIFIER),
            ("unit", roles.UNIT), ("period", roles.PERIOD), ("status", roles.STATUS),
        )
    }  # fmt: skip
    single = len(drawn.measures) == 1
    rows = list(rows)
    found = []
    for place in drawn.measures:
        for row in rows:
            cell = row[place]
            value = measure(cell)
            if cell is None or value is None:
                continue
            found.append(
                Amount(
                    clean(drawn.text(row, drawn.label)),
                    drawn.address(row, drawn.thing),
                    value,
                    shown(cell.text, value),
                    _bound(row, at["lower"]) if single else None,
                    _bound(row, at["upper"]) if single else None,
                    (drawn.text(row, at["qualifier"]) or EXACT) if single else EXACT,
                    clean(drawn.text(row, at["unit"]), 60)
                    if single
                    else heading(drawn.table.names[place], drawn.language),
                    clean(drawn.text(row, at["period"]), 80),
                    drawn.text(row, at["status"]) == PLANNED,
                )
            )
    return [_checked(each) for each in found]


def _bound(row: tuple[Cell | None, ...], place: int | None) -> float | None:
    return measure(row[place]) if place is not None else None


def _checked(amount: Amount) -> Amount:
    """The amount; without bounds that contradict its number, for they would mislead."""
    low, high = amount.lower, amount.upper
    if (low is not None and low > amount.value) or (high is not None and high < amount.value):
        return Amount(
            amount.label, amount.address, amount.value, amount.shown, None, None,
            amount.qualifier, amount.unit, amount.period, amount.planned,
        )  # fmt: skip
    return amount


def shown(text: str, value: float) -> str:
    """A number for people: thousands apart; one that is too long as a power of ten."""
    if _PLAIN.fullmatch(text) and len(text) <= _LONGEST:
        try:
            return f"{Decimal(text):,f}"
        except InvalidOperation:
            return text
    return plain(value)


def plain(value: float | None) -> str:
    """A number that was computed, for people."""
    if value is None:
        return ""
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.3g}"
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def by_unit(found: Iterable[Amount]) -> dict[str, list[Amount]]:
    """The amounts by unit, in the order in which units come: no scale mixes two."""
    units: dict[str, list[Amount]] = {}
    for each in found:
        units.setdefault(each.unit, []).append(each)
    return units
