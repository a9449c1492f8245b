"""Links held against what the other side says: per property agree, differ, only here, only there.

The other side is a dated slice. A difference is no error by itself; its doubt (0 to 1) says how
much it speaks against the link, and the doubts of a link's differences add up as those of
independent witnesses do: 1 - (1 - a)(1 - b)...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import prod

from rdflib import SKOS

from weihai_kg import similarity
from weihai_kg.linking import kinds, scoring
from weihai_kg.linking.profile import Point, Profile, distance
from weihai_kg.linking.slices import CLASS, COORDINATES, COUNTRY, POPULATION, Slice
from weihai_kg.linking.subjects import Subjects
from weihai_kg.linking.wikibase import MISSING, REDIRECT
from weihai_kg.sources.mappings import Mapping, MappingSet

AGREE, DIFFER, HERE, THERE = "agree", "differ", "only here", "only there"
COMPARED = {SKOS.exactMatch, SKOS.closeMatch}
"""Predicates that say two things are one, or nearly; a broader thing has values of its own."""

SAME_NAME = 0.9
DOUBT = {"label": 0.6, "coordinates": 0.8, "country": 0.9, "type": 0.6}
"""The doubt that a complete contradiction in a property brings."""

SERIOUS = 0.8


@dataclass(frozen=True, slots=True)
class Comparison:
    """One property of one linked entity on both sides."""

    subject: str
    label: str
    target: str
    property: str
    state: str
    here: str
    there: str
    doubt: float
    note: str = ""
    source: str = ""
    read: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """All comparisons of one link, and the doubt that they add up to."""

    subject: str
    target: str
    comparisons: tuple[Comparison, ...]

    @property
    def doubt(self) -> float:
        """From 0 (nothing speaks against the link) to 1."""
        return round(1 - prod(1 - each.doubt for each in self.comparisons), 2)


def compare(mapping_set: MappingSet, subjects: Subjects, against: Slice) -> list[Link]:
    """Every link of the set that the sources describe, the most doubtful first."""
    comparer = _Comparer(mapping_set, subjects, against)
    links = [
        Link(str(each.subject), comparer.item(each), tuple(comparer.comparisons(each)))
        for each in mapping_set.mappings
        if each.predicate in COMPARED and str(each.subject) in subjects
    ]
    return sorted(links, key=lambda link: (-link.doubt, link.subject, link.target))


def counts(links: Iterable[Link]) -> dict[str, dict[str, int]]:
    """How many comparisons of each property are in each state."""
    every = sorted((each for link in links for each in link.comparisons), key=lambda e: e.property)
    found = {}
    for name, group in groupby(every, key=lambda each: each.property):
        states = [each.state for each in group]
        found[name] = {state: states.count(state) for state in (AGREE, DIFFER, HERE, THERE)}
    return found


class _Comparer:
    def __init__(self, mapping_set: MappingSet, subjects: Subjects, against: Slice) -> None:
        self._subjects = subjects
        self._slice = against
        self._namespace = str(against.metadata.get("identifiers", ""))
        self._known = set(against.items)
        self._countries = {
            str(each.subject): self.item(each)
            for each in mapping_set.mappings
            if each.predicate == SKOS.exactMatch
        }

    def item(self, link: Mapping) -> str:
        return str(link.object).removeprefix(self._namespace)

    def comparisons(self, link: Mapping) -> Iterator[Comparison]:
        item = self.item(link)
        here, there = self._subjects.profile(str(link.subject)), self._slice.profile(item)
        gone = self._gone(item)
        if gone is not None:
            state, shown, doubt, note = gone
            yield self._comparison(here, item, "item", state, "linked", shown, doubt, note)
            return
        yield self._label(here, there, item, "zh")
        yield self._label(here, there, item, "en")
        for found in (
            self._coordinates(here, there, item),
            self._country(here, item),
            self._type(here, there, item),
            self._population(here, item),
        ):
            if found is not None:
                yield found

    def _gone(self, item: str) -> tuple[str, str, float, str] | None:
        if self._slice.of(item, MISSING):
            return DIFFER, "deleted", 1.0, "the item is gone"
        redirect = self._slice.of(item, REDIRECT)
        if redirect:
            return DIFFER, redirect[0].text, 0.5, "the item was merged into another"
        if item not in self._known:
            return HERE, "", 0.0, "not in the slice; weihai-kg link --refresh reads it"
        return None

    def _comparison(
        self, here: Profile, item: str, name: str, state: str, ours: str, theirs: str,
        doubt: float = 0.0, note: str = "",
    ) -> Comparison:  # fmt: skip
        key = {
            "coordinates": COORDINATES,
            "country": COUNTRY,
            "type": CLASS,
            "population": POPULATION,
        }
        names = [f"{form}:{name[-2:]}" for form in ("label", "alias")]
        values = [v for each in [key.get(name, name), *names] for v in self._slice.of(item, each)]
        return Comparison(
            here.id, here.label("zh", "en"), item, name, state, ours, theirs, round(doubt, 2), note,
            ", ".join(dict.fromkeys(value.source for value in values)),
            min((value.read for value in values), default=""),
        )  # fmt: skip

    def _label(self, here: Profile, there: Profile, item: str, language: str) -> Comparison:
        ours, theirs = here.names(language), there.names(language)
        name = f"label {language}"
        if not ours or not theirs:
            state = HERE if ours else THERE
            return self._comparison(here, item, name, state, _first(ours), _first(theirs))
        pairs = [(similarity.compare(one, other), one, other) for one in ours for other in theirs]
        best, one, other = max(pairs, key=lambda pair: pair[0].score)
        note = f"{best.reason}, {best.score:.2f}"
        if best.score >= SAME_NAME:
            return self._comparison(here, item, name, AGREE, one, other, 0.0, note)
        doubt = DOUBT["label"] * (1 - best.score)
        return self._comparison(here, item, name, DIFFER, one, other, doubt, note)

    def _coordinates(self, here: Profile, there: Profile, item: str) -> Comparison | None:
        ours, theirs = here.point, there.point
        shown = (_point(ours), _point(theirs))
        if ours is None or theirs is None:
            if ours is theirs:
                return None
            state = THERE if ours is None else HERE
            return self._comparison(here, item, "coordinates", state, shown[0], shown[1])
        far, near = distance(ours, theirs), scoring.reach(here.kind)
        doubt = DOUBT["coordinates"] * max(0.0, min(1.0, (far - near) / (3 * near)))
        state = AGREE if far <= near else DIFFER
        note = f"{far:.1f} km, {near:g} km are allowed"
        return self._comparison(here, item, "coordinates", state, shown[0], shown[1], doubt, note)

    def _country(self, here: Profile, item: str) -> Comparison | None:
        around = [here.id, *self._subjects.areas(here.id)]
        countries = [iri for iri in around if self._subjects.is_country(iri) and iri != here.id]
        theirs = [value.text for value in self._slice.of(item, COUNTRY)]
        ours = self._countries.get(countries[0], "") if countries else ""
        shown = self._subjects.profile(countries[0]).label("zh", "en") if countries else ""
        if not countries and not theirs:
            return None
        named = ", ".join(self._slice.profile(each).label("zh", "en") for each in theirs)
        if not theirs or not countries:
            state = HERE if countries else THERE
            return self._comparison(here, item, "country", state, shown, named)
        if ours in theirs:
            return self._comparison(here, item, "country", AGREE, shown, named, 0.0, ours)
        note = "" if ours else "the country has no link of its own"
        doubt = DOUBT["country"] if ours else 0.0
        return self._comparison(here, item, "country", DIFFER, shown, named, doubt, note)

    def _type(self, here: Profile, there: Profile, item: str) -> Comparison | None:
        ours, theirs = ", ".join(here.types), ", ".join(there.types)
        if not theirs:
            return self._comparison(here, item, "type", HERE, ours, "") if ours else None
        agreed = kinds.agree(here.kind, kinds.of(there.types, ()))
        if agreed is None:
            note = "the kinds cannot be compared"
            return self._comparison(here, item, "type", THERE, "", theirs, 0.0, note)
        state = AGREE if agreed else DIFFER
        doubt = 0.0 if agreed else DOUBT["type"]
        return self._comparison(here, item, "type", state, ours, theirs, doubt)

    def _population(self, here: Profile, item: str) -> Comparison | None:
        values = self._slice.of(item, POPULATION)
        if not values:
            return None
        return self._comparison(here, item, "population", THERE, "", values[0].text)


def _point(point: Point | None) -> str:
    return f"{point[0]:.4f}, {point[1]:.4f}" if point else ""


def _first(names: tuple[str, ...]) -> str:
    return names[0] if names else ""
