"""The links to Wikidata, and what the articles say of linked things, as QuickStatements to review.

Version 1 of the format, one command a line: item, property, value, source property, source
(https://www.wikidata.org/wiki/Help:QuickStatements). An exact match becomes the item's exact match
(P2888) with the thing here; for a match that is not exact Wikidata has no such property. Statements
are those read from an article, between exact matches; nothing inferred, nothing from other sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib import PROV, RDF, SKOS, URIRef
from rdflib.term import Node

from weihai_kg.namespaces import OA, REUSED, Namespaces
from weihai_kg.sources.mappings import MappingSet
from weihai_kg.sources.named_graphs import NamedGraphs

_EXACT_MATCH, _REFERENCE_URL = "P2888", "S854"
_REVIEW = "to be reviewed by a person before it is sent"


def commands(read: NamedGraphs, mapping_sets: Iterable[MappingSet], ns: Namespaces) -> list[str]:
    """The lines, sorted: links with their reason and confidence; statements with the address of the
    words and how certain they are.
    """
    mapping_sets = tuple(mapping_sets)
    items = _items(mapping_sets)
    properties: dict[Node, tuple[str, bool]] = {ns.wkg.twinnedWith: ("P190", True)}
    evidence = _Evidence(read, ns)
    lines = set(_links(mapping_sets, items, ns))
    for graph, (subject, predicate, value) in read:
        known, source = properties.get(predicate), evidence.of(graph)
        if known is None or source is None or subject not in items or value not in items:
            continue
        number, symmetric = known
        url, certainty = source
        comment = f"/* weihai-kg: {certainty} in the article; {_REVIEW} */"
        ends = [(items[subject], items[value])]
        ends += [(items[value], items[subject])] if symmetric else []
        for one, other in ends:
            lines.add("\t".join((one, number, other, _REFERENCE_URL, f'"{url}"', comment)))
    return sorted(lines)


def _items(mapping_sets: Iterable[MappingSet]) -> dict[Node, str]:
    """The Wikidata item of each thing that is the same as exactly one."""
    found: dict[Node, set[str]] = {}
    for mapping_set in mapping_sets:
        for mapping in mapping_set.mappings:
            if mapping.predicate == SKOS.exactMatch and mapping.object.startswith(REUSED["wd"]):
                found.setdefault(mapping.subject, set()).add(mapping.object)
    return {
        thing: items.pop().removeprefix(REUSED["wd"])
        for thing, items in found.items()
        if len(items) == 1
    }


def _links(
    mapping_sets: Iterable[MappingSet], items: dict[Node, str], ns: Namespaces
) -> Iterator[str]:
    """The links of the things that have a name here."""
    for mapping in (each for mapping_set in mapping_sets for each in mapping_set.mappings):
        item = items.get(mapping.subject)
        target = str(mapping.object).removeprefix(REUSED["wd"])
        if target == item and mapping.subject.startswith(ns.id):
            row = dict(mapping.row)
            reason = row["mapping_justification"].partition(":")[2]
            said = f"{reason}, confidence {row['confidence']}" if "confidence" in row else reason
            comment = f"/* weihai-kg: {said}; {_REVIEW} */"
            yield "\t".join((item, _EXACT_MATCH, f'"{mapping.subject}"', comment))


class _Evidence:
    """Where each asserted graph's words stand."""

    def __init__(self, read: NamedGraphs, ns: Namespaces) -> None:
        self._facts: dict[tuple[Node, Node], list[Node]] = {}
        self._ns = ns
        for subject, predicate, value in sorted(read.graphs.get(ns.graph.evidence, {})):
            self._facts.setdefault((subject, predicate), []).append(value)

    def _one(self, subject: Node, predicate: URIRef) -> Node | None:
        return next(iter(self._facts.get((subject, predicate), ())), None)

    def of(self, graph: URIRef) -> tuple[str, str] | None:
        """The address of the words and the certainty of the reading; None for other graphs."""
        if self._ns.wkg.AssertedGraph not in self._facts.get((graph, RDF.type), ()):
            return None
        quotation = self._one(graph, PROV.wasDerivedFrom)
        if quotation is None:
            return None
        article = self._one(quotation, PROV.wasQuotedFrom)
        start, end = self._one(quotation, OA.start), self._one(quotation, OA.end)
        certainty = self._one(graph, self._ns.wkg.certainty) or "read"
        return f"{article}#char={start},{end}", str(certainty)
