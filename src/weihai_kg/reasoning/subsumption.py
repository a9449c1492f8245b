"""The part of table 9 (schema vocabulary) that reaches instances by no other rule.

Rules applied round by round make most of table 9 needless: where scm-sco, scm-spo, scm-eqc,
scm-dom, scm-rng, scm-hv, scm-int or scm-uni shorten a way, cax-sco, prp-spo1, cls-hv1 and so on
walk it step by step. Only scm-svf1/2 and scm-avf1/2 say something new: that one restriction is part
of another, where no rule leads out of the first or into the second.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from itertools import pairwise, permutations

from rdflib import OWL, RDF, RDFS
from rdflib.term import Node, Variable

from weihai_kg.reasoning.schema import Clause, Schema
from weihai_kg.reasoning.terms import Part, Triple

X = Variable("x")


class _Order:
    """A reflexive and transitive order of classes or properties, with the axioms behind it."""

    def __init__(self) -> None:
        self._above: dict[Node, dict[Node, tuple[Triple, ...]]] = defaultdict(dict)

    def add(self, low: Node, high: Node, axiom: tuple[Triple, ...]) -> bool:
        """Say that ``low`` is part of ``high``; whether that is new."""
        new = low != high and high not in self._above[low]
        if new:
            self._above[low][high] = axiom

        return new

    def why(self, low: Node, high: Node) -> tuple[Triple, ...] | None:
        """The axioms by which ``low`` is part of ``high``; None if it is not."""
        came_from: dict[Node, Node] = {low: low}
        queue = deque([low])
        while queue and high not in came_from:
            here = queue.popleft()
            for there in self._above.get(here, ()):
                if there not in came_from:
                    came_from[there] = here
                    queue.append(there)
        if high not in came_from:
            return None

        path = [high]
        while path[-1] != low:
            path.append(came_from[path[-1]])
        steps = pairwise(reversed(path))
        return tuple(triple for one, other in steps for triple in self._above[one][other])


def restriction_clauses(schema: Schema) -> Iterator[Clause]:
    """A clause for each restriction that is part of another one (scm-svf1/2, scm-avf1/2)."""
    classes, properties = _orders(schema)
    restrictions = [
        (kind, c, (p, filler), ((c, kind, filler), triple))
        for c, p, triple in schema.pairs(OWL.onProperty)
        for kind in (OWL.someValuesFrom, OWL.allValuesFrom)
        for filler in schema.objects(c, kind)
    ]
    found: list[Clause] = []
    progress = True
    while progress:
        progress = False
        for (kind, c, content, axiom), (other, d, wider, basis) in permutations(restrictions, 2):
            if kind == other:
                part = _part(kind, content, wider, (*axiom, *basis), (classes, properties))
                if part and classes.add(c, d, part.axiom):
                    parts = (part, Part("cax-sco", (), (("C", (c,)), ("D", (d,)))))
                    found.append(Clause((X, RDF.type, d), ((X, RDF.type, c),), parts))
                    progress = True
    yield from found


def _part(
    kind: Node,
    content: tuple[Node, Node],
    wider: tuple[Node, Node],
    axiom: tuple[Triple, ...],
    orders: tuple[_Order, _Order],
) -> Part | None:
    (p, c), (q, d) = content, wider
    some = kind == OWL.someValuesFrom
    if p == q and (reason := orders[0].why(c, d)) is not None:
        terms: tuple[tuple[str, tuple[Node, ...]], ...]
        terms = (("P", (p,)), ("C", (c,)), ("D", (d,)))
        return Part("scm-svf1" if some else "scm-avf1", (*axiom, *reason), terms)
    low, high = (p, q) if some else (q, p)
    if c == d and (reason := orders[1].why(low, high)) is not None:
        terms = (("P", (low,)), ("Q", (high,)), ("C", (c,)))
        return Part("scm-svf2" if some else "scm-avf2", (*axiom, *reason), terms)
    return None


def _orders(schema: Schema) -> tuple[_Order, _Order]:
    classes, properties = _Order(), _Order()
    for order, part_of, same in (
        (classes, RDFS.subClassOf, OWL.equivalentClass),
        (properties, RDFS.subPropertyOf, OWL.equivalentProperty),
    ):
        for low, high, triple in schema.pairs(part_of):
            order.add(low, high, (triple,))
        for one, other, triple in schema.pairs(same):
            order.add(one, other, (triple,))
            order.add(other, one, (triple,))
    for whole, members, triples in schema.lists(OWL.intersectionOf):
        for member in members:
            classes.add(whole, member, triples)
    for whole, members, triples in schema.lists(OWL.unionOf):
        for member in members:
            classes.add(member, whole, triples)
    values = [
        (c, p, value, ((c, OWL.hasValue, value), triple))
        for c, p, triple in schema.pairs(OWL.onProperty)
        for value in schema.objects(c, OWL.hasValue)
    ]
    for (c, p, value, axiom), (d, q, other, basis) in permutations(values, 2):
        if value == other and (reason := properties.why(p, q)) is not None:
            classes.add(c, d, (*axiom, *basis, *reason))

    return classes, properties
