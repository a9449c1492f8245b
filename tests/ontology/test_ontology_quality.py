"""The machine-checkable items of the quality checklist, over ontology/.

The pitfalls are those of OOPS! (https://oops.linkeddata.es/catalogue.jsp), the metadata those of
FOOPS! (https://foops.linkeddata.es), the rest rules of OWL 2 and of this project. Each assertion
names the offenders.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

ROOT = Path(__file__).parents[2]
ALIGNMENTS = sorted((ROOT / "ontology" / "alignments").glob("*.ttl"))
BIBO = Namespace("http://purl.org/ontology/bibo/")
VANN = Namespace("http://purl.org/vocab/vann/")
WKG = Namespace("https://w3id.org/weihai-kg/ontology#")

# OWL 2 Structural Specification, section 4: the datatype map, without what no data here needs.
DATATYPES = {
    *(XSD[name] for name in ("string", "decimal", "integer", "dateTime", "boolean", "anyURI")),
    RDF.langString,
    RDFS.Literal,
}
# One-way properties, read backwards with ^ in SPARQL; an inverse would be a name nobody asks by.
ONE_WAY = {
    "basePeriod",
    "carries",
    "conferredBy",
    "counterpart",
    "counts",
    "denominator",
    "destination",
    "features",
    "follows",
    "implementedIn",
    "indicator",
    "involves",
    "numerator",
    "partOfInitiative",
    "rankScope",
    "reportedFrom",
    "represents",
    "restates",
    "serves",
    "targets",
    "transportMode",
    "unit",
    "vesselType",
    "via",
}


def local(term: Node) -> str:
    """The name of a term without its namespace."""
    return re.split("[#/]", str(term))[-1]


def words(name: str) -> set[str]:
    """The words of a camel-case name, in lower case."""
    return {word.lower() for word in re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def none(offenders: Any, what: str) -> None:
    """Fail with the names of those that offend."""
    found = sorted({local(x) if isinstance(x, URIRef) else str(x) for x in offenders})
    assert not found, f"{what}: {', '.join(found)}"


# --- names and labels


def test_p03_no_property_is_called_is_a(core: Any) -> None:
    none((p for p in core.properties if local(p).lower() in {"is", "isa"}), "use rdf:type for")


def test_p07_no_class_merges_two_concepts(core: Any) -> None:
    none((c for c in core.own(core.classes) if words(local(c)) & {"and", "or"}), "split")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_p08_every_term_has_one_label(core: Any, language: str) -> None:
    offenders = [t for t in core.terms if len(core.values(t, RDFS.label, language)) != 1]
    none(offenders, f"not exactly one rdfs:label @{language}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_p08_every_term_has_one_definition(core: Any, language: str) -> None:
    offenders = [t for t in core.terms if len(core.values(t, SKOS.definition, language)) != 1]
    none(offenders, f"not exactly one skos:definition @{language}")


def test_p08_comments_are_english_and_equal_the_definition(core: Any) -> None:
    offenders = [
        term
        for term in core.terms
        if core.values(term, RDFS.comment) != core.values(term, SKOS.definition, "en")
    ]
    none(offenders, "rdfs:comment is not the English skos:definition")


def test_p08_definitions_are_sentences(core: Any) -> None:
    offenders = [
        f"{local(term)} ({definition.language})"
        for term in core.terms
        for definition in core.values(term, SKOS.definition)
        if not definition.endswith("." if definition.language == "en" else "。")
    ]
    none(offenders, "no full stop at the end of the definition of")


def test_p20_labels_are_shorter_than_comments(ontology: Any) -> None:
    offenders = [
        term
        for term in ontology.classes + ontology.properties
        for label in ontology.values(term, RDFS.label)
        for comment in ontology.values(term, RDFS.comment)
        if len(label.split()) > len(comment.split()) or label.lower() == comment.lower()
    ]
    none(offenders, "label and comment are swapped or equal")


def test_p21_no_miscellaneous_class(core: Any) -> None:
    bad = {"other", "misc", "miscellaneous", "miscellany"}
    none((c for c in core.own(core.classes) if words(local(c)) & bad), "say what they are")


def test_p22_names_are_in_one_style(core: Any) -> None:
    offenders = [c for c in core.own(core.classes) if not re.fullmatch("[A-Z][A-Za-z]+", local(c))]
    offenders += [
        p for p in core.own(core.properties) if not re.fullmatch("[a-z][A-Za-z]+", local(p))
    ]
    none(offenders, "not UpperCamelCase (classes) or lowerCamelCase (properties)")


def test_p32_no_two_classes_have_one_label(ontology: Any) -> None:
    by_label = defaultdict(set)
    for cls in ontology.classes:
        for label in ontology.values(cls, RDFS.label):
            by_label[label.lower(), label.language].add(cls)
    none((label for label, classes in by_label.items() if len(classes) > 1), "labels used twice")


def test_no_two_properties_have_one_label(core: Any) -> None:
    by_label = defaultdict(set)
    for term in core.own(core.properties):
        for label in core.values(term, RDFS.label):
            by_label[label].add(term)
    none((label for label, terms in by_label.items() if len(terms) > 1), "labels used twice")


# --- hierarchy


def test_p02_no_two_named_classes_are_equivalent(ontology: Any) -> None:
    pairs = ontology.graph.subject_objects(OWL.equivalentClass)
    none((a for a, b in pairs if isinstance(b, URIRef)), "synonyms as classes")


def test_p04_every_class_is_connected(core: Any) -> None:
    links = (RDFS.domain, RDFS.range, RDFS.subClassOf)
    used = {x for link in links for x in core.graph.objects(None, link)}
    used |= set(core.graph.subjects(RDFS.subClassOf))
    none((c for c in core.own(core.classes) if c not in used), "in no axiom")


def test_p06_no_cycle_among_classes(ontology: Any) -> None:
    none((c for c in ontology.classes if c in ontology.ancestors(c)), "their own superclass")


def test_p10_disjointness_is_stated(core: Any) -> None:
    members = list(core.graph.objects(None, OWL.members))
    assert len(members) >= 5, "too few owl:AllDisjointClasses: wrong links would go unnoticed"


def test_p24_no_class_defines_itself(ontology: Any) -> None:
    offenders = [
        cls
        for cls in ontology.classes
        if cls in _mentioned(ontology.graph, ontology.graph.objects(cls, OWL.equivalentClass))
    ]
    none(offenders, "in their own definition")


def _mentioned(graph: Graph, expressions: Any) -> set[Node]:
    found: set[Node] = set()
    todo = list(expressions)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            if isinstance(node, BNode):
                todo += graph.objects(node)
    return found


def test_oq1_the_hierarchy_is_at_most_five_deep(core: Any) -> None:
    def depth(cls: Node) -> int:
        parents = [p for p in core.graph.objects(cls, RDFS.subClassOf) if p.startswith(WKG)]
        return 1 + max(map(depth, parents), default=0)

    none((c for c in core.own(core.classes) if depth(c) > 5), "more than five levels deep")


def test_oq1_at_most_one_class_in_twenty_has_several_parents(core: Any) -> None:
    classes = core.own(core.classes)
    tangled = [c for c in classes if len(list(core.graph.objects(c, RDFS.subClassOf))) > 1]
    assert len(tangled) <= len(classes) / 20, f"tangled: {list(map(local, tangled))}"


def test_oq1_classes_are_annotated(core: Any) -> None:
    annotations = {RDFS.label, RDFS.comment, RDFS.isDefinedBy, SKOS.definition, SKOS.example}
    offenders = [
        cls
        for cls in core.own(core.classes)
        if sum(p in annotations for p in core.graph.predicates(cls)) < 6
    ]
    none(offenders, "fewer than six annotations")


# --- properties


def test_p05_inverses_swap_domain_and_range(core: Any) -> None:
    offenders = [
        a
        for a, b in core.inverses
        if set(core.values(a, RDFS.domain)) != set(core.values(b, RDFS.range))
        or set(core.values(a, RDFS.range)) != set(core.values(b, RDFS.domain))
    ]
    none(offenders, "domain and range are not those of the inverse, swapped")


def test_p11_properties_have_domain_and_range_or_a_reason(core: Any) -> None:
    offenders = [
        term
        for term in core.properties
        if core.values(term, RDFS.label)
        and not (core.values(term, RDFS.domain) and core.values(term, RDFS.range))
        and not core.values(term, SKOS.editorialNote, "en")
    ]
    none(offenders, "no rdfs:domain or rdfs:range, and no skos:editorialNote that says why")


def test_p12_no_two_properties_have_one_name(ontology: Any) -> None:
    pairs = combinations(ontology.object_properties + ontology.data_properties, 2)
    none((a for a, b in pairs if local(a).lower() == local(b).lower()), "the same local name as")


def test_p13_properties_have_an_inverse_or_are_one_way_on_purpose(core: Any) -> None:
    paired = {p for pair in core.inverses for p in pair} | core.of_type(OWL.SymmetricProperty)
    lonely = {local(p) for p in core.own(core.object_properties) if p not in paired}
    assert lonely == ONE_WAY, f"not as listed in ONE_WAY: {sorted(lonely ^ ONE_WAY)}"


def test_p19_at_most_one_domain_and_one_range(ontology: Any) -> None:
    offenders = [
        term
        for term in ontology.properties
        for predicate in (RDFS.domain, RDFS.range)
        if len(ontology.values(term, predicate)) > 1
    ]
    none(offenders, "several domains or ranges mean their intersection")


def test_p25_no_property_is_its_own_inverse(core: Any) -> None:
    none((a for a, b in core.inverses if a == b), "make it symmetric")


def test_p26_no_symmetric_property_has_an_inverse(core: Any) -> None:
    paired = {p for pair in core.inverses for p in pair}
    none(paired & core.of_type(OWL.SymmetricProperty), "symmetric and inverse of another")


def test_p27_no_equivalent_properties(ontology: Any) -> None:
    none(ontology.graph.subjects(OWL.equivalentProperty), "synonyms as properties")


@pytest.mark.parametrize("kind", [OWL.SymmetricProperty, OWL.TransitiveProperty], ids=local)
def test_p28_p29_domain_equals_range(core: Any, kind: URIRef) -> None:
    offenders = [
        p for p in core.of_type(kind) if core.values(p, RDFS.domain) != core.values(p, RDFS.range)
    ]
    none(offenders, f"{local(kind)} with a domain that is not its range")


def test_p33_chains_have_at_least_two_links(ontology: Any) -> None:
    none((p for p, chain in ontology.chains if len(chain) < 2), "a chain of one is a sub-property")


# --- declarations


def test_p34_every_class_used_is_declared(ontology: Any) -> None:
    links = (RDFS.domain, RDFS.range, RDFS.subClassOf, OWL.equivalentClass)
    used = {x for link in links for x in ontology.graph.objects(None, link)}
    used |= {x for x in ontology.graph.objects(None, RDF.first) if x in ontology.terms}
    undeclared = {x for x in used if isinstance(x, URIRef)} - set(ontology.classes) - DATATYPES
    none(undeclared - set(ontology.properties), "not declared as owl:Class")


def test_p35_every_property_used_is_declared(ontology: Any) -> None:
    built_in = tuple(str(kind).split("#")[0] for kind in (OWL.Class, RDF.type, RDFS.label))
    used = set(ontology.graph.predicates())
    for link in (OWL.inverseOf, RDFS.subPropertyOf, OWL.onProperty, OWL.propertyDisjointWith):
        used |= set(ontology.graph.objects(None, link))
    used |= {link for _, chain in ontology.chains for link in chain}
    undeclared = {p for p in used if not str(p).startswith(built_in)} - set(ontology.properties)
    none(undeclared, "not declared as a property")


def test_dl2_no_term_is_two_kinds_of_property(ontology: Any) -> None:
    kinds = (
        ontology.object_properties,
        ontology.data_properties,
        ontology.annotation_properties,
        ontology.classes,
    )
    none((x for a, b in combinations(kinds, 2) for x in set(a) & set(b)), "declared as two kinds")


def test_dt1_only_datatypes_of_owl_2(ontology: Any) -> None:
    used = {x.datatype for x in ontology.graph.objects() if isinstance(x, Literal) and x.datatype}
    for term in ontology.data_properties:
        used |= set(ontology.values(term, RDFS.range))
    none(used - DATATYPES, "not in the OWL 2 datatype map, or not needed here")


def test_dt1_only_datatypes_of_owl_2_in_the_data(data: Graph) -> None:
    used = {x.datatype for x in data.objects() if isinstance(x, Literal) and x.datatype}
    none(used - DATATYPES, "not in the OWL 2 datatype map, or not needed here")


def test_rl1_owl_thing_is_no_domain_range_or_superclass(ontology: Any) -> None:
    links = (RDFS.domain, RDFS.range, RDFS.subClassOf)
    none((x for link in links for x in ontology.graph.subjects(link, OWL.Thing)), "owl:Thing at")


def test_dl1_properties_that_are_not_simple_have_no_forbidden_axiom(ontology: Any) -> None:
    """OWL 2 DL, section 11: what a chain or transitivity implies must not be counted."""
    graph = ontology.graph
    complex_: set[Node] = {p for p, _ in ontology.chains} | ontology.of_type(OWL.TransitiveProperty)
    while True:
        more = {q for p in complex_ for q in graph.objects(p, RDFS.subPropertyOf)}
        more |= {q for pair in ontology.inverses if set(pair) & complex_ for q in pair}
        if more <= complex_:
            break
        complex_ |= more
    forbidden = (
        OWL.FunctionalProperty,
        OWL.InverseFunctionalProperty,
        OWL.IrreflexiveProperty,
        OWL.AsymmetricProperty,
    )
    offenders = complex_ & {x for kind in forbidden for x in ontology.of_type(kind)}
    offenders |= complex_ & set(graph.subjects(OWL.propertyDisjointWith))
    offenders |= complex_ & set(graph.objects(None, OWL.propertyDisjointWith))
    none(offenders, "not simple, yet functional, irreflexive, asymmetric or disjoint")


def test_no_object_property_is_functional(ontology: Any) -> None:
    """Two values of one would make a reasoner merge two individuals: a shape counts instead."""
    kinds = (OWL.FunctionalProperty, OWL.InverseFunctionalProperty)
    both = {x for kind in kinds for x in ontology.of_type(kind)} & set(ontology.object_properties)
    none(both, "functional object properties")


# --- metadata


def test_p36_no_file_extension_in_the_iri(core: Any) -> None:
    assert not re.search(r"\.(owl|rdf|ttl|n3|rdfxml)$", core.iri)


def test_p38_one_ontology_is_declared(core: Any) -> None:
    assert list(core.graph.subjects(RDF.type, OWL.Ontology)) == [core.iri]


def test_p41_om4_the_licence_is_a_known_iri(core: Any) -> None:
    assert core.values(core.iri, DCTERMS.license) == [
        URIRef("https://creativecommons.org/licenses/by/4.0/")
    ]


@pytest.mark.parametrize(
    "predicate",
    [
        *(DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.publisher, DCTERMS.license),
        *(DCTERMS.created, DCTERMS.issued, DCTERMS.modified, DCTERMS.bibliographicCitation),
        *(DCTERMS.source, OWL.versionIRI, OWL.versionInfo, BIBO.status),
        *(VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri),
    ],
    ids=local,
)
def test_om_metadata_is_complete(core: Any, predicate: URIRef) -> None:
    values = core.values(core.iri, predicate)
    assert values, f"the ontology has no {predicate}"
    assert not any("TO BE" in value for value in values), f"{predicate} is a placeholder"


@pytest.mark.parametrize("predicate", [DCTERMS.title, DCTERMS.description], ids=local)
def test_om_title_and_description_in_both_languages(core: Any, predicate: URIRef) -> None:
    assert {value.language for value in core.values(core.iri, predicate)} == {"zh", "en"}


def test_purl1_the_iri_is_persistent(core: Any) -> None:
    assert re.match(r"https?://(w3id\.org|doi\.org|purl\.org|www\.w3\.org)/", core.iri)


def test_ver1_the_version_iri_names_the_version(core: Any) -> None:
    (version_iri,) = core.values(core.iri, OWL.versionIRI)
    (version,) = core.values(core.iri, OWL.versionInfo)
    assert version_iri == URIRef(f"{core.iri}/{version}")


def test_find1_prefix_and_namespace(core: Any) -> None:
    assert core.values(core.iri, VANN.preferredNamespacePrefix) == [Literal("wkg")]
    assert core.values(core.iri, VANN.preferredNamespaceUri) == [Literal(str(WKG))]


def test_voc2_other_vocabularies_are_used(core: Any) -> None:
    foreign = [p for p in core.properties + core.classes if not p.startswith(WKG)]
    assert len({re.split("[#/][^#/]*$", term)[0] for term in foreign}) >= 5


def test_l1_every_term_says_where_it_is_defined(ontology: Any) -> None:
    labelled = [t for t in ontology.classes + ontology.properties if ontology.values(t, RDFS.label)]
    none((t for t in labelled if not ontology.values(t, RDFS.isDefinedBy)), "no rdfs:isDefinedBy")
    here = [ontology.iri]
    offenders = [t for t in ontology.terms if ontology.values(t, RDFS.isDefinedBy) != here]
    none(offenders, "rdfs:isDefinedBy is not this ontology")


def test_l1_classes_of_things_have_an_example(core: Any) -> None:
    things = {WKG.Entity, WKG.Claim, WKG.Topic, WKG.Observation, WKG.Indicator, WKG.Period}
    offenders = [
        cls
        for cls in core.own(core.classes)
        if {cls, *core.ancestors(cls)} & things and not core.values(cls, SKOS.example)
    ]
    none(offenders, "no skos:example")


# --- alignments


@pytest.mark.parametrize("file", ALIGNMENTS, ids=lambda file: file.stem)
def test_alignment_is_an_ontology_of_its_own(file: Path, core: Any) -> None:
    graph = Graph().parse(data=file.read_text("utf-8"), format="turtle")
    iri = URIRef(f"{core.iri}/alignments/{file.stem}")
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [iri]
    assert list(graph.objects(iri, OWL.imports)) == [core.iri]
    for predicate in (DCTERMS.title, DCTERMS.license, DCTERMS.creator, OWL.versionIRI):
        assert list(graph.objects(iri, predicate)), f"{file.name} has no {predicate}"


@pytest.mark.parametrize("file", ALIGNMENTS, ids=lambda file: file.stem)
def test_alignment_speaks_of_terms_of_the_core(file: Path, core: Any) -> None:
    graph = Graph().parse(data=file.read_text("utf-8"), format="turtle")
    used = {x for triple in graph for x in triple if isinstance(x, URIRef) and x.startswith(WKG)}
    none(used - set(core.terms), f"{file.name} aligns terms that the core lacks")
    assert used, f"{file.name} aligns nothing"


@pytest.mark.parametrize("file", ALIGNMENTS, ids=lambda file: file.stem)
def test_alignment_adds_nothing_but_links(file: Path) -> None:
    links = {RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch}
    graph = Graph().parse(data=file.read_text("utf-8"), format="turtle")
    offenders = [p for s, p, _ in graph if s.startswith(WKG) and p not in links]
    none(offenders, f"{file.name} says more of our terms than how they relate")


def test_p40_stubs_of_other_vocabularies_name_them(aligned: Any, core: Any) -> None:
    added = set(aligned.classes + aligned.properties) - set(core.classes + core.properties)
    offenders = [t for t in added if not any("(" in x for x in aligned.values(t, RDFS.label, "en"))]
    none(offenders, "label the stub with its vocabulary, as in 'place (schema.org)'")
