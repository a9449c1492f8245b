"""What made a statement of a CONSTRUCT or a DESCRIBE: its place in the query, and the solution.

SPARQL 1.1 Query, sections 16.2 and 16.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rdflib import BNode
from rdflib.term import Node

from weihai_kg.explanation import pattern as q
from weihai_kg.explanation.asking import Row
from weihai_kg.explanation.derivation import Deriver
from weihai_kg.explanation.model import Kind, RowReasons, Statement, Step
from weihai_kg.explanation.scope import in_scope
from weihai_kg.explanation.terms import Triple, TripleTerm, key, parse, same, triple_key


def answered(text: bytes) -> list[Triple]:
    """The statements of an answer in N-Triples, in the order of their terms, each once."""
    lines = {line.rstrip().removesuffix(".") for line in text.decode().splitlines() if line.strip()}
    found = [parse(f"<<( {line} )>>") for line in lines]
    return sorted((each.triple for each in found if isinstance(each, TripleTerm)), key=triple_key)


def made(deriver: Deriver, query: q.Query, statement: Statement) -> RowReasons | None:
    """The solutions behind a statement of the answer; None if the query does not give it."""
    ways = _constructed if query.form == "CONSTRUCT" else _described
    return ways(deriver, query, statement)


def wanted(deriver: Deriver, query: q.Query, statement: Statement) -> Row:
    """What the first place of the query that could give the statement asks of a solution."""
    for part in query.template:
        bound = _fit(deriver, query, part, statement)
        if bound is not None:
            return bound
    for term in query.described:
        if term.startswith("?"):
            return {term[1:]: statement.subject}
    return {}


def fits(deriver: Deriver, query: q.Query, statement: Statement) -> bool:
    """Whether any place of the query could give the statement."""
    if query.form == "DESCRIBE":
        return any(
            term.startswith("?") or same(deriver.constants.get(term), statement.subject)
            for term in query.described
        )
    return any(_fit(deriver, query, part, statement) is not None for part in query.template)


def _constructed(deriver: Deriver, query: q.Query, statement: Statement) -> RowReasons | None:
    first: RowReasons | None = None
    steps: list[Step] = []
    for part in query.template:
        bound = _fit(deriver, query, part, statement)
        found = None if bound is None else deriver.row(query, bound, frozenset())
        if bound is not None and found is not None:
            note = "template" if first is None else "template-too"
            inputs: tuple[tuple[str, Node | None], ...] = tuple(sorted(bound.items()))
            steps.append(Step(Kind.TEMPLATE, part.text, inputs=inputs, note=note))
            first = first or found
    if first is None:
        return None
    return replace(first, computations=(*steps, *first.computations))


def _fit(deriver: Deriver, query: q.Query, part: q.Triple, statement: Statement) -> Row | None:
    """The values under which a pattern of the template is the statement."""
    bound: dict[str, Node] = {}
    places = (part.subject, part.path, part.object)
    for place, term in zip(places, statement.triple, strict=True):
        if isinstance(place, q.Closure) or not _unify(deriver, query, place, term, bound):
            return None
    return bound


def _unify(
    deriver: Deriver, query: q.Query, place: q.Term, term: Node, bound: dict[str, Node]
) -> bool:
    if isinstance(place, q.Embedded):
        inner = (place.subject, place.predicate, place.object)
        return isinstance(term, TripleTerm) and all(
            _unify(deriver, query, each, value, bound)
            for each, value in zip(inner, term.triple, strict=True)
        )
    if place.startswith(f"?{query.prefix}"):  # a blank node of the template: new in each solution
        return isinstance(term, BNode)
    if place.startswith("?"):
        return same(bound.setdefault(place[1:], term), term)
    return same(deriver.constants.get(place), term)


def _described(deriver: Deriver, query: q.Query, statement: Statement) -> RowReasons | None:
    if isinstance(statement.subject, BNode):
        step = Step(Kind.UNEXPLAINED, query.head, note="described-blank")
        return RowReasons((), (), 0, computations=(step,))
    if not deriver.asker.holds(f"ASK {query.dataset} {{ {_pattern(statement.triple)} }}"):
        return None
    for term in query.described:
        named = same(deriver.constants.get(term), statement.subject)
        known = {} if named else {term[1:]: statement.subject}
        found = None
        if query.where.parts and not (named and not in_scope(query.where.parts)):
            found = deriver.row(query, known, frozenset())
        if found is None and not named:
            continue
        found = found or RowReasons((), (), 0)
        note = "described-named" if named else "described"
        step = Step(
            Kind.DESCRIBED, f"DESCRIBE {term}", (Statement(*statement.triple),),
            tuple(known.items()), note=note,
        )  # fmt: skip
        return replace(found, computations=(step, *found.computations))
    return None


def _pattern(triple: Triple) -> str:
    """The statement as a pattern: a blank node may be any, for it cannot be named."""
    names: Mapping[int, str] = {id(term): f"?__{n}" for n, term in enumerate(triple)}
    return " ".join(names[id(t)] if isinstance(t, BNode) else key(t) for t in triple)
