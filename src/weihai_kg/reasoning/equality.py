"""Table 4 (equality) and the parts of table 8 (datatypes) that hold whatever the ontology says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from rdflib import OWL, RDF
from rdflib.term import Node, Variable

from weihai_kg.reasoning.schema import Clause, Schema
from weihai_kg.reasoning.terms import Condition, Guard, Part, Triple

S, P, O = Variable("s"), Variable("p"), Variable("o")  # noqa: E741
OTHER, THIRD = Variable("other"), Variable("third")


def _clause(name: str, head: Triple | None, *body: Triple) -> Clause:
    return Clause(head, body, (Part(name, ()),))


GENERAL = (
    _clause("eq-sym", (OTHER, OWL.sameAs, S), (S, OWL.sameAs, OTHER)),
    _clause("eq-trans", (S, OWL.sameAs, THIRD), (S, OWL.sameAs, OTHER), (OTHER, OWL.sameAs, THIRD)),
    _clause("eq-rep-s", (OTHER, P, O), (S, OWL.sameAs, OTHER), (S, P, O)),
    _clause("eq-rep-p", (S, OTHER, O), (P, OWL.sameAs, OTHER), (S, P, O)),
    _clause("eq-rep-o", (S, P, OTHER), (O, OWL.sameAs, OTHER), (S, P, O)),
    _clause("eq-diff1", None, (S, OWL.sameAs, OTHER), (S, OWL.differentFrom, OTHER)),
    Clause(
        None, ((S, OWL.differentFrom, S),), (Part("eq-ref", ()), Part("eq-diff1", ()))
    ),
    Clause(
        None, ((S, P, O),), (Part("dt-not-type", ()),), (Guard(Condition.ILL_TYPED, (O,)),)
    ),
)  # fmt: skip


def equality_clauses(schema: Schema) -> Iterator[Clause]:
    """The general rules, and one clause for each two things the ontology holds apart."""
    yield from GENERAL
    for one, other, triple in schema.pairs(OWL.differentFrom):
        yield _apart("eq-diff1", one, other, (triple,))
    for name, predicate in (("eq-diff2", OWL.members), ("eq-diff3", OWL.distinctMembers)):
        for group, members, triples in schema.lists(predicate):
            declared = (group, RDF.type, OWL.AllDifferent)
            if OWL.AllDifferent in schema.objects(group, RDF.type):
                for one, other in combinations(members, 2):
                    yield _apart(name, one, other, (declared, *triples))


def _apart(name: str, one: Node, other: Node, axiom: tuple[Triple, ...]) -> Clause:
    terms = (("A", (one,)), ("B", (other,)))
    return Clause(None, ((one, OWL.sameAs, other),), (Part(name, axiom, terms),))
