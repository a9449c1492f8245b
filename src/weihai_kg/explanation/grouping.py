"""What made a row of a grouped query: its group, the members of it, and HAVING."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from rdflib.term import Node

from weihai_kg.explanation import pattern as q
from weihai_kg.explanation import writing
from weihai_kg.explanation.asking import Row
from weihai_kg.explanation.model import Kind, RowReasons, Step
from weihai_kg.explanation.retracing import Retracer
from weihai_kg.explanation.terms import key, row_key, same
from weihai_kg.explanation.writing import Demand

# The order in which the engine meets the members may change these.
_ANY_ORDER = ("GROUP_CONCAT", "SAMPLE")


class Groups:
    """Derives rows of grouped queries."""

    def __init__(self, deriver: Retracer) -> None:
        """The deriver explains each member of a group."""
        self._deriver = deriver

    def row(
        self, query: q.Query, known: Row, unbound: frozenset[str], loose: Set[str] = frozenset()
    ) -> RowReasons | None:
        """The group behind a row, with its members."""
        names = {
            call.text: f"{query.prefix}a{number}" for number, call in enumerate(query.aggregates)
        }
        found = self.find(query, known, unbound, names, loose)
        if found is None:
            return None
        keys = {each.variable: found[each.variable] for each in query.keys
                if each.variable in found}  # fmt: skip
        computed = [(each.expression, each.variable) for each in query.keys if each.expression]
        computed += [
            (q.Expression(call.argument), f"{names[call.text]}v")
            for call in query.aggregates
            if call.argument and not _plain(call)
        ]
        without = frozenset(each.variable for each in query.keys) - keys.keys()
        parts = query.where.parts
        deriver = self._deriver
        rows, total = deriver.solve(
            query, parts, Demand(keys, without, tuple(computed)), every=True
        )
        steps = [self._column(item, item.expression, found, rows, names)
                 for item in query.items if item.expression]  # fmt: skip
        steps += [
            Step(
                Kind.HAVING,
                f"HAVING {each.text}",
                inputs=_values(each, found, names),
                note="volatile" if each.volatile else "",
            )
            for each in query.having
        ]
        members = tuple(
            replace(member, steps=(*member.steps, *self._tests(query, row)))
            for row in rows for member in (deriver.derivation(parts, row, None),)
        )  # fmt: skip
        return RowReasons(
            deriver.shown(query, found), members, total, True, tuple(steps), query.modifiers
        )

    def _tests(self, query: q.Query, row: Row) -> Iterator[Step]:
        """What the EXISTS in columns, keys and HAVING found for a member."""
        items = (*query.keys, *query.items)
        for each in (*(item.expression for item in items if item.expression), *query.having):
            if each.exists:
                yield self._deriver.condition(Kind.COLUMN, each.text, each, row, None)

    def find(
        self, query: q.Query, known: Row, unbound: frozenset[str], names: dict[str, str],
        loose: Set[str] = frozenset(),
    ) -> Row | None:  # fmt: skip
        """The row of the group that has these values, with its keys and its aggregates."""
        rows = self._deriver.asker.rows(writing.groups(query, known, names))
        unsure = {
            item.variable for item in query.items
            if item.expression and (item.expression.volatile or any(
                call.text.upper().startswith(_ANY_ORDER) for call in item.expression.aggregates
            ))
        }  # fmt: skip
        for ignored, free in ((set(), set()), (unsure, set()), (unsure, loose)):
            fitting = [row for row in rows if _fits(row, known, unbound, ignored, free)]
            if fitting:
                return min(fitting, key=row_key) | {
                    name: value for name, value in known.items() if name in ignored
                }
        return None

    def _column(
        self, item: q.Item, expression: q.Expression, found: Row, rows: list[Row],
        names: dict[str, str],
    ) -> Step:  # fmt: skip
        text = f"({expression.text} AS ?{item.variable})"
        result = found.get(item.variable)
        if not expression.aggregates:
            put = tuple((name, found.get(name)) for name in expression.variables)
            return Step(Kind.COLUMN, text, inputs=put, result=result)
        inputs: list[tuple[str, Node | None]] = []
        for call in expression.aggregates:
            inputs += _members(call, rows, names[call.text])
        note = "distinct" if any(call.distinct for call in expression.aggregates) else "members"
        return Step(Kind.AGGREGATE, text, inputs=tuple(inputs), result=result, note=note)


def _plain(call: q.Aggregate) -> bool:
    return call.argument.startswith("?") and call.argument[1:].isidentifier()


def _members(call: q.Aggregate, rows: list[Row], name: str) -> list[tuple[str, Node | None]]:
    """What the aggregate was given by each member that is shown; each once for DISTINCT."""
    if not call.argument:
        return []
    variable = call.argument[1:] if _plain(call) else f"{name}v"
    found = [row[variable] for row in rows if variable in row]
    if call.distinct:
        found = list({key(value): value for value in found}.values())
    return [(call.argument, value) for value in found]


def _values(
    expression: q.Expression, found: Row, names: dict[str, str]
) -> tuple[tuple[str, Node | None], ...]:
    calls = [(call.text, found.get(names[call.text])) for call in expression.aggregates]
    inside = {
        word for call in expression.aggregates for word in call.argument.replace("?", " ?").split()
    }
    plain = [(name, found.get(name)) for name in expression.variables if f"?{name}" not in inside]
    return (*calls, *plain)


def _fits(row: Row, known: Row, unbound: Set[str], ignored: Set[str], free: Set[str]) -> bool:
    """Whether a group has these values; one in ``free`` may be unbound."""
    return all(
        name in ignored or same(row.get(name), value) or (name in free and name not in row)
        for name, value in known.items()
    ) and not any(name in row for name in unbound)
