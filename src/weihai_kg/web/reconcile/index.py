"""The index of a release: asked for once, kept in memory as long as the release is served."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from weihai_kg.namespaces import REUSED, Namespaces
from weihai_kg.similarity import Names, levelled
from weihai_kg.web.page import context
from weihai_kg.web.reconcile.entity import Entity, Item, Name, specific
from weihai_kg.web.things.asking import Row, rows
from weihai_kg.web.things.labels import WELL_KNOWN
from weihai_kg.web.things.terms import Term

_TYPE = REUSED["rdf"] + "type"
_LABEL = REUSED["rdfs"] + "label"
_LINKS = tuple(REUSED["skos"] + each for each in ("exactMatch", "closeMatch"))


class Index:
    """Everything that the service answers from."""

    def __init__(
        self, version: str, ns: Namespaces, names: list[Row], statements: list[Row],
        terms: list[Row],
    ) -> None:  # fmt: skip
        """Read the answers to the queries ``reconcile-names``, ``-statements`` and ``-terms``."""
        self.version = version
        self._ns = ns
        self.types, self.properties = self._terms(terms)
        self.entities = self._entities(names, statements)
        self.entities_of: dict[str, list[str]] = defaultdict(list)
        self._called: dict[str, list[str]] = defaultdict(list)
        self._identified: dict[str, list[str]] = defaultdict(list)
        self._holding: dict[tuple[str, str], list[str]] = defaultdict(list)
        for entity in self.entities.values():
            self._enter(entity)
        used = {each for entity in self.entities.values() for each in entity.values}
        self.properties = {id_: item for id_, item in self.properties.items() if id_ in used}
        self.types = {id_: item for id_, item in self.types.items() if id_ in self.entities_of}
        self._searches: dict[str, Names] = {}
        self.search("")

    def _terms(self, found: list[Row]) -> tuple[dict[str, Item], dict[str, Item]]:
        labels: dict[str, dict[str, str]] = defaultdict(dict)
        definitions: dict[str, dict[str, str]] = defaultdict(dict)
        broader: dict[str, set[str]] = defaultdict(set)
        classes = set()
        for iri, (zh, en) in WELL_KNOWN.items():
            labels[iri] = {"zh": zh, "en": en}
        for row in found:
            iri, label = row["x"].value, row["label"]
            labels[iri][label.language or "en"] = label.value
            if "definition" in row:
                definitions[iri][label.language or "en"] = row["definition"].value
            if "broader" in row:
                broader[iri].add(self.shorten(row["broader"].value))
            if row["kind"].local == "Class":
                classes.add(iri)
        items = {
            self.shorten(iri): Item(
                self.shorten(iri), iri, labels[iri], definitions[iri], tuple(sorted(broader[iri]))
            )
            for iri in sorted(labels)
        }
        types = {
            id_: item for id_, item in items.items()
            if item.iri in classes and item.iri.startswith(str(self._ns.wkg))
        }  # fmt: skip
        return types, {id_: each for id_, each in items.items() if each.iri not in classes}

    def _entities(self, names: list[Row], statements: list[Row]) -> dict[str, Entity]:
        called: dict[str, list[Name]] = defaultdict(list)
        for row in names:
            alias, sure = row["p"].value != _LABEL, row["sure"].value == "1"
            name = Name(row["name"].value, row["name"].language, alias, sure)
            called[row["x"].value].append(name)
        values: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for row in statements:
            values[row["x"].value][self.shorten(row["p"].value)].append(row["o"])
        found = {}
        for iri in sorted(called):
            id_ = iri.removeprefix(str(self._ns.id))
            kinds = (self.shorten(each.value) for each in values[iri]["rdf:type"])
            types = specific((each for each in kinds if each in self.types), self.types)
            held = {key: tuple(terms) for key, terms in values[iri].items()}
            found[id_] = Entity(id_, iri, tuple(called[iri]), types, held)
        return found

    def _enter(self, entity: Entity) -> None:
        for type_ in entity.types:
            self.entities_of[type_].append(entity.id)
        for name in dict.fromkeys(each.text for each in entity.names):
            self._called[name].append(entity.id)
        self._identified[entity.id].append(entity.id)
        self._identified[entity.iri].append(entity.id)
        for pid, terms in entity.values.items():
            for term in terms:
                for key in self.texts(term):
                    self._holding[pid, levelled(key)].append(entity.id)
                if term.is_iri and pid in map(self.shorten, _LINKS[:1]):
                    self._identified[term.value].append(entity.id)
                    self._identified[term.local].append(entity.id)

    def shorten(self, iri: str) -> str:
        """The identifier of a term: its local name if it is the project's, else a CURIE."""
        own = str(self._ns.wkg)
        if iri.startswith(own):
            return iri.removeprefix(own)
        for prefix, namespace in REUSED.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri

    def texts(self, term: Term) -> Iterator[str]:
        """What a value may be called by a client: its identifier, its IRI, its names, itself."""
        yield term.value
        if term.is_iri:
            id_ = term.value.removeprefix(str(self._ns.id))
            if id_ in self.entities:
                yield id_
                yield from (name.text for name in self.entities[id_].names)
            elif (short := self.shorten(term.value)) in self.types:
                yield short
                yield from self.types[short].labels.values()

    def entity(self, id_: str) -> Entity | None:
        """The thing of an identifier, which may also be its whole IRI."""
        return self.entities.get(id_.removeprefix(str(self._ns.id)))

    def item(self, id_: str, among: Mapping[str, Item]) -> Item | None:
        """The type or property of an identifier, an IRI or a label."""
        found = among.get(id_) or among.get(self.shorten(id_))
        if found is None:
            wanted = levelled(id_)
            same = [each for each in among.values()
                    if wanted in map(levelled, each.labels.values())]  # fmt: skip
            found = same[0] if len(same) == 1 else None
        return found

    def identified(self, text: str) -> list[str]:
        """The things that an identifier, an IRI or the identifier of an exact match names."""
        return self._identified.get(text.strip(), [])

    def holding(self, pid: str, text: str) -> list[str]:
        """The things with this value, or a value of this name, of a property."""
        return self._holding.get((pid, levelled(text)), [])

    def called(self, name: str) -> list[str]:
        """The things that have exactly this name."""
        return self._called.get(name, [])

    def search(self, type_: str) -> Names:
        """The names to search in: all, or those of one type."""
        found = self._searches.get(type_)
        if found is None:
            things: Iterable[str] = self.entities_of.get(type_, ()) if type_ else self.entities
            found = Names(name.text for id_ in things for name in self.entities[id_].names)
            self._searches[type_] = found
        return found


class Indexes:
    """The index of the release that is served; made again when another one is."""

    def __init__(self) -> None:
        """Nothing is asked before the first request."""
        self._lock = threading.Lock()
        self._index: Index | None = None

    def current(self) -> Index:
        """The index of the release that is served now."""
        version = context().engine.version
        index = self._index
        if index is None or index.version != version:
            with self._lock:
                index = self._index
                if index is None or index.version != version:
                    index = Index(
                        version,
                        Namespaces(context().settings.base),
                        rows("reconcile-names"),
                        rows("reconcile-statements"),
                        rows("reconcile-terms"),
                    )
                    self._index = index
        return index
