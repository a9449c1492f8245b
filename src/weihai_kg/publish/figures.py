"""What a release counts: the figures of ``report.json``, of the home page and of the README."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

from weihai_kg.namespaces import Namespaces
from weihai_kg.sources.corpus import Corpus
from weihai_kg.sources.evidence import quotations
from weihai_kg.sources.mappings import MappingSet
from weihai_kg.sources.named_graphs import NamedGraphs


def count(corpus: Corpus, read: NamedGraphs, inferred: NamedGraphs) -> dict[str, Any]:
    """Statements, graphs, quotations, individuals by class, and how much of each text is quoted."""
    ns = corpus.namespaces
    evidence = ns.graph.evidence
    kinds: dict[Node, Node] = {}
    certainties: Counter[str] = Counter()
    for part in (read, inferred):
        for subject, predicate, value in part.graphs.get(evidence, {}):
            if predicate == RDF.type:
                kinds[subject] = value
            elif predicate == ns.wkg.certainty:
                certainties[str(value)] += 1
    statements: dict[str, set[Any]] = {}
    for part in (read, inferred):
        for graph, triple in part:
            kind = kinds.get(graph)
            if kind is not None:
                statements.setdefault(_local(kind), set()).add(triple)
    graphs = Counter(_local(kind) for graph, kind in kinds.items() if _is_graph(kind, ns))
    return {
        "statements": {kind: len(found) for kind, found in sorted(statements.items())},
        "graphs": dict(sorted(graphs.items())),
        "certainty": dict(sorted(certainties.items())),
        "quotations": sum(1 for value in kinds.values() if value == ns.wkg.Quotation),
        "individuals": _individuals(read, corpus.ontology, ns),
        "articles": {slug: _coverage(corpus, slug, read) for slug in sorted(corpus.articles)},
        "links": {each.name: len(each.mappings) for each in corpus.mapping_sets},
        "justifications": {each.name: _justifications(each) for each in corpus.mapping_sets},
        "ontology": _terms(corpus.ontology, ns),
    }


def _is_graph(kind: Node, ns: Namespaces) -> bool:
    return str(kind).startswith(str(ns.wkg)) and str(kind).endswith("Graph")


def _individuals(read: NamedGraphs, ontology: Graph, ns: Namespaces) -> dict[str, int]:
    members: dict[str, set[Node]] = {}
    for graph, (subject, predicate, value) in read:
        own = str(value).startswith(str(ns.wkg))
        if predicate == RDF.type and own and graph != ns.graph.evidence:
            members.setdefault(_local(value), set()).add(subject)
    return {name: len(found) for name, found in sorted(members.items())}


def _coverage(corpus: Corpus, slug: str, read: NamedGraphs) -> dict[str, Any]:
    """How many of an article's own characters stand under at least one quotation."""
    article = corpus.articles[slug]
    own: set[int] = set()
    for line, start, text in article.lines():
        if line not in article.excluded_lines:
            own |= {start + at for at, letter in enumerate(text) if not letter.isspace()}
    quoted: set[int] = set()
    for start, end in quotations(read, corpus.namespaces, slug):
        quoted |= set(range(start, end))
    share = len(own & quoted) / len(own) if own else 0.0
    return {"characters": len(own), "quoted": len(own & quoted), "share": round(share, 4)}


def _justifications(mapping_set: MappingSet) -> dict[str, dict[str, int]]:
    """How many links a table has by justification and predicate."""
    found: dict[str, Counter[str]] = {}
    for mapping in mapping_set.mappings:
        row = dict(mapping.row)
        by_predicate = found.setdefault(row["mapping_justification"], Counter())
        by_predicate[row["predicate_id"]] += 1
    return {name: dict(sorted(counts.items())) for name, counts in sorted(found.items())}


def _terms(ontology: Graph, ns: Namespaces) -> dict[str, int]:
    own = [
        (subject, kind)
        for subject, kind in ontology.subject_objects(RDF.type)
        if isinstance(subject, URIRef) and subject.startswith(str(ns.wkg))
    ]
    return dict(sorted(Counter(_local(kind) for _, kind in own).items()))


def _local(term: Node) -> str:
    return str(term).replace("/", "#").rsplit("#", 1)[-1]
