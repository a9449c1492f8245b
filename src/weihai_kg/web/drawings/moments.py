"""Times of a table: years, months, days and moments with the span that each covers.

A time is placed by its own clock; its zone is not counted, which moves it by less than a day.
https://www.w3.org/TR/xmlschema-2/#dateTime
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from weihai_kg.web.tables.table import INTEGERS, XSD, Cell
from weihai_kg.web.things.labels import said

_FORM = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?)?)?)?(?:Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_TYPES = {XSD + name for name in ("gYear", "gYearMonth", "date", "dateTime", "dateTimeStamp")}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
YEAR, MONTH, DAY = 4, 7, 10
"""Precisions: the letters of a date that are known."""


@dataclass(frozen=True)
class Moment:
    """A stretch of days known to a precision; it ends before the day ``after``."""

    first: date
    after: date
    precision: int


def moment(cell: Cell | None, *, years: bool = False) -> Moment | None:
    """The time in a cell; None for none. With ``years``, whole numbers are years."""
    if cell is None or cell.is_iri:
        return None
    is_year = years and cell.datatype in INTEGERS
    if cell.datatype not in _TYPES and not is_year:
        return None
    found = _FORM.fullmatch(cell.text)
    if found is None:
        return None
    year, month, day = (int(each) if each else 0 for each in found.groups()[:3])
    try:
        if not month:
            return Moment(date(year, 1, 1), date(year + 1, 1, 1), YEAR)
        if not day:
            return Moment(date(year, month, 1), next_month(date(year, month, 1)), MONTH)
        first = date(year, month, day)
        at_midnight = found[4] is not None and found[4] + found[5] + found[6] == "000000"
        return Moment(first, first if at_midnight else first + timedelta(days=1), DAY)
    except (ValueError, OverflowError):
        return None


def next_month(first: date) -> date:
    """The first day of the month after that of a date."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def precision(first: date, after: date) -> int:
    """How exactly a stretch is known: whole years, whole months, or days."""
    if first.day == after.day == 1:
        return YEAR if first.month == after.month == 1 else MONTH
    return DAY


def words(first: date | None, after: date | None, language: str) -> str:
    """A stretch in words: ``2024``, ``May 2024``, ``from 3 May 2024``, ``2023 – 2025``."""
    if first is not None and after is not None:
        exact = precision(first, after)
        one, other = (
            named(first, exact, language),
            named(after - timedelta(days=1), exact, language),
        )
        return one if one == other else f"{one} – {other}"
    if first is not None:
        day = named(first, DAY, language)
        return said((f"{day}起,结束时间未知", f"from {day}, end unknown"), language)
    if after is not None:
        day = named(after - timedelta(days=1), DAY, language)
        return said((f"至{day},开始时间未知", f"until {day}, start unknown"), language)
    return ""


def named(day: date, exact: int, language: str) -> str:
    """A date to a precision, as people of a language write it."""
    if language == "zh":
        parts = (f"{day.year}年", f"{day.month}月", f"{day.day}日")
        return "".join(parts[: {YEAR: 1, MONTH: 2, DAY: 3}[exact]])
    month = f"{_MONTHS[day.month - 1]} {day.year}"
    return {YEAR: str(day.year), MONTH: month, DAY: f"{day.day} {month}"}[exact]
