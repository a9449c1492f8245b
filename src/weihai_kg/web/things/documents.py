"""The data document about a thing, written by rdflib from terms; no RDF is parsed here.

Formats for triples hold the statements both ways and the labels of what stands in them; formats
for datasets hold each statement in its named graphs, with what these rest on in the evidence graph.
"""

from __future__ import annotations

import json
from typing import Any

from rdflib import DCTERMS, FOAF, RDF, RDFS, XSD, Dataset, Graph, Literal, URIRef

from weihai_kg import formats
from weihai_kg.formats import Format, Kind
from weihai_kg.namespaces import Namespaces
from weihai_kg.web.things.asking import rows
from weihai_kg.web.things.terms import Term

LICENSE = URIRef("https://creativecommons.org/licenses/by/4.0/")
_WRITERS = {"ttl": "turtle", "nt": "nt11", "rdf": "xml", "jsonld": "json-ld", "trig": "trig",
            "nq": "nquads"}  # fmt: skip


def document(iri: str, name: str, form: Format, version: str, names: Namespaces) -> bytes:
    """The document ``name`` about a thing, in a format."""
    dataset = Dataset()
    for prefix, namespace in names.prefixes.items():
        dataset.bind(prefix, namespace, replace=True)
    _about_document(dataset.default_graph, iri, name, version, names)
    thing = Term(iri)
    for row in rows("thing-labels", thing=thing):
        if row["label"].language:
            dataset.default_graph.add((row["x"].node, RDFS.label, row["label"].node))
    quads = form.kind is Kind.DATASET
    for row in rows("thing-statements", thing=thing):
        subject, value = row.get("s", thing).node, row["x"].node
        if row["way"].value == "in":
            subject, value = value, subject
        target = dataset.graph(row["g"].node) if quads else dataset.default_graph
        target.add((subject, row["p"].node, value))
    if quads:
        evidence = dataset.graph(names.graph.evidence)
        for row in rows("data-evidence", thing=thing):
            evidence.add((row["s"].node, row["p"].node, row["o"].node))
    return _written(dataset if quads else dataset.default_graph, form, names)


def _about_document(graph: Graph, iri: str, name: str, version: str, names: Namespaces) -> None:
    document = URIRef(name)
    graph.add((document, RDF.type, FOAF.Document))
    graph.add((document, FOAF.primaryTopic, URIRef(iri)))
    graph.add((document, DCTERMS.license, LICENSE))
    graph.add((document, DCTERMS.hasVersion, Literal(version, datatype=XSD.string)))
    graph.add((document, DCTERMS.isPartOf, URIRef(names.base + "void#dataset")))


def _written(graph: Graph, form: Format, names: Namespaces) -> bytes:
    if form.kind is Kind.GRAPH:
        for prefix, namespace in names.prefixes.items():
            graph.bind(prefix, namespace, replace=True)
    text: bytes = graph.serialize(format=_WRITERS[form.name], encoding="utf-8")
    if form.name == "jsonld":
        return _with_default_graph(text)
    if form.name in ("nt", "nq"):
        return b"".join(sorted(line for line in text.splitlines(keepends=True) if line.strip()))
    return text


def _with_default_graph(text: bytes) -> bytes:
    """JSON-LD whose default graph is one.

    rdflib writes it as a graph object without an identifier, which in an array is a graph named by
    a blank node (https://www.w3.org/TR/json-ld11/#named-graphs).
    """
    nodes: list[Any] = []
    for each in json.loads(text):
        nodes += each["@graph"] if each.keys() == {"@graph"} else [each]
    return json.dumps(nodes, ensure_ascii=False, indent=1).encode()


def media_links(addresses: dict[str, str]) -> str:
    """The ``Link`` values that name the other formats of a page or document."""
    return ", ".join(
        f'<{address}>; rel="alternate"; type="{formats.BY_NAME[form].media_type}"'
        for form, address in addresses.items()
    )
