"""The ontology as a diagram: its main classes, and the relations from their domains to ranges."""

from __future__ import annotations

from markupsafe import Markup

from weihai_kg.web.drawings import network
from weihai_kg.web.drawings.network import Edge, Node
from weihai_kg.web.site.axioms import OWL, RDFS, Ontology, VocabularyTerm
from weihai_kg.web.things.labels import said

DOMAIN, RANGE = RDFS + "domain", RDFS + "range"
MOST_NAMED = 2
"""Relations between the same two classes that are named on one line."""


def diagram(terms: list[VocabularyTerm], ontology: Ontology, language: str) -> Markup | None:
    """The diagram, made from the terms alone; None where no relation has a domain and a range.

    Of two properties that are each other's inverse, the one that is used more is shown. Relations
    whose domain or range is the class of everything, or within one class, are left to the page.
    """
    by_iri = {each.iri: each for each in terms}
    kept: dict[tuple[str, str], list[VocabularyTerm]] = {}
    for term in terms:
        ends = [term.relations.get(each, []) for each in (DOMAIN, RANGE)]
        if term.kind != "relations" or len(ends[0]) != 1 or len(ends[1]) != 1:
            continue
        source, target = ends[0][0].value, ends[1][0].value
        inverses = [by_iri[each.value] for each in term.relations.get(OWL + "inverseOf", [])
                    if each.value in by_iri]  # fmt: skip
        if any((each.uses, term.name) > (term.uses, each.name) for each in inverses):
            continue
        if source != target and {source, target} <= by_iri.keys():
            kept.setdefault((source, target), []).append(term)
    top = _top(terms)
    pairs = {ends: found for ends, found in kept.items() if not top & set(ends)}
    if not pairs:
        return None
    classes = sorted({end for ends in pairs for end in ends})
    nodes = [
        Node(iri, ontology.labels.get(iri, language) or by_iri[iri].name, f"#{by_iri[iri].name}",
             "place", main=False)
        for iri in classes
    ]  # fmt: skip
    edges = [Edge(*ends, _names(found, ontology, language)) for ends, found in pairs.items()]
    edges += [
        Edge(iri, above.value, said(("是一种", "is a kind of"), language), planned=True)
        for iri in classes
        for above in by_iri[iri].relations.get(RDFS + "subClassOf", [])
        if above.value in classes and (iri, above.value) not in pairs
    ]
    return network.network(nodes, edges, language, legend=False)


def _names(found: list[VocabularyTerm], ontology: Ontology, language: str) -> str:
    found = sorted(found, key=lambda each: (-each.uses, each.name))
    named = [ontology.labels.get(each.iri, language) or each.name for each in found[:MOST_NAMED]]
    more = len(found) - MOST_NAMED
    return said(("、", ", "), language).join(named) + (f" +{more}" if more > 0 else "")


def _top(terms: list[VocabularyTerm]) -> set[str]:
    """The classes that most others are kinds of: what holds of them says little."""
    above = [each.value for term in terms for each in term.relations.get(RDFS + "subClassOf", [])]
    return {iri for iri in set(above) if above.count(iri) >= 8}
