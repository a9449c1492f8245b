"""Writing RDF in every format, deterministically, with pyoxigraph's serializers.

The order of the statements given is the order written: types first, then labels, then the rest,
so that a reader of the Turtle meets what a thing is before what is said of it.
"""

from __future__ import annotations

import pyoxigraph as ox

_FORMATS = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_FIRST = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": 0,
    "http://www.w3.org/2000/01/rdf-schema#label": 1,
}


def parse(lines: list[str]) -> list[ox.Quad]:
    """The quads of N-Quads lines (or N-Triples lines: then of the default graph), in good order."""
    quads = ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    return sorted(quads, key=_order)


def _order(quad: ox.Quad) -> tuple[str, str, int, str, str]:
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
    predicate = quad.predicate.value
    return graph, str(quad.subject), _FIRST.get(predicate, 2), predicate, str(quad.object)


def default_graph(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Those quads that stand in the default graph."""
    return [quad for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]


def serialize(quads: list[ox.Quad], suffix: str, prefixes: dict[str, str]) -> bytes:
    """The quads in the format of a file suffix, with those prefixes that they use.

    In a format that holds one graph, the graph names are dropped.
    """
    format_ = _FORMATS[suffix]
    if format_.supports_datasets:
        statements: list[ox.Quad] | list[ox.Triple] = quads
    else:
        statements = [quad.triple for quad in quads]
    content = ox.serialize(statements, format=format_, prefixes=used(quads, prefixes))
    return content if content is not None else b""


def used(quads: list[ox.Quad], prefixes: dict[str, str]) -> dict[str, str]:
    """The prefixes whose namespace begins an IRI of the quads."""
    iris: set[str] = set()
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                iris.add(term.datatype.value)
            elif isinstance(term, ox.Triple):
                parts = (term.subject, term.predicate, term.object)
                iris |= {part.value for part in parts if isinstance(part, ox.NamedNode)}
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if any(iri.startswith(namespace) for iri in iris)
    }


def canonical(lines: list[str]) -> list[str]:
    """N-Triples lines with blank nodes labelled by RDFC-1.0, sorted (https://www.w3.org/TR/rdf-canon/)."""
    dataset = ox.Dataset(ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad.triple} .\n" for quad in dataset)


def named_graph(quads: list[ox.Quad], iri: str) -> list[ox.Quad]:
    """Those quads that stand in one named graph."""
    return [quad for quad in quads if quad.graph_name == ox.NamedNode(iri)]
