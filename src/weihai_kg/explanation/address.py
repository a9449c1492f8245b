"""The addresses of explanations: what a page links to, and what can be cited.

They hold the values of a row and not its number, for rows without ORDER BY come in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from rdflib import XSD
from rdflib.term import Node

from weihai_kg.explanation.model import Explanation, Question, Statement
from weihai_kg.explanation.terms import key

WHY, WHYNOT = "/why", "/whynot"
BINDING, PARAMETER = "binding-", "param-"
PLACES = ("s", "p", "o")

Value = Node | str | None


def of_row(
    query: str,
    row: Mapping[str, Value],
    parameters: Mapping[str, str] | None = None,
    path: str = WHY,
) -> str:
    """Why a row is in the answer: ``query`` is a text, or a saved query's name with its parameters.

    ``row`` has every column; a value is a term, or its N-Triples text, or None where there is none.
    Nothing is asked of anyone: it costs a few microseconds.
    """
    given = {f"{PARAMETER}{name}": value for name, value in (parameters or {}).items()}
    return f"{path}?{urlencode({'query': query, **given, **_bindings(row)})}"


def of_statement(statement: Statement, query: str = "") -> str:
    """Why a statement holds; or, with a query, why it is in the answer of that query."""
    terms = {place: typed(key(term)) for place, term in zip(PLACES, statement.triple, strict=True)}
    return f"{WHY}?{urlencode({'query': query, **terms} if query else terms)}"


def of(found: Explanation) -> str:
    """The address that gives an explanation again, whatever the order of the rows."""
    if found.statement is not None:
        query = "" if found.question is Question.STATEMENT else found.query
        return of_statement(found.statement, query)
    path = WHYNOT if found.question is Question.MISSING else WHY
    return f"{path}?{urlencode({'query': found.query, **_bindings(dict(found.asked))})}"


def _bindings(row: Mapping[str, Value]) -> dict[str, str]:
    return {
        f"{BINDING}{name}": value if isinstance(value, str) and not isinstance(value, Node)
        else typed(key(value))
        for name, value in row.items()
    }  # fmt: skip


def typed(term: str) -> str:
    """A term in N-Triples form, a plain text with its datatype: bare words count as a label."""
    return f"{term}^^<{XSD.string}>" if term.endswith('"') else term
