"""What the dataset holds, in VoID: counts, partitions, vocabularies, examples, linksets.

https://www.w3.org/TR/void/; every figure is counted, none is typed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rdflib import DCTERMS, PROV, RDF, RDFS, VOID, XSD, Literal, Namespace, URIRef
from rdflib.term import Node

from weihai_kg.formats import RDF as RDF_FORMATS
from weihai_kg.namespaces import REUSED, Namespaces
from weihai_kg.publish import linkset
from weihai_kg.publish.linkset import SSSOM
from weihai_kg.sources.mappings import Mapping, MappingSet
from weihai_kg.sources.turtle import Triple

_EXAMPLES = 10
_LOCAL = re.compile(r"[^#/]*$")
_SEPARATORS = re.compile(r"[^\w.-]+")
_TARGETS = {"wikidata": "https://www.wikidata.org/", "geonames": "https://www.geonames.org/"}


@dataclass(frozen=True)
class Subject:
    """What is described: a release in its folder, its default graph, its record and its links."""

    folder: Path
    version: str
    record: dict[str, Any]
    default: set[Triple]
    mapping_sets: tuple[MappingSet, ...]
    ns: Namespaces
    here: Namespace = field(init=False)

    def __post_init__(self) -> None:
        """Everything that is described has its name under ``void#``."""
        object.__setattr__(self, "here", Namespace(self.ns.base + "void#"))

    @property
    def dataset(self) -> URIRef:
        """The name of the dataset, whatever its version."""
        return self.here.dataset

    def texts(self, predicate: URIRef, key: str) -> Iterator[Triple]:
        """A text of the record in each language."""
        for language, text in sorted(self.record[key].items()):
            yield self.dataset, predicate, Literal(text, lang=language)


def describe(subject: Subject) -> Iterator[Triple]:
    """The dataset, its partitions and its linksets."""
    yield from _dataset(subject)
    yield from _partitions(subject)
    for mapping_set in subject.mapping_sets:
        yield from _linkset(mapping_set, subject)


def _dataset(subject: Subject) -> Iterator[Triple]:
    iri, ns, default = subject.dataset, subject.ns, subject.default
    yield iri, RDF.type, VOID.Dataset
    yield from subject.texts(RDFS.label, "title")
    yield iri, VOID.uriSpace, Literal(str(ns.id))
    yield iri, VOID.sparqlEndpoint, URIRef(ns.base + "sparql")
    yield iri, VOID.rootResource, ns.id.weihai
    for example in _examples(default, ns):
        yield iri, VOID.exampleResource, example
    for form in RDF_FORMATS:
        yield iri, VOID.feature, URIRef(form.iri)
    yield iri, VOID.triples, integer(len(default))
    yield iri, VOID.distinctSubjects, integer(len({s for s, _, _ in default}))
    yield iri, VOID.distinctObjects, integer(len({o for _, _, o in default}))
    yield iri, VOID.properties, integer(len({p for _, p, _ in default}))
    yield iri, VOID.classes, integer(len({o for _, p, o in default if p == RDF.type}))
    entities = {s for s, _, _ in default if str(s).startswith(str(ns.id))}
    yield iri, VOID.entities, integer(len(entities))
    for thing, predicate, value in default:
        if predicate == RDF.type and value == ns.wkg.Article:
            yield iri, PROV.wasDerivedFrom, thing
    for vocabulary in sorted(_vocabularies(subject)):
        yield iri, VOID.vocabulary, URIRef(vocabulary)


def _examples(default: set[Triple], ns: Namespaces) -> list[URIRef]:
    """The things of which most is stated, with those of each kind before a second of any kind."""
    stated = Counter(s for s, _, _ in default if str(s).startswith(str(ns.id)))
    kinds: dict[Node, str] = {}
    for thing, predicate, value in default:
        if predicate == RDF.type and str(value).startswith(str(ns.wkg)):
            kinds[thing] = min(kinds.get(thing, str(value)), str(value))
    best: dict[str, tuple[int, URIRef]] = {}
    for thing, count in stated.items():
        rank = (-count, URIRef(str(thing)))
        kind = kinds.get(thing, "")
        best[kind] = min(best.get(kind, rank), rank)
    return [thing for _, thing in sorted(best.values())[:_EXAMPLES]]


def _vocabularies(subject: Subject) -> set[str]:
    used = {str(predicate) for _, predicate, _ in subject.default}
    used |= {str(value) for _, predicate, value in subject.default if predicate == RDF.type}
    known = [*REUSED.values(), str(subject.ns.wkg)]
    return {
        next((name for name in known if iri.startswith(name)), _LOCAL.sub("", iri)) for iri in used
    }


