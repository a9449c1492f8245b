"""One step of a proof: which statements of the named graphs a rule was applied to.

Nothing is reasoned anew: the release says the rule and the graphs of the premises; here the rule's
body is matched with the statements of those few graphs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from rdflib import RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node, Variable

from weihai_kg.reasoning.names import RULES, sentence
from weihai_kg.reasoning.rules import compile_rules
from weihai_kg.reasoning.terms import Pattern, Rule, Triple, substitute, triple_key

LANGUAGES = ("zh", "en")
_ARTICLE = re.compile(r"\b([Aa]) (“[aeioAEIO])")
Held = tuple[Triple, Node]


@dataclass(frozen=True)
class Rulebook:
    """The rules of an ontology by name, and the labels of its terms."""

    rules: Mapping[str, Sequence[Rule]] = field(default_factory=dict)
    labels: Mapping[Node, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: bytes) -> Rulebook:
        """The rulebook of an ontology in N-Triples."""
        graph = Graph().parse(data=ontology, format="nt")
        rules: dict[str, list[Rule]] = defaultdict(list)
        for rule in compile_rules(graph):
            rules[rule.name].append(rule)
        labels: dict[Node, dict[str, str]] = defaultdict(dict)
        for term, label in graph.subject_objects(RDFS.label):
            if isinstance(label, Literal) and label.language:
                labels[term][label.language] = str(label)
        return cls(dict(rules), dict(labels))

    def sentences(self, rule: Rule) -> dict[str, str]:
        """What the rule says with the terms of its axioms, in zh and en."""
        found = {}
        for language in LANGUAGES:
            said = [
                sentence(part.name, language, part, lambda node: self._label(node, language))  # noqa: B023
                for part in rule.parts if part.name in RULES
            ]  # fmt: skip
            text = ("" if language == "zh" else " ").join(said)
            found[language] = _ARTICLE.sub(r"\1n \2", text) if language == "en" else text
        return found

    def _label(self, node: Node, language: str) -> str:
        label = self.labels.get(node, {}).get(language)
        quotes = "“{}”"
        if label:
            return quotes.format(label)
        return str(node).rsplit("#", 1)[-1].rsplit("/", 1)[-1]

    def step(
        self, name: str, conclusion: Triple, graphs: Sequence[Node],
        contents: Mapping[Node, Sequence[Triple]],
    ) -> tuple[Rule, tuple[Held, ...]] | None:  # fmt: skip
        """The rule of this name and its premises in these graphs that give the conclusion."""
        held = [(triple, graph) for graph in graphs for triple in contents.get(graph, ())]
        by_predicate: dict[Node, list[Held]] = defaultdict(list)
        for each in sorted(held, key=lambda pair: (triple_key(pair[0]), str(pair[1]))):
            by_predicate[each[0][1]].append(each)
        best: tuple[Rule, tuple[Held, ...]] | None = None
        for rule in self.rules.get(name, ()):
            bound = unify(rule.head, conclusion, {}) if rule.head else None
            if bound is None:
                continue
            for premises in _complete(rule.body, bound, by_predicate):
                if {graph for _, graph in premises} >= set(graphs):
                    return rule, premises
                best = best or (rule, premises)
        return best


def axioms(rule: Rule) -> tuple[Triple, ...]:
    """The ontology's statements that a rule rests on, their blank nodes named after the rule."""
    digest = sha256(f"{rule.name} {rule.body} {rule.head}".encode()).hexdigest()[:12]
    names: dict[Node, Node] = {}
    for triple in rule.axiom:
        for term in triple:
            if isinstance(term, BNode):
                names.setdefault(term, BNode(f"a{digest}n{len(names)}"))
    found = (tuple(names.get(term, term) for term in triple) for triple in rule.axiom)
    return tuple((s, p, o) for s, p, o in found)


def sentences(name: str) -> dict[str, str]:
    """What a rule of the specification says of any axiom, in zh and en; empty if there is none."""
    return {each: sentence(name, each) for each in LANGUAGES} if name in RULES else {}


def unify(pattern: Pattern, triple: Triple, bound: Mapping[Node, Node]) -> dict[Node, Node] | None:
    """The bindings under which the pattern is the statement; None if there are none."""
    found = dict(bound)
    for place, term in zip(pattern, triple, strict=True):
        if isinstance(place, Variable):
            if found.setdefault(place, term) != term:
                return None
        elif place != term:
            return None
    return found


def _complete(
    body: Sequence[Pattern], bound: dict[Node, Node], held: Mapping[Node, Sequence[Held]]
) -> Iterator[tuple[Held, ...]]:
    if not body:
        yield ()
        return
    first = substitute(body[0], bound)
    candidates: Iterable[Held] = (
        held.get(first[1], ()) if isinstance(first[1], URIRef)
        else (each for lot in held.values() for each in lot)
    )  # fmt: skip
    for triple, graph in candidates:
        found = unify(first, triple, bound)
        if found is not None:
            for rest in _complete(body[1:], found, held):
                yield ((triple, graph), *rest)
