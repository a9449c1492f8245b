"""The canonical form of an answer: what a digest of it is taken of.

A table is its column names and then its rows, each the N-Triples forms of its terms with tabs
between (nothing where unbound), the rows sorted: the answer to a question is what it says, and the
order of the rows is how it is shown. A graph is its sorted N-Triples, a boolean is a word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from weihai_kg.engine.request import Form
from weihai_kg.saved_queries.parameters import literal

Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Column names and rows of terms in N-Triples form, in the order they came."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Canonical:
    """The canonical text of an answer and how many rows (triples, 1 for a boolean) it has."""

    text: str
    rows: int

    @property
    def digest(self) -> str:
        """SHA-256 of the text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def canonical(form: Form, body: bytes) -> Canonical:
    """The canonical form of an answer as SPARQL JSON (SELECT, ASK) or N-Triples."""
    if form is Form.ASK:
        return Canonical("true\n" if json.loads(body)["boolean"] else "false\n", 1)
    if form is Form.SELECT:
        return canonical_table(table(body))
    lines = sorted({line for line in body.decode().splitlines() if line and line[0] != "#"})
    return Canonical("".join(f"{line}\n" for line in lines), len(lines))


def canonical_table(answer: Table) -> Canonical:
    """The canonical form of a table."""
    head = "\t".join(f"?{column}" for column in answer.columns)
    rows = sorted("\t".join(term or "" for term in row) for row in answer.rows)
    return Canonical("".join(f"{line}\n" for line in [head, *rows]), len(rows))


def table(body: bytes) -> Table:
    """The table of a SPARQL 1.1 Query Results JSON document."""
    document = json.loads(body)
    columns = tuple(document["head"]["vars"])
    bindings: Iterable[Mapping[str, Any]] = document["results"]["bindings"]
    return Table(
        columns,
        tuple(
            tuple(_term(each[column]) if column in each else None for column in columns)
            for each in bindings
        ),
    )


def _term(value: Mapping[str, str]) -> str:
    if value["type"] == "uri":
        return f"<{value['value']}>"
    if value["type"] == "bnode":
        return f"_:{value['value']}"
    if "xml:lang" in value:
        return f"{literal(value['value'])}@{value['xml:lang']}"
    return (
        literal(value["value"], value["datatype"])
        if "datatype" in value
        else (literal(value["value"]))
    )
