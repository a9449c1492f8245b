"""Clauses without nameless classes and properties: the ways into them and out of them are joined.

A nameless class is only a station between named statements. Resolution replaces each membership in
one by every body that gives it. A clause that comes back to the membership it set out to show adds
nothing, and is left out; so for the expressions of OWL 2 RL, which are trees, it ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count, product

from rdflib import OWL, RDF, BNode
from rdflib.term import Node, Variable

from weihai_kg.errors import WeihaiKGError
from weihai_kg.reasoning.schema import Clause, Schema
from weihai_kg.reasoning.terms import Guard, Part, Triple, substitute, variables


class CircularExpressionError(WeihaiKGError):
    """Raised when membership in a nameless class leads back to it for another member.

    That takes a class inside itself, or ``owl:someValuesFrom`` above a class and
    ``owl:allValuesFrom`` below one, which are both outside the OWL 2 RL profile.
    """


def fold(clauses: Iterable[Clause], schema: Schema) -> Iterator[Clause]:
    """The same clauses over named classes and properties only."""
    turned = list(_turn_inverses(clauses, schema))
    giving: dict[Node, list[Clause]] = defaultdict(list)
    for clause in turned:
        if clause.head and _nameless(clause.head):
            giving[clause.head[2]].append(clause)
    fresh = count()
    for clause in turned:
        if not (clause.head and _nameless(clause.head)):
            for folded in _resolve(clause, (), giving, fresh):
                if _sound(folded):
                    yield folded


def _nameless(pattern: Triple) -> bool:
    return pattern[1] == RDF.type and isinstance(pattern[2], BNode)


def _sound(clause: Clause) -> bool:
    """Whether the clause says anything, and every variable of its head is bound by its body."""
    bound = set(variables(clause.body))
    head = () if clause.head is None else (clause.head,)
    asked = {term for guard in clause.guards for term in guard.terms if isinstance(term, Variable)}
    properties = (pattern[1] for pattern in (*clause.body, *head))
    return (
        clause.head not in clause.body
        and bound.issuperset(variables(head))
        and bound >= asked
        and bool(clause.body or clause.head)
        and not any(isinstance(p, BNode) for p in properties)
    )


Stack = tuple[Triple, ...]


def _resolve(
    clause: Clause, above: Stack, giving: dict[Node, list[Clause]], fresh: Iterator[int]
) -> Iterator[Clause]:
    """Every way to replace the nameless memberships in the clause's body."""
    place = next((n for n, pattern in enumerate(clause.body) if _nameless(pattern)), None)
    if place is None:
        yield clause
        return

    goal = clause.body[place]
    if goal in above:
        return
    if any(goal[2] == other[2] for other in above):
        raise CircularExpressionError(
            f"The class expression _:{goal[2]} leads back to itself, which no OWL 2 RL ontology "
            "does; give the class a name, or keep to the profile."
        )
    for source in giving.get(goal[2], ()):
        given = _about(goal[0], _renamed(source, fresh))
        for way in _resolve(given, (*above, goal), giving, fresh):
            told = {goal[0]: _member(way)}
            higher = tuple(substitute(pattern, told) for pattern in above)
            yield from _resolve(_join(clause, place, way), higher, giving, fresh)


def _about(subject: Node, source: Clause) -> Clause:
    """Make the head of the source speak of the subject, as far as it can."""
    member = _member(source)
    if isinstance(member, Variable):
        return _bound(source, {member: subject})
    if isinstance(subject, Variable) or subject == member:
        return source
    same = (member, OWL.sameAs, subject)
    return replace(
        source,
        head=(subject, RDF.type, source.head[2]) if source.head else None,
        body=(*source.body, same),
        parts=(*source.parts, Part("eq-rep-s", ())),
    )


def _member(clause: Clause) -> Node:
    """What the head of the clause is about."""
    return clause.head[0] if clause.head else RDF.nil


def _bound(clause: Clause, bindings: dict[Node, Node]) -> Clause:
    return replace(
        clause,
        head=clause.head and substitute(clause.head, bindings),
        body=tuple(substitute(pattern, bindings) for pattern in clause.body),
        guards=tuple(
            Guard(guard.condition, tuple(bindings.get(term, term) for term in guard.terms))
            for guard in clause.guards
        ),
    )


def _renamed(clause: Clause, fresh: Iterator[int]) -> Clause:
    head = () if clause.head is None else (clause.head,)
    return _bound(
        clause, {name: Variable(f"v{next(fresh)}") for name in variables((*head, *clause.body))}
    )


def _join(clause: Clause, place: int, way: Clause) -> Clause:
    """The clause with one pattern replaced by a way to it, which may tell what that is about."""
    outer = _bound(clause, {clause.body[place][0]: _member(way)})
    body = (*outer.body[:place], *way.body, *outer.body[place + 1 :])
    return replace(
        outer,
        body=tuple(dict.fromkeys(body)),
        parts=tuple(dict.fromkeys((*way.parts, *outer.parts))),
        guards=tuple(dict.fromkeys((*way.guards, *outer.guards))),
        axiom=(*way.axiom, *outer.axiom),
    )


def _turn_inverses(clauses: Iterable[Clause], schema: Schema) -> Iterator[Clause]:
    """Write ``[ owl:inverseOf p ]`` as p the other way round (prp-inv1, prp-inv2)."""
    inverses: dict[Node, list[tuple[Node, Triple]]] = defaultdict(list)
    for one, other, triple in schema.pairs(OWL.inverseOf):
        if isinstance(one, BNode) and not isinstance(other, BNode):
            inverses[one].append((other, triple))
    for clause in clauses:
        head = () if clause.head is None else (clause.head,)
        used = [p for _, p, _ in (*clause.body, *head) if p in inverses]
        for choice in product(*(inverses[p] for p in dict.fromkeys(used))):
            yield _turned(clause, dict(zip(dict.fromkeys(used), choice, strict=True)))


def _turned(clause: Clause, choice: dict[Node, tuple[Node, Triple]]) -> Clause:
    before: list[Part] = []
    after: list[Part] = []

    def turn(pattern: Triple, name: str, parts: list[Part]) -> Triple:
        s, p, o = pattern
        if p not in choice:
            return pattern
        q, triple = choice[p]
        parts.append(Part(name, (triple,), (("P", (p,)), ("Q", (q,)))))
        return o, q, s

    body = tuple(turn(pattern, "prp-inv2", before) for pattern in clause.body)
    head = clause.head and turn(clause.head, "prp-inv1", after)
    return replace(clause, head=head, body=body, parts=(*before, *clause.parts, *after))
