"""What the dataset says of itself: VoID, DCAT 3 and the linksets. Every figure is counted.

VoID: https://www.w3.org/TR/void/, DCAT 3: https://www.w3.org/TR/vocab-dcat-3/,
checksums: https://www.w3.org/TR/vocab-dcat-3/#Class:Checksum
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rdflib import (
    DCAT,
    DCTERMS,
    FOAF,
    OWL,
    PROV,
    RDF,
    RDFS,
    VOID,
    XSD,
    Literal,
    Namespace,
    URIRef,
)
from rdflib.term import Node

from weihai_kg.formats import BY_NAME
from weihai_kg.namespaces import REUSED, Namespaces
from weihai_kg.release import DUMPS, sha256
from weihai_kg.sources.mappings import MappingSet
from weihai_kg.sources.turtle import Triple

_SPDX = Namespace(REUSED["spdx"])
_DCAT_VERSION = URIRef(REUSED["dcat"] + "version")
_MEDIA = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
_PACKED = {".gz": "application/gzip", ".zst": "application/zstd"}


def describe(
    folder: Path,
    version: str,
    dataset: dict[str, Any],
    default: set[Triple],
    mapping_sets: Iterable[MappingSet],
    namespaces: Namespaces,
) -> set[Triple]:
    """The description of a release: its dumps stand in ``folder``, its default graph is given."""
    describer = _Describer(folder, version, dataset, default, namespaces)
    return {
        *describer.dataset(),
        *describer.partitions(),
        *describer.distributions(),
        *describer.linksets(mapping_sets),
    }


class _Describer:
    def __init__(
        self,
        folder: Path,
        version: str,
        record: dict[str, Any],
        default: set[Triple],
        namespaces: Namespaces,
    ) -> None:
        self.folder, self.version, self.record = folder, version, record
        self.default, self.ns = default, namespaces
        self.here = Namespace(namespaces.base + "void#")
        self.iri = self.here.dataset

    def dataset(self) -> Iterator[Triple]:
        """Title, licence, dates, version, counts, vocabularies, coverage, examples."""
        iri, record, ns = self.iri, self.record, self.ns
        yield iri, RDF.type, VOID.Dataset
        yield iri, RDF.type, DCAT.Dataset
        for predicate, texts in (
            (DCTERMS.title, record["title"]),
            (RDFS.label, record["title"]),
            (DCTERMS.description, record["description"]),
            (DCTERMS.rights, record["rights"]),
        ):
            for language, text in sorted(texts.items()):
                yield iri, predicate, Literal(text, lang=language)
        for language, words in sorted(record["keywords"].items()):
            for word in words:
                yield iri, DCAT.keyword, Literal(word, lang=language)
        publisher = self.here.publisher
        yield publisher, RDF.type, FOAF.Agent
        yield publisher, FOAF.name, Literal(record["publisher"])
        yield iri, DCTERMS.creator, publisher
        yield iri, DCTERMS.publisher, publisher
        yield iri, DCTERMS.license, URIRef(record["license"])
        for predicate, key in ((DCTERMS.issued, "issued"), (DCTERMS.modified, "modified")):
            yield iri, predicate, Literal(record[key].isoformat(), datatype=XSD.dateTime)
        yield iri, OWL.versionInfo, Literal(self.version)
        yield iri, _DCAT_VERSION, Literal(self.version)
        yield iri, DCTERMS.language, URIRef(_LANGUAGES + "ZHO")
        yield iri, DCTERMS.language, URIRef(_LANGUAGES + "ENG")
        yield iri, FOAF.homepage, URIRef(ns.base)
        yield iri, DCAT.landingPage, URIRef(ns.base)
        yield iri, VOID.uriSpace, Literal(str(ns.id))
        yield iri, VOID.sparqlEndpoint, URIRef(ns.base + "sparql")
        yield iri, VOID.exampleResource, ns.id.weihai
        for relation, covered in self._coverage():
            yield iri, relation, covered
        yield from self._counts(iri, self.default)
        for vocabulary in sorted(self._vocabularies()):
            yield iri, VOID.vocabulary, URIRef(vocabulary)

    def _coverage(self) -> Iterator[tuple[Node, Node]]:
        wkg = self.ns.wkg
        for subject, predicate, value in self.default:
            if predicate == RDF.type and value == wkg.Country:
                yield DCTERMS.spatial, subject
            if predicate == RDF.type and value == wkg.Article:
                yield PROV.wasDerivedFrom, subject
                yield DCTERMS.source, subject

    def _vocabularies(self) -> set[str]:
        used = {str(predicate) for _, predicate, _ in self.default}
        used |= {str(value) for _, predicate, value in self.default if predicate == RDF.type}
        known = [*REUSED.values(), str(self.ns.wkg)]
        return {name for name in known if any(iri.startswith(name) for iri in used)}

    def _counts(self, iri: URIRef, triples: set[Triple]) -> Iterator[Triple]:
        yield iri, VOID.triples, _integer(len(triples))
        yield iri, VOID.distinctSubjects, _integer(len({s for s, _, _ in triples}))
        yield iri, VOID.distinctObjects, _integer(len({o for _, _, o in triples}))
        yield iri, VOID.properties, _integer(len({p for _, p, _ in triples}))
        classes = {o for _, p, o in triples if p == RDF.type}
        yield iri, VOID.classes, _integer(len(classes))
        entities = {s for s, _, _ in triples if str(s).startswith(str(self.ns.id))}
        yield iri, VOID.entities, _integer(len(entities))

    def partitions(self) -> Iterator[Triple]:
        """How many instances each class has, and how many statements each property."""
        members = Counter(value for _, predicate, value in self.default if predicate == RDF.type)
        for each in sorted(members, key=str):
            part = self.here["class-" + _slug(each)]
            yield self.iri, VOID.classPartition, part
            yield part, RDF.type, VOID.Dataset
            yield part, VOID["class"], each
            yield part, VOID.entities, _integer(members[each])
        statements: dict[Node, list[Triple]] = defaultdict(list)
        for triple in self.default:
            statements[triple[1]].append(triple)
        for each in sorted(statements, key=str):
            part = self.here["property-" + _slug(each)]
            yield self.iri, VOID.propertyPartition, part
            yield part, RDF.type, VOID.Dataset
            yield part, VOID.property, each
            yield part, VOID.triples, _integer(len(statements[each]))
            subjects = {subject for subject, _, _ in statements[each]}
            objects = {value for _, _, value in statements[each]}
            yield part, VOID.distinctSubjects, _integer(len(subjects))
            yield part, VOID.distinctObjects, _integer(len(objects))

    def distributions(self) -> Iterator[Triple]:
        """Each dump and each of its compressed twins, with size and checksum."""
        for file in sorted(self.folder.iterdir()):
            name = file.name.removesuffix(".gz").removesuffix(".zst")
            if name not in DUMPS:
                continue
            iri = self.here["file-" + file.name]
            url = URIRef(f"{self.ns.base}downloads/{self.version}/{file.name}")
            yield self.iri, DCAT.distribution, iri
            yield self.iri, VOID.dataDump, url
            yield iri, RDF.type, DCAT.Distribution
            yield iri, DCTERMS.title, Literal(file.name, lang="en")
            yield iri, DCTERMS.description, Literal(DUMPS[name] + ".", lang="en")
            yield iri, DCAT.downloadURL, url
            yield iri, DCAT.accessURL, url
            yield iri, DCTERMS.license, URIRef(self.record["license"])
            media = BY_NAME[Path(name).suffix[1:]].media_type
            yield iri, DCAT.mediaType, URIRef(_MEDIA + media)
            if file.suffix in _PACKED:
                yield iri, DCAT.compressFormat, URIRef(_MEDIA + _PACKED[file.suffix])
            size = Literal(str(file.stat().st_size), datatype=XSD.nonNegativeInteger)
            yield iri, DCAT.byteSize, size
            checksum = self.here["checksum-" + file.name]
            yield iri, _SPDX.checksum, checksum
            yield checksum, RDF.type, _SPDX.Checksum
            yield checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256
            yield checksum, _SPDX.checksumValue, Literal(sha256(file), datatype=XSD.hexBinary)

    def linksets(self, mapping_sets: Iterable[MappingSet]) -> Iterator[Triple]:
        """One linkset for each predicate of each mapping table."""
        for mapping_set in mapping_sets:
            target = self.here["target-" + mapping_set.name]
            yield target, RDF.type, VOID.Dataset
            yield target, DCTERMS.title, Literal(mapping_set.name, lang="en")
            by_predicate = Counter(mapping.predicate for mapping in mapping_set.mappings)
            for predicate, count in sorted(by_predicate.items()):
                iri = self.here[f"links-{mapping_set.name}-{_slug(predicate)}"]
                yield self.iri, VOID.subset, iri
                yield iri, RDF.type, VOID.Linkset
                title = f"Links to {mapping_set.name} ({_slug(predicate)})"
                yield iri, DCTERMS.title, Literal(title, lang="en")
                yield iri, VOID.linkPredicate, predicate
                yield iri, VOID.subjectsTarget, self.iri
                yield iri, VOID.objectsTarget, target
                yield iri, VOID.triples, _integer(count)


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


def _slug(iri: Node) -> str:
    for prefix, namespace in REUSED.items():
        if str(iri).startswith(namespace):
            return f"{prefix}-{str(iri).removeprefix(namespace)}"
    return str(iri).replace("/", "#").rsplit("#", 1)[-1]
