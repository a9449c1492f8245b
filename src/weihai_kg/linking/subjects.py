"""The entities of the graph as they are compared with candidates, read from the sources.

Links are never read here: what a link says cannot lead a candidate to itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rdflib import RDF, RDFS, SKOS, Literal, URIRef
from rdflib.term import Node

from weihai_kg.errors import UsageError
from weihai_kg.linking.profile import Point, Profile
from weihai_kg.namespaces import SCHEMA
from weihai_kg.sources.corpus import Corpus

LINKABLE = ("Place", "Organization", "Person", "Vessel", "EventSeries", "Exhibition", "Conference",
            "Competition", "Agreement", "Policy", "Topic")  # fmt: skip
"""Classes whose members a link is looked for; claims, figures and periods are the graph's own."""

KINDS = {
    "Country": "Country", "Province": "Province", "City": "City", "Port": "Port",
    "Airport": "Airport", "Company": "Company", "Organization": "Organization", "Person": "Person",
    "Vessel": "Vessel", "VesselType": "Vessel", "EventSeries": "Event", "Event": "Event",
    "Agreement": "Agreement", "Policy": "Policy",
}  # fmt: skip
"""The kind of each class, the narrower classes first."""


class Subjects:
    """Every entity that could be linked, by its IRI."""

    def __init__(self, corpus: Corpus) -> None:
        """Read names, classes, coordinates and areas from the corpus' statements."""
        self._ns = corpus.namespaces
        self._objects: dict[tuple[Node, Node], list[Node]] = defaultdict(list)
        for each in corpus.statements:
            subject, predicate, value = each.triple
            self._objects[subject, predicate].append(value)
        self._broader: dict[Node, set[Node]] = defaultdict(set)
        for narrow, _, broad in corpus.ontology.triples((None, RDFS.subClassOf, None)):
            self._broader[narrow].add(broad)
        entities = {
            node
            for node, predicate in self._objects
            if predicate == RDF.type and isinstance(node, URIRef) and node.startswith(self._ns.id)
        }
        self._entities = {str(node): node for node in sorted(entities)}

    def __iter__(self) -> Iterator[Profile]:
        """The entities of a linkable class, in the order of their names."""
        linkable = {self._ns.wkg[name] for name in LINKABLE}
        for node in self._entities.values():
            if self._classes(node) & linkable:
                yield self._profile(node)

    def __contains__(self, iri: str) -> bool:
        """Whether the sources describe an entity of this IRI."""
        return iri in self._entities

    def named(self, names: Iterable[str]) -> list[Profile]:
        """The entities of these names (``weihai``) or IRIs.

        Raises UsageError that names the one that is not there.
        """
        found = []
        for name in names:
            iri = name if name in self._entities else str(self._ns.id[name.removeprefix("id:")])
            if iri not in self._entities:
                raise UsageError(f"no entity {name!r}; `weihai-kg query` finds their names")
            found.append(self._profile(self._entities[iri]))
        return found

    def profile(self, iri: str) -> Profile:
        """The entity of this IRI; raises KeyError when there is none."""
        return self._profile(self._entities[iri])

    def areas(self, iri: str) -> list[str]:
        """The IRIs of what the entity lies in, the nearest first."""
        return [str(area) for area in self._areas(self._entities[iri])]

    def is_country(self, iri: str) -> bool:
        """Whether the entity is a country."""
        return self._ns.wkg.Country in self._classes(URIRef(iri))

    def _classes(self, node: Node) -> set[Node]:
        found: set[Node] = set()
        waiting = list(self._objects[node, RDF.type])
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting += self._broader[each]
        return found

    def _areas(self, node: Node) -> list[Node]:
        found: list[Node] = []
        waiting = [node]
        while waiting:
            each = waiting.pop(0)
            for predicate in (self._ns.wkg.locatedIn, self._ns.wkg.basedIn, self._ns.wkg.homeArea):
                new = [area for area in self._objects[each, predicate] if area not in found]
                found += new
                waiting += new
        return found

    def _profile(self, node: URIRef) -> Profile:
        classes = self._classes(node)
        areas = self._areas(node)
        country = self._ns.wkg.Country
        countries = [area for area in (node, *areas) if country in self._classes(area)]
        kind = next((kind for name, kind in KINDS.items() if self._ns.wkg[name] in classes), "")
        return Profile(
            id=str(node),
            labels=self._texts(node, RDFS.label, SKOS.prefLabel),
            aliases=self._texts(node, SKOS.altLabel),
            types=tuple(
                sorted({str(each).rpartition("#")[2] for each in self._objects[node, RDF.type]})
            ),
            kind=kind,
            point=self._point(node),
            countries=tuple(dict.fromkeys(self._all_names(countries))),
            context=tuple(dict.fromkeys(self._all_names(areas))),
        )

    def _texts(self, node: Node, *predicates: Node) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for predicate in predicates:
            for each in self._objects[node, predicate]:
                if isinstance(each, Literal) and each.language:
                    found[each.language.partition("-")[0]].append(str(each))
        return {language: tuple(dict.fromkeys(texts)) for language, texts in sorted(found.items())}

    def _all_names(self, nodes: Iterable[Node]) -> Iterator[str]:
        for node in nodes:
            for texts in self._texts(node, RDFS.label, SKOS.altLabel).values():
                yield from texts

    def _point(self, node: Node) -> Point | None:
        values = [
            [each for each in self._objects[node, SCHEMA[name]] if isinstance(each, Literal)]
            for name in ("latitude", "longitude")
        ]
        if not all(values):
            return None
        latitude, longitude = (float(each[0]) for each in values)
        return latitude, longitude
