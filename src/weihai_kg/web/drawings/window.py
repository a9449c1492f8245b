"""The part of the world that a map shows, and the coastline that lies below it.

Plate carrée with the middle latitude true to scale, so one transform fits a coastline drawn in
degrees (tools/coastline.py) into any window.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

Position = tuple[float, float]
"""Longitude and latitude in degrees (WGS 84)."""

_SMALLEST, _MARGIN = 3.0, 0.14


@dataclass(frozen=True)
class Coast:
    """A coastline: the frame in degrees that it fills, and its units for a degree."""

    file: str
    west: float
    east: float
    south: float
    north: float
    unit: float

    def holds(self, window: Window) -> bool:
        """Whether it fills a window."""
        return (
            self.west <= window.west and window.east <= self.east
            and self.south <= window.south and window.north <= self.north
        )  # fmt: skip


COASTS = (
    Coast("asia", 88.0, 152.0, 15.0, 56.0, 20.0),
    Coast("world", -180.0, 180.0, -90.0, 90.0, 3.0),
)


@dataclass(frozen=True)
class Window:
    """A part of the world in degrees, and the width of its drawing."""

    west: float
    east: float
    south: float
    north: float
    width: float

    @classmethod
    def of(cls, positions: Iterable[Position], width: float, height: float) -> Window:
        """The window around positions, with a margin, for a drawing about so large."""
        known = list(positions)
        xs, ys = [x for x, _ in known], [y for _, y in known]
        middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        narrow = max(0.2, math.cos(math.radians(middle_y)))
        wide = max(max(xs) - min(xs), _SMALLEST) * (1 + 2 * _MARGIN)
        high = max(max(ys) - min(ys), _SMALLEST * height / width) * (1 + 2 * _MARGIN)
        wide = max(wide, high * width / height / narrow)
        high = max(high, wide * narrow * height / width)
        wide, high = min(wide, 360.0), min(high, 180.0)
        middle_x = min(180 - wide / 2, max(wide / 2 - 180, middle_x))
        middle_y = min(90 - high / 2, max(high / 2 - 90, middle_y))
        return cls(
            middle_x - wide / 2,
            middle_x + wide / 2,
            middle_y - high / 2,
            middle_y + high / 2,
            width,
        )

    @property
    def narrow(self) -> float:
        """How much shorter a degree of longitude is than one of latitude, in the middle."""
        return max(0.2, math.cos(math.radians((self.south + self.north) / 2)))

    @property
    def unit(self) -> float:
        """Units of the drawing for a degree of latitude."""
        return self.width / ((self.east - self.west) * self.narrow)

    @property
    def height(self) -> float:
        """The height of the drawing."""
        return (self.north - self.south) * self.unit

    def at(self, position: Position) -> tuple[float, float]:
        """Where a position stands in the drawing."""
        return (
            (position[0] - self.west) * self.narrow * self.unit,
            (self.north - position[1]) * self.unit,
        )

    def holds(self, position: Position) -> bool:
        """Whether a position lies in the window."""
        return self.west <= position[0] <= self.east and self.south <= position[1] <= self.north

    @property
    def coast(self) -> Coast:
        """The most exact coastline that fills the window."""
        return next(each for each in COASTS if each is COASTS[-1] or each.holds(self))

    @property
    def transform(self) -> str:
        """What fits the coastline into the drawing."""
        coast = self.coast
        left, top = self.at((coast.west, coast.north))
        across, down = self.narrow * self.unit / coast.unit, self.unit / coast.unit
        return f"matrix({across:.5f} 0 0 {down:.5f} {left:.2f} {top:.2f})"


def is_on_earth(position: Position) -> bool:
    """Whether a position is one."""
    return -180 <= position[0] <= 180 and -90 <= position[1] <= 90
