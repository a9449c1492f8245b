"""The manifests of the W3C SPARQL test suites: which test asks what of which data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urljoin

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, Namespace

DATA = Path(__file__).parent / "data"
BASE = "http://www.w3.org/2009/sparql/docs/tests/"
AS_DEFAULT = "#default"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")


@dataclass(frozen=True)
class Case:
    """One test: a query, its RDF dataset by the IRIs of its files, and the answer."""

    name: str
    kind: str
    query: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    services: tuple[tuple[str, str], ...] = ()
    result: str = ""
    lax: bool = False

    @cached_property
    def text(self) -> str:
        """The query as it stands in its file."""
        return path_of(self.query).read_text(encoding="utf-8")

    @cached_property
    def chosen(self) -> tuple[str, ...]:
        """The files that the query itself names in FROM clauses."""
        if self.default or self.named or not self.result:
            return ()
        found = re.findall(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", self.text, re.IGNORECASE)
        return tuple(urljoin(self.query, iri) for iri in found)

    @property
    def graphs(self) -> tuple[str, ...]:
        """The graphs that the test's data are in; a file read twice has blank nodes twice."""
        default = (iri + AS_DEFAULT for iri in self.default)
        return (*default, *self.named, *self.chosen, *(data for _, data in self.services))


def path_of(iri: str) -> Path:
    """The file that an IRI below the suites' base stands for."""
    return DATA / iri.removeprefix(BASE)


def cases() -> Iterator[Case]:
    """Every test of every manifest, in the manifests' order."""
    for path in sorted(DATA.glob("*/*/manifest.ttl")):
        folder = path.parent.relative_to(DATA).as_posix()
        graph = Graph().parse(path, format="turtle", publicID=f"{BASE}{folder}/manifest.ttl")
        for entries in graph.objects(None, MF.entries):
            for test in Collection(graph, entries):
                yield _case(graph, folder, URIRef(str(test)))


def _case(graph: Graph, folder: str, test: URIRef) -> Case:
    def values(node: object, name: URIRef) -> tuple[str, ...]:
        return tuple(sorted(str(value) for value in graph.objects(node, name)))  # type: ignore[arg-type]

    name = f"{folder}/{test.rpartition('#')[2]}"
    kind = str(graph.value(test, RDF.type)).rpartition("#")[2]
    action = graph.value(test, MF.action)
    if "Syntax" in kind:
        return Case(name, kind, str(action))
    services = tuple(
        (str(graph.value(each, QT.endpoint)), str(graph.value(each, QT.data)))
        for each in graph.objects(action, QT.serviceData)
    )
    return Case(
        name, kind, *values(action, QT.query), values(action, QT.data),
        values(action, QT.graphData), services, *values(test, MF.result),
        lax=(test, MF.resultCardinality, MF.LaxCardinality) in graph,
    )  # fmt: skip
