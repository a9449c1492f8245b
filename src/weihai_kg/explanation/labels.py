"""The labels of whatever an explanation names."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import RDFS, SKOS, Literal, URIRef
from rdflib.term import Node

from weihai_kg.explanation.asking import BATCH, Asker, values
from weihai_kg.explanation.terms import key

_NAMES = (RDFS.label, SKOS.prefLabel)


def labels(asker: Asker, nodes: Iterable[Node | None]) -> dict[Node, dict[str, str]]:
    """The labels of IRIs by language; one without a language stands under an empty name."""
    found: dict[Node, dict[str, str]] = {}
    iris = sorted({node for node in nodes if isinstance(node, URIRef)}, key=key)
    for begin in range(0, len(iris), BATCH):
        given = values("t", ([each] for each in iris[begin : begin + BATCH]))
        for name in _NAMES:
            # One property at a time: with two VALUES the engine reads every label there is.
            rows = asker.rows(f"SELECT * {{ {given} ?t {key(name)} ?label }}")
            for row in sorted(rows, key=lambda row: key(row["label"])):
                label = row["label"]
                if isinstance(label, Literal):
                    found.setdefault(row["t"], {}).setdefault(label.language or "", str(label))
    return found
