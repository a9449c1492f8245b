"""Every term used is declared, every value fits its property, every thing spoken of is there."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import chain

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from weihai_kg.errors import Finding
from weihai_kg.namespaces import Namespaces
from weihai_kg.ntriples import term
from weihai_kg.sources.named_graphs import NamedGraphs
from weihai_kg.sources.turtle import Triple

BUILT_IN = {RDF.type, RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo}
DANGLING = "dangling reference"
_NUMBERS = {XSD.integer, XSD.decimal, XSD.nonNegativeInteger, XSD.positiveInteger}


class Vocabulary:
    """The classes and properties that the ontology declares, with their ranges."""

    def __init__(self, ontology: Graph) -> None:
        """Read the declarations and the ranges of an ontology (core and alignments)."""
        declared = ontology.subjects
        self.classes = set(declared(RDF.type, OWL.Class)) | {OWL.NamedIndividual, OWL.Ontology}
        self.object_properties = set(declared(RDF.type, OWL.ObjectProperty))
        self.data_properties = set(declared(RDF.type, OWL.DatatypeProperty))
        self.annotation_properties = set(declared(RDF.type, OWL.AnnotationProperty)) | BUILT_IN
        self.properties = self.object_properties | self.data_properties | self.annotation_properties
        self.individuals = set(declared(RDF.type, OWL.NamedIndividual))
        self.ranges = dict(ontology.subject_objects(RDFS.range))

    def nearest(self, term: Node, among: set[Node]) -> str:
        """Advice that names the declared term most like this one."""
        close = difflib.get_close_matches(str(term), map(str, among), n=1, cutoff=0.8)
        if close:
            return f"did you mean <{close[0]}>? Otherwise declare the term in ontology/"
        return "use a term of the ontology, or declare this one in ontology/"


def check(graphs: NamedGraphs, ontology: Graph, namespaces: Namespaces) -> list[Finding]:
    """Unknown terms, values that do not fit and references to nothing, each with its place."""
    vocabulary = Vocabulary(ontology)
    known = {triple[0] for _, triple in graphs} | vocabulary.individuals
    known |= vocabulary.classes | vocabulary.properties | set(graphs.graphs)
    findings = []
    for triples in graphs.graphs.values():
        for triple, place in triples.items():
            complaints = chain(
                _terms(triple, vocabulary),
                _value(triple, vocabulary),
                _references(triple, known, namespaces),
            )
            findings += [place.finding(what, todo) for what, todo in complaints]
    return findings


def _terms(triple: Triple, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    subject, predicate, value = triple
    if predicate not in vocabulary.properties:
        yield (
            f"unknown term: property <{predicate}> is not declared",
            vocabulary.nearest(predicate, vocabulary.properties),
        )
    if predicate == RDF.type and value not in vocabulary.classes:
        yield (
            f"unknown term: class <{value}> is not declared",
            vocabulary.nearest(value, vocabulary.classes),
        )
    if isinstance(subject, BNode) or isinstance(value, BNode):
        yield "a blank node", "give it an IRI; published data has no blank nodes"


def _value(triple: Triple, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    _, predicate, value = triple
    if predicate in vocabulary.object_properties and isinstance(value, Literal):
        yield f"<{predicate}> has the literal {term(value)}", "it points at a thing: give its IRI"
    if predicate in vocabulary.data_properties:
        if not isinstance(value, Literal):
            yield f"<{predicate}> has the IRI <{value}>", "it holds a literal: give its value"
        elif not fits(value, vocabulary.ranges.get(predicate)):
            yield (
                f"wrong type: {term(value)} is no {_local(vocabulary.ranges[predicate])}"
                f" (property <{predicate}>)",
                f"write a literal of {vocabulary.ranges[predicate]}",
            )


def _references(
    triple: Triple, known: set[Node], namespaces: Namespaces
) -> Iterator[tuple[str, str]]:
    value = triple[2]
    if isinstance(value, URIRef) and value.startswith(namespaces.base) and value not in known:
        close = difflib.get_close_matches(
            str(value), [str(each) for each in known if isinstance(each, URIRef)], n=1, cutoff=0.8
        )
        hint = f"did you mean <{close[0]}>?" if close else "nothing has a name like it"
        yield (
            f"{DANGLING}: nothing is said about <{value}>",
            f"{hint} Otherwise describe it, with evidence",
        )


def fits(literal: Literal, range_: Node | None) -> bool:
    """Whether a literal is in the value space of a datatype (OWL 2, section 4)."""
    if range_ is None or range_ == RDFS.Literal:
        return True
    datatype = literal.datatype
    if range_ == XSD.decimal:
        return datatype in _NUMBERS and _is_number(literal)
    if range_ in _NUMBERS:
        return datatype in _NUMBERS - {XSD.decimal} and not literal.ill_typed
    if range_ == XSD.string:
        return datatype in {None, XSD.string} and literal.language is None
    if range_ == RDF.langString:
        return literal.language is not None
    return datatype == range_ and not literal.ill_typed


def _is_number(literal: Literal) -> bool:
    try:
        Decimal(str(literal))
    except InvalidOperation:
        return False
    return True


def _local(term: Node) -> str:
    return str(term).replace("/", "#").rsplit("#", 1)[-1]
