"""What those who explain one kind of construct need of the one who explains them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rdflib.term import Node

from weihai_kg.explanation import pattern as q
from weihai_kg.explanation.asking import Asker, Row
from weihai_kg.explanation.model import Derivation, Kind, Step
from weihai_kg.explanation.writing import Demand


class Retracer(Protocol):
    """The face of ``derivation.Deriver``."""

    asker: Asker
    query: q.Query

    def value(self, term: q.Term, row: Row) -> Node | None:
        """The value of a term of a pattern."""

    def witness(self, group: q.Group, row: Row, graph: Node | None) -> Row | None:
        """The first solution of a group into which the values of a solution are put."""

    def steps(self, parts: Iterable[q.Part], row: Row, graph: Node | None) -> tuple[Step, ...]:
        """What each part found for a solution."""

    def condition(
        self, kind: Kind, text: str, expression: q.Expression, row: Row, graph: Node | None
    ) -> Step:
        """An expression with its inputs, and what its EXISTS found."""

    def solve(
        self, query: q.Query, parts: Iterable[q.Part], demand: Demand, *, every: bool = False
    ) -> tuple[list[Row], int]:
        """The solutions of these parts, as many as are shown, and how many there are."""

    def shown(self, query: q.Query, row: Row) -> tuple[tuple[str, Node | None], ...]:
        """The columns of a query with the values of a solution."""

    def derivation(self, parts: Iterable[q.Part], row: Row, graph: Node | None) -> Derivation:
        """A solution with what each part found."""
