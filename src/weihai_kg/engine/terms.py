"""Terms in and out of the engine."""

from __future__ import annotations

import pyoxigraph

from weihai_kg.errors import QuerySyntaxError

Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple


def parse_term(text: str) -> Term:
    """The one term that a text in N-Triples form stands for."""
    line = f"<t:s> <t:p> {text} ."
    try:
        quads: list[pyoxigraph.Quad] = list(
            pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES)
        )
    except (SyntaxError, ValueError) as error:
        raise QuerySyntaxError(f"{text!r} is not a term in N-Triples form: {error}") from None
    if len(quads) != 1 or "\n" in text or "\r" in text:
        raise QuerySyntaxError(f"{text!r} is not one term in N-Triples form.")
    return quads[0].object


def graph_name(iri: str) -> pyoxigraph.NamedNode:
    """The name of a graph; QuerySyntaxError if it is no absolute IRI."""
    try:
        return pyoxigraph.NamedNode(iri)
    except ValueError as error:
        raise QuerySyntaxError(f"{iri!r} is not an absolute IRI: {error}") from None
