"""The observations of the graph: values, bounds and periods as far as they are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from weihai_kg.web.things.asking import Row
from weihai_kg.web.things.statements import Quotation, quotation_of
from weihai_kg.web.things.terms import Term

# Width of a drawing, in its own units.
WIDTH = 100.0


@dataclass
class Figure:
    """One observation or ranking."""

    iri: str
    label: str
    value: float | None
    shown: str
    lower: float | None
    upper: float | None
    qualifier: str
    printed: str
    basis: str
    unit: str
    percent: bool
    rank: str
    period: Term | None = None
    period_label: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    restates: str = ""
    scope: str = ""
    years: str = ""
    certainty: str = ""
    quotations: dict[str, Quotation] = field(default_factory=dict)

    @property
    def words(self) -> list[Quotation]:
        """The quotations it rests on; one that prints it comes first."""
        return sorted(
            self.quotations.values(), key=lambda each: (self.printed not in each.exact, each.start)
        )

    @property
    def implied(self) -> bool:
        """Whether the figure was computed from others, and not printed."""
        return not self.printed and not self.rank

    @property
    def scale(self) -> tuple[float, float]:
        """The values at both ends of the drawing: 0 to 100 for shares, else around the bounds."""
        known = [each for each in (self.lower, self.value, self.upper) if each is not None]
        if self.percent and all(0 <= each <= 100 for each in known):
            return 0.0, 100.0
        low, high = min(known), max(known)
        margin = (high - low) * 2 or abs(high) / 2 or 1.0
        return low - margin, high + margin

    def at(self, value: float | None) -> float:
        """Where a value stands in the drawing."""
        low, high = self.scale
        return round(WIDTH * ((value or 0.0) - low) / (high - low), 1)


@dataclass(frozen=True)
class Calendar:
    """The years that the periods of the figures lie in."""

    first: int
    last: int

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> Calendar:
        """From the first year to the last that a period has."""
        times = [each for f in figures for each in (f.starts, f.ends) if each is not None]
        if not times:
            return cls(2024, 2025)
        return cls(min(times).year, max(times).year)

    def at(self, moment: datetime | None) -> float:
        """Where a moment stands in the drawing."""
        if moment is None:
            return 0.0
        begin = datetime(self.first, 1, 1, tzinfo=moment.tzinfo)
        end = datetime(self.last + 1, 1, 1, tzinfo=moment.tzinfo)
        return round(WIDTH * ((moment - begin) / (end - begin)), 1)

    @property
    def years(self) -> list[tuple[int, float]]:
        """Each year with the place where it begins."""
        count = self.last + 1 - self.first
        return [(self.first + each, round(WIDTH * each / count, 1)) for each in range(count)]


def read(found: Iterable[Row]) -> list[Figure]:
    """The figures of rows, in the order of the article; computed ones last."""
    figures: dict[str, Figure] = {}
    for row in found:
        iri = row["figure"].value
        figure = figures.get(iri) or figures.setdefault(iri, _figure(row))
        if "exact" in row:
            quotation = quotation_of(row, "from")
            figure.quotations[quotation.iri] = quotation
    return sorted(
        figures.values(),
        key=lambda each: (
            min((q.start for q in each.quotations.values()), default=10**9),
            each.iri,
        ),
    )


def _figure(row: Row) -> Figure:
    value = row.get("value")
    figure = Figure(
        iri=row["figure"].value,
        label=row["label"].value,
        value=_number(value),
        shown=value.value if value else "",
        lower=_number(row.get("lower")),
        upper=_number(row.get("upper")),
        qualifier=_text(row, "qualifier"),
        printed=_text(row, "printed"),
        basis=_text(row, "basis"),
        unit=_text(row, "unitLabel"),
        percent=_text(row, "unit").endswith("/PERCENT"),
        rank=_text(row, "rank"),
        period=row.get("period"),
        period_label=_text(row, "periodLabel"),
        restates=_text(row, "whole"),
        scope=_text(row, "scope"),
        years=_text(row, "years"),
        certainty=_text(row, "certainty"),
    )
    figure.starts, figure.ends = _moment(row.get("starts")), _moment(row.get("ends"))
    return figure


def _text(row: Row, name: str) -> str:
    return row[name].value if name in row else ""


def _number(term: Term | None) -> float | None:
    try:
        return float(term.value) if term else None
    except ValueError:
        return None


def _moment(term: Term | None) -> datetime | None:
    try:
        return datetime.fromisoformat(term.value) if term else None
    except ValueError:
        return None
