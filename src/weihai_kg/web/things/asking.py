"""Asks the engine the queries of ``rq/`` and reads their answers.

A value is bound to a variable as a term; it never becomes part of a query's text.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from weihai_kg.engine.request import QueryRequest
from weihai_kg.namespaces import Namespaces
from weihai_kg.web.page import context
from weihai_kg.web.things.terms import Term

Row = dict[str, Term]


@cache
def _text(name: str, base: str) -> str:
    text = (files("weihai_kg.web") / "rq" / f"{name}.rq").read_text("utf-8")
    return Namespaces(base).rebase(text)


def _answer(name: str, terms: dict[str, Term], **options: Any) -> bytes:
    asked = context()
    request = QueryRequest(
        _text(name, asked.settings.base),
        substitutions={variable: term.ntriples for variable, term in terms.items()},
        **options,
    )
    answer = asked.engine.query(request)
    try:
        return answer.body if answer.body is not None else b"".join(answer.chunks)
    finally:
        answer.close()


def rows(name: str, **terms: Term) -> list[Row]:
    """The solutions of a SELECT query of ``rq/``."""
    document = json.loads(_answer(name, terms))
    return [
        {variable: Term.of(binding) for variable, binding in solution.items()}
        for solution in document["results"]["bindings"]
    ]


def holds(name: str, **terms: Term) -> bool:
    """The answer to an ASK query of ``rq/``."""
    return bool(json.loads(_answer(name, terms))["boolean"])


def graph(name: str, form: str, **terms: Term) -> bytes:
    """The triples of a CONSTRUCT query of ``rq/``, in a format."""
    return _answer(name, terms, rdf=(form,))
