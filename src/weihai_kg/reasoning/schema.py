"""An ontology as the rule tables read it: triples by predicate, lists, in one fixed order.

The order does not depend on the labels of blank nodes, which differ from parse to parse: a blank
node is ordered by what is said of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, BNode
from rdflib.term import Node

from weihai_kg.reasoning.terms import Guard, Part, Triple, term_key

ANYTHING = frozenset({OWL.Thing, RDFS.Resource})


@dataclass(frozen=True, slots=True)
class Clause:
    """A Horn clause that may still speak of classes and properties without a name."""

    head: Triple | None
    body: tuple[Triple, ...]
    parts: tuple[Part, ...] = ()
    guards: tuple[Guard, ...] = ()
    axiom: tuple[Triple, ...] = ()


class Schema:
    """The triples of an ontology, looked up by predicate or by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Index the triples once."""
        self._about: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        self._pairs: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        self._keys: dict[Node, str] = {}
        for s, p, o in triples:
            self._about[s].append((p, o))
            self._pairs[p].append((s, o))

    def key(self, term: Node, above: frozenset[Node] = frozenset()) -> str:
        """What the term is ordered by: itself, or for a blank node all that is said of it."""
        if not isinstance(term, BNode):
            return "\x1f".join(map(str, term_key(term)))
        if term in above:
            return "_:"
        if term not in self._keys:
            inner = above | {term}
            said = sorted((str(p), self.key(o, inner)) for p, o in self._about.get(term, ()))
            text = "[" + ";".join(f"{p} {o}" for p, o in said) + "]"
            if above:
                return text
            self._keys[term] = text
        return self._keys[term]

    def pairs(self, predicate: Node) -> Iterator[tuple[Node, Node, Triple]]:
        """Each subject and object of the predicate, with the triple, in order."""
        found = self._pairs.get(predicate, [])
        for s, o in sorted(found, key=lambda pair: (self.key(pair[0]), self.key(pair[1]))):
            yield s, o, (s, predicate, o)

    def typed(self, class_: Node) -> Iterator[tuple[Node, Triple]]:
        """Each subject of the type, with the triple, in order."""
        for s, o, triple in self.pairs(RDF.type):
            if o == class_:
                yield s, triple

    def objects(self, subject: Node, predicate: Node) -> list[Node]:
        """The objects of a subject and predicate, in order."""
        found = [o for p, o in self._about.get(subject, ()) if p == predicate]
        return sorted(found, key=self.key)

    def list_of(self, head: Node) -> tuple[tuple[Node, ...], tuple[Triple, ...]]:
        """The members of an RDF list and the triples that make it."""
        members: list[Node] = []
        triples: list[Triple] = []
        while head != RDF.nil:
            firsts, rests = self.objects(head, RDF.first), self.objects(head, RDF.rest)
            if len(firsts) != 1 or len(rests) != 1 or (head, RDF.rest, rests[0]) in triples:
                return (), ()
            triples += [(head, RDF.first, firsts[0]), (head, RDF.rest, rests[0])]
            members.append(firsts[0])
            head = rests[0]
        return tuple(members), tuple(triples)

    def lists(self, predicate: Node) -> Iterator[tuple[Node, tuple[Node, ...], tuple[Triple, ...]]]:
        """Each subject of a predicate whose object is a list: subject, members, all triples."""
        for s, o, triple in self.pairs(predicate):
            members, cells = self.list_of(o)
            if members:
                yield s, members, (triple, *cells)

    def is_expression(self, term: Node) -> bool:
        """Whether the term is a class without a name."""
        return isinstance(term, BNode) and term in self._about
