"""The saved queries of a release, as the pages need them: by name, with what the build counted."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from weihai_kg import release
from weihai_kg.namespaces import Namespaces
from weihai_kg.release import Release
from weihai_kg.saved_queries.header import parse_all
from weihai_kg.saved_queries.saved_query import GROUPS, SavedQuery
from weihai_kg.web.http.problem import Problem

KEPT = 8
"""Releases whose queries are kept parsed."""


@dataclass(frozen=True)
class Library:
    """The saved queries of one release; ``runs`` has the row count and digest of each."""

    version: str
    base: str = Namespaces.base
    modified: str = ""
    queries: Mapping[str, SavedQuery] = field(default_factory=dict)
    runs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def find(self, name: str) -> SavedQuery:
        """The query of this name; raises Problem 404 with the nearest names."""
        found = self.queries.get(name)
        if found is not None:
            return found
        nearest = difflib.get_close_matches(name[:100], self.queries, n=3, cutoff=0.5)
        raise Problem(
            404, f"There is no saved query {name[:100]!r}.",
            todo=f"Did you mean {' or '.join(nearest)}? /queries lists all." if nearest
            else "/queries lists those there are.",
            nearest=nearest,
        )  # fmt: skip

    def rows(self, query: SavedQuery) -> int | None:
        """The rows that the build counted for a query with its defaults."""
        run = self.runs.get(query.name)
        return int(run["rows"]) if run else None

    def grouped(self, words: str = "") -> dict[str, list[SavedQuery]]:
        """The queries by group, in the order of the groups; those that have all the words."""
        wanted = words.casefold().split()
        found: dict[str, list[SavedQuery]] = {group: [] for group in GROUPS}
        for query in self.queries.values():
            text = " ".join((
                query.name, *query.title.values(), *query.description.values(), *query.tags,
                *GROUPS[query.group].values(),
            )).casefold()  # fmt: skip
            if all(word in text for word in wanted):
                found[query.group].append(query)
        return {group: queries for group, queries in found.items() if queries}


class Libraries:
    """Libraries by version, parsed once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[str, Library] = {}
        self._lock = threading.Lock()

    def of(self, version: str, found: Release | None) -> Library:
        """The library of a release; an empty one where the release has no saved queries."""
        known = self._known.get(version)
        if known is None:
            known = _read(version, found)
            with self._lock:
                while len(self._known) >= KEPT:
                    del self._known[next(iter(self._known))]
                self._known[version] = known
        return known


def _read(version: str, found: Release | None) -> Library:
    if found is None or not (found.path / release.QUERIES).is_file():
        return Library(version)
    report = found.report()
    queries, _ = parse_all(found.queries())
    return Library(
        version,
        base=report["base"],
        modified=report.get("modified", ""),
        queries={each.name: each for each in queries},
        runs=report.get("queries", {}),
    )
