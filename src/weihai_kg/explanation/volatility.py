"""What a query computes anew each time (RAND, NOW, UUID, STRUUID, BNODE), and what rests on it.

Such a value cannot be found again. Where the row has it, it is put in; a condition on one that the
row does not have is left out when the query is asked again, and is said not to be retraced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rdflib import Literal

from weihai_kg.engine.tokens import tokens
from weihai_kg.explanation.cursor import VOLATILE
from weihai_kg.explanation.pattern import (
    Bind,
    Closure,
    Expression,
    Filter,
    Graph,
    Group,
    Optional,
    Part,
    Query,
    Service,
    Subquery,
    Triple,
    Union,
)
from weihai_kg.explanation.terms import Bindings, askable, key

NOWHERE = "<urn:weihai-kg:no-property>"


def is_volatile(text: str) -> bool:
    """Whether a query has a function that gives another value each time."""
    return any(each.kind == "word" and each.text.upper() in VOLATILE for each in tokens(text))


@dataclass(slots=True)
class Settling:
    """Settles the parts of one query; ``restless`` are the variables whose value is not known."""

    known: Bindings
    restless: set[str] = field(default_factory=set)

    def query(self, query: Query) -> Query:
        """The query with its patterns and its columns settled."""
        where = self._group(query.where)
        for item in query.items:
            if item.expression and self.moves(item.expression):
                self.restless.add(item.variable)
        return replace(query, where=where)

    def moves(self, expression: Expression) -> bool:
        """Whether an expression may have another value each time."""
        return expression.volatile or not self.restless.isdisjoint(expression.variables)

    def parts(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        """The parts, each bound value known or marked."""
        return tuple(map(self._part, parts))

    def _group(self, group: Group) -> Group:
        settled = self.parts(group.parts)
        return group if settled == group.parts else replace(group, parts=settled)

    def _part(self, part: Part) -> Part:
        match part:
            case Triple() if self._no_property(part.path):
                return replace(part, path=NOWHERE)
            case Bind():
                return self._bind(part)
            case Filter() if self.moves(part.expression):
                return replace(part, restless=True)
            case Group():
                return self._group(part)
            case Union():
                return replace(part, branches=tuple(map(self._group, part.branches)))
            case Optional() | Graph() | Service():
                return replace(part, group=self._group(part.group))
            case Subquery():
                for item in part.query.items:
                    if item.expression and item.expression.volatile:
                        self.restless.add(item.variable)
        return part

    def _no_property(self, path: str | Closure) -> bool:
        """Whether a property is a variable whose value can be none: the pattern matches nothing."""
        return isinstance(path, str) and isinstance(self.known.get(path[1:]), Literal)

    def _bind(self, part: Bind) -> Bind:
        if not self.moves(part.expression):
            return part
        value = self.known.get(part.variable)
        if value is not None and askable(value):
            return replace(part, settled=key(value))
        self.restless.add(part.variable)
        return replace(part, restless=True)
