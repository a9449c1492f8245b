"""Named graphs of statements, each statement with the place where it was written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rdflib import URIRef
from rdflib.term import Node

from weihai_kg.errors import Finding
from weihai_kg.sources.turtle import Statement, Triple


class Place(NamedTuple):
    """A file, relative to the project, and a line in it (0: the file as a whole)."""

    file: str
    line: int

    def finding(self, what: str, todo: str) -> Finding:
        """What is wrong at this place."""
        return Finding(self.file, self.line, what, todo)


NOWHERE = Place("(computed by the build)", 0)


class NamedGraphs:
    """A set of named graphs; the same statement may stand in several of them."""

    def __init__(self, statements: Iterable[Statement] = ()) -> None:
        """Take in the statements that stand in a named graph; others are passed by."""
        self.graphs: dict[URIRef, dict[Triple, Place]] = {}
        for statement in statements:
            if statement.graph is not None:
                place = Place(statement.file, statement.line)
                self.add(statement.graph, statement.triple, place)

    def add(self, graph: URIRef, triple: Triple, place: Place = NOWHERE) -> None:
        """Put a statement into a graph; the place it was written first is kept."""
        self.graphs.setdefault(graph, {}).setdefault(triple, place)

    def update(self, other: NamedGraphs) -> None:
        """Take in all that another set of graphs holds."""
        for graph, triples in other.graphs.items():
            for triple, place in triples.items():
                self.add(graph, triple, place)

    def __iter__(self) -> Iterator[tuple[URIRef, Triple]]:
        """Every (graph, statement) pair."""
        for graph, triples in self.graphs.items():
            for triple in triples:
                yield graph, triple

    def __len__(self) -> int:
        """The number of (graph, statement) pairs."""
        return sum(map(len, self.graphs.values()))

    def holders(self) -> dict[Triple, list[URIRef]]:
        """For each distinct statement the graphs that hold it, sorted."""
        found: dict[Triple, list[URIRef]] = defaultdict(list)
        for graph, triple in self:
            found[triple].append(graph)
        return {triple: sorted(graphs) for triple, graphs in found.items()}


class Places:
    """Where a statement, or anything about a thing, was written."""

    def __init__(self, named_graphs: NamedGraphs) -> None:
        """Index every place of these graphs by statement, by subject and property, by term."""
        self._triple: dict[Triple, list[Place]] = defaultdict(list)
        self._property: dict[tuple[Node, Node], list[Place]] = defaultdict(list)
        self._subject: dict[Node, list[Place]] = defaultdict(list)
        self._object: dict[Node, list[Place]] = defaultdict(list)
        for triples in named_graphs.graphs.values():
            for triple, place in triples.items():
                self._triple[triple].append(place)
                self._property[triple[:2]].append(place)
                self._subject[triple[0]].append(place)
                self._object[triple[2]].append(place)

    def all(
        self, subject: Node, predicate: Node | None = None, value: Node | None = None
    ) -> list[Place]:
        """The places of what is known best: the statement, else the property, else the thing."""
        found: list[Place] = []
        if predicate is not None and value is not None:
            found = self._triple.get((subject, predicate, value), [])
        if not found and predicate is not None:
            found = self._property.get((subject, predicate), [])
        return found or self._subject.get(subject) or self._object.get(subject) or [NOWHERE]

    def of(self, subject: Node, predicate: Node | None = None, value: Node | None = None) -> Place:
        """The first of ``all``."""
        return self.all(subject, predicate, value)[0]
