"""Why a thing is linked to others elsewhere: the mapping behind each link, for its page."""

from __future__ import annotations

from dataclasses import dataclass

from weihai_kg.web.things.asking import rows
from weihai_kg.web.things.terms import Term

# Justifications of the SEMAPV vocabulary, https://mapping-commons.github.io/semantic-mapping-vocabulary/
WORDS = {
    "ManualMappingCuration": ("人工核对", "curated by hand"),
    "MappingReview": ("人工复核", "reviewed by a person"),
    "LexicalMatching": ("名称比对", "names compared"),
    "CompositeMatching": ("多种特征比对", "several features compared"),
    "UnspecifiedMatching": ("未说明", "not specified"),
}

_TEXTS = ("name", "confidence", "author", "tool", "date", "comment")


@dataclass(frozen=True, slots=True)
class Reason:
    """One mapping: what it maps to, and everything that speaks for it."""

    mapping: str
    predicate: Term
    target: Term
    name: str
    justification: Term
    confidence: str
    author: str
    tool: str
    date: str
    comment: str

    def said(self, language: str) -> str:
        """The justification in words."""
        zh, en = WORDS.get(self.justification.local, (self.justification.local,) * 2)
        return zh if language == "zh" else en


def reasons(thing: Term) -> list[Reason]:
    """Why a thing is linked, one reason for each mapping."""
    found = []
    for row in rows("link-reasons", thing=thing):
        texts = {key: row[key].value if key in row else "" for key in _TEXTS}
        found.append(
            Reason(
                mapping=row["mapping"].value,
                predicate=row["p"],
                target=row["x"],
                justification=row["justification"],
                **texts,
            )
        )
    return found
