"""Filters of the pages that draw the graph: the fields of a plain form, the countries of things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request

from weihai_kg.web.http.problem import Problem
from weihai_kg.web.things.asking import rows
from weihai_kg.web.things.presentation import names
from weihai_kg.web.things.terms import Term

_MOST_LISTED = 12


@dataclass(frozen=True)
class Filter:
    """One field of a form: its name, its label, what may be chosen, what is.

    An empty value is for all of it, or for what ``every`` calls it.
    """

    name: str
    label: str
    choices: Mapping[str, str]
    value: str
    every: str = ""


def chosen(name: str, label: str, choices: Mapping[str, str], every: str = "") -> Filter:
    """The filter with the value that the address asks for; raises Problem 400 for any other."""
    value = request.args.get(name, "")
    if value and value not in choices:
        allowed = ", ".join(list(choices)[:_MOST_LISTED])
        raise Problem(
            400, f"parameter {name}: {value[:80]!r} is not there to choose.",
            todo=f"Give one of {allowed}, or leave it out.", parameter=name, allowed=allowed,
        )  # fmt: skip
    return Filter(name, label, choices, value, every)


@dataclass(frozen=True)
class Countries:
    """The countries by the name in their address, and which things have to do with which."""

    labels: Mapping[str, str]
    things: Mapping[str, set[str]]

    @classmethod
    def read(cls, language: str) -> Countries:
        """From the graph, with labels in a language."""
        base = str(names().id)
        labels: dict[str, str] = {}
        things: dict[str, set[str]] = {}
        for row in rows("country-links", language=Term(language, "literal")):
            country = row["country"].value.removeprefix(base)
            labels[country] = row["label"].value
            things.setdefault(country, {row["country"].value}).add(row["x"].value)
        return cls(labels, things)

    def has(self, country: str, iris: Iterable[str]) -> bool:
        """Whether one of some things has to do with a country; with no country, all have."""
        return not country or not self.things[country].isdisjoint(iris)


def years(found: Iterable[tuple[int, int]]) -> dict[str, str]:
    """The years that spans of years touch, latest first, as choices."""
    every = {year for first, last in found for year in range(first, last + 1)}
    return {str(year): str(year) for year in sorted(every, reverse=True)}
