"""An article's text with its quotations: lines, cut where quotations begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from weihai_kg.web.site.notes import Note
from weihai_kg.web.things.asking import Row

# The strongest reading of a passage names it.
CERTAINTIES = ("explicit", "interpreted", "implied")
SILENT = frozenset(" \u3000\n,。、;:!?“”‘’()《》—…·,.;:!?\"'()[]-~")


@dataclass
class Quoted:
    """A quotation with what was read from it."""

    iri: str
    exact: str
    start: int
    end: int
    statements: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Segment:
    """A run of characters with the same quotations; ``begin`` are those that start here."""

    start: int
    text: str
    quotations: tuple[Quoted, ...]
    begin: tuple[Quoted, ...]

    @property
    def end(self) -> int:
        """The position after its last character."""
        return self.start + len(self.text)

    @property
    def certainty(self) -> str:
        """How the clearest of its statements was read; empty where nothing was read."""
        found = {word for each in self.quotations for word in each.statements}
        return next((word for word in CERTAINTIES if word in found), "")

    @property
    def marks(self) -> str:
        """How it was read: the clearest reading, and whether there are others beside it."""
        found = {word for each in self.quotations for word in each.statements}
        return f"{self.certainty} also" if len(found) > 1 else self.certainty

    @property
    def left_out(self) -> bool:
        """Whether it has words, and no statement was read from them."""
        return not self.quotations and not set(self.text) <= SILENT


@dataclass(frozen=True)
class Line:
    """One line of the article as printed."""

    number: int
    start: int
    segments: tuple[Segment, ...]
    notes: tuple[Note, ...] = ()
    foreign: str = ""
    """Why it is not the article's own, if it is not."""

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(segment.text for segment in self.segments)

    @property
    def end(self) -> int:
        """The position after its last character."""
        return self.start + len(self.text)

    @property
    def quotations(self) -> list[Quoted]:
        """Every quotation that touches it."""
        found = {each.iri: each for segment in self.segments for each in segment.quotations}
        return list(found.values())

    @property
    def statements(self) -> int:
        """How many statements were read from them."""
        return sum(sum(each.statements.values()) for each in self.quotations)


def quotations(rows: Iterable[Row]) -> list[Quoted]:
    """The quotations of rows of ``rq/article-quotations.rq``, in the order of the text."""
    found: dict[str, Quoted] = {}
    for row in rows:
        start, end = int(row["start"].value), int(row["end"].value)
        exact = row["exact"].value
        quotation = found.setdefault(row["q"].value, Quoted(row["q"].value, exact, start, end))
        if "certainty" in row:
            quotation.statements[row["certainty"].value] = int(row["statements"].value)
    return sorted(found.values(), key=lambda each: (each.start, each.end))


def lines(
    text: str,
    quotations: list[Quoted],
    notes: Iterable[Note] = (),
    foreign: Mapping[int, str] = MappingProxyType({}),
) -> list[Line]:
    """Every line of a text, cut into segments; ``foreign`` says which are not its own, and why."""
    found, start, noted = [], 0, list(notes)
    for number, line in enumerate(text.split("\n"), 1):
        end = start + len(line)
        touching = [each for each in quotations if each.start < end and each.end > start]
        found.append(Line(
            number, start, tuple(_segments(line, start, touching)),
            tuple(each for each in noted if start <= each.start < end),
            foreign.get(number, ""),
        ))  # fmt: skip
        start = end + 1
    return found


def _segments(line: str, start: int, quotations: list[Quoted]) -> Iterable[Segment]:
    end = start + len(line)
    cuts = {start, end}
    for each in quotations:
        cuts |= {max(each.start, start), min(each.end, end)}
    for left, right in pairwise(sorted(cuts)):
        yield Segment(
            left,
            line[left - start : right - start],
            tuple(each for each in quotations if each.start < right and each.end > left),
            tuple(each for each in quotations if max(each.start, start) == left),
        )
