"""What the doctor says: advice in both languages, where it belongs, and what may be put instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Text: TypeAlias = Mapping[str, str]
"""The same words by language: zh and en."""


class Level(StrEnum):
    """How sure it is that the query does not do what was meant."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, order=True, slots=True)
class Edit:
    """Replace the characters from ``start`` to ``end`` by a text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change of the query; ``rows`` is how many it was seen to give, None if not tried."""

    text: Text
    edits: tuple[Edit, ...]
    rows: int | None = None

    def apply(self, query: str) -> str:
        """The query with the change made."""
        for edit in sorted(self.edits, reverse=True):
            query = query[: edit.start] + edit.text + query[edit.end :]
        return query


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that is likely wrong, with its place in the query in characters from 0."""

    code: str
    level: Level
    text: Text
    start: int = 0
    end: int = 0
    suggestions: tuple[Suggestion, ...] = ()


def document(query: str, found: Iterable[Advice]) -> list[dict[str, Any]]:
    """The advice as JSON; each suggestion with the whole query that it makes."""
    return [
        {
            "code": each.code,
            "level": each.level,
            "message": dict(each.text),
            "start": each.start,
            "end": each.end,
            "line": query.count("\n", 0, each.start) + 1,
            "column": each.start - (query.rfind("\n", 0, each.start) + 1) + 1,
            "suggestions": [
                {"label": dict(one.text), "query": one.apply(query), "rows": one.rows}
                for one in each.suggestions
            ],
        }
        for each in found
    ]
