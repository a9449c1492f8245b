"""The RDF dataset of one query: which graphs are its default graph and its named graphs.

Several default graphs make an RDF merge, in which a triple counts once. pyoxigraph 0.5 counts it
once per graph (oxigraph#1919), so graphs that share triples are merged into a store of their own.

The default graph may lie in a store of its own as well: the engine in memory keeps one list per
term for all graphs, so that a query reads the statements of every named graph merely to skip them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph

from weihai_kg.engine.outline import Outline
from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.terms import graph_name

_REMEMBERED = 256

Graphs = tuple[pyoxigraph.NamedNode, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The store to ask, and the graphs within it; None stands for the store's own."""

    store: pyoxigraph.Store
    default: list[pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.DefaultGraph] | None
    named: list[pyoxigraph.NamedNode | pyoxigraph.BlankNode] | None


class DatasetSelector:
    """Selects the dataset of each query over one store."""

    def __init__(
        self, store: pyoxigraph.Store, asserted: str, default: pyoxigraph.Store | None = None
    ) -> None:
        """``asserted`` names the graph of what was read without what was inferred.

        ``default`` holds the same default graph as ``store``, and nothing else.
        """
        self._store = store
        self._asserted = pyoxigraph.NamedNode(asserted)
        self._overlaps: dict[Graphs, bool] = {}
        self._merged: tuple[tuple[Graphs, Graphs], pyoxigraph.Store] | None = None
        self.plain = Selection(store, None, None)
        self._ungraphed = Selection(default or store, None, None)

    def select(self, request: QueryRequest, outline: Outline | None, text: str) -> Selection:
        """The protocol's dataset, else that of FROM, else the whole store.

        ``text`` is the query with its escapes decoded: without the word GRAPH it can see nothing
        of the store but the default graph.
        """
        if request.default_graphs or request.named_graphs:
            return self._choose(request.default_graphs, request.named_graphs)
        if outline is not None and (outline.from_graphs or outline.from_named):
            return self._choose(
                map(outline.resolve, outline.from_graphs), map(outline.resolve, outline.from_named)
            )
        if not request.infer and self._store.contains_named_graph(self._asserted):
            return Selection(self._store, [self._asserted], None)
        return self.plain if "graph" in text.lower() else self._ungraphed

    def _choose(self, default: Iterable[str], named: Iterable[str]) -> Selection:
        defaults = tuple(dict.fromkeys(map(graph_name, default)))
        names = tuple(dict.fromkeys(map(graph_name, named)))
        filled = tuple(sorted((each for each in defaults if self._holds(each)), key=str))
        if len(filled) < 2 or not self._overlap(filled):
            return Selection(self._store, list(filled), list(names))
        return Selection(self._merge(filled, names), [pyoxigraph.DefaultGraph()], list(names))

    def _holds(self, graph: pyoxigraph.NamedNode) -> bool:
        return next(self._store.quads_for_pattern(None, None, None, graph), None) is not None

    def _overlap(self, graphs: Graphs) -> bool:
        """Whether any triple stands in two of the graphs."""
        known = self._overlaps.get(graphs)
        if known is None:
            if len(self._overlaps) >= _REMEMBERED:
                self._overlaps.clear()
            known = self._overlaps[graphs] = any(
                pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, other) in self._store
                for position, graph in enumerate(graphs[1:], 1)
                for quad in self._store.quads_for_pattern(None, None, None, graph)
                for other in graphs[:position]
            )
        return known

    def _merge(self, default: Graphs, named: Graphs) -> pyoxigraph.Store:
        if self._merged is None or self._merged[0] != (default, named):
            self._merged = None
            merged = pyoxigraph.Store()
            for graph in default:
                merged.extend(
                    pyoxigraph.Quad(quad.subject, quad.predicate, quad.object)
                    for quad in self._store.quads_for_pattern(None, None, None, graph)
                )
            for graph in named:
                merged.extend(self._store.quads_for_pattern(None, None, None, graph))
            self._merged = (default, named), merged
        return self._merged[1]
