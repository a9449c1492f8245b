"""Table 5: the axioms about properties, as clauses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from rdflib import OWL, RDF, RDFS
from rdflib.term import Node, Variable

from weihai_kg.reasoning.datatypes import is_datatype
from weihai_kg.reasoning.schema import ANYTHING, Clause, Schema
from weihai_kg.reasoning.terms import Condition, Guard, Part, Triple

X, Y, Z = Variable("x"), Variable("y"), Variable("z")
HERE = Variable("property")
_DENIED = (("prp-npa1", OWL.targetIndividual), ("prp-npa2", OWL.targetValue))


def property_clauses(schema: Schema) -> Iterator[Clause]:
    """Every clause that the ontology's property axioms give."""
    yield from _domains_and_ranges(schema)
    yield from _characteristics(schema)
    yield from _hierarchy(schema)
    yield from _chains_and_keys(schema)
    yield from _disjoint(schema)
    yield from _negative(schema)


def _domains_and_ranges(schema: Schema) -> Iterator[Clause]:
    for p, c, triple in schema.pairs(RDFS.domain):
        if c not in ANYTHING and not is_datatype(c):
            part = Part("prp-dom", (triple,), (("P", (p,)), ("C", (c,))))
            yield Clause((X, RDF.type, c), ((X, p, Y),), (part,))
    for p, c, triple in schema.pairs(RDFS.range):
        part = Part("prp-rng", (triple,), (("P", (p,)), ("C", (c,))))
        if is_datatype(c):
            parts = (part, Part("dt-not-type", (), (("C", (c,)),)))
            yield Clause(None, ((X, p, Y),), parts, (Guard(Condition.OUTSIDE, (Y, c)),))
        elif c not in ANYTHING:
            yield Clause((Y, RDF.type, c), ((X, p, Y),), (part,))


def one_value(body: tuple[Triple, ...], part: Part) -> Iterator[Clause]:
    """Two values Y and Z are the same; two literals that differ cannot be."""
    yield Clause((Y, OWL.sameAs, Z), body, (part,))
    parts = (part, Part("dt-diff", ()), Part("eq-diff1", ()))
    yield Clause(None, body, parts, (Guard(Condition.UNEQUAL, (Y, Z)),))


def _characteristics(schema: Schema) -> Iterator[Clause]:
    for p, triple in schema.typed(OWL.FunctionalProperty):
        part = Part("prp-fp", (triple,), (("P", (p,)),))
        yield from one_value(((X, p, Y), (X, p, Z)), part)
    shapes: tuple[tuple[str, Node, tuple[Triple, ...], Triple | None], ...] = (
        ("prp-ifp", OWL.InverseFunctionalProperty,
         ((X, HERE, Z), (Y, HERE, Z)), (X, OWL.sameAs, Y)),
        ("prp-irp", OWL.IrreflexiveProperty, ((X, HERE, X),), None),
        ("prp-symp", OWL.SymmetricProperty, ((X, HERE, Y),), (Y, HERE, X)),
        ("prp-asyp", OWL.AsymmetricProperty,
         ((X, HERE, Y), (Y, HERE, X)), None),
        ("prp-trp", OWL.TransitiveProperty,
         ((X, HERE, Y), (Y, HERE, Z)), (X, HERE, Z)),
    )  # fmt: skip
    for name, kind, body, head in shapes:
        for p, triple in schema.typed(kind):
            yield Clause(
                _with(head, p) if head else None,
                tuple(_with(pattern, p) for pattern in body),
                (Part(name, (triple,), (("P", (p,)),)),),
            )


def _with(pattern: Triple, property_: Node) -> Triple:
    """The pattern with the property in the empty place of the shape."""
    s, p, o = pattern
    return s, (property_ if p == HERE else p), o


def _hierarchy(schema: Schema) -> Iterator[Clause]:
    rows = (
        (RDFS.subPropertyOf, (("prp-spo1", False, False),)),
        (OWL.equivalentProperty, (("prp-eqp1", False, False), ("prp-eqp2", True, False))),
        (OWL.inverseOf, (("prp-inv1", False, True), ("prp-inv2", True, True))),
    )
    for predicate, rules in rows:
        for p, q, triple in schema.pairs(predicate):
            for name, backward, turned in rules:
                one, other = (q, p) if backward else (p, q)
                head = (Y, other, X) if turned else (X, other, Y)
                if head != (X, one, Y):
                    part = Part(name, (triple,), (("P", (p,)), ("Q", (q,))))
                    yield Clause(head, ((X, one, Y),), (part,))


def _chains_and_keys(schema: Schema) -> Iterator[Clause]:
    for p, chain, triples in schema.lists(OWL.propertyChainAxiom):
        stops = [Variable(f"u{number}") for number in range(len(chain) + 1)]
        body = tuple((stops[n], step, stops[n + 1]) for n, step in enumerate(chain))
        part = Part("prp-spo2", triples, (("Ps", chain), ("Q", (p,))))
        yield Clause((stops[0], p, stops[-1]), body, (part,))
    for c, key, triples in schema.lists(OWL.hasKey):
        values = [Variable(f"z{number}") for number in range(len(key))]
        pairs = tuple(zip(key, values, strict=True))
        body = (
            *(() if c in ANYTHING else ((X, RDF.type, c),)),
            *((X, p, value) for p, value in pairs),
            *(() if c in ANYTHING else ((Y, RDF.type, c),)),
            *((Y, p, value) for p, value in pairs),
        )
        part = Part("prp-key", triples, (("C", (c,)), ("Ps", key)))
        yield Clause((X, OWL.sameAs, Y), body, (part,))


def _disjoint(schema: Schema) -> Iterator[Clause]:
    for p, q, triple in schema.pairs(OWL.propertyDisjointWith):
        yield _apart("prp-pdw", p, q, (triple,))
    for group, members, triples in schema.lists(OWL.members):
        if OWL.AllDisjointProperties in schema.objects(group, RDF.type):
            declared = (group, RDF.type, OWL.AllDisjointProperties)
            for p, q in combinations(members, 2):
                yield _apart("prp-adp", p, q, (declared, *triples))


def _apart(name: str, p: Node, q: Node, axiom: tuple[Triple, ...]) -> Clause:
    part = Part(name, axiom, (("P", (p,)), ("Q", (q,))))
    return Clause(None, ((X, p, Y), (X, q, Y)), (part,))


def _negative(schema: Schema) -> Iterator[Clause]:
    for denial, one, source in schema.pairs(OWL.sourceIndividual):
        for p in schema.objects(denial, OWL.assertionProperty):
            for name, predicate in _DENIED:
                for other in schema.objects(denial, predicate):
                    axiom = (source, (denial, OWL.assertionProperty, p), (denial, predicate, other))
                    terms = (("A", (one,)), ("P", (p,)), ("B", (other,)))
                    yield Clause(None, ((one, p, other),), (Part(name, axiom, terms),))
