"""Proofs as published evidence: a named graph for each inferred statement, and why it holds.

The evidence names one graph for each premise, so an inferred graph is the AND of its sources, as an
asserted graph is of its quotations. Of several graphs that hold a premise the first is named; the
others are found by asking which graphs hold the same statement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import TypeAlias

from rdflib import DCTERMS, PROV, RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from weihai_kg.errors import WeihaiKGError
from weihai_kg.namespaces import Namespaces
from weihai_kg.ntriples import statement
from weihai_kg.reasoning.closure import Clash, Closure, Step, entail
from weihai_kg.reasoning.names import SPECIFICATION, sentence
from weihai_kg.reasoning.rules import compile_rules
from weihai_kg.reasoning.terms import Rule, Triple, triple_key
from weihai_kg.reasoning.vocabulary import instance_statements
from weihai_kg.sources.named_graphs import NamedGraphs

Quad: TypeAlias = tuple[Node, Node, Node, URIRef]


def justify(
    read: NamedGraphs, ontology: Iterable[Triple], ns: Namespaces
) -> tuple[NamedGraphs, tuple[Clash, ...]]:
    """What follows from the statements read, each in a graph with its proof, and what clashes.

    Link graphs stay out: identity with things elsewhere would merge individuals. Statements about
    the evidence are held against the ontology, but nothing is concluded from them.
    """
    axioms = list(ontology)
    rules = compile_rules(axioms)
    about_evidence = list(read.graphs.get(ns.graph.evidence, ()))
    holders = premises(read, axioms, ns)
    closure = entail(holders, rules)
    whole = entail([*holders, *about_evidence], rules)
    kinds = (ns.wkg.BackgroundGraph, ns.wkg.DerivedGraph)
    later = {g for g, p, kind in about_evidence if p == RDF.type and kind in kinds}
    later.add(ns.graph.ontology)
    inferred = NamedGraphs()
    for s, p, o, graph in evidence_quads(closure, holders, ns, background=later):
        inferred.add(graph, (s, p, o))
    for s, p, o, graph in rule_quads(used_rules(closure), ns):
        inferred.add(graph, (s, p, o))

    return inferred, whole.clashes


def premises(
    read: NamedGraphs, ontology: Iterable[Triple], ns: Namespaces
) -> dict[Triple, list[URIRef]]:
    """The statements that are reasoned over, each with the graphs that hold it."""
    holders: dict[Triple, list[URIRef]] = {}
    outside = (str(ns.graph["links"]), str(ns.graph["mappings"]))
    for graph, triple in read:
        if graph != ns.graph.evidence and not str(graph).startswith(outside):
            holders.setdefault(triple, []).append(graph)
    for triple in instance_statements(ontology):
        holders.setdefault(triple, []).append(ns.graph.ontology)
    return holders


class UnknownPremiseError(WeihaiKGError):
    """Raised when a proof rests on a statement that no graph is known to hold."""


def n_triples(triple: Triple) -> str:
    """The statement as a line of canonical N-Triples, without the line's end."""
    return f"{statement(triple)} ."


def inferred_graph(triple: Triple, ns: Namespaces) -> URIRef:
    """The name of the graph that holds an inferred statement: the same in every build."""
    digest = sha256(n_triples(triple).encode()).hexdigest()
    return ns.graph[f"inferred-{digest[:16]}"]


def evidence_quads(
    closure: Closure,
    graphs: Mapping[Triple, Collection[URIRef]],
    ns: Namespaces,
    *,
    background: Collection[Node] = frozenset(),
) -> Iterator[Quad]:
    """Each inferred statement in its graph, and in the evidence graph its rule and its sources.

    ``graphs`` gives the graphs that hold each statement of the input; those in ``background`` come
    after the others. A statement that follows from the ontology alone is derived from its graph.
    """
    for triple in sorted(closure.proofs, key=triple_key):
        step, graph = closure.proofs[triple], inferred_graph(triple, ns)
        yield (*triple, graph)
        yield graph, RDF.type, ns.wkg.InferredGraph, ns.graph.evidence
        yield graph, PROV.wasGeneratedBy, ns.rule[step.rule.name], ns.graph.evidence
        for source in sources(step, closure, graphs, ns, background=background):
            yield graph, PROV.wasDerivedFrom, source, ns.graph.evidence


def sources(
    step: Step,
    closure: Closure,
    graphs: Mapping[Triple, Collection[URIRef]],
    ns: Namespaces,
    *,
    background: Collection[Node] = frozenset(),
) -> list[URIRef]:
    """The graph of each premise of the step, each once, in order."""
    found = set()
    for premise in step.premises:
        if premise in closure.proofs:
            found.add(inferred_graph(premise, ns))
        elif holders := graphs.get(premise):
            found.add(min(holders, key=lambda graph: (graph in background, str(graph))))
        else:
            raise UnknownPremiseError(
                f"No graph is given for the statement {n_triples(premise)} that a proof rests on; "
                "name the graph it was read from."
            )
    return sorted(found or {ns.graph.ontology})


def rule_quads(rules: Iterable[Rule], ns: Namespaces) -> Iterator[Quad]:
    """What each rule is called and says, for the evidence graph.

    A rule that was folded from several has each of them as a part, described as well.
    """
    evidence = ns.graph.evidence
    names = {rule.name: rule.names for rule in rules}
    singles = {part: (part,) for parts in names.values() for part in parts}
    for name, parts in sorted((names | singles).items()):
        iri = ns.rule[name]
        yield iri, RDF.type, ns.wkg.InferenceRule, evidence
        yield iri, RDFS.label, Literal(f"OWL 2 RL 规则 {'、'.join(parts)}", lang="zh"), evidence
        yield iri, RDFS.label, Literal(f"OWL 2 RL rule {', '.join(parts)}", lang="en"), evidence
        for language in ("zh", "en"):
            yield iri, RDFS.comment, _comment(parts, language), evidence
        yield iri, RDFS.seeAlso, URIRef(SPECIFICATION), evidence
        if len(parts) > 1:
            for part in sorted(set(parts)):
                yield iri, DCTERMS.hasPart, ns.rule[part], evidence


def _comment(parts: Iterable[str], language: str) -> Literal:
    sentences = [sentence(part, language) for part in parts]
    return Literal(("" if language == "zh" else " ").join(sentences), lang=language)


def used_rules(closure: Closure) -> list[Rule]:
    """The rules that the proofs use, each name once, in order."""
    by_name = {step.rule.name: step.rule for step in closure.proofs.values()}
    return [by_name[name] for name in sorted(by_name)]
