"""Candidates with all that a service can tell of them, gathered for a batch of subjects.

Names are asked for in each language a subject has; what is compared beyond names (coordinates,
country, classes, further names) comes by data extension, with Wikidata's property identifiers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weihai_kg.linking.profile import Profile
from weihai_kg.linking.reconciliation import Manifest, Match, Service
from weihai_kg.linking.slices import CLASS, COORDINATES, COUNTRY, coordinates
from weihai_kg.linking.wikibase import NAMESPACE

LANGUAGES = ("zh", "en")
NAMES = tuple(form + language for language in LANGUAGES for form in ("L", "A"))
"""Labels and aliases, as Wikidata's service calls them: Lzh, Azh, Len, Aen."""

DESCRIPTIONS = tuple("D" + language for language in LANGUAGES)


@dataclass(slots=True)
class Found:
    """The candidates of one subject: profiles, the service's own scores, the day of the answer."""

    subject: Profile
    profiles: list[Profile] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    fetched: str = ""


class Gatherer:
    """Asks one service for candidates and what it knows of them."""

    def __init__(self, service: Service, manifest: Manifest, limit: int) -> None:
        """``limit``: as many candidates for each name."""
        self._service = service
        self._manifest = manifest
        self._limit = limit
        self._countries: dict[str, tuple[str, ...]] = {}

    def gather(self, subjects: Sequence[Profile]) -> list[Found]:
        """For each subject its candidates, in the order of the subjects."""
        matches = self._ask(subjects)
        items = {match.id for found in matches for match in found}
        rows = self._extend(items)
        gathered = []
        for subject, found in zip(subjects, matches, strict=True):
            each = Found(subject, fetched=min((match.fetched for match in found), default=""))
            by_id: dict[str, list[Match]] = defaultdict(list)
            for match in found:
                by_id[match.id].append(match)
                each.scores[match.id] = max(match.score, each.scores.get(match.id, 0.0))
            each.profiles = [
                self._profile(item, same, rows.get(item, {})) for item, same in by_id.items()
            ]
            gathered.append(each)
        return gathered

    def _ask(self, subjects: Sequence[Profile]) -> list[list[Match]]:
        found: list[list[Match]] = [[] for _ in subjects]
        for language in LANGUAGES:
            asked = [(n, name) for n, each in enumerate(subjects) for name in each.names(language)]
            answers = self._service.candidates(
                [name for _, name in asked], language, limit=self._limit, batch=self._manifest.batch
            )
            for (n, _), matches in zip(asked, answers, strict=True):
                found[n] += matches
        return found

    def _extend(self, items: Iterable[str]) -> Mapping[str, Mapping[str, list[Any]]]:
        if not self._manifest.extends or self._manifest.identifiers != NAMESPACE:
            return {}
        wanted = (*NAMES, *DESCRIPTIONS, CLASS, COUNTRY, COORDINATES)
        rows = self._service.extend(items, wanted, "en")
        countries = {
            value["id"] for row in rows.values() for value in row.get(COUNTRY, ()) if "id" in value
        }
        for country, row in self._service.extend(
            countries - self._countries.keys(), NAMES, "en"
        ).items():
            self._countries[country] = tuple(text for name in NAMES for text in _texts(row, name))
        return rows

    def _profile(self, item: str, same: Sequence[Match], row: Mapping[str, list[Any]]) -> Profile:
        labels = {language: _texts(row, "L" + language) for language in LANGUAGES}
        if not any(labels.values()):
            labels = _by_script(match.name for match in same)
        classes = [value.get("name", "") for value in row.get(CLASS, ()) if isinstance(value, dict)]
        classes += [name for match in same for _, name in match.types]
        countries = [
            name
            for value in row.get(COUNTRY, ())
            for name in (*self._countries.get(value.get("id", ""), ()), value.get("name", ""))
        ]
        descriptions = [text for name in DESCRIPTIONS for text in _texts(row, name)]
        descriptions += [match.description for match in same]
        points = [point for text in _texts(row, COORDINATES) if (point := coordinates(text))]
        return Profile(
            id=item,
            labels={language: texts for language, texts in labels.items() if texts},
            aliases={language: _texts(row, "A" + language) for language in LANGUAGES},
            types=tuple(dict.fromkeys(name for name in classes if name)),
            point=points[0] if points else None,
            countries=tuple(dict.fromkeys(name for name in countries if name)),
            description=" / ".join(dict.fromkeys(text for text in descriptions if text)),
        )


def _texts(row: Mapping[str, list[Any]], name: str) -> tuple[str, ...]:
    return tuple(
        str(value["str"])
        for value in row.get(name, ())
        if isinstance(value, dict) and "str" in value
    )


def _by_script(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Names whose language is not said: those in Latin letters as en, others as zh."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found["en" if name.isascii() else "zh"].append(name)
    return {language: tuple(dict.fromkeys(texts)) for language, texts in found.items()}
