"""What the graph has near to a statement that it does not have."""

from __future__ import annotations

import re

from rdflib import RDFS, Literal, URIRef
from rdflib.term import Node

from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.model import Near, Statement
from weihai_kg.explanation.terms import askable, key, triple_key

FEW = 5
_LABEL = f"<{RDFS.label}>"
_WORD = re.compile(r"[\W_]+")

Place = tuple[Node | None, Node | None, Node | None]


class Nearest:
    """Finds statements that differ in one place, or whose names are alike."""

    def __init__(self, asker: Asker) -> None:
        """Ask in the data set of ``asker``."""
        self._asker = asker

    def of(self, place: Place, graph: Node | None = None) -> tuple[Near, ...]:
        """The nearest statements; a place that is None may hold anything."""
        subject, predicate, value = (
            each if each is not None and askable(each) else None for each in place
        )
        found = []
        if subject is not None and predicate is not None and value is not None:
            found.append(self._near("same-subject-predicate", (subject, predicate, None), graph))
            found.append(self._near("same-predicate-object", (None, predicate, value), graph))
            found.append(self._near("same-subject-object", (subject, None, value), graph))
        else:
            known = [each for each in (subject, predicate, value) if each is not None]
            if known:
                found.append(self._near("same-known", (subject, predicate, value), graph))
            if subject is not None and predicate is not None:
                found.append(self._near("same-subject", (subject, None, None), graph))
            if value is not None and predicate is not None:
                found.append(self._near("same-object", (None, None, value), graph))
        for position, node in ((0, subject), (2, value)):
            if isinstance(node, URIRef):
                found += self._alike(position, node, predicate)
        return tuple(each for each in found if each.statements)

    def _near(self, how: str, place: Place, graph: Node | None) -> Near:
        names = [
            key(each) if each is not None else f"?{name}"
            for name, each in zip("spo", place, strict=True)
        ]
        pattern = " ".join(names)
        if graph is not None and askable(graph):
            pattern = f"GRAPH {key(graph)} {{ {pattern} }}"
        rows = self._asker.rows(f"SELECT DISTINCT * {{ {pattern} }} LIMIT {FEW}")
        triples = [
            tuple(each if each is not None else row[name]
                  for name, each in zip("spo", place, strict=True))
            for row in rows
        ]  # fmt: skip
        ordered = sorted(((s, p, o) for s, p, o in triples), key=triple_key)
        return Near(how, tuple(Statement(*triple, graph) for triple in ordered))

    def _alike(self, position: int, node: URIRef, predicate: Node | None) -> list[Near]:
        """Things whose labels are alike, first those that stand in the property."""
        known, words = self._words(node)
        if not words:
            return []
        tests = " || ".join(
            f"CONTAINS(LCASE(STR(?label)), {key(Literal(word.lower()))})" for word in words
        )
        pattern = f"?thing {_LABEL} ?label FILTER(?thing != {key(node)}) FILTER({tests})"
        used = ""
        if predicate is not None:
            ends = "?thing", "?other"
            first, last = ends if position == 0 else ends[::-1]
            used = f"FILTER EXISTS {{ {first} {key(predicate)} {last} }}"
        for condition in dict.fromkeys((used,) if known and used else (used, "")):
            rows = self._asker.rows(
                f"SELECT DISTINCT ?thing ?label {{ {pattern} {condition} }} LIMIT {FEW}"
            )
            if rows:
                found = [(row["thing"], RDFS.label, row["label"]) for row in rows]
                ordered = sorted(found, key=triple_key)
                return [Near("labels-alike", tuple(Statement(*each) for each in ordered))]
        return []

    def _words(self, node: URIRef) -> tuple[bool, list[str]]:
        """Whether a thing has labels, and these, or the words of its IRI if it has none."""
        rows = self._asker.rows(f"SELECT ?label {{ {key(node)} {_LABEL} ?label }} LIMIT {FEW}")
        labels = sorted({str(row["label"]) for row in rows})
        if labels:
            return True, labels
        local = re.split(r"[/#:]", str(node).rstrip("/#"))[-1]
        return False, [word for word in _WORD.split(local) if len(word) > 2][:FEW]
