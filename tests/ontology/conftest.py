"""What the tests of the ontology share: its files, read once, and one Java machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jpype
import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

ROOT = Path(__file__).parents[2]
CORE = ROOT / "ontology" / "weihai-kg.ttl"
ALIGNMENTS = sorted((ROOT / "ontology" / "alignments").glob("*.ttl"))
NAMESPACE = "https://w3id.org/weihai-kg/ontology#"
WHOLE = URIRef("urn:whole")


@dataclass(frozen=True)
class Ontology:
    """A graph of OWL axioms, with the questions that the checks ask of it."""

    graph: Graph

    def _declared(self, kind: URIRef) -> list[URIRef]:
        return sorted(x for x in self.graph.subjects(RDF.type, kind) if isinstance(x, URIRef))

    @cached_property
    def classes(self) -> list[URIRef]:
        return self._declared(OWL.Class)

    @cached_property
    def object_properties(self) -> list[URIRef]:
        return self._declared(OWL.ObjectProperty)

    @cached_property
    def data_properties(self) -> list[URIRef]:
        return self._declared(OWL.DatatypeProperty)

    @cached_property
    def annotation_properties(self) -> list[URIRef]:
        return self._declared(OWL.AnnotationProperty)

    @cached_property
    def properties(self) -> list[URIRef]:
        return self.object_properties + self.data_properties + self.annotation_properties

    @cached_property
    def terms(self) -> list[URIRef]:
        """Every class and property of our own namespace."""
        return self.own(self.classes) + self.own(self.properties)

    def own(self, terms: list[URIRef]) -> list[URIRef]:
        """Those of the terms that stand in our own namespace."""
        return [term for term in terms if term.startswith(NAMESPACE)]

    def of_type(self, kind: URIRef) -> set[Node]:
        """All subjects with a type, such as owl:TransitiveProperty."""
        return set(self.graph.subjects(RDF.type, kind))

    def values(self, term: Node, predicate: URIRef, language: str | None = None) -> list[Any]:
        """The values of a property, those in one language when it is given."""
        found = self.graph.objects(term, predicate)
        return [x for x in found if language is None or getattr(x, "language", None) == language]

    def ancestors(self, cls: Node) -> set[Node]:
        """The named superclasses, not counting the class itself unless it is its own ancestor."""
        found: set[Node] = set()
        todo = list(self.graph.objects(cls, RDFS.subClassOf))
        while todo:
            parent = todo.pop()
            if isinstance(parent, URIRef) and parent not in found:
                found.add(parent)
                todo += self.graph.objects(parent, RDFS.subClassOf)
        return found

    @cached_property
    def chains(self) -> list[tuple[Node, list[Node]]]:
        """Every property with one of its chains."""
        found = self.graph.subject_objects(OWL.propertyChainAxiom)
        return [(term, list(Collection(self.graph, head))) for term, head in found]

    @cached_property
    def inverses(self) -> list[tuple[Node, Node]]:
        return list(self.graph.subject_objects(OWL.inverseOf))

    @cached_property
    def iri(self) -> URIRef:
        """The IRI of the core ontology."""
        return URIRef(NAMESPACE.rstrip("#"))


def _read(*files: Path) -> Ontology:
    graph = Graph(bind_namespaces="none")
    for file in files:
        graph.parse(data=file.read_text("utf-8"), format="turtle")
    return Ontology(graph)


@pytest.fixture(scope="session")
def core() -> Ontology:
    return _read(CORE)


@pytest.fixture(scope="session")
def aligned() -> Ontology:
    """The core with every alignment."""
    return _read(CORE, *ALIGNMENTS)


@pytest.fixture(scope="session", params=["core", "core with alignments"])
def ontology(request: pytest.FixtureRequest, core: Ontology, aligned: Ontology) -> Ontology:
    """Each of the two in turn."""
    return core if request.param == "core" else aligned


@pytest.fixture(scope="session")
def data() -> Graph:
    """Every statement of data/, whatever graph it stands in; the descriptions of graphs too."""
    merged = Graph(bind_namespaces="none")
    for file in sorted((ROOT / "data").glob("**/*.trig")):
        quads = ox.parse(file.read_bytes(), format=ox.RdfFormat.TRIG, rename_blank_nodes=True)
        triples = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
        merged.parse(data=triples, format="nt")
    return merged


class OwlApi:
    """The OWL API and HermiT in a process of their own; see owl_api.py."""

    def __init__(self, folder: Path) -> None:
        """Start the process; files that it is to read are written into the folder."""
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("owl_api.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def judge(self, *files: Path, more: Graph | None = None) -> dict[str, Any]:
        """What they say of an ontology that imports those of the files and holds ``more``."""
        whole = Graph(bind_namespaces="none")
        whole += more or ()
        whole.add((WHOLE, RDF.type, OWL.Ontology))
        for file in files:
            graph = Graph().parse(data=file.read_text("utf-8"), format="turtle")
            for iri in graph.subjects(RDF.type, OWL.Ontology):
                whole.add((WHOLE, OWL.imports, iri))
        target = self._folder / "whole.ttl"
        whole.serialize(target, format="turtle")
        request = json.dumps([str(file) for file in (*files, target)])
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the OWL API ended without an answer; its error output says why"
        return dict(json.loads(answer))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@pytest.fixture(scope="session")
def owl_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwlApi]:
    """One Java machine for the whole session."""
    try:
        jpype.getDefaultJVMPath()
    except jpype.JVMNotFoundException:
        if os.environ.get("CI"):
            pytest.fail("CI has to have Java: the OWL 2 profile and HermiT tests need it")
        pytest.skip("there is no Java here; the OWL 2 profile and HermiT tests need it")
    api = OwlApi(tmp_path_factory.mktemp("owl"))
    yield api
    api.close()
