"""Why an expected row is not in the answer: the first part of the query that it does not get past.

The parts are added one by one, in the order they are written, a filter as soon as what it asks
about is there; the first that leaves no solution is shown with what the graph has near it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from typing import TypeAlias

from rdflib.term import Node

from weihai_kg.errors import QuerySyntaxError
from weihai_kg.explanation import pattern as q
from weihai_kg.explanation import writing
from weihai_kg.explanation.asking import Row
from weihai_kg.explanation.conditions import is_closed, ordered, same_text
from weihai_kg.explanation.derivation import Deriver
from weihai_kg.explanation.model import Failure, Kind, RowReasons
from weihai_kg.explanation.nearness import Nearest
from weihai_kg.explanation.scope import columns, in_scope
from weihai_kg.explanation.terms import key, row_key, same
from weihai_kg.explanation.volatility import Settling, is_volatile
from weihai_kg.explanation.writing import Demand

FEW = 5
Wanted: TypeAlias = tuple[Row, frozenset[str]]
"""The values that variables are to have, and the variables that are to have none."""


class Missing:
    """Finds the first failure of an expected row."""

    def __init__(self, deriver: Deriver, nearest: Nearest) -> None:
        """Ask what the deriver asks."""
        self._deriver = deriver
        self._nearest = nearest

    def of(
        self, query: q.Query, wanted: Row, unbound: frozenset[str] = frozenset()
    ) -> Failure | RowReasons:
        """The failure; or the reasons of the row, if it is there after all.

        The variables in ``unbound`` are to have no value.
        """
        asked = (*wanted.items(), *((name, None) for name in sorted(unbound)))
        found = self._deriver.row(query, wanted, unbound)
        if found is not None:
            if self._cut(query, asked):
                return Failure(" ".join(query.modifiers), "sliced", wanted=asked)
            return found
        query = Settling(wanted).query(query)
        parts = query.where.parts
        if query.values is not None:
            parts = (*parts, query.values)
        failure = self._walk(query, parts, (wanted, unbound), None)
        return failure or self._after(query, wanted, unbound)

    def _cut(self, query: q.Query, asked: Iterable[tuple[str, Node | None]]) -> bool:
        """Whether LIMIT or OFFSET leave out every row of these values."""
        if not query.sliced or query.form != "SELECT" or is_volatile(query.text):
            return False
        _, rows = self._deriver.asker.table(
            f"{query.prologue}\n{query.head} {query.dataset} WHERE {query.where.text} {query.tail}"
        )
        return not any(all(same(row.get(n), v) for n, v in asked) for row in rows)

    def _rows(
        self, query: q.Query, parts: Sequence[q.Part], wanted: Wanted, graph: str | None
    ) -> list[Row]:
        if graph is not None:
            parts = (q.Graph(graph, q.Group(tuple(parts)), ""),)
        text = writing.solutions(query, parts, Demand(*wanted), FEW)
        return sorted(self._deriver.asker.rows(text), key=row_key)

    def _walk(
        self, query: q.Query, parts: Sequence[q.Part], wanted: Wanted, graph: str | None
    ) -> Failure | None:
        """The first part that leaves nothing; ``graph`` is the name in GRAPH around the parts."""
        done: list[q.Part] = []
        before: list[Row] = [{}]
        passed: list[str] = []
        for part in ordered(parts):
            scope = in_scope((*done, part)) | ({graph[1:]} if graph else set())
            known = _within(wanted, scope)
            rows = self._rows(query, (*done, part), known, graph)
            if not rows:
                return self._failure(query, part, (done, before, passed), known, graph)
            done.append(part)
            passed.append(self._text(part))
            before = rows
        return None

    def _failure(
        self, query: q.Query, part: q.Part, state: tuple[list[q.Part], list[Row], list[str]],
        wanted: Wanted, graph: str | None,
    ) -> Failure:  # fmt: skip
        done, before, passed = state
        own = in_scope((part,))
        put = {**wanted[0], **before[0]}
        shown = sorted((*wanted[0].items(), *((name, None) for name in wanted[1])))
        name = self._deriver.value(graph, put) if graph else None
        failure = Failure(
            self._text(part), "nothing-fits",
            before=self._deriver.derivation(done, before[0], name) if done else None,
            passed=tuple(passed), wanted=tuple(each for each in shown if each[0] in own),
            instead=self._instead(query, (done, part), wanted, graph),
        )  # fmt: skip
        match part:
            case q.Triple():
                path = part.path if isinstance(part.path, str) else ""
                place = tuple(self._deriver.value(each, put) if each else None
                              for each in (part.subject, path, part.object))  # fmt: skip
                return replace(failure, near=self._nearest.of((place[0], place[1], place[2]), name))
            case q.Filter():
                return self._filtered(query, failure, part, (before, graph))
            case q.Minus():
                found = self._deriver.removal(part, before[0], name)
                unwanted = None if found is None else self._deriver.derivation(
                    part.group.parts, put | found, name
                )  # fmt: skip
                return replace(failure, note="minus-found", found=unwanted)
            case q.Union():
                return replace(failure, note="no-branch", inner=self._inner(
                    query, part.branches, (put, wanted[1]), graph
                ))  # fmt: skip
            case q.Group():
                return replace(failure, inner=self._inner(query, (part,), (put, wanted[1]), graph))
            case q.Optional():
                failure = replace(failure, note="optional-differs")
                if wanted[1] & own:  # it matches: there is nothing that fails
                    return failure
                return replace(
                    failure, inner=self._inner(query, (part.group,), (put, wanted[1]), graph)
                )
            case q.Graph():
                inner_ = self._walk(query, part.group.parts, (put, wanted[1]), part.name)
                return replace(failure, inner=(inner_,) if inner_ else ())
            case q.Subquery():
                below = self.of(
                    replace(part.query, dataset=query.dataset),
                    *_within((put, wanted[1]), columns(part.query)),
                )
                return replace(failure, inner=(below,) if isinstance(below, Failure) else ())
            case q.Service():
                return replace(failure, note="service-nothing")
            case q.Unexplained():
                return replace(failure, note=part.reason)
        return failure

    def _inner(
        self, query: q.Query, groups: Iterable[q.Group], wanted: Wanted, graph: str | None
    ) -> tuple[Failure, ...]:
        """The first failure in each of these groups."""
        found = (
            self._walk(query, each.parts, _within(wanted, in_scope(each.parts)), graph)
            for each in groups
        )
        return tuple(filter(None, found))

    def _filtered(
        self, query: q.Query, failure: Failure, part: q.Filter,
        state: tuple[list[Row], str | None],
    ) -> Failure:  # fmt: skip
        """A filter fails for each of the solutions before it; what they give it is shown."""
        before, graph = state
        name = self._deriver.value(graph, before[0]) if graph else None
        inputs = tuple(
            tuple((name, row.get(name)) for name in part.expression.variables) for row in before
        )
        found, inner = None, list[Failure]()
        for exists in part.expression.exists:
            witness = self._witness(exists.group, before[0], name)
            if exists.negated and witness is not None:
                row = before[0] | witness
                found = self._deriver.derivation(exists.group.parts, row, name)
            elif not exists.negated and witness is None and is_closed(exists.group):
                inner += self._inner(query, (exists.group,), (before[0], frozenset()), graph)
        note = "exists-found-unwanted" if found else "filter-false"
        if found is None and same_text(part.expression.text, before):
            note = "filter-text"
        return replace(
            failure, note=note, inputs=tuple(dict.fromkeys(filter(None, inputs))), found=found,
            inner=tuple(inner),
        )  # fmt: skip

    def _witness(self, group: q.Group, row: Row, graph: Node | None) -> Row | None:
        try:
            return self._deriver.witness(group, row, graph)
        except QuerySyntaxError:
            return None

    def _text(self, part: q.Part) -> str:
        """The part as it is written; one piece of a path as it is asked."""
        if not isinstance(part, q.Triple) or isinstance(part.subject, q.Embedded):
            return part.text
        made = f"?{self._deriver.query.prefix}m"
        ends = [str(each) for each in (part.subject, part.object)]
        if not any(each.startswith(made) for each in ends):
            return part.text
        path = part.path.text if isinstance(part.path, q.Closure) else part.path
        first, last = ("…" if each.startswith(made) else each for each in ends)
        return f"{first} {path} {last}"

    def _instead(
        self, query: q.Query, parts: tuple[list[q.Part], q.Part], wanted: Wanted, graph: str | None
    ) -> tuple[tuple[str, tuple[Node, ...]], ...]:
        """The values that the part gives to the variables it was wanted for."""
        done, part = parts
        names = sorted((in_scope((part,)) & {*wanted[0], *wanted[1]}) - in_scope(done))
        if not names:
            return ()
        rest = _within(wanted, {*wanted[0], *wanted[1]} - set(names))
        rows = self._rows(query, (*done, part), rest, graph)
        found = []
        for name in names:
            values = {key(row[name]): row[name] for row in rows if name in row}
            if values:
                found.append((name, tuple(values[each] for each in sorted(values))))
        return tuple(found)

    def _after(self, query: q.Query, wanted: Row, unbound: frozenset[str]) -> Failure:
        """All patterns hold; what fails is a computed column, HAVING or VALUES."""
        computed = {item.variable for item in query.items if item.expression}
        rest = {name: value for name, value in wanted.items() if name not in computed}
        asked = (*wanted.items(), *((name, None) for name in sorted(unbound)))
        shown = tuple(each for each in asked if each[0] in computed)
        # A HAVING that is not asked again still tells what it was given.
        without = replace(query, having=tuple(replace(e, volatile=True) for e in query.having))
        for candidate, note in (
            (query, "column-differs"), (without, "having-false"),
            (replace(without, values=None), "nothing-fits"),
        ):  # fmt: skip
            there = self._deriver.row(candidate, rest, unbound - computed)
            if there is not None:
                values = dict(there.row)
                instead = tuple((name, (value,)) for name, _ in shown
                                if (value := values.get(name)) is not None)  # fmt: skip
                text = " ".join(each.text for each in query.having)
                judged = note == "having-false"
                inputs = tuple(
                    each for step in there.computations
                    if (step.kind == Kind.HAVING) == judged for each in step.inputs[:FEW]
                )  # fmt: skip
                return Failure(
                    f"HAVING {text}" if judged else " ".join(
                        f"({item.expression.text} AS ?{item.variable})"
                        for item in query.items if item.expression
                    ), note, wanted=shown, instead=instead, inputs=(inputs,) if inputs else (),
                    before=there.derivations[0] if there.derivations else None,
                )  # fmt: skip
        return Failure(query.head, "nothing-fits", wanted=asked)


def check(query: q.Query, names: Sequence[str]) -> None:
    """Raise QuerySyntaxError for a variable that is no column of the query."""
    known = columns(query) if query.form == "SELECT" else in_scope(query.where.parts)
    for name in names:
        if name not in known:
            raise QuerySyntaxError(
                f"The query has no column ?{name}; it has "
                f"{', '.join(f'?{each}' for each in sorted(known)) or 'none'}."
            )


def _within(wanted: Wanted, names: Set[str]) -> Wanted:
    """What is wanted of these variables alone."""
    known, unbound = wanted
    return {name: value for name, value in known.items() if name in names}, unbound & names
