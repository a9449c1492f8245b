"""Which triples are statements about things, and not about the schema."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import OWL, RDF, RDFS, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from weihai_kg.reasoning.terms import Triple

_SCHEMA = tuple(map(str, (OWL, RDF, RDFS, XSD)))
_ABOUT_THINGS = frozenset({OWL.sameAs, OWL.differentFrom, RDF.value})
_ANNOTATIONS = frozenset({
    RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, RDFS.member,
})  # fmt: skip


def of_schema(term: Node) -> bool:
    """Whether the term belongs to the languages of schemas: RDF, RDFS, OWL, XML Schema."""
    return isinstance(term, URIRef) and str(term).startswith(_SCHEMA)


def is_instance_statement(triple: Triple) -> bool:
    """Whether the triple says something about a thing that a user could ask for.

    Not counted: literals as subjects, ``x owl:sameAs x``, types from the schema languages (such as
    ``owl:Thing`` or ``owl:Class``), the axioms themselves, and whatever has a nameless class in it.
    """
    s, p, o = triple
    if not isinstance(s, URIRef) or not isinstance(p, URIRef) or isinstance(o, BNode):
        return False
    if of_schema(s):
        return False
    if p == RDF.type:
        return isinstance(o, URIRef) and not of_schema(o)
    if p == OWL.sameAs:
        return s != o and not isinstance(o, Literal)
    return p in _ABOUT_THINGS or p in _ANNOTATIONS or not of_schema(p)


def instance_statements(triples: Iterable[Triple]) -> frozenset[Triple]:
    """The statements about things among the triples."""
    return frozenset(filter(is_instance_statement, triples))
