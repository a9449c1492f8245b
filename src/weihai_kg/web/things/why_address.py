"""The addresses under ``/why`` that explain a statement, or a row of an answer.

A row is named by the values that tell it from the others, so that its address means the same row
whatever the order of the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from rdflib import XSD

from weihai_kg.web.things.terms import Term

ROW, MISSING = "/why", "/whynot"
PLACES = ("s", "p", "o")
BINDING, PARAMETER = "binding-", "param-"

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def of_statement(subject: str, predicate: str, value: str) -> str:
    """The address of a statement's reasons; an IRI may stand as it is, a literal in N-Triples."""
    return f"{ROW}?{urlencode(dict(zip(PLACES, (subject, predicate, value), strict=True)))}"


def of_row(
    query: str, arguments: Mapping[str, str], bindings: Mapping[str, str], path: str = ROW
) -> str:
    """The address of the reasons of a row.

    ``query`` is a SPARQL text, or the name of a saved query that has ``arguments``; ``bindings``
    has a term for each variable that is to have that value, and an empty text for one that is to
    have none.
    """
    return f"{path}?" + urlencode({
        "query": query,
        **{PARAMETER + name: value for name, value in arguments.items()},
        **{BINDING + name: value for name, value in bindings.items()},
    })  # fmt: skip


def written(term: Term, prefixes: Mapping[str, str]) -> str:
    """A term for an address: a prefixed name where a prefix fits, else in N-Triples."""
    if term.is_iri:
        for prefix, namespace in prefixes.items():
            local = term.value.removeprefix(namespace)
            if local != term.value and _PLAIN.fullmatch(local):
                return f"{prefix}:{local}"
    return typed(term.ntriples)


def typed(term: str) -> str:
    """A term in N-Triples form, a plain text with its datatype: it would be taken for a label."""
    return f"{term}^^<{XSD.string}>" if term.endswith('"') else term
