"""What a data set says about statements: which graphs hold them, and what is said of these.

In a data set with reifiers (RDF 1.2) instead of named graphs, reifiers stand for the graphs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from rdflib import PROV, RDF, URIRef
from rdflib.term import Node

from weihai_kg.explanation.asking import Asker, batches, values
from weihai_kg.explanation.terms import REIFIES, Triple, askable, key
from weihai_kg.namespaces import Namespaces

_DERIVED = f"<{PROV.wasDerivedFrom}>"
_REIFIED = f"?g {REIFIES.n3()} <<( ?s ?p ?o )>>"
Described: TypeAlias = dict[Node, dict[Node, list[Node]]]


class Holdings:
    """What was asked so far.

    ``holders`` gives a statement the graphs that hold it, ``about`` what is said of a node,
    ``contents`` the statements of a graph that is a premise; ``reifiers`` are the holders that are
    no graphs, with their statements.
    """

    def __init__(self, asker: Asker, namespaces: Namespaces) -> None:
        """``asker`` asks the whole data set, with its evidence."""
        self._asker = asker
        self._ns = namespaces
        self.holders: dict[Triple, list[Node]] = {}
        self.about: Described = {}
        self.contents: dict[Node, list[Triple]] = {}
        self.reifiers: set[tuple[Node, Triple]] = set()
        self._described: set[Node] = set()
        self._reified: bool | None = None

    def fetch(self, triples: list[Triple]) -> None:
        """Ask which graphs hold the statements, what is said of these, and their premises."""
        fresh = [
            each for each in dict.fromkeys(triples)
            if each not in self.holders and all(map(askable, each))
        ]  # fmt: skip
        for lot in batches(fresh):
            for triple in lot:
                self.holders[triple] = []
            given = values("spo", lot)
            for row in self._asker.rows(f"SELECT * {{ {given} GRAPH ?g {{ ?s ?p ?o }} }}"):
                self.holders[row["s"], row["p"], row["o"]].append(row["g"])
            self._reify([triple for triple in lot if not self.holders[triple]])
        graphs = {g for triple in fresh for g in self.holders[triple]}
        graphs -= {self._ns.graph.asserted}
        self._describe(sorted(filter(askable, graphs - self._described), key=key))
        self._describe_quotations(fresh)
        self._fill()

    def _reify(self, bare: list[Triple]) -> None:
        """Where no named graph holds a statement, its reifiers (RDF 1.2) stand for the graphs."""
        if bare and self._has_reifiers():
            given = values("spo", bare)
            for row in self._asker.rows(f"SELECT * {{ {given} {_REIFIED} }}"):
                self.holders[row["s"], row["p"], row["o"]].append(row["g"])
                self.reifiers.add((row["g"], (row["s"], row["p"], row["o"])))
            for triple in bare:
                if triple[1] == REIFIES:
                    self.holders[triple].append(triple[0])
                    self.reifiers.add((triple[0], triple))

    def _has_reifiers(self) -> bool:
        if self._reified is None:
            self._reified = self._asker.holds(f"ASK {{ ?g {REIFIES.n3()} ?t }}")
        return self._reified

    def _describe(self, graphs: list[Node]) -> None:
        if not graphs:
            return
        given = values("g", ([each] for each in graphs))
        # Two queries: the path alone is much quicker than the path with what hangs on it.
        found = self._asker.rows(
            f"SELECT DISTINCT ?x {{ {given} ?g {_DERIVED}*/<{PROV.wasGeneratedBy}>? ?x }}"
        )
        nodes = {row["x"] for row in found if isinstance(row["x"], URIRef)} | set(graphs)
        self._described |= nodes
        self._say(nodes)

    def _say(self, nodes: Iterable[Node]) -> None:
        """Ask everything that is said of these nodes."""
        fresh = sorted(
            {node for node in nodes if isinstance(node, URIRef) and node not in self.about},
            key=key,
        )
        if not fresh:
            return
        for node in fresh:
            self.about.setdefault(node, defaultdict(list))
        given = values("x", ([each] for each in fresh))
        for row in self._asker.rows(f"SELECT ?x ?p ?o {{ {given} ?x ?p ?o }}"):
            self.about[row["x"]][row["p"]].append(row["o"])

    def _describe_quotations(self, triples: Iterable[Triple]) -> None:
        """A statement about a quotation is shown with its words."""
        evidence = self._ns.graph.evidence
        self._say(
            each[0] for each in triples
            if evidence in self.holders[each] or (self._reified and not self.holders[each])
        )  # fmt: skip

    def _fill(self) -> None:
        """Ask for the statements of the premises' graphs."""
        wanted = {
            source
            for graph, said in self.about.items()
            if self._ns.wkg.InferredGraph in said.get(RDF.type, ())
            for source in said.get(PROV.wasDerivedFrom, ())
        }
        fresh = sorted((each for each in wanted if each not in self.contents), key=key)
        if not fresh:
            return
        for graph in fresh:
            self.contents[graph] = []
        given = values("g", ([each] for each in fresh))
        rows = self._asker.rows(f"SELECT * {{ {given} GRAPH ?g {{ ?s ?p ?o }} }}")
        if not rows and self._has_reifiers():
            rows = self._asker.rows(f"SELECT * {{ {given} {_REIFIED} }}")
        for row in rows:
            self.contents[row["g"]].append((row["s"], row["p"], row["o"]))
