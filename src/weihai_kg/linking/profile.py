"""What is known of one thing, on either side of a link, in the form that two are compared in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

EARTH_RADIUS_KM = 6371.0088
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Profile:
    """One thing: names by language, kinds, place, and what stands around it.

    ``types`` are labels of its classes, in any language; ``point`` is latitude and longitude in
    degrees of WGS 84; ``countries`` and ``context`` are names, in any language.
    """

    id: str
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    kind: str = ""
    point: Point | None = None
    countries: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    description: str = ""

    def label(self, *languages: str) -> str:
        """The first label in the first of these languages that has one; else any, else the id."""
        for language in (*languages, *self.labels):
            if self.labels.get(language):
                return self.labels[language][0]
        return self.id

    def names(self, language: str) -> tuple[str, ...]:
        """Labels and aliases in a language."""
        return (*self.labels.get(language, ()), *self.aliases.get(language, ()))


def distance(one: Point, other: Point) -> float:
    """Kilometres between two points along a great circle (haversine formula, mean radius)."""
    latitude, longitude, latitude_2, longitude_2 = map(math.radians, (*one, *other))
    half = (
        math.sin((latitude_2 - latitude) / 2) ** 2
        + math.cos(latitude) * math.cos(latitude_2) * math.sin((longitude_2 - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))
