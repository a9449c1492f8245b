"""The shortest chain of edges behind a path with ``*``, ``+`` or ``?``."""

from __future__ import annotations

from typing import TypeAlias

from rdflib import Literal
from rdflib.term import Node

from weihai_kg.explanation import pattern as q
from weihai_kg.explanation import writing
from weihai_kg.explanation.asking import BATCH, values
from weihai_kg.explanation.model import Kind, Statement, Step
from weihai_kg.explanation.retracing import Retracer
from weihai_kg.explanation.terms import askable, key, same
from weihai_kg.explanation.writing import Demand

WIDEST = 20_000
_Steps: TypeAlias = dict[str, tuple[Node, Node]]


class Chains:
    """Finds chains by asking the engine for one more step from all that was reached, in turn."""

    def __init__(self, deriver: Retracer) -> None:
        """The deriver explains each step of a chain."""
        self._deriver = deriver

    def step(
        self, part: q.Triple, closure: q.Closure, ends: tuple[Node, Node], graph: Node | None
    ) -> Step:
        """The chain between two terms."""
        start, end = ends
        if closure.mark in "*?" and same(start, end):
            found = self._anywhere(start, graph)
            return Step(Kind.PATH, part.text, found, (("", start),), note="path-zero")
        pairs = self._pairs(closure, start, end, graph)
        if pairs is None:
            return Step(Kind.UNEXPLAINED, part.text, note="path-not-found")
        steps: list[Step] = []
        for pair in pairs:
            steps += self._edge(closure, pair, graph)
        return Step(
            Kind.PATH, part.text, steps=tuple(steps), note="path-steps",
            note_values=(str(len(pairs)),),
        )  # fmt: skip

    def _anywhere(self, node: Node, graph: Node | None) -> tuple[Statement, ...]:
        """A statement that shows that the graph has a term: a path of length zero asks no more."""
        if not askable(node):
            return ()
        deriver, term = self._deriver, key(node)
        places = (f"{term} ?p ?o" if not isinstance(node, Literal) else "", f"?s ?p {term}")
        for place in filter(None, places):
            where = place if graph is None else f"GRAPH {key(graph)} {{ {place} }}"
            rows = deriver.asker.rows(f"SELECT * {deriver.query.dataset} {{ {where} }} LIMIT 1")
            for row in rows:
                return (Statement(row.get("s", node), row["p"], row.get("o", node), graph),)
        return ()

    def in_graph(self, graph: Node | None) -> tuple[Statement, ...]:
        """A statement that shows that there is a graph: an empty pattern in it asks no more."""
        if graph is None or not askable(graph):
            return ()
        deriver = self._deriver
        rows = deriver.asker.rows(
            f"SELECT * {deriver.query.dataset} {{ GRAPH {key(graph)} {{ ?s ?p ?o }} }} LIMIT 1"
        )
        return tuple(Statement(row["s"], row["p"], row["o"], graph) for row in rows)

    def _edge(
        self, closure: q.Closure, pair: tuple[Node, Node], graph: Node | None
    ) -> tuple[Step, ...]:
        """What makes one step of the chain."""
        deriver = self._deriver
        names = self._names()
        row = dict(zip(names, pair, strict=True))
        only = closure.step.parts[0]
        if len(closure.step.parts) == 1 and isinstance(only, q.Triple):
            subject, value = (deriver.value(each, row) for each in (only.subject, only.object))
            predicate = deriver.value(only.path, row) if isinstance(only.path, str) else None
            if subject is not None and predicate is not None and value is not None:
                edge = Statement(subject, predicate, value, graph)
                return (Step(Kind.PATTERN, closure.inner, (edge,)),)
        found = deriver.witness(closure.step, row, graph)
        if found is None:
            return (Step(Kind.UNEXPLAINED, closure.inner, note="not-again"),)
        return deriver.steps(closure.step.parts, row | found, graph)

    def _names(self) -> tuple[str, str]:
        prefix = self._deriver.query.prefix
        return f"{prefix}from", f"{prefix}to"

    def _pairs(
        self, closure: q.Closure, start: Node, end: Node, graph: Node | None
    ) -> list[tuple[Node, Node]] | None:
        """The steps of the shortest chain; None if it is not found within ``WIDEST`` terms.

        It is looked for from both ends, a whole level at a time and always at the smaller one, so
        that the first term where the two meet is on a shortest chain.
        """
        ends = (key(start), key(end))
        came: tuple[_Steps, _Steps] = ({}, {})
        frontiers = [[start], [end]]
        while any(frontiers) and len(came[0]) + len(came[1]) < WIDEST:
            side = min((0, 1), key=lambda each: (not frontiers[each], len(frontiers[each])))
            reached: dict[str, Node] = {}
            for pair in self._onward(closure, frontiers[side], graph, backward=side == 1):
                there = pair[1 - side]
                if key(there) not in came[side]:
                    came[side][key(there)] = pair
                    reached[key(there)] = there
            other = 1 - side
            met = sorted(each for each in reached if each == ends[other] or each in came[other])
            if met:
                beyond = [] if met[0] == ends[other] else _trace(came[other], met[0], ends, other)
                here = _trace(came[side], met[0], ends, side)
                return [*here[::-1], *beyond] if side == 0 else [*beyond[::-1], *here]
            if closure.mark == "?":
                return None
            frontiers[side] = list(reached.values())
        return None

    def _onward(
        self, closure: q.Closure, frontier: list[Node], graph: Node | None, *, backward: bool
    ) -> list[tuple[Node, Node]]:
        """Every step that begins, or ends, at one of the terms."""
        first, last = self._names()
        bound = last if backward else first
        where: tuple[q.Part, ...] = closure.step.parts
        if graph is not None:
            where = (q.Graph(key(graph), closure.step, closure.inner),)
        named = [node for node in frontier if askable(node)]
        found: list[tuple[Node, Node]] = []
        for begin in range(0, len(named), BATCH):
            put = values([bound], ([node] for node in named[begin : begin + BATCH]))
            found += self._steps((q.Values((bound,), put), *where))
        if len(named) < len(frontier):
            # A blank node cannot be put in: of all steps from blank nodes, those from these.
            wanted = {key(node) for node in frontier if not askable(node)}
            test = q.Filter(q.Expression(""), f"FILTER(isBlank(?{bound}))")
            place = 1 if backward else 0
            found += [pair for pair in self._steps((*where, test)) if key(pair[place]) in wanted]
        return sorted(found, key=lambda pair: (key(pair[0]), key(pair[1])))

    def _steps(self, parts: tuple[q.Part, ...]) -> list[tuple[Node, Node]]:
        """The two ends of every step that these parts have."""
        first, last = self._names()
        text = writing.solutions(self._deriver.query, parts, Demand(), WIDEST)
        text = text.replace("SELECT *", f"SELECT DISTINCT ?{first} ?{last}", 1)
        return [(row[first], row[last]) for row in self._deriver.asker.rows(text)]


def _trace(came: _Steps, here: str, ends: tuple[str, str], side: int) -> list[tuple[Node, Node]]:
    """The steps from where two searches met back to the end that one of them began at."""
    pairs = []
    while True:
        pair = came[here]
        pairs.append(pair)
        here = key(pair[side])
        if here == ends[side]:
            return pairs
