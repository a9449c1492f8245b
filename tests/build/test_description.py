"""VoID and DCAT: valid against DCAT-AP's shapes, and every figure what is counted."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, OWL, RDF, VOID, XSD, Graph, Literal, Namespace, URIRef

from weihai_kg.release import DESCRIPTIONS, Release, is_public

HERE = Namespace("https://w3id.org/weihai-kg/void#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
DCAT3 = Namespace("http://www.w3.org/ns/dcat#")
SHAPES = Path(__file__).parent / "dcat-ap" / "dcat-ap-SHACL.jsonld"


@pytest.fixture(scope="module")
def void(release: Release) -> Graph:
    return Graph().parse(release.path / "void.ttl")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    triples = [quad.triple for quad in ox.parse(path=str(SHAPES), format=ox.RdfFormat.JSON_LD)]
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def complaints(data: Graph, shapes: Graph) -> str:
    """What DCAT-AP's shapes find; rdfs:Resource, which they ask for, is what RDFS entails."""
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, inference="rdfs")
    return "" if conforms else text


def test_description_is_valid_against_the_shapes_of_dcat_ap(void: Graph, shapes: Graph) -> None:
    assert complaints(void, shapes) == ""


@pytest.mark.parametrize(
    ("triple", "found"),
    [
        ((HERE.dataset, DCTERMS.title, None), "MinCount"),
        ((HERE.catalog, DCTERMS.publisher, None), "MinCount"),
        ((HERE["file-weihai-kg.nq"], DCAT.accessURL, None), "MinCount"),
        ((HERE["checksum-weihai-kg.nq"], SPDX.algorithm, None), "MinCount"),
        ((None, RDF.type, DCTERMS.PeriodOfTime), "Class"),
        ((None, RDF.type, DCTERMS.LicenseDocument), "Class"),
    ],
)
def test_shapes_of_dcat_ap_see_what_is_taken_away(
    void: Graph, shapes: Graph, triple: tuple[URIRef, URIRef, URIRef], found: str
) -> None:
    damaged = Graph()
    for each in set(void) - set(void.triples(triple)):
        damaged.add(each)
    assert found in complaints(damaged, shapes)


def test_each_distribution_has_the_size_and_checksum_of_its_file(
    void: Graph, release: Release
) -> None:
    described = set()
    for each in void.objects(HERE.dataset, DCAT.distribution):
        name = str(void.value(each, DCAT.downloadURL)).rsplit("/", 1)[1]
        content = (release.path / name).read_bytes()
        assert void.value(each, DCAT.byteSize) == Literal(
            str(len(content)), datatype=XSD.nonNegativeInteger
        )
        checksum = void.value(each, SPDX.checksum)
        digest = hashlib.sha256(content).hexdigest()
        assert str(void.value(checksum, SPDX.checksumValue)) == digest, name
        latest = URIRef(f"https://w3id.org/weihai-kg/downloads/latest/{name}")
        assert (each, DCTERMS.isVersionOf, latest) in void
        assert void.value(each, DCAT.mediaType) is not None
        described.add(name)
    assert described == set(filter(is_public, release.files())) - set(DESCRIPTIONS)


def test_release_is_a_version_of_the_dataset(void: Graph, release: Release) -> None:
    version = HERE[f"dataset-{release.version}"]
    assert (version, DCTERMS.isVersionOf, HERE.dataset) in void
    assert (HERE.dataset, DCAT3.hasCurrentVersion, version) in void
    assert str(void.value(HERE.dataset, OWL.versionInfo)) == release.version


def test_partitions_count_what_the_default_graph_holds(void: Graph, store: ox.Store) -> None:
    default = list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert int(str(void.value(HERE.dataset, VOID.triples))) == len(default)
    for part in void.objects(HERE.dataset, VOID.propertyPartition):
        predicate = ox.NamedNode(str(void.value(part, VOID.property)))
        quads = [quad for quad in default if quad.predicate == predicate]
        assert int(str(void.value(part, VOID.triples))) == len(quads) > 0
        objects = int(str(void.value(part, VOID.distinctObjects)))
        assert objects == len({quad.object for quad in quads})
    properties = sorted(map(str, void.objects(None, VOID.property)))
    assert properties == sorted({quad.predicate.value for quad in default})
    for part in void.objects(HERE.dataset, VOID.classPartition):
        kind = ox.NamedNode(str(void.value(part, VOID["class"])))
        a = ox.NamedNode(str(RDF.type))
        found = len(list(store.quads_for_pattern(None, a, kind, ox.DefaultGraph())))
        assert int(str(void.value(part, VOID.entities))) == found > 0


def test_examples_and_coverage_are_things_of_the_data(void: Graph, store: ox.Store) -> None:
    examples = [str(each) for each in void.objects(HERE.dataset, VOID.exampleResource)]
    assert len(examples) == 10
    for each in examples:
        assert any(store.quads_for_pattern(ox.NamedNode(each), None, None))
    span = void.value(HERE.dataset, DCTERMS.temporal)
    begin, end = void.value(span, DCAT3.startDate), void.value(span, DCAT3.endDate)
    assert (str(begin), str(end)) == ("1990-01-01", "2025-12-31")
    places = {str(each).rsplit("/", 1)[1] for each in void.objects(HERE.dataset, DCTERMS.spatial)}
    assert {"china", "japan", "south-korea"} < places
    assert "POLYGON((" in str(void.value(HERE.area, DCAT3.bbox))


def test_dumps_endpoint_and_vocabularies_are_named(void: Graph) -> None:
    assert (HERE.dataset, VOID.sparqlEndpoint, None) in void
    assert len(list(void.objects(HERE.dataset, VOID.dataDump))) > 30
    vocabularies = set(map(str, void.objects(HERE.dataset, VOID.vocabulary)))
    assert {"https://w3id.org/weihai-kg/ontology#", "http://www.w3.org/ns/prov#"} < vocabularies
    for each in void.objects(None, VOID.property):
        assert any(str(each).startswith(name) for name in vocabularies), each
