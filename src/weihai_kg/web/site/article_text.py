"""An article's text with its quotations: put together from their words and surroundings, cut into
segments where quotations begin and end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from weihai_kg.web.things.asking import Row

# The strongest reading of a passage names it.
CERTAINTIES = ("explicit", "interpreted", "implied")
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
SILENT = frozenset(" \u3000\n,。、;:!?“”‘’()《》—…·,.;:!?\"'()[]-~" + UNKNOWN)


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


def assemble(rows: Iterable[Row], whole: str = "") -> tuple[str, list[Quoted]]:
    """The text and its quotations from rows of ``rq/article-quotations.rq``.

    ``whole`` is the text where it is known; else each quotation gives its words, and those just
    before and after it. What no quotation stands beside stays unknown.
    """
    quotations: dict[str, Quoted] = {}
    known: dict[int, str] = {}
    for row in rows:
        start, end = int(row["start"].value), int(row["end"].value)
        exact = row["exact"].value
        quotation = quotations.setdefault(row["q"].value, Quoted(row["q"].value, exact, start, end))
        if "certainty" in row:
            quotation.statements[row["certainty"].value] = int(row["statements"].value)
        prefix = row["prefix"].value if "prefix" in row else ""
        suffix = row["suffix"].value if "suffix" in row else ""
        known |= dict(enumerate(prefix + exact + suffix, start - len(prefix)))
    length = max(known, default=-1) + 1
    text = whole or "".join(known.get(at, UNKNOWN) for at in range(length))
    ordered = sorted(quotations.values(), key=lambda each: (each.start, each.end))
    return text, ordered


def lines(text: str, quotations: list[Quoted]) -> list[Line]:
    """The lines of a text that are not empty, cut into segments."""
    found, start = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        if line:
            end = start + len(line)
            touching = [each for each in quotations if each.start < end and each.end > start]
            found.append(Line(number, start, tuple(_segments(line, start, touching))))
        start += len(line) + 1
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
