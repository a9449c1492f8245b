"""The dataset as a catalogue lists it: DCAT 3 within DCAT-AP 3.

https://www.w3.org/TR/vocab-dcat-3/, https://semiceu.github.io/DCAT-AP/releases/3.0.0/;
checksums: https://www.w3.org/TR/vocab-dcat-3/#Class:Checksum
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from rdflib import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, XSD, Literal, Namespace, URIRef

from weihai_kg.formats import BY_NAME
from weihai_kg.namespaces import REUSED, SCHEMA
from weihai_kg.publish.void import Subject
from weihai_kg.release import about, sha256
from weihai_kg.sources.turtle import Triple

_SPDX = Namespace(REUSED["spdx"])
_GEO = Namespace(REUSED["geo"])
_DCAT = Namespace(REUSED["dcat"])  # rdflib's list of terms is that of DCAT 2
_MEDIA = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
_PUBLIC = URIRef("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
_PACKED = {".gz": "application/gzip", ".zst": "application/zstd"}
_SERVICES = {
    "sparql": (
        "sparql", "http://www.w3.org/TR/sparql11-protocol/",
        {"en": "SPARQL endpoint", "zh": "SPARQL 端点"},
    ),
    "reconcile": (
        "reconcile", "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/",
        {"en": "Reconciliation service", "zh": "实体匹配服务"},
    ),
}  # fmt: skip


def describe(subject: Subject) -> Iterator[Triple]:
    """The catalogue, the dataset, the release as its version, its files, and the services."""
    yield from _dataset(subject)
    yield from _release(subject)
    yield from _coverage(subject)
    yield from _services(subject)
    for file in sorted(subject.folder.iterdir()):
        yield from _distribution(file, subject)


def _dataset(subject: Subject) -> Iterator[Triple]:
    iri, here, record, ns = subject.dataset, subject.here, subject.record, subject.ns
    license_, home = URIRef(record["license"]), URIRef(ns.base)
    yield iri, RDF.type, DCAT.Dataset
    yield here.catalog, RDF.type, DCAT.Catalog
    yield here.catalog, DCAT.dataset, iri
    yield here.catalog, FOAF.homepage, home
    for language, words in sorted(record["keywords"].items()):
        for word in words:
            yield iri, DCAT.keyword, Literal(word, lang=language)
    for each in (iri, here.catalog):
        for predicate, key in ((DCTERMS.title, "title"), (DCTERMS.description, "description")):
            for _, _, text in subject.texts(predicate, key):
                yield each, predicate, text
        yield each, DCTERMS.publisher, here.publisher
        yield each, DCTERMS.creator, here.publisher
        yield each, DCTERMS.license, license_
        yield each, DCTERMS.rights, here.rights
        for predicate, key in ((DCTERMS.issued, "issued"), (DCTERMS.modified, "modified")):
            yield each, predicate, Literal(record[key].isoformat(), datatype=XSD.dateTime)
        for code in ("ZHO", "ENG"):
            yield each, DCTERMS.language, URIRef(_LANGUAGES + code)
    for code in ("ZHO", "ENG"):
        yield URIRef(_LANGUAGES + code), RDF.type, DCTERMS.LinguisticSystem
    yield here.publisher, RDF.type, FOAF.Agent
    yield here.publisher, FOAF.name, Literal(record["publisher"])
    yield license_, RDF.type, DCTERMS.LicenseDocument
    yield here.rights, RDF.type, DCTERMS.RightsStatement
    for _, _, text in subject.texts(RDFS.label, "rights"):
        yield here.rights, RDFS.label, text
    yield iri, DCTERMS.accessRights, _PUBLIC
    yield _PUBLIC, RDF.type, DCTERMS.RightsStatement
    yield iri, FOAF.homepage, home
    yield iri, DCAT.landingPage, home
    yield home, RDF.type, FOAF.Document
    yield iri, DCTERMS.identifier, Literal(str(iri), datatype=XSD.anyURI)
    yield iri, OWL.versionInfo, Literal(subject.version)
    yield iri, _DCAT.version, Literal(subject.version)


def _release(subject: Subject) -> Iterator[Triple]:
    """This very release, which is a version of the dataset."""
    iri, name = _version(subject), Literal(subject.version)
    for relation in (DCTERMS.isVersionOf, _DCAT.isVersionOf):
        yield iri, relation, subject.dataset
    yield subject.dataset, _DCAT.hasVersion, iri
    yield subject.dataset, _DCAT.hasCurrentVersion, iri
    yield iri, RDF.type, DCAT.Dataset
    yield iri, _DCAT.version, name
    yield iri, DCTERMS.publisher, subject.here.publisher
    yield iri, DCTERMS.license, URIRef(subject.record["license"])
    for language, title in sorted(subject.record["title"].items()):
        yield iri, DCTERMS.title, Literal(f"{title} {subject.version}", lang=language)
    for _, _, text in subject.texts(DCTERMS.description, "description"):
        yield iri, DCTERMS.description, text


def _version(subject: Subject) -> URIRef:
    return subject.here[f"dataset-{subject.version}"]


def _coverage(subject: Subject) -> Iterator[Triple]:
    """The countries, the box round all places, and the time from the first to the last period."""
    iri, wkg, default = subject.dataset, subject.ns.wkg, subject.default
    for thing, predicate, value in default:
        if predicate == RDF.type and value == wkg.Country:
            yield iri, DCTERMS.spatial, thing
            yield thing, RDF.type, DCTERMS.Location
    ys = [float(str(o)) for _, p, o in default if p == SCHEMA.latitude]
    xs = [float(str(o)) for _, p, o in default if p == SCHEMA.longitude]
    if xs and ys:
        west, east, south, north = min(xs), max(xs), min(ys), max(ys)
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{x:g} {y:g}" for x, y in corners)
        area = subject.here.area
        yield iri, DCTERMS.spatial, area
        yield area, RDF.type, DCTERMS.Location
        yield area, _DCAT.bbox, Literal(f"POLYGON(({ring}))", datatype=_GEO.wktLiteral)
    begins = [_day(o) for _, p, o in default if p == wkg.startsAt]
    ends = [_day(o, excluded=True) for _, p, o in default if p == wkg.endsAt]
    if begins and ends:
        span = subject.here.period
        yield iri, DCTERMS.temporal, span
        yield span, RDF.type, DCTERMS.PeriodOfTime
        yield span, _DCAT.startDate, Literal(min(begins).isoformat(), datatype=XSD.date)
        yield span, _DCAT.endDate, Literal(max(ends).isoformat(), datatype=XSD.date)


def _day(instant: object, *, excluded: bool = False) -> datetime.date:
    """The day of an instant; of one that is not included, the last day before it."""
    found = datetime.datetime.fromisoformat(str(instant))
    return (found - datetime.timedelta(microseconds=1 if excluded else 0)).date()


def _services(subject: Subject) -> Iterator[Triple]:
    for name, (path, standard, titles) in _SERVICES.items():
        iri, url = subject.here["service-" + name], URIRef(subject.ns.base + path)
        yield subject.here.catalog, DCAT.service, iri
        yield iri, RDF.type, DCAT.DataService
        for language, title in titles.items():
            yield iri, DCTERMS.title, Literal(title, lang=language)
        yield iri, DCAT.endpointURL, url
        yield iri, DCAT.endpointDescription, URIRef(f"{subject.ns.base}openapi.json")
        yield iri, DCAT.servesDataset, subject.dataset
        yield iri, DCTERMS.conformsTo, URIRef(standard)
        yield URIRef(standard), RDF.type, DCTERMS.Standard
        yield iri, DCTERMS.publisher, subject.here.publisher
        yield iri, DCTERMS.license, URIRef(subject.record["license"])


def _distribution(file: Path, subject: Subject) -> Iterator[Triple]:
    """A dump or one of its compressed twins, with size and checksum."""
    name = file.name.removesuffix(".gz").removesuffix(".zst")
    text = about(name)
    if text is None:
        return
    base, here = subject.ns.base, subject.here
    iri = here["file-" + file.name]
    url = URIRef(f"{base}downloads/{subject.version}/{file.name}")
    for dataset in (subject.dataset, _version(subject)):
        yield dataset, DCAT.distribution, iri
    if not name.endswith(".tsv"):
        yield subject.dataset, URIRef(REUSED["void"] + "dataDump"), url  # RDF: VoID, section 3.2
    yield iri, RDF.type, DCAT.Distribution
    yield iri, DCTERMS.title, Literal(file.name, lang="en")
    yield iri, DCTERMS.description, Literal(text + ".", lang="en")
    yield iri, DCAT.downloadURL, url
    yield iri, DCAT.accessURL, url
    yield iri, DCTERMS.isVersionOf, URIRef(f"{base}downloads/latest/{file.name}")
    yield iri, DCTERMS.license, URIRef(subject.record["license"])
    yield iri, DCTERMS.rights, here.rights
    media = URIRef(_MEDIA + BY_NAME[Path(name).suffix[1:]].media_type)
    yield iri, DCAT.mediaType, media
    yield media, RDF.type, DCTERMS.MediaType
    if file.suffix in _PACKED:
        packing = URIRef(_MEDIA + _PACKED[file.suffix])
        yield iri, DCAT.compressFormat, packing
        yield packing, RDF.type, DCTERMS.MediaType
    yield iri, DCAT.byteSize, Literal(str(file.stat().st_size), datatype=XSD.nonNegativeInteger)
    checksum = here["checksum-" + file.name]
    yield iri, _SPDX.checksum, checksum
    yield checksum, RDF.type, _SPDX.Checksum
    yield checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256
    yield _SPDX.checksumAlgorithm_sha256, RDF.type, _SPDX.ChecksumAlgorithm
    yield checksum, _SPDX.checksumValue, Literal(sha256(file), datatype=XSD.hexBinary)
