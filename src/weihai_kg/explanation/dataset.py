"""An explanation as TriG: the very statements, in the graphs that justify them, with the record.

The default graph holds the statements that were asked for; each named graph those of its statements
that the explanation uses; the graph of the ontology the axioms that the rules are applied with; the
evidence graph what is said of these graphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from rdflib import RDF, Literal, URIRef
from rdflib.term import Node

from weihai_kg.explanation.model import Explanation, Question, Statement
from weihai_kg.explanation.terms import REIFIES, Triple, TripleTerm, key, triple_key
from weihai_kg.namespaces import Namespaces

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
Quad = tuple[Node | None, Triple]


def quads(explanation: Explanation, namespaces: Namespaces) -> list[Quad]:
    """The graphs with their statements, in order; None is the default graph."""
    found: set[Quad] = {(each.graph, each.triple) for each in _asked(explanation)}
    reified = False
    for reason in explanation.reasons.values():
        for each in reason.justifications:
            if each.reifier and each.graph is not None:
                found.add((None, _reified(each.graph, reason.statement.triple)))
                reified = True
            elif each.graph is not None:
                found.add((each.graph, reason.statement.triple))
            found |= {(None, premise.triple) for premise in each.premises}
            if each.rule is not None:
                found |= {(namespaces.graph.ontology, axiom) for axiom in each.rule.axioms}
    record = None if reified else namespaces.graph.evidence
    found |= {(record, triple) for triple in explanation.record}
    return sorted(found, key=lambda each: (key(each[0]), triple_key(each[1])))


def _reified(reifier: Node, triple: Triple) -> Triple:
    """The statement that a reifier reifies another one; itself, if it is that."""
    return triple if triple[1] == REIFIES else (reifier, REIFIES, TripleTerm(*triple))


def render(explanation: Explanation, namespaces: Namespaces) -> bytes:
    """The whole dataset in TriG; the same bytes for the same explanation."""
    writer = _Writer(namespaces.prefixes)
    body: list[str] = []
    for graph, members in groupby(quads(explanation, namespaces), key=lambda each: each[0]):
        lines = list(writer.subjects([triple for _, triple in members]))
        if graph is None:
            body += lines
        else:
            body += [f"{writer.term(graph)} {{", *(f"  {line}" for line in lines), "}"]
    head = [
        f"@prefix {prefix}: <{namespace}> ."
        for prefix, namespace in namespaces.prefixes.items() if prefix in writer.used
    ]  # fmt: skip
    return ("\n".join([*head, *body]) + "\n").encode()


class _Writer:
    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = prefixes
        self.used: set[str] = set()

    def term(self, node: Node) -> str:
        """A term, shortened where a prefix fits."""
        if isinstance(node, URIRef):
            for prefix, namespace in self._prefixes.items():
                if node.startswith(namespace) and _LOCAL.fullmatch(str(node)[len(namespace) :]):
                    self.used.add(prefix)
                    return f"{prefix}:{str(node)[len(namespace) :]}"
        if isinstance(node, Literal) and node.datatype is not None and node.language is None:
            words, mark, _ = key(node).rpartition("^^")
            return f"{words}^^{self.term(node.datatype)}" if mark else key(node)
        return key(node)

    def subjects(self, triples: list[Triple]) -> Iterator[str]:
        """The lines of each subject with its properties."""
        for subject, lot in groupby(triples, key=lambda each: each[0]):
            pairs = sorted(lot, key=lambda each: (each[1] != RDF.type, triple_key(each)))
            lines = [f"{'a' if p == RDF.type else self.term(p)} {self.term(o)}"
                     for _, p, o in pairs]  # fmt: skip
            first = f"{self.term(subject)} {lines[0]}"
            rest = [f"    {line}" for line in lines[1:]]
            yield from (f"{line} {'.' if last else ';'}" for line, last in _last([first, *rest]))


def _last(lines: list[str]) -> Iterator[tuple[str, bool]]:
    for number, line in enumerate(lines, 1):
        yield line, number == len(lines)


def _asked(explanation: Explanation) -> list[Statement]:
    if explanation.question is Question.STATEMENT:
        statement = explanation.statement
        return [statement] if statement is not None and explanation.stated else []
    return list(explanation.row.statements()) if explanation.row is not None else []
