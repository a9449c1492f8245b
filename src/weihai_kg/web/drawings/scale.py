"""Scales: round ends and ticks for numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_SMALLEST = 1e-300
"""Below it a part of a number becomes 0."""


@dataclass(frozen=True)
class Scale:
    """From a low number to a higher one."""

    low: float
    high: float
    step: float

    @classmethod
    def of(cls, numbers: Iterable[float], *, zero: bool = True, ticks: int = 4) -> Scale:
        """A scale with round ends that holds all numbers; with ``zero``, 0 as well."""
        known = [*numbers, *([0.0] if zero else [])] or [0.0]
        low, high = min(known), max(known)
        if low == high:
            low, high = (low - abs(low) / 2, high + abs(high) / 2) if low else (0.0, 1.0)
        step = _round_step(max((high - low) / ticks, _SMALLEST))
        return cls(math.floor(low / step) * step, math.ceil(high / step) * step, step)

    def at(self, value: float) -> float:
        """Where a number stands, from 0 to 1."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    @property
    def ticks(self) -> list[float]:
        """Round numbers from the low end to the high one."""
        count = round((self.high - self.low) / self.step)
        return [self.low + place * self.step for place in range(count + 1)]


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next((each * power for each in _STEPS if each * power >= rough * 0.999), power * 10)
