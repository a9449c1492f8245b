"""The index of names that the search of the site reads: every label, and how Chinese ones sound.

The readings are made here, once for a release, so that the service needs no dictionary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pypinyin import Style, pinyin
from rdflib import RDF, RDFS, SKOS, Literal, URIRef
from rdflib.term import Node

from weihai_kg.namespaces import Namespaces
from weihai_kg.sources.named_graphs import NamedGraphs
from weihai_kg.sources.turtle import Triple

_LANGUAGES = ("zh", "en")
_CHINESE = ("\u3400", "\u9fff")


def index(triples: Iterable[Triple], read: NamedGraphs, namespaces: Namespaces) -> dict[str, Any]:
    """Every thing of the project with a label: its labels, its other names, what kind it is.

    ``readings`` has the syllables of each Chinese name in Hanyu Pinyin without tones: for each
    character every reading that it may have in that name.
    """
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    others: dict[str, set[str]] = defaultdict(set)
    for subject, predicate, value in sorted(triples):
        if not isinstance(value, Literal) or not _is_own(subject, namespaces):
            continue
        if predicate == RDFS.label and value.language in _LANGUAGES:
            labels[str(subject)].setdefault(value.language, str(value))
        elif predicate in (RDFS.label, SKOS.altLabel):
            others[str(subject)].add(str(value))
    kinds = _kinds(read, namespaces)
    things = [
        {
            "iri": iri,
            "labels": dict(sorted(names.items())),
            "others": sorted(others[iri] - set(names.values())),
            "kind": labels.get(kinds.get(iri, ""), {}),
        }
        for iri, names in sorted(labels.items())
    ]
    names = {name for each in labels.values() for name in each.values()}.union(*others.values())
    return {"things": things, "readings": {name: _sounds(name) for name in sorted(names)
                                           if any(map(_is_chinese, name))}}  # fmt: skip


def _is_own(node: Node, namespaces: Namespaces) -> bool:
    return isinstance(node, URIRef) and node.startswith(namespaces.base)


def _kinds(read: NamedGraphs, namespaces: Namespaces) -> dict[str, str]:
    """The class that each thing was read to have; the first one where there are several."""
    found: dict[str, str] = {}
    for _, (subject, predicate, value) in read:
        if predicate == RDF.type and str(value).startswith(str(namespaces.wkg)):
            known = found.setdefault(str(subject), str(value))
            found[str(subject)] = min(known, str(value))
    return found


def _is_chinese(letter: str) -> bool:
    return _CHINESE[0] <= letter <= _CHINESE[1]


def _sounds(name: str) -> list[list[str]]:
    """The readings of each syllable; what is not Chinese stands as it is."""
    return [
        [syllable.casefold().replace("ü", "v") for syllable in readings]
        for readings in pinyin(name, style=Style.NORMAL, heteronym=True)
    ]
