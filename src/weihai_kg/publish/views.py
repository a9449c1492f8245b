"""The views of a dataset that become dumps of their own: flat, inferred, RDF 1.2, links."""

from __future__ import annotations

from rdflib import PROV, RDF
from rdflib.term import Node

from weihai_kg.namespaces import OA, Namespaces
from weihai_kg.ntriples import statement, term
from weihai_kg.publish import nquads
from weihai_kg.sources.named_graphs import NamedGraphs
from weihai_kg.sources.turtle import Triple

_REIFIES = f"<{RDF}reifies>"


def flat(read: NamedGraphs, namespaces: Namespaces) -> list[str]:
    """What was read, merged; each subject with the quotations and sources it was derived from.

    For those who take Turtle only: named graphs are lost, the way to the words is not.
    """
    evidence = namespaces.graph.evidence
    origins: dict[Node, list[Node]] = {}
    triples: set[Triple] = set()
    for subject, predicate, value in read.graphs.get(evidence, {}):
        if predicate == PROV.wasDerivedFrom and subject in read.graphs:
            origins.setdefault(subject, []).append(value)
        elif predicate in (OA.exact, OA.start, OA.end, PROV.wasQuotedFrom):
            triples.add((subject, predicate, value))
    for graph, triple in read:
        if graph != evidence:
            triples.add(triple)
            for origin in origins.get(graph, ()):
                triples.add((triple[0], PROV.wasDerivedFrom, origin))
    return nquads.triple_lines(triples)


def rdf12(graphs: NamedGraphs, namespaces: Namespaces) -> list[str]:
    """Every statement with the graphs that hold it as its RDF 1.2 reifiers, and their evidence.

    https://www.w3.org/TR/rdf12-concepts/#section-triple-terms-reification
    """
    evidence = namespaces.graph.evidence
    outside = (str(namespaces.graph.links), str(namespaces.graph.mappings))
    lines = set(nquads.triple_lines(graphs.graphs.get(evidence, {})))
    for graph, triple in graphs:
        if graph != evidence and not str(graph).startswith(outside):
            text = statement(triple)
            lines.add(f"{text} .\n")
            lines.add(f"{term(graph)} {_REIFIES} <<( {text} )>> .\n")
    return sorted(lines)
