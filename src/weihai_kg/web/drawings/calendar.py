"""A time axis: linear, but for long stretches without anything, which it shortens and marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# A stretch without an event that is longer than this share of the whole is shortened to _BREAK.
_EMPTY, _BREAK = 0.2, 0.06
_MOST_TICKS = 7


@dataclass(frozen=True)
class Piece:
    """Days ``first`` to ``after`` stand from ``left`` to ``right`` (0 to 1)."""

    first: int
    after: int
    left: float
    right: float
    broken: bool = False


@dataclass(frozen=True)
class TimeAxis:
    """Where days stand."""

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, spans: Iterable[tuple[date | None, date | None]]) -> TimeAxis:
        """An axis from the first year to the last of spans of days, the last not in them."""
        known = sorted(_days(a, b) for a, b in spans)
        first = date(date.fromordinal(known[0][0]).year, 1, 1).toordinal()
        latest = date.fromordinal(max(max(end for _, end in known) - 1, first)).year
        last = date(min(latest + 1, 9999), 1, 1).toordinal()
        gaps, reached = [], first
        for start, end in [*known, (last, last)]:
            left, right = _whole_years(reached, start)
            if (right - left) > _EMPTY * (last - first):
                gaps.append((left, right))
            reached = max(reached, end)
        return cls(_pieces(first, last, gaps))

    def at(self, day: date) -> float:
        """Where a day begins, from 0 to 1."""
        wanted = day.toordinal()
        for piece in self.pieces:
            if wanted <= piece.after:
                share = (wanted - piece.first) / max(1, piece.after - piece.first)
                return piece.left + max(0.0, share) * (piece.right - piece.left)
        return 1.0

    @property
    def ticks(self) -> list[tuple[date, float]]:
        """The first days of years that are named on the axis."""
        found = []
        for piece in self.pieces:
            if piece.broken:
                continue
            years = range(date.fromordinal(piece.first).year,
                          date.fromordinal(piece.after).year + 1)  # fmt: skip
            share = piece.right - piece.left
            step = max(1, -(-len(years) // max(1, round(_MOST_TICKS * share))))
            found += [(date(year, 1, 1), self.at(date(year, 1, 1))) for year in years[::step]]
        kept: list[tuple[date, float]] = []
        for each in found:
            if any(piece.left <= each[1] < piece.right + _BREAK / 2 for piece in self.breaks):
                continue
            if not kept or each[1] - kept[-1][1] > 0.8 / _MOST_TICKS:
                kept.append(each)
        return kept

    @property
    def breaks(self) -> list[Piece]:
        """The stretches that are shortened."""
        return [piece for piece in self.pieces if piece.broken]


def _days(first: date | None, after: date | None) -> tuple[int, int]:
    one = first or after
    other = after or first
    assert one is not None  # noqa: S101 - one of the two is known
    assert other is not None  # noqa: S101
    return one.toordinal(), max(other.toordinal(), one.toordinal())


def _whole_years(first: int, last: int) -> tuple[int, int]:
    """The whole years within a stretch of days."""
    start, end = date.fromordinal(first), date.fromordinal(last)
    begin = start if (start.month, start.day) == (1, 1) else date(min(start.year + 1, 9999), 1, 1)
    left, right = begin.toordinal(), date(end.year, 1, 1).toordinal()
    return left, max(left, right)


def _pieces(first: int, last: int, gaps: list[tuple[int, int]]) -> tuple[Piece, ...]:
    shown = (last - first) - sum(after - start for start, after in gaps)
    room = 1.0 - _BREAK * len(gaps)
    found: list[Piece] = []
    day, left = first, 0.0
    for start, after in [*gaps, (last, last)]:
        right = left + room * (start - day) / max(1, shown)
        found.append(Piece(day, start, left, right))
        left, day = right, after
        if start < after:
            found.append(Piece(start, after, left, left + _BREAK, broken=True))
            left += _BREAK
    return tuple(each for each in found if each.after > each.first)