def _partitions(subject: Subject) -> Iterator[Triple]:
    """How many instances each class has, and how many statements each property."""
    here, iri = subject.here, subject.dataset
    members = Counter(value for _, predicate, value in subject.default if predicate == RDF.type)
    for each in sorted(members, key=str):
        part = here["class-" + slug(each, subject.ns)]
        yield iri, VOID.classPartition, part
        yield part, RDF.type, VOID.Dataset
        yield part, VOID["class"], each
        yield part, VOID.entities, integer(members[each])
    statements: dict[Node, list[Triple]] = defaultdict(list)
    for triple in subject.default:
        statements[triple[1]].append(triple)
    for each in sorted(statements, key=str):
        part = here["property-" + slug(each, subject.ns)]
        yield iri, VOID.propertyPartition, part
        yield part, RDF.type, VOID.Dataset
        yield part, VOID.property, each
        yield part, VOID.triples, integer(len(statements[each]))
        yield part, VOID.distinctSubjects, integer(len({s for s, _, _ in statements[each]}))
        yield part, VOID.distinctObjects, integer(len({o for _, _, o in statements[each]}))


def _linkset(mapping_set: MappingSet, subject: Subject) -> Iterator[Triple]:
    """A mapping table as one linkset, with a part for each predicate and each justification."""
    here, name = subject.here, mapping_set.name
    whole, target = linkset.iri(mapping_set, subject.ns), here["target-" + name]
    yield target, RDF.type, VOID.Dataset
    yield target, DCTERMS.title, Literal(name, lang="en")
    if name in _TARGETS:
        yield target, RDFS.seeAlso, URIRef(_TARGETS[name])
    yield subject.dataset, VOID.subset, whole
    title = mapping_set.metadata.get("mapping_set_title", f"Links to {name}")
    yield whole, DCTERMS.title, Literal(str(title), lang="en")
    yield whole, DCTERMS.title, Literal(f"到 {name} 的链接", lang="zh")
    described = mapping_set.metadata.get("mapping_set_description")
    if described:
        yield whole, DCTERMS.description, Literal(str(described), lang="en")
    license_ = mapping_set.metadata.get("license", subject.record["license"])
    yield whole, DCTERMS.license, URIRef(str(license_))
    for file in ("wikidata-links.ttl", f"{name}.sssom.tsv"):
        url = f"{subject.ns.base}downloads/{subject.version}/{file}"
        yield whole, VOID.dataDump, URIRef(url)
    yield from _links(whole, mapping_set.mappings, target, subject)
    parts: dict[tuple[str, str], list[Mapping]] = defaultdict(list)
    for mapping in mapping_set.mappings:
        justification = dict(mapping.row)["mapping_justification"]
        parts[str(mapping.predicate), justification].append(mapping)
    prefixes = mapping_set.metadata["curie_map"]
    for (predicate, justification), mappings in sorted(parts.items()):
        prefix, _, local = justification.partition(":")
        part = here[f"links-{name}-{slug(URIRef(predicate), subject.ns)}-{local}"]
        yield whole, VOID.subset, part
        yield (
            part,
            DCTERMS.title,
            Literal(f"{title}: {slug(URIRef(predicate), subject.ns)}, {local}", lang="en"),
        )
        yield part, SSSOM.mapping_justification, URIRef(prefixes.get(prefix, "") + local)
        yield from _links(part, mappings, target, subject)


def _links(
    iri: URIRef, mappings: Iterable[Mapping], target: URIRef, subject: Subject
) -> Iterator[Triple]:
    links = {(each.subject, each.predicate, each.object) for each in mappings}
    yield iri, RDF.type, VOID.Linkset
    yield iri, VOID.subjectsTarget, subject.dataset
    yield iri, VOID.objectsTarget, target
    for predicate in sorted({predicate for _, predicate, _ in links}):
        yield iri, VOID.linkPredicate, predicate
    yield iri, VOID.triples, integer(len(links))
    yield iri, VOID.distinctSubjects, integer(len({s for s, _, _ in links}))
    yield iri, VOID.distinctObjects, integer(len({o for _, _, o in links}))


def integer(number: int) -> Literal:
    """A count."""
    return Literal(str(number), datatype=XSD.integer)


def slug(iri: Node, ns: Namespaces) -> str:
    """The name of a term, one that no other term has: with its vocabulary if that is not ours."""
    text = str(iri)
    for prefix, namespace in REUSED.items():
        if text.startswith(namespace):
            return f"{prefix}-{text.removeprefix(namespace)}"
    own = text.removeprefix(str(ns.wkg))
    return own if own != text else _SEPARATORS.sub("-", text.partition("//")[2])
