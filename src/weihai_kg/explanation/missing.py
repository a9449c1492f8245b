"""Why an expected row is not in the answer: the first part of the query that it does not get past.

The parts are added one by one, in the order they are written, a filter as soon as what it asks
about is there; the first that leaves no solution is shown with what the graph has near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rdflib import Literal
from rdflib.term import Node

from weihai_kg.engine.tokens import tokens
from weihai_kg.errors import QuerySyntaxError
from weihai_kg.explanation import pattern as q
from weihai_kg.explanation import writing
from weihai_kg.explanation.asking import Row
from weihai_kg.explanation.derivation import Deriver
from weihai_kg.explanation.model import Failure, RowReasons
from weihai_kg.explanation.nearness import Nearest
from weihai_kg.explanation.scope import columns, in_scope
from weihai_kg.explanation.terms import key, row_key, same
from weihai_kg.explanation.volatility import Settling
from weihai_kg.explanation.writing import Demand

FEW = 5


class Missing:
    """Finds the first failure of an expected row."""

    def __init__(self, deriver: Deriver, nearest: Nearest) -> None:
        """Ask what the deriver asks."""
        self._deriver = deriver
        self._nearest = nearest

    def of(self, query: q.Query, wanted: Row) -> Failure | RowReasons:
        """The failure; or the reasons of the row, if it is there after all."""
        found = self._deriver.row(query, wanted, frozenset())
        if found is not None:
            if query.sliced and not self._returned(query, wanted):
                return Failure(" ".join(query.modifiers), "sliced", wanted=tuple(wanted.items()))
            return found
        query = Settling(wanted).query(query)
        parts = query.where.parts
        if query.values is not None:
            parts = (*parts, query.values)
        failure = self._walk(query, parts, wanted, None)
        return failure or self._after(query, wanted)

    def _returned(self, query: q.Query, wanted: Row) -> bool:
        _, rows = self._deriver.asker.table(f"{query.prologue}\n{query.text}")
        return any(all(same(row.get(n), v) for n, v in wanted.items()) for row in rows)

    def _rows(
        self, query: q.Query, parts: Sequence[q.Part], known: Row, graph: str | None
    ) -> list[Row]:
        if graph is not None:
            parts = (q.Graph(graph, q.Group(tuple(parts)), ""),)
        text = writing.solutions(query, parts, Demand(known), FEW)
        return sorted(self._deriver.asker.rows(text), key=row_key)

    def _walk(
        self, query: q.Query, parts: Sequence[q.Part], wanted: Row, graph: str | None
    ) -> Failure | None:
        """The first part that leaves nothing; ``graph`` is the name in GRAPH around the parts."""
        done: list[q.Part] = []
        before: list[Row] = [{}]
        passed: list[str] = []
        for part in ordered(parts):
            scope = in_scope((*done, part)) | ({graph[1:]} if graph else set())
            known = {name: value for name, value in wanted.items() if name in scope}
            rows = self._rows(query, (*done, part), known, graph)
            if not rows:
                return self._failure(query, part, (done, before, passed), known, graph)
            done.append(part)
            passed.append(_text(part))
            before = rows
        return None

    def _failure(
        self, query: q.Query, part: q.Part, state: tuple[list[q.Part], list[Row], list[str]],
        known: Row, graph: str | None,
    ) -> Failure:  # fmt: skip
        done, before, passed = state
        own = in_scope((part,))
        put = {**known, **before[0]}
        shown = tuple((name, value) for name, value in sorted(known.items()) if name in own)
        name = self._deriver.value(graph, put) if graph else None
        failure = Failure(
            _text(part), "nothing-fits",
            before=self._deriver.derivation(done, before[0], name) if done else None,
            passed=tuple(passed), wanted=shown,
            instead=self._instead(query, (done, part), known, graph),
        )  # fmt: skip
        match part:
            case q.Triple():
                path = part.path if isinstance(part.path, str) else ""
                place = tuple(self._deriver.value(each, put) if each else None
                              for each in (part.subject, path, part.object))  # fmt: skip
                return replace(failure, near=self._nearest.of((place[0], place[1], place[2]), name))
            case q.Filter():
                return self._filtered(failure, part, before, name)
            case q.Minus():
                found = self._deriver.witness(part.group, before[0], name)
                unwanted = None if found is None else self._deriver.derivation(
                    part.group.parts, put | found, name
                )  # fmt: skip
                return replace(failure, note="minus-found", found=unwanted)
            case q.Union():
                inner = [self._walk(query, each.parts, _of(put, each), graph)
                         for each in part.branches]  # fmt: skip
                return replace(failure, note="no-branch", inner=tuple(filter(None, inner)))
            case q.Group():
                inner = [self._walk(query, part.parts, _of(put, part), graph)]
                return replace(failure, inner=tuple(filter(None, inner)))
            case q.Graph():
                inner = [self._walk(query, part.group.parts, put, part.name)]
                return replace(failure, inner=tuple(filter(None, inner)))
            case q.Subquery():
                names = columns(part.query)
                below = self.of(
                    replace(part.query, dataset=query.dataset),
                    {name: value for name, value in put.items() if name in names},
                )
                return replace(failure, inner=(below,) if isinstance(below, Failure) else ())
            case q.Service():
                return replace(failure, note="service-nothing")
            case q.Unexplained():
                return replace(failure, note=part.reason)
        return failure

    def _filtered(
        self, failure: Failure, part: q.Filter, before: list[Row], graph: Node | None
    ) -> Failure:
        """A filter fails for each of the solutions before it; what they give it is shown."""
        inputs = tuple(
            tuple((name, row.get(name)) for name in part.expression.variables) for row in before
        )
        found = None
        for exists in part.expression.exists:
            witness = self._deriver.witness(exists.group, before[0], graph)
            if exists.negated and witness is not None:
                row = before[0] | witness
                found = self._deriver.derivation(exists.group.parts, row, graph)
        note = "exists-found-unwanted" if found else "filter-false"
        if found is None and _same_text(part.expression.text, before):
            note = "filter-text"
        return replace(failure, note=note, inputs=tuple(dict.fromkeys(inputs)), found=found)

    def _instead(
        self, query: q.Query, parts: tuple[list[q.Part], q.Part], known: Row, graph: str | None
    ) -> tuple[tuple[str, tuple[Node, ...]], ...]:
        """The values that the part gives to the variables it was wanted for."""
        done, part = parts
        names = sorted((in_scope((part,)) & known.keys()) - in_scope(done))
        if not names:
            return ()
        rest = {name: value for name, value in known.items() if name not in names}
        rows = self._rows(query, (*done, part), rest, graph)
        found = []
        for name in names:
            values = {key(row[name]): row[name] for row in rows if name in row}
            if values:
                found.append((name, tuple(values[each] for each in sorted(values))))
        return tuple(found)

    def _after(self, query: q.Query, wanted: Row) -> Failure:
        """All patterns hold; what fails is a computed column, HAVING or VALUES."""
        computed = {item.variable for item in query.items if item.expression}
        rest = {name: value for name, value in wanted.items() if name not in computed}
        shown = tuple((name, value) for name, value in wanted.items() if name in computed)
        for candidate, note in (
            (query, "column-differs"), (replace(query, having=()), "having-false"),
            (replace(query, having=(), values=None), "nothing-fits"),
        ):  # fmt: skip
            there = self._deriver.row(candidate, rest, frozenset())
            if there is not None:
                values = dict(there.row)
                instead = tuple((name, (value,)) for name, _ in shown
                                if (value := values.get(name)) is not None)  # fmt: skip
                text = " ".join(each.text for each in query.having)
                inputs = tuple(each for step in there.computations for each in step.inputs[:FEW])
                return Failure(
                    f"HAVING {text}" if note == "having-false" else " ".join(
                        f"({item.expression.text} AS ?{item.variable})"
                        for item in query.items if item.expression
                    ), note, wanted=shown, instead=instead, inputs=(inputs,) if inputs else (),
                    before=there.derivations[0] if there.derivations else None,
                )  # fmt: skip
        return Failure(query.head, "nothing-fits", wanted=tuple(wanted.items()))


def check(query: q.Query, names: Sequence[str]) -> None:
    """Raise QuerySyntaxError for a variable that is no column of the query."""
    known = columns(query) if query.form == "SELECT" else in_scope(query.where.parts)
    for name in names:
        if name not in known:
            raise QuerySyntaxError(
                f"The query has no column ?{name}; it has "
                f"{', '.join(f'?{each}' for each in sorted(known)) or 'none'}."
            )


def ordered(parts: Sequence[q.Part]) -> list[q.Part]:
    """The parts as they are written, each filter as soon as its variables are there."""
    waiting = [part for part in parts if isinstance(part, q.Filter)]
    found: list[q.Part] = []
    for part in parts:
        if isinstance(part, q.Filter):
            continue
        found.append(part)
        scope = in_scope(found)
        for each in list(waiting):
            if scope.issuperset(each.expression.variables) and not each.expression.exists:
                found.append(each)
                waiting.remove(each)
    return [*found, *waiting]


def _same_text(expression: str, rows: Sequence[Row]) -> bool:
    """Whether a condition compares a literal with a value of the same text that is another term."""
    stream = list(tokens(expression))
    for place, token in enumerate(stream):
        if token.kind == "string":
            tagged = stream[place + 1].text if place + 1 < len(stream) else ""
            text = token.text.strip("\"'")
            for row in rows:
                for value in row.values():
                    if isinstance(value, Literal) and str(value) == text:
                        return tagged[:1] != "@" or tagged[1:].lower() != value.language
    return False


def _of(row: Row, group: q.Group) -> Row:
    """The values of a solution for the variables that a group may bind."""
    names = in_scope(group.parts)
    return {name: value for name, value in row.items() if name in names}


def _text(part: q.Part) -> str:
    return part.text
