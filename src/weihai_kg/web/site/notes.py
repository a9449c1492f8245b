"""The curators' notes on an article, each at the line of the first words that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from weihai_kg.web.things.asking import Row


@dataclass(frozen=True)
class Note:
    """Why words were read so, or what they leave open."""

    text: str
    certainty: str
    exact: str
    start: int
    end: int


def notes(rows: Iterable[Row]) -> list[Note]:
    """The notes of rows of ``rq/article-notes.rq``, each once, in the order of the text."""
    graphs: set[str] = set()
    found: dict[tuple[str, str, int], Note] = {}
    for row in rows:
        if row["g"].value in graphs:  # a graph of several quotations: its first words came before
            continue
        graphs.add(row["g"].value)
        note = Note(
            row["comment"].value, row["certainty"].value, row["exact"].value,
            int(row["start"].value), int(row["end"].value),
        )  # fmt: skip
        found.setdefault((note.text, note.certainty, note.start), note)
    return list(found.values())
