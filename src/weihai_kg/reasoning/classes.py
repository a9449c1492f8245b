"""Tables 6 and 7: class expressions and class axioms, as clauses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from rdflib import OWL, RDF, RDFS, Literal
from rdflib.term import Node, Variable

from weihai_kg.reasoning.datatypes import is_datatype
from weihai_kg.reasoning.properties import one_value
from weihai_kg.reasoning.schema import ANYTHING, Clause, Schema
from weihai_kg.reasoning.terms import Condition, Guard, Part, Triple

X, Y, Z = Variable("x"), Variable("y"), Variable("z")


def class_clauses(schema: Schema) -> Iterator[Clause]:
    """Every clause that the ontology's class expressions and class axioms give."""
    yield Clause(None, ((X, RDF.type, OWL.Nothing),), (Part("cls-nothing2", ()),))
    yield from _hierarchy(schema)
    yield from _disjoint(schema)
    yield from _sets(schema)
    for c, p, triple in schema.pairs(OWL.onProperty):
        yield from _values(schema, c, p, triple)
        yield from _cardinalities(schema, c, p, triple)


def _is(member: Node, class_: Node) -> tuple[Triple, ...]:
    """The patterns that say so: none for what everything is a member of."""
    return () if class_ in ANYTHING else ((member, RDF.type, class_),)


def _implies(
    sub: Node, super_: Node, name: str, axiom: tuple[Triple, ...], *terms: Node
) -> Iterator[Clause]:
    if sub != super_ and sub not in ANYTHING and super_ not in ANYTHING:
        c, d = terms or (sub, super_)
        part = Part(name, axiom, (("C", (c,)), ("D", (d,))))
        if not is_datatype(sub) and not is_datatype(super_):
            yield Clause((X, RDF.type, super_), _is(X, sub), (part,))


def _hierarchy(schema: Schema) -> Iterator[Clause]:
    for c, d, triple in schema.pairs(RDFS.subClassOf):
        yield from _implies(c, d, "cax-sco", (triple,))
    for c, d, triple in schema.pairs(OWL.equivalentClass):
        yield from _implies(c, d, "cax-eqc1", (triple,))
        yield from _implies(d, c, "cax-eqc2", (triple,), c, d)
    for member, c, triple in schema.pairs(RDF.type):
        if schema.is_expression(c):
            yield Clause((member, RDF.type, c), (), (), (), (triple,))


def _disjoint(schema: Schema) -> Iterator[Clause]:
    for c, d, triple in schema.pairs(OWL.disjointWith):
        yield _apart("cax-dw", c, d, (triple,))
    for c, d, triple in schema.pairs(OWL.complementOf):
        yield _apart("cls-com", c, d, (triple,))
    for group, members, triples in schema.lists(OWL.members):
        if OWL.AllDisjointClasses in schema.objects(group, RDF.type):
            declared = (group, RDF.type, OWL.AllDisjointClasses)
            for c, d in combinations(members, 2):
                yield _apart("cax-adc", c, d, (declared, *triples))


def _apart(name: str, c: Node, d: Node, axiom: tuple[Triple, ...]) -> Clause:
    part = Part(name, axiom, (("C", (c,)), ("D", (d,))))
    return Clause(None, (*_is(X, c), *_is(X, d)), (part,))


def _sets(schema: Schema) -> Iterator[Clause]:
    for d, members, triples in schema.lists(OWL.intersectionOf):
        if not any(map(is_datatype, members)):
            part = Part("cls-int1", triples, (("Cs", members), ("D", (d,))))
            body = tuple(pattern for c in members for pattern in _is(X, c))
            yield Clause((X, RDF.type, d), body, (part,))
        for c in members:
            yield from _implies(d, c, "cls-int2", triples, c, d)
    for d, members, triples in schema.lists(OWL.unionOf):
        for c in members:
            yield from _implies(c, d, "cls-uni", triples)
    for d, members, triples in schema.lists(OWL.oneOf):
        for a in members:
            if not isinstance(a, Literal):
                part = Part("cls-oo", triples, (("A", (a,)), ("D", (d,))))
                yield Clause((a, RDF.type, d), (), (part,))


def _values(schema: Schema, d: Node, p: Node, triple: Triple) -> Iterator[Clause]:
    for c in schema.objects(d, OWL.someValuesFrom):
        axiom = ((d, OWL.someValuesFrom, c), triple)
        terms = (("P", (p,)), ("C", (c,)), ("D", (d,)))
        part = Part("cls-svf2" if c in ANYTHING else "cls-svf1", axiom, terms)
        if is_datatype(c):
            parts = (Part("dt-type2", (), (("C", (c,)),)), part)
            guard = Guard(Condition.INSIDE, (Y, c))
            yield Clause((X, RDF.type, d), ((X, p, Y),), parts, (guard,))
        else:
            yield Clause((X, RDF.type, d), ((X, p, Y), *_is(Y, c)), (part,))
    for c in schema.objects(d, OWL.allValuesFrom):
        terms = (("P", (p,)), ("C", (c,)), ("D", (d,)))
        part = Part("cls-avf", ((d, OWL.allValuesFrom, c), triple), terms)
        body = ((X, RDF.type, d), (X, p, Y))
        if is_datatype(c):
            parts = (part, Part("dt-not-type", (), (("C", (c,)),)))
            yield Clause(None, body, parts, (Guard(Condition.OUTSIDE, (Y, c)),))
        elif c not in ANYTHING:
            yield Clause((Y, RDF.type, c), body, (part,))
    for a in schema.objects(d, OWL.hasValue):
        axiom = ((d, OWL.hasValue, a), triple)
        terms = (("A", (a,)), ("P", (p,)), ("D", (d,)))
        yield Clause((X, p, a), ((X, RDF.type, d),), (Part("cls-hv1", axiom, terms),))
        yield Clause((X, RDF.type, d), ((X, p, a),), (Part("cls-hv2", axiom, terms),))


def _cardinalities(schema: Schema, d: Node, p: Node, triple: Triple) -> Iterator[Clause]:
    member, one, other = (X, RDF.type, d), (X, p, Y), (X, p, Z)
    for number in schema.objects(d, OWL.maxCardinality):
        axiom = ((d, OWL.maxCardinality, number), triple)
        terms = (("P", (p,)), ("D", (d,)))
        if str(number) == "0":
            yield Clause(None, (member, one), (Part("cls-maxc1", axiom, terms),))
        elif str(number) == "1":
            yield from one_value((member, one, other), Part("cls-maxc2", axiom, terms))
    for number in schema.objects(d, OWL.maxQualifiedCardinality):
        for c in schema.objects(d, OWL.onClass):
            on_class = (d, OWL.onClass, c)
            qualified = ((d, OWL.maxQualifiedCardinality, number), triple, on_class)
            letters = (("P", (p,)), ("C", (c,)), ("D", (d,)))
            if str(number) == "0":
                name = "cls-maxqc2" if c in ANYTHING else "cls-maxqc1"
                yield Clause(None, (member, one, *_is(Y, c)), (Part(name, qualified, letters),))
            elif str(number) == "1":
                name = "cls-maxqc4" if c in ANYTHING else "cls-maxqc3"
                body = (member, one, *_is(Y, c), other, *_is(Z, c))
                yield from one_value(body, Part(name, qualified, letters))
