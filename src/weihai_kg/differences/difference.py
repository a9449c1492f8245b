"""The whole difference between two releases, and the summary that stands in the list of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from weihai_kg.differences import answers, statements
from weihai_kg.differences.answers import AnswerDifference
from weihai_kg.differences.statements import GraphDifference
from weihai_kg.release import Release
from weihai_kg.settings import Settings


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that is different from one release to another."""

    before: str
    after: str
    base: str
    graphs: tuple[GraphDifference, ...]
    answers: tuple[AnswerDifference, ...]

    @property
    def digest(self) -> str:
        """What names this difference."""
        return hashlib.sha256(f"{self.before}\0{self.after}".encode()).hexdigest()[:32]

    @property
    def added(self) -> int:
        """Statements that are new, each counted once: the default graph has every one."""
        return sum(len(each.added) for each in self.graphs if not each.graph)

    @property
    def removed(self) -> int:
        """Statements that are gone, counted in the same way."""
        return sum(len(each.removed) for each in self.graphs if not each.graph)

    @property
    def named_graphs(self) -> tuple[GraphDifference, ...]:
        """Without the default graph, which repeats each statement."""
        return tuple(each for each in self.graphs if each.graph)

    @property
    def note(self) -> ChangeNote:
        """The summary."""
        return ChangeNote(
            before=self.before,
            after=self.after,
            statements_added=self.added,
            statements_removed=self.removed,
            graphs_changed=len(self.named_graphs),
            queries_added=tuple(each.name for each in self.answers if each.before is None),
            queries_removed=tuple(each.name for each in self.answers if each.after is None),
            answers_changed=tuple(
                each.name
                for each in self.answers
                if each.before is not None and each.after is not None
            ),
        )


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """What a reader of the list of releases wants to know of a change."""

    before: str
    after: str
    statements_added: int
    statements_removed: int
    graphs_changed: int
    queries_added: tuple[str, ...]
    queries_removed: tuple[str, ...]
    answers_changed: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether neither statements nor answers changed."""
        return not (
            self.graphs_changed
            or self.queries_added
            or self.queries_removed
            or self.answers_changed
        )

    def text(self, language: str = "en") -> str:
        """The note as a sentence, in zh or en."""
        counts = (
            self.statements_added, self.statements_removed, self.graphs_changed,
            len(self.answers_changed), len(self.queries_added), len(self.queries_removed),
        )  # fmt: skip
        if language == "zh":
            if self.is_empty:
                return f"与 {self.before} 相比，陈述与答案均无变化。"
            added, removed, graphs, changed, more, fewer = counts
            return (
                f"与 {self.before} 相比：新增陈述 {added} 条，删去 {removed} 条，"
                f"{graphs} 个图有变；"
                f"{changed} 个问题的答案有变，"
                f"新增问题 {more} 个，删去 {fewer} 个。"
            )
        if self.is_empty:
            return f"Since {self.before}: neither statements nor answers changed."
        added, removed, graphs, changed, more, fewer = counts
        return (
            f"Since {self.before}: {added} statements added and {removed} removed "
            f"in {graphs} graphs; answers changed: {changed}; "
            f"questions added: {more}, removed: {fewer}."
        )


def compare(before: Release, after: Release, settings: Settings | None = None) -> Difference:
    """Everything that is different from one release to another."""
    return Difference(
        before.version,
        after.version,
        str(after.report()["base"]),
        statements.compare(before, after),
        answers.compare(before, after, settings or Settings()),
    )
