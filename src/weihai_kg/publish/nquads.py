"""N-Quads: the one file from which the server loads, and from which every other dump is made.

Canonical N-Quads lines, sorted: https://www.w3.org/TR/rdf12-n-quads/#canonical-quads
"""

from __future__ import annotations

from collections.abc import Iterable

from weihai_kg.ntriples import statement, term
from weihai_kg.sources.named_graphs import NamedGraphs
from weihai_kg.sources.turtle import Triple


def lines(graphs: NamedGraphs) -> list[str]:
    """Every quad of the named graphs as a line, sorted, each once."""
    names = {graph: term(graph) for graph in graphs.graphs}
    return sorted(f"{statement(triple)} {names[graph]} .\n" for graph, triple in graphs)


def triple_lines(triples: Iterable[Triple]) -> list[str]:
    """Statements as N-Triples lines, sorted, each once."""
    return sorted({f"{statement(triple)} .\n" for triple in triples})
