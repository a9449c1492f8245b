"""Answers as people read them: IRIs as prefixed names, literals as their texts."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from weihai_kg.namespaces import Namespaces
from weihai_kg.saved_queries.canonical import Table

EXPECTED = Path(__file__).parent / "expected"
_PREFIXES = sorted(Namespaces().prefixes.items(), key=lambda each: -len(each[1]))
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@[\w-]+|\^\^<[^>]*>)?', re.DOTALL)
_ESCAPED = {"\\n": "\n", "\\t": "\t", "\\r": "\r", '\\"': '"', "\\\\": "\\"}


def readable(term: str | None) -> str:
    """A term in N-Triples form as a cell of an expected answer."""
    if term is None:
        return ""
    if term.startswith("<"):
        iri = term[1:-1]
        for prefix, namespace in _PREFIXES:
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri
    literal = _LITERAL.fullmatch(term)
    assert literal, term
    return re.sub(r"\\.", lambda match: _ESCAPED.get(match[0], match[0]), literal[1])


def rows(answer: Table, columns: list[str]) -> list[list[str]]:
    """The rows of an answer in these columns, readable, in their order."""
    places = [answer.columns.index(column) for column in columns]
    return [[readable(row[place]) for place in places] for row in answer.rows]


def expected(name: str) -> tuple[list[str], list[list[str]]]:
    """The columns and rows of ``expected/<name>.csv``."""
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        columns, *found = list(csv.reader(file))
    return columns, found
