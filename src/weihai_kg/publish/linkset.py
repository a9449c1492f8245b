"""Mapping tables as RDF: each link with its justification, as SSSOM writes it.

https://mapping-commons.github.io/sssom/spec-formats-owl/: a mapping is an ``owl:Axiom`` that
annotates the link; each slot is the property that the SSSOM schema gives it. No blank nodes:
the name of a mapping is made of what it maps, so it is the same in every build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from rdflib import DCTERMS, OWL, RDF, RDFS, XSD, Literal, Namespace, URIRef
from rdflib.term import Node

from weihai_kg.namespaces import REUSED, Namespaces
from weihai_kg.sources.mappings import Mapping, MappingSet
from weihai_kg.sources.turtle import Triple

SSSOM = Namespace(REUSED["sssom"])
PAV = Namespace(REUSED["pav"])

_PROPERTIES: dict[str, URIRef] = {
    "mapping_set_version": OWL.versionInfo,
    "mapping_set_title": DCTERMS.title,
    "mapping_set_description": DCTERMS.description,
    "license": DCTERMS.license,
    "creator_id": DCTERMS.creator,
    "author_id": PAV.authoredBy,
    "mapping_date": DCTERMS.created,
    "publication_date": DCTERMS.issued,
    "see_also": RDFS.seeAlso,
    "comment": RDFS.comment,
}
_ENTITIES = {
    "mapping_justification", "subject_source", "object_source", "creator_id", "author_id",
    "reviewer_id", "mapping_tool_id", "license", "see_also", "mapping_source",
    "curation_rule", "subject_type", "object_type", "predicate_modifier",
}  # fmt: skip
_DATES = {"mapping_date", "publication_date"}
_NUMBERS = {"confidence", "similarity_score", "reviewer_agreement"}
_AXIOM = {"subject_id", "predicate_id", "object_id"}
_NO_SLOT = {"curie_map", "mapping_set_id", "sssom_version"}
_SEPARATORS = re.compile(r"[^\w.-]+")


def iri(mapping_set: MappingSet, ns: Namespaces) -> URIRef:
    """The name of a mapping set: its ``mapping_set_id``, or one made of its table's name."""
    given = mapping_set.metadata.get("mapping_set_id")
    return URIRef(str(given)) if given else URIRef(f"{ns.base}mappings/{mapping_set.name}")


def mapping_iri(mapping: Mapping, mapping_set: MappingSet, ns: Namespaces) -> URIRef:
    """The name of one mapping: its subject, predicate, object and justification."""
    row = dict(mapping.row)
    terms = (mapping.subject, mapping.predicate, mapping.object, row["mapping_justification"])
    name = "-".join(_local(str(each)) for each in terms)
    return URIRef(f"{iri(mapping_set, ns)}#{name}")


def triples(mapping_set: MappingSet, ns: Namespaces) -> Iterator[Triple]:
    """A mapping set and each of its mappings with everything its row says."""
    prefixes = dict(mapping_set.metadata.get("curie_map") or {})
    whole = iri(mapping_set, ns)
    yield whole, RDF.type, SSSOM.MappingSet
    yield whole, SSSOM.mapping_set_id, Literal(str(whole), datatype=XSD.anyURI)
    yield whole, DCTERMS.source, ns.source[f"mappings/{mapping_set.name}"]
    for slot, given in mapping_set.metadata.items():
        if slot not in _NO_SLOT:
            for each in given if isinstance(given, list) else [given]:
                yield whole, _property(slot), _value(slot, str(each), prefixes)
    for mapping in mapping_set.mappings:
        name = mapping_iri(mapping, mapping_set, ns)
        yield whole, SSSOM.mappings, name
        yield name, RDF.type, OWL.Axiom
        yield name, OWL.annotatedSource, mapping.subject
        yield name, OWL.annotatedProperty, mapping.predicate
        yield name, OWL.annotatedTarget, mapping.object
        yield from _labels(name, mapping)
        for slot, cell in mapping.row:
            if slot not in _AXIOM:
                for part in cell.split("|") if slot.endswith(("_id", "_label")) else [cell]:
                    yield name, _property(slot), _value(slot, part, prefixes)


def _labels(name: URIRef, mapping: Mapping) -> Iterator[Triple]:
    row = dict(mapping.row)
    subject = row.get("subject_label") or _local(str(mapping.subject))
    target = row.get("object_label") or ""
    found = f"{target} ({_local(str(mapping.object))})".strip()
    yield name, RDFS.label, Literal(f"{subject} → {found}", lang="en")
    yield name, RDFS.label, Literal(f"{subject} → {found}", lang="zh")


def _property(slot: str) -> URIRef:
    return _PROPERTIES.get(slot, SSSOM[slot])


def _value(slot: str, text: str, prefixes: dict[str, str]) -> Node:
    if slot in _ENTITIES:
        prefix, colon, local = text.partition(":")
        return URIRef(prefixes[prefix] + local if colon and prefix in prefixes else text)
    if slot in _DATES:
        return Literal(text, datatype=XSD.date)
    if slot in _NUMBERS:
        return Literal(f"{Decimal(text).normalize():f}", datatype=XSD.decimal)
    return Literal(text)


def _local(iri: str) -> str:
    """The end of an IRI or CURIE, fit for a fragment."""
    stem = iri.rstrip("/#")
    return _SEPARATORS.sub("_", re.split(r"[/#:]", stem)[-1])
