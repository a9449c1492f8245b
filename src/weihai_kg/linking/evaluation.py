"""How good the proposals are, measured on links that are known: precision, recall, every error.

Known links are held out: the subjects come from the sources, or from a table, without any link.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import SKOS

from weihai_kg.errors import UsageError
from weihai_kg.linking import scoring
from weihai_kg.linking.candidates import Found
from weihai_kg.linking.profile import Profile
from weihai_kg.linking.scoring import Scored
from weihai_kg.linking.slices import coordinates
from weihai_kg.linking.subjects import Subjects
from weihai_kg.sources.mappings import MappingSet

COLUMNS = ("target", "kind", "zh", "en", "coordinates", "country", "source")


@dataclass(frozen=True, slots=True)
class Known:
    """A subject with the item it is known to be; an empty one: it is known to have none there."""

    subject: Profile
    target: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was proposed for one subject; ``best`` is None when nothing was."""

    known: Known
    best: Scored | None
    found: bool

    @property
    def proposed(self) -> str:
        """The item that was put first."""
        return self.best.candidate.id if self.best else ""

    @property
    def strong(self) -> bool:
        """Whether it was put forward as certain."""
        return self.best is not None and self.best.verdict == "strong"

    @property
    def right(self) -> bool:
        """Whether the first proposal is the known one; nothing is right where there is none."""
        return self.proposed == self.known.target


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over all outcomes; a ratio of nothing is None."""

    outcomes: tuple[Outcome, ...]

    def _count(self, **conditions: bool) -> int:
        return sum(
            all(getattr(each, name) == value for name, value in conditions.items())
            for each in self.outcomes
        )

    @property
    def linked(self) -> int:
        """Subjects that are known to have an item."""
        return sum(bool(each.known.target) for each in self.outcomes)

    @property
    def among_candidates(self) -> int:
        """Subjects whose item is among the service's candidates."""
        return self._count(found=True)

    @property
    def first(self) -> int:
        """Subjects whose item was put first."""
        return sum(each.right and bool(each.known.target) for each in self.outcomes)

    @property
    def strong(self) -> int:
        """Strong proposals."""
        return self._count(strong=True)

    @property
    def strong_right(self) -> int:
        """Strong proposals that are right."""
        return self._count(strong=True, right=True)

    @property
    def precision(self) -> float | None:
        """Right ones among strong proposals."""
        return self.strong_right / self.strong if self.strong else None

    @property
    def recall(self) -> float | None:
        """Strong proposals that are right, among subjects that have an item."""
        return self.strong_right / self.linked if self.linked else None

    @property
    def recall_first(self) -> float | None:
        """Items put first, whatever the verdict, among subjects that have an item."""
        return self.first / self.linked if self.linked else None

    @property
    def errors(self) -> list[Outcome]:
        """Wrong strong proposals, and items that were not proposed as strong."""
        return [
            each
            for each in self.outcomes
            if (each.strong and not each.right) or (each.known.target and not each.strong)
        ]


def of_graph(subjects: Subjects, mapping_set: MappingSet, namespace: str) -> list[Known]:
    """The graph's entities that have one exact match in this set; the links are not shown on."""
    return [
        Known(subjects.profile(str(each.subject)), str(each.object).removeprefix(namespace))
        for each in mapping_set.mappings
        if each.predicate == SKOS.exactMatch and str(each.subject) in subjects
    ]


def of_table(file: Path) -> list[Known]:
    """The subjects of a table (TSV) with the columns of ``COLUMNS``.

    An empty target says that the service has no such item. Raises UsageError with the line.
    """
    lines = file.read_text("utf-8").split("\n")
    skipped = sum(line.startswith("#") for line in lines)
    reader = csv.DictReader(lines[skipped:], delimiter="\t")
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise UsageError(f"{file}:{skipped + 1}: the columns have to be {', '.join(COLUMNS)}")
    found = []
    for row in reader:
        point = coordinates(row["coordinates"]) if row["coordinates"] else None
        if row["coordinates"] and point is None:
            raise UsageError(f"{file}:{skipped + reader.line_num}: coordinates: latitude,longitude")
        subject = Profile(
            id=f"{row['zh']} / {row['en']}",
            labels={language: (row[language],) for language in ("zh", "en") if row[language]},
            kind=row["kind"],
            point=point,
            countries=tuple(name for name in row["country"].split("|") if name),
        )
        found.append(Known(subject, row["target"]))
    return found


def measure(known: Sequence[Known], found: Sequence[Found]) -> Figures:
    """What the candidates of the known subjects come to."""
    outcomes = []
    for each, candidates in zip(known, found, strict=True):
        judged = scoring.judge(each.subject, candidates.profiles)
        ids = {profile.id for profile in candidates.profiles}
        among = bool(each.target) and each.target in ids
        outcomes.append(Outcome(each, judged[0] if judged else None, among))
    return Figures(tuple(outcomes))
