"""The finished dataset: the default graph with every statement once, and all named graphs."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import PROV, RDF, RDFS, Graph, Literal, URIRef

from weihai_kg.namespaces import Namespaces
from weihai_kg.ntriples import term
from weihai_kg.publish import linkset, nquads, serialization
from weihai_kg.sources.mappings import MappingSet
from weihai_kg.sources.named_graphs import NamedGraphs
from weihai_kg.sources.turtle import Triple


@dataclass(frozen=True, slots=True)
class Assembly:
    """A dataset as N-Quads lines, its default graph, and the N-Triples lines of its parts."""

    quads: list[str]
    default: set[Triple]
    asserted: list[str]
    inferred: list[str]
    ontology: list[str]
    links: list[str]


def assemble(
    read: NamedGraphs,
    inferred: NamedGraphs,
    ontology: Graph,
    queries: set[Triple],
    namespaces: Namespaces,
) -> Assembly:
    """Fill the default graph once with every published statement (design, section 2).

    ``.../graph/asserted`` gets all of it but the inferred statements and what is said of their
    graphs; ``.../graph/ontology`` the ontology, its blank nodes labelled canonically;
    ``.../graph/queries`` the catalogue of saved queries.
    """
    terms = serialization.canonical(nquads.triple_lines(ontology))
    asked = nquads.triple_lines(queries)
    asserted = sorted({*nquads.triple_lines(triple for _, triple in read), *terms, *asked})
    evidence = namespaces.graph.evidence
    conclusions = nquads.triple_lines(triple for graph, triple in inferred if graph != evidence)
    default = {triple for part in (read, inferred) for _, triple in part} | {*ontology, *queries}
    filled = {*asserted, *nquads.triple_lines(triple for _, triple in inferred)}
    named = {*nquads.lines(read), *nquads.lines(inferred)}
    named |= _in_graph(terms, namespaces.graph.ontology)
    named |= _in_graph(asked, namespaces.graph.queries)
    named |= _in_graph(asserted, namespaces.graph.asserted)
    links = [
        triple
        for graph in read.graphs
        if str(graph).startswith((str(namespaces.graph.links), str(namespaces.graph.mappings)))
        for triple in read.graphs[graph]
    ]
    return Assembly(
        sorted({*filled, *named}), default, asserted, conclusions, terms, nquads.triple_lines(links)
    )


def _in_graph(triples: list[str], graph: URIRef) -> set[str]:
    name = term(graph)
    return {f"{line[:-3]} {name} .\n" for line in triples}


def links(mapping_set: MappingSet, namespaces: Namespaces) -> NamedGraphs:
    """The links of a mapping table in a graph of their own, and why each link was made in another.

    ``.../graph/links/<table>`` holds the links, ``.../graph/mappings/<table>`` their reasons.
    """
    graphs = NamedGraphs()
    for triple in linkset.triples(mapping_set, namespaces):
        graphs.add(namespaces.graph[f"mappings/{mapping_set.name}"], triple)
    graph = namespaces.graph[f"links/{mapping_set.name}"]
    for mapping in mapping_set.mappings:
        graphs.add(graph, (mapping.subject, mapping.predicate, mapping.object))
    source = namespaces.source[f"mappings/{mapping_set.name}"]
    title = str(mapping_set.metadata.get("mapping_set_title", f"Links to {mapping_set.name}"))
    about: list[Triple] = [
        (graph, RDF.type, namespaces.wkg.LinkGraph),
        (graph, PROV.wasDerivedFrom, source),
        (source, RDF.type, namespaces.wkg.Source),
        (source, RDFS.label, Literal(title, lang="en")),
        (source, RDFS.label, Literal(f"外部链接表({mapping_set.name})", lang="zh")),
    ]
    for triple in about:
        graphs.add(namespaces.graph.evidence, triple)
    return graphs
