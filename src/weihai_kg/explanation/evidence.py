"""The reasons for statements: the graphs that hold them, down to words, sources and rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rdflib import DCTERMS, PROV, RDF, RDFS, Literal
from rdflib.term import Node

from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.holdings import Holdings
from weihai_kg.explanation.model import (
    Ground,
    Justification,
    Quotation,
    Reason,
    Rule,
    Source,
    Statement,
)
from weihai_kg.explanation.proof import Rulebook, axioms, sentences
from weihai_kg.explanation.terms import Triple, key, triple_key
from weihai_kg.namespaces import OA, Namespaces

_ROUNDS = 40
_ORDER = list(Ground)


class Evidence:
    """Collects the reasons for statements, and for the premises of those that were inferred."""

    def __init__(self, asker: Asker, namespaces: Namespaces, rulebook: Rulebook) -> None:
        """``asker`` asks the whole data set, with its evidence."""
        self._ns = namespaces
        self._rulebook = rulebook
        self._held = Holdings(asker, namespaces)
        self.reasons: dict[Statement, Reason] = {}

    def collect(self, statements: Iterable[Statement]) -> None:
        """Add the reasons for these statements, and for all premises below them."""
        todo = [each for each in dict.fromkeys(statements) if each not in self.reasons]
        for _ in range(_ROUNDS):
            if not todo:
                break
            self._held.fetch([each.triple for each in todo])
            later: dict[Statement, None] = {}
            for statement in todo:
                reason = self._reason(statement)
                self.reasons[statement] = reason
                for each in reason.justifications:
                    later.update(dict.fromkeys(each.premises))
            todo = [each for each in later if each not in self.reasons]
        sizes: dict[Statement, int] = {}
        for statement, reason in list(self.reasons.items()):
            ordered = sorted(
                reason.justifications, key=lambda each: (self.size(each, sizes), str(each.graph))
            )
            self.reasons[statement] = Reason(statement, tuple(ordered))

    def keep(self, roots: Iterable[Statement]) -> None:
        """Keep the reasons that these need, each statement before its premises."""
        found: dict[Statement, Reason] = {}
        todo = list(dict.fromkeys(roots))[::-1]
        while todo:
            here = todo.pop()
            if here in self.reasons and here not in found:
                found[here] = self.reasons[here]
                ways = found[here].justifications
                todo += reversed([each for way in ways for each in way.premises])
        self.reasons = found

    def rule_iri(self, name: str) -> Node:
        """The IRI of a rule."""
        return self._ns.rule[name]

    def size(self, justification: Justification, sizes: dict[Statement, int]) -> int:
        """How many steps the shortest proof has that this justification begins."""
        total = _ORDER.index(justification.ground) + (10 if justification.premises else 0)
        for premise in justification.premises:
            if premise not in sizes:
                sizes[premise] = 1_000
                ways = self.reasons[premise].justifications if premise in self.reasons else ()
                sizes[premise] = min((self.size(each, sizes) for each in ways), default=0)
            total += sizes[premise]
        return total

    def record(self) -> tuple[Triple, ...]:
        """The description of every graph, quotation, source and rule that a reason names."""
        used: set[Node] = set()
        for reason in self.reasons.values():
            for each in reason.justifications:
                used |= {q.iri for q in each.quotations}
                used |= {each.graph} if each.graph is not None else set()
                used |= {s.iri for s in each.sources}
                used |= {q.iri for s in each.sources for q in s.quotations}
                used |= {each.rule.iri} if each.rule else set()
        triples = {
            (subject, predicate, value)
            for subject in used
            for predicate, found in self._held.about.get(subject, {}).items()
            for value in found
        }
        return tuple(sorted(triples, key=triple_key))

    def _reason(self, statement: Statement) -> Reason:
        holders = self._held.holders.get(statement.triple, [])
        found = [
            self._justify(statement, graph) for graph in holders
            if graph != self._ns.graph.asserted
        ]  # fmt: skip
        if not found and self._is_record(statement.subject):
            found = [self._recorded(None, statement)]
        named = [each for each in found if each.graph == statement.graph]
        return Reason(statement, tuple(named or found))

    def _is_record(self, node: Node) -> bool:
        """Whether a thing of a data set without named graphs is a quotation or a reifier."""
        said = self._held.about.get(node, {})
        wkg = self._ns.wkg
        kinds = {wkg.AssertedGraph, wkg.BackgroundGraph, wkg.DerivedGraph, wkg.InferredGraph}
        return OA.exact in said or not kinds.isdisjoint(said.get(RDF.type, ()))

    def _recorded(self, graph: Node | None, statement: Statement) -> Justification:
        quotation = self._quotation(statement.subject)
        return Justification(graph, Ground.RECORD, quotations=(quotation,) if quotation else ())

    def _justify(self, statement: Statement, graph: Node) -> Justification:
        said = self._held.about.get(graph, {})
        ground = self._ground(graph, said)
        if ground is Ground.RECORD:
            return self._recorded(graph, statement)
        sources = sorted(said.get(PROV.wasDerivedFrom, ()), key=key)
        quotations = [found for each in sources if (found := self._quotation(each))]
        quotations.sort(key=lambda each: (each.start, each.end))
        known = {each.iri for each in quotations}
        rule, premises = self._inference(statement.triple, said, sources)
        return Justification(
            graph, ground, "".join(sorted(map(str, said.get(self._ns.wkg.certainty, ())))),
            _texts(said.get(RDFS.comment, ())), tuple(quotations),
            () if premises else tuple(
                self._source(each) for each in sources if each not in known
            ),
            rule, premises, (graph, statement.triple) in self._held.reifiers,
        )  # fmt: skip

    def _ground(self, graph: Node, said: Mapping[Node, list[Node]]) -> Ground:
        wkg, kinds = self._ns.wkg, said.get(RDF.type, ())
        for kind, ground in (
            (wkg.AssertedGraph, Ground.QUOTED), (wkg.BackgroundGraph, Ground.BACKGROUND),
            (wkg.DerivedGraph, Ground.COMPUTED), (wkg.InferredGraph, Ground.INFERRED),
            (wkg.LinkGraph, Ground.LINK),
        ):  # fmt: skip
            if kind in kinds:
                return ground
        graphs = self._ns.graph
        if graph == graphs.ontology:
            return Ground.ONTOLOGY
        return Ground.RECORD if graph in {graphs.evidence, graphs.queries} else Ground.STATED

    def _quotation(self, iri: Node) -> Quotation | None:
        said = self._held.about.get(iri, {})
        if OA.exact not in said:
            return None

        def one(predicate: Node) -> str:
            return str(min(map(str, said.get(predicate, [Literal("")]))))

        article = said.get(PROV.wasQuotedFrom, [])
        return Quotation(
            iri, one(OA.exact), one(OA.prefix), one(OA.suffix), _number(one(OA.start)),
            _number(one(OA.end)), _number(one(self._ns.wkg.paragraph)),
            article[0] if article else None,
        )  # fmt: skip

    def _source(self, iri: Node) -> Source:
        said = self._held.about.get(iri, {})
        labels = _texts([*said.get(RDFS.label, ()), *said.get(DCTERMS.title, ())])
        quotations = [found for each in self._origins(iri) if (found := self._quotation(each))]
        return Source(iri, labels, tuple(sorted(quotations, key=lambda each: each.start)))

    def _origins(self, iri: Node) -> list[Node]:
        """All that something was derived from, in one step or in many."""
        found: dict[Node, None] = {}
        todo = [iri]
        while todo:
            for each in sorted(
                self._held.about.get(todo.pop(), {}).get(PROV.wasDerivedFrom, ()), key=key
            ):
                if each not in found:
                    found[each] = None
                    todo.append(each)
        return list(found)

    def _inference(
        self, triple: Triple, said: Mapping[Node, list[Node]], sources: list[Node]
    ) -> tuple[Rule | None, tuple[Statement, ...]]:
        rules = said.get(PROV.wasGeneratedBy, [])
        if not rules:
            return None, ()
        iri = rules[0]
        name = str(iri).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        step = self._rulebook.step(name, triple, sources, self._held.contents)
        if step is None:
            comments = _texts(self._held.about.get(iri, {}).get(RDFS.comment, ()))
            return Rule(iri, name, comments or sentences(name)), ()
        rule, premises = step
        return Rule(iri, name, self._rulebook.sentences(rule), axioms(rule)), tuple(
            Statement(*premise) for premise, _ in premises
        )


def _number(text: str) -> int:
    return int(text) if text.lstrip("-").isdecimal() else 0


def _texts(found: Iterable[Node]) -> dict[str, str]:
    """Texts by language; one without a language stands under an empty name."""
    texts: dict[str, str] = {}
    for each in sorted(found, key=key):
        if isinstance(each, Literal):
            texts.setdefault(each.language or "", str(each))
    return texts
