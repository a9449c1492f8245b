"""What made a row: the solutions of its patterns, and for each part of the query what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from rdflib.term import Node

from weihai_kg.errors import QuerySyntaxError
from weihai_kg.explanation import pattern as q
from weihai_kg.explanation import remote, witnesses, writing
from weihai_kg.explanation.asking import Asker, Row
from weihai_kg.explanation.chains import Chains
from weihai_kg.explanation.grouping import Groups
from weihai_kg.explanation.model import MOST_COUNTED, Derivation, Kind, RowReasons, Statement, Step
from weihai_kg.explanation.scope import certain_of_query, columns, in_scope, inner_names
from weihai_kg.explanation.terms import TripleTerm, askable, row_key, same
from weihai_kg.explanation.volatility import Settling
from weihai_kg.explanation.writing import Demand


class Deriver:
    """Derives rows of one query."""

    def __init__(self, asker: Asker, query: q.Query, limit: int) -> None:
        """``limit`` is how many solutions of each row are shown."""
        self.asker = asker
        self.query = query
        self.limit = limit
        self.constants = _constants(asker, query)
        self._chains = Chains(self)
        self._groups = Groups(self)

    def row(
        self, query: q.Query, known: Row, unbound: frozenset[str], graph: Node | None = None, *,
        loose: Set[str] = frozenset(),
    ) -> RowReasons | None:  # fmt: skip
        """The solutions behind a row that has these values; None if there is no such row."""
        settling = Settling(known)
        query = settling.query(witnesses.within(query, graph, self.query.dataset))
        restless = frozenset(settling.restless)
        if query.grouped:
            return self._groups.row(query, known, unbound, loose)
        parts = (*query.where.parts, *((query.values,) if query.values else ()))
        computed = tuple(
            (item.expression, item.variable) for item in query.items if item.expression
        )
        demand = Demand(known, unbound - restless, computed, frozenset(loose), restless)
        rows, total = self.solve(query, parts, demand)
        if not rows:
            return None
        shown = self.shown(query, rows[0])
        steps = tuple(
            replace(
                self.condition(Kind.COLUMN, f"({each.text} AS ?{name})", each, rows[0], None),
                result=rows[0].get(name), note="volatile" if name in restless else "",
            )
            for each, name in computed
        )  # fmt: skip
        return RowReasons(
            shown, tuple(self.derivation(parts, row, None) for row in rows), total, False, steps,
            query.modifiers,
        )  # fmt: skip

    def solve(
        self, query: q.Query, parts: Iterable[q.Part], demand: Demand, *, every: bool = False
    ) -> tuple[list[Row], int]:
        """The solutions of these parts, as many as are shown, in order, and how many there are.

        Beyond ``MOST_COUNTED`` they are counted only for a group, which has ``every`` one.
        """
        parts = tuple(parts)
        blank = {name: value for name, value in demand.known.items() if not askable(value)}
        limit = witnesses.MOST if blank else self.limit + 1
        rows = self.asker.rows(writing.solutions(query, parts, demand, limit))
        rows = [_settled(row, demand) for row in rows]
        rows = [row for row in rows if all(same(row.get(n), v) for n, v in blank.items())]
        rows = _once(rows, inner_names(parts))
        total = len(rows)
        if total > self.limit and not blank:
            most = None if every else MOST_COUNTED + 1
            count = self.asker.rows(writing.count(query, parts, demand, most))
            total = int(str(count[0]["n"]))
        return sorted(rows, key=row_key)[: self.limit], total

    def shown(self, query: q.Query, row: Row) -> tuple[tuple[str, Node | None], ...]:
        """The columns of a query with the values of a solution."""
        names = [item.variable for item in query.items] or sorted(columns(query))
        return tuple((name, row.get(name)) for name in names if not name.startswith(query.prefix))

    def derivation(self, parts: Iterable[q.Part], row: Row, graph: Node | None) -> Derivation:
        """A solution with what each part found."""
        own = tuple(
            (name, value) for name, value in sorted(row.items())
            if not name.startswith(self.query.prefix)
        )  # fmt: skip
        return Derivation(own, self.steps(parts, row, graph))

    def steps(self, parts: Iterable[q.Part], row: Row, graph: Node | None) -> tuple[Step, ...]:
        """What each part found for a solution."""
        return tuple(self.step(part, row, graph) for part in parts)

    def value(self, term: q.Term, row: Row) -> Node | None:
        """The value of a term of a pattern."""
        if isinstance(term, q.Embedded):
            places = (term.subject, term.predicate, term.object)
            found = [each for place in places if (each := self.value(place, row)) is not None]
            return TripleTerm(*found) if len(found) == len(places) else None
        return row.get(term[1:]) if term.startswith("?") else self.constants.get(term)

    def step(self, part: q.Part, row: Row, graph: Node | None) -> Step:
        """What one part found for a solution."""
        match part:
            case q.Triple():
                return self._triple(part, row, graph)
            case q.Group():
                kind = Kind.GROUP if part.text.startswith("{") else Kind.PATH
                inner = self.steps(part.parts, self._inside(part, row), graph)
                return Step(kind, "" if kind is Kind.GROUP else part.text, steps=inner)
            case q.Optional():
                if part.marker not in row:
                    return Step(Kind.OPTIONAL, part.text, note="optional-nothing")
                inner = self.steps(part.group.parts, row, graph)
                return Step(Kind.OPTIONAL, "", steps=inner, note="optional-found")
            case q.Union():
                return self._union(part, row, graph)
            case q.Graph():
                name = self.value(part.name, row)
                step = Step(
                    Kind.GRAPH, f"GRAPH {part.name}", inputs=(("", name),),
                    steps=self.steps(part.group.parts, row, name),
                )  # fmt: skip
                if any(each.statements for each in step.walk()):
                    return step
                return replace(step, statements=self._chains.in_graph(name))
            case q.Filter():
                step = self.condition(Kind.FILTER, part.text, part.expression, row, graph)
                given = tuple(each for each in step.inputs if each[1] is not None)
                return replace(step, note="volatile", inputs=given) if part.restless else step
            case q.Bind():
                step = self.condition(Kind.BIND, part.text, part.expression, row, graph)
                note = "volatile" if part.restless or part.settled else ""
                return replace(step, result=row.get(part.variable), note=note)
            case q.Values():
                put = tuple((name, row.get(name)) for name in part.variables)
                return Step(Kind.VALUES, part.text, inputs=put)
            case q.Minus():
                return Step(Kind.MINUS, part.text, note="minus-nothing")
            case q.Subquery():
                return self._subquery(part, row, graph)
            case q.Service():
                return remote.service(part, row, self)
            case q.Unexplained():
                return remote.unasked(part, row)

    def _triple(self, part: q.Triple, row: Row, graph: Node | None) -> Step:
        subject, value = self.value(part.subject, row), self.value(part.object, row)
        if isinstance(part.path, q.Closure):
            if subject is None or value is None:
                return Step(Kind.UNEXPLAINED, part.text, note="unbound")
            return self._chains.step(part, part.path, (subject, value), graph)
        predicate = self.value(part.path, row)
        if subject is None or predicate is None or value is None:
            return Step(Kind.UNEXPLAINED, part.text, note="unbound")
        return Step(Kind.PATTERN, part.text, (Statement(subject, predicate, value, graph),))

    def _union(self, part: q.Union, row: Row, graph: Node | None) -> Step:
        kind = Kind.PATH if part.path else Kind.UNION
        if part.marker not in row:
            return Step(Kind.UNEXPLAINED, part.text, note="unbound")
        number = int(str(row[part.marker]))
        branch = part.branches[number]
        inner = self.steps(branch.parts, self._inside(branch, row), graph)
        counted = (str(number + 1), str(len(part.branches)))
        return Step(
            kind, part.text if part.path else "", note="branch", note_values=counted, steps=inner
        )

    def _inside(self, group: q.Group, row: Row) -> Row:
        """What a group of its own sees of a solution: a filter in it knows no variable outside."""
        names = in_scope(group.parts)
        made = self.query.prefix
        return {n: value for n, value in row.items() if n in names or n.startswith(made)}

    def _subquery(self, part: q.Subquery, row: Row, graph: Node | None) -> Step:
        names = columns(part.query)
        known = {name: row[name] for name in names & row.keys()}
        without = names - known.keys()
        found = self.row(part.query, known, without, graph)
        if found is None:
            # What it leaves unbound, the patterns around it may have bound.
            loose = known.keys() - certain_of_query(part.query)
            found = self.row(part.query, known, without, graph, loose=loose)
        if found is None:
            return Step(Kind.UNEXPLAINED, part.text, note="not-again")
        return Step(Kind.SUBQUERY, part.query.head, rows=found)

    def condition(
        self, kind: Kind, text: str, expression: q.Expression, row: Row, graph: Node | None
    ) -> Step:
        """An expression with its inputs, and what its EXISTS found."""
        inner = tuple(self._exists(each, row, graph) for each in expression.exists)
        return Step(kind, text, inputs=_inputs(expression, row), steps=inner)

    def _exists(self, exists: q.Exists, row: Row, graph: Node | None) -> Step:
        group = q.Group(Settling(row).parts(exists.group.parts), exists.group.text)
        try:
            found = self.witness(group, row, graph)
        except QuerySyntaxError:
            return Step(Kind.UNEXPLAINED, exists.text, note="not-again")
        if found is None:
            return Step(Kind.NOT_EXISTS, exists.text, note="exists-nothing")
        inner = self.steps(group.parts, row | found, graph)
        return Step(Kind.EXISTS, exists.text, steps=inner, note="exists-found")

    def witness(self, group: q.Group, row: Row, graph: Node | None) -> Row | None:
        """The first solution of a group into which the values of a solution are put."""
        return witnesses.of_group(self, group, row, graph)

    def removal(self, part: q.Minus, row: Row, graph: Node | None) -> Row | None:
        """The first solution of a MINUS that takes a solution away."""
        return witnesses.of_minus(self, part, row, graph)


def _once(rows: list[Row], names: frozenset[str]) -> list[Row]:
    """Rows that differ only in these variables, once."""
    if not names:
        return rows
    found: dict[object, Row] = {}
    for row in sorted(rows, key=row_key):
        rest = {name: value for name, value in row.items() if name not in names}
        found.setdefault(row_key(rest), row)
    return list(found.values())


def _settled(row: Row, demand: Demand) -> Row:
    """A solution with the row's own values for what has another value each time, or with none."""
    kept = {name: value for name, value in row.items() if name not in demand.restless}
    return kept | {name: demand.known[name] for name in demand.restless & demand.known.keys()}


def _inputs(
    expression: q.Expression, row: Mapping[str, Node]
) -> tuple[tuple[str, Node | None], ...]:
    return tuple((name, row.get(name)) for name in expression.variables)


def _constants(asker: Asker, query: q.Query) -> dict[str, Node]:
    """The terms that the constants of the patterns stand for, as the engine reads them."""
    texts = sorted(query.constants)
    if not texts:
        return {}
    names = " ".join(f"?c{number}" for number in range(len(texts)))
    row = asker.rows(
        f"{query.prologue}\nSELECT * {{ VALUES ({names}) {{ ({' '.join(texts)}) }} }}"
    )[0]
    return {text: row[f"c{number}"] for number, text in enumerate(texts)}
