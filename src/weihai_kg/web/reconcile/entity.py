"""What the service knows of the graph: things, types and properties, with their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from weihai_kg.web.things.terms import Term


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a thing.

    ``sure`` is whether the article, or a translation, gives it to this thing explicitly; a name
    that needed a reading may be another thing's as well.
    """

    text: str
    language: str
    alias: bool
    sure: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A type or a property."""

    id: str
    iri: str
    labels: Mapping[str, str]
    definitions: Mapping[str, str] = field(default_factory=dict)
    broader: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """Its label in a language, or what there is."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.id)


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing with its names, the types of it that are the project's own, and its statements."""

    id: str
    iri: str
    names: tuple[Name, ...]
    types: tuple[str, ...]
    values: Mapping[str, tuple[Term, ...]]

    def name(self, language: str) -> str:
        """Its label in a language, or what there is."""
        labels = {each.language: each.text for each in reversed(self.names) if not each.alias}
        if labels:
            return labels.get(language) or labels.get("en") or next(iter(labels.values()))
        return self.names[0].text if self.names else self.id


def specific(types: Iterable[str], items: Mapping[str, Item]) -> tuple[str, ...]:
    """The types, those first that are broader than none of the others."""
    known = sorted(set(types))
    broader = {above for each in known for above in _above(each, items)}
    return tuple(sorted(known, key=lambda each: (each in broader, each)))


def _above(type_: str, items: Mapping[str, Item]) -> set[str]:
    found: set[str] = set()
    left = [type_]
    while left:
        item = items.get(left.pop())
        for each in item.broader if item else ():
            if each not in found:
                found.add(each)
                left.append(each)
    return found
