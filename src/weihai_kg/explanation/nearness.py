"""What the graph has near to a statement that it does not have.

Near is what differs in one place, what runs the other way, what has the same text in another
language, and what is spelled alike where the graph does not know a name at all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.model import Near, Statement
from weihai_kg.explanation.terms import askable, key, triple_key

FEW = 5
_MANY = 3000
_ALIKE = 0.6
_LABEL = f"<{RDFS.label}>"
_LIKELY = frozenset({"same-text", "reversed", "spelled-alike"})
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
        if not isinstance(predicate, URIRef):  # no pattern can have another term there
            predicate = None
        found = []
        if isinstance(value, Literal) and predicate is not None:
            found.append(self._same_text(subject, predicate, value, graph))
        if predicate != RDF.type and isinstance(value, URIRef):
            known = (value, predicate, subject)
            if sum(each is not None for each in known) > 1:
                found.append(self._near("reversed", known, graph))
        if subject is not None and predicate is not None and value is not None:
            found.append(self._near("same-subject-predicate", (subject, predicate, None), graph))
            found.append(self._near("same-predicate-object", (None, predicate, value), graph))
            found.append(self._near("same-subject-object", (subject, None, value), graph))
        else:
            if any(each is not None for each in (subject, predicate, value)):
                found.append(self._near("same-known", (subject, predicate, value), graph))
            if subject is not None and predicate is not None:
                found.append(self._near("same-subject", (subject, None, None), graph))
            if value is not None and predicate is not None:
                found.append(self._near("same-object", (None, None, value), graph))
        for position, node in enumerate((subject, predicate, value)):
            if isinstance(node, URIRef):
                found += self._named(position, node, predicate)
            elif isinstance(node, Literal) and position == 0:
                found.append(self._called(str(node)))
        if isinstance(value, Literal) and predicate is not None:
            found.append(self._spelled_text(predicate, value))
        likely = sorted(found, key=lambda each: each.how not in _LIKELY)
        return tuple(each for each in likely if each.statements)

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

    def _same_text(
        self, subject: Node | None, predicate: Node, value: Literal, graph: Node | None
    ) -> Near:
        """The same text with another language or datatype."""
        first = "?s" if subject is None else key(subject)
        pattern = f"{first} {key(predicate)} ?o"
        if graph is not None and askable(graph):
            pattern = f"GRAPH {key(graph)} {{ {pattern} }}"
        same = f"FILTER(STR(?o) = {key(Literal(str(value)))} && !sameTerm(?o, {key(value)}))"
        rows = self._asker.rows(f"SELECT * {{ {pattern} {same} }} LIMIT {FEW}")
        found = [
            Statement(subject if subject is not None else row["s"], predicate, row["o"], graph)
            for row in rows
        ]
        return Near("same-text", tuple(sorted(found, key=lambda each: triple_key(each.triple))))

    def _named(self, position: int, node: URIRef, predicate: Node | None) -> list[Near]:
        """Things of labels alike; where the graph does not know the name, those spelled alike."""
        if self._known(node):
            return [self._alike(position, node, predicate)] if position != 1 else []
        spelled = self._spelled(position, node)
        return [spelled] if spelled.statements or position == 1 else [
            self._called(" ".join(_words(node)))
        ]  # fmt: skip

    def _known(self, node: URIRef) -> bool:
        term = key(node)
        return self._asker.holds(
            f"ASK {{ {{ {term} ?p ?o }} UNION {{ ?s {term} ?o }} UNION {{ ?s ?p {term} }} }}"
        )

    def _spelled(self, position: int, node: URIRef) -> Near:
        """Names like one that is not there, in its own namespace, each with a statement of it."""
        local = re.split(r"[/#:]", str(node).rstrip("/#"))[-1]
        namespace = str(node)[: len(str(node)) - len(local)]
        pattern = "?s ?t ?o" if position == 1 else "?t a ?type"
        rows = self._asker.rows(
            f"SELECT DISTINCT ?t {{ {pattern} "
            f"FILTER(STRSTARTS(STR(?t), {key(Literal(namespace))})) }} LIMIT {_MANY}"
        )
        names = {str(row["t"])[len(namespace) :]: row["t"] for row in rows}
        close = difflib.get_close_matches(local, sorted(names), n=FEW, cutoff=0.7)
        found = [self._example(names[each], position) for each in close]
        return Near("spelled-alike", tuple(each for each in found if each is not None))

    def _example(self, node: Node, position: int) -> Statement | None:
        """One statement of a thing: its label, if it has one."""
        patterns = [f"{key(node)} {_LABEL} ?o", f"{key(node)} ?p ?o"]
        if position == 1:
            patterns.insert(0, f"?s {key(node)} ?o")
        for pattern in patterns:
            rows = self._asker.rows(f"SELECT * {{ {pattern} }} LIMIT 1")
            for row in rows:
                if pattern.startswith("?s"):
                    return Statement(row["s"], node, row["o"])
                return Statement(node, row.get("p", RDFS.label), row["o"])
        return None

    def _spelled_text(self, predicate: Node, value: Literal) -> Near:
        """Values of a property spelled like one that it does not have."""
        rows = self._asker.rows(
            f"SELECT * {{ ?s {key(predicate)} ?o FILTER(isLiteral(?o)) }} LIMIT {_MANY}"
        )
        wanted = str(value)
        if any(str(row["o"]) == wanted for row in rows):
            return Near("spelled-alike", ())
        names = sorted({str(row["o"]) for row in rows})
        close = difflib.get_close_matches(wanted, names, n=FEW, cutoff=0.7)
        found = [
            Statement(row["s"], predicate, row["o"])
            for name in close for row in rows if str(row["o"]) == name
        ]  # fmt: skip
        return Near("spelled-alike", tuple(found[:FEW]))

    def _called(self, name: str) -> Near:
        """Things whose labels are spelled like a name."""
        begin, end = (key(Literal(part.lower())) for part in (name[:2], name[-3:]))
        rows = self._asker.rows(
            f"SELECT DISTINCT ?thing ?label {{ ?thing {_LABEL} ?label "
            f"FILTER(STRSTARTS(LCASE(STR(?label)), {begin}) || "
            f"STRENDS(LCASE(STR(?label)), {end})) }} LIMIT {_MANY}"
        )
        return _ranked("spelled-alike", [name], ((row["thing"], row["label"]) for row in rows))

    def _alike(self, position: int, node: URIRef, predicate: Node | None) -> Near:
        """Things whose labels are alike, first those that stand in the property."""
        rows = self._asker.rows(f"SELECT ?label {{ {key(node)} {_LABEL} ?label }} LIMIT {FEW}")
        labels = sorted({str(row["label"]) for row in rows})
        words = labels or _words(node)
        if not words:
            return Near("labels-alike", ())
        tests = " || ".join(
            f"CONTAINS(LCASE(STR(?label)), {key(Literal(word.lower()))})" for word in words
        )
        pattern = f"?thing {_LABEL} ?label FILTER(?thing != {key(node)}) FILTER({tests})"
        used = ""
        if predicate is not None:
            ends = "?thing", "?other"
            first, last = ends if position == 0 else ends[::-1]
            used = f"FILTER EXISTS {{ {first} {key(predicate)} {last} }}"
        for condition in dict.fromkeys((used,) if labels and used else (used, "")):
            rows = self._asker.rows(
                f"SELECT DISTINCT ?thing ?label {{ {pattern} {condition} }} LIMIT {_MANY}"
            )
            found = _ranked("labels-alike", words, ((row["thing"], row["label"]) for row in rows))
            if found.statements:
                return found
        return Near("labels-alike", ())


def _words(node: URIRef) -> list[str]:
    """The words of an IRI's last part."""
    local = re.split(r"[/#:]", str(node).rstrip("/#"))[-1]
    return [word for word in _WORD.split(local) if len(word) > 2][:FEW]


def _ranked(how: str, names: Iterable[str], labels: Iterable[tuple[Node, Node]]) -> Near:
    """Those things whose label is most like one of the names."""
    ranked = []
    lowered = [name.lower() for name in names]
    for thing, label in labels:
        text = str(label).lower()
        likeness = max(difflib.SequenceMatcher(None, name, text).ratio() for name in lowered)
        if likeness >= _ALIKE:
            ranked.append((-likeness, key(thing), key(label), Statement(thing, RDFS.label, label)))
    ranked.sort(key=lambda each: each[:3])
    return Near(how, tuple(each[-1] for each in ranked[:FEW]))
