"""Suggestions while a person types: things, types and properties whose name begins so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weihai_kg.similarity import levelled
from weihai_kg.web.reconcile import describing
from weihai_kg.web.reconcile.index import Index

SHOWN = 20


def suggest(
    kind: str, prefix: str, cursor: int, index: Index, language: str
) -> list[dict[str, Any]]:
    """At most ``SHOWN`` suggestions after the first ``cursor``; all, for an empty prefix.

    An identifier counts as a name. What begins so comes before what only holds it.
    """
    if kind == "entity":
        named = {
            each.id: [each.id, each.iri, *(name.text for name in each.names)]
            for each in index.entities.values()
        }
        found = _ranked(prefix, named, index.identified(prefix))[cursor : cursor + SHOWN]
        return [describing.suggestion(index.entities[id_], index, language) for id_ in found]
    items = index.types if kind == "type" else index.properties
    named = {each.id: [each.id, each.iri, *each.labels.values()] for each in items.values()}
    ids = _ranked(prefix, named, ())[cursor : cursor + SHOWN]
    return [describing.item(items[id_], language) for id_ in ids]


def _ranked(prefix: str, named: dict[str, list[str]], first: Iterable[str]) -> list[str]:
    wanted = levelled(prefix)
    if not wanted:
        return sorted(named)
    ranked = [(-1, 0, id_) for id_ in first]
    for id_, names in named.items():
        ranks = []
        for name in names:
            level = levelled(name)
            if level.startswith(wanted):
                ranks.append((0, len(level)))
            elif wanted in level:
                ranks.append((1, len(level)))
        if ranks:
            ranked.append((*min(ranks), id_))
    return list(dict.fromkeys(id_ for _, _, id_ in sorted(ranked)))
