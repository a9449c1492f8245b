"""Runs saved queries through an engine; whole answers only, the latest kept in memory."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping

from weihai_kg.engine.request import Answer, Form, QueryRequest
from weihai_kg.errors import QueryError
from weihai_kg.saved_queries.parameters import InvalidParameterError, bind
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.web.http.iri import is_absolute_iri
from weihai_kg.web.http.problem import Problem, of_query_error
from weihai_kg.web.protocol.sparql import is_volatile
from weihai_kg.web.tables.result import Result

KEPT_BYTES = 8 * 1024 * 1024

Ask = Callable[[QueryRequest], Answer]


class Kept:
    """The results used last, bounded in bytes."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        """``limit`` is in bytes."""
        self._limit = limit
        self._size = 0
        self._results: OrderedDict[Hashable, Result] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Result | None:
        """The result of a key, if it is kept."""
        with self._lock:
            found = self._results.get(key)
            if found is not None:
                self._results.move_to_end(key)
            return found

    def put(self, key: Hashable, result: Result) -> None:
        """Keep a result, and give up the oldest ones that it needs the place of."""
        if len(result.body) > self._limit // 4:
            return
        with self._lock:
            old = self._results.pop(key, None)
            self._size -= len(old.body) if old else 0
            self._results[key] = result
            self._size += len(result.body)
            while self._size > self._limit:
                _, oldest = self._results.popitem(last=False)
                self._size -= len(oldest.body)


def prepare(query: SavedQuery, arguments: Mapping[str, str]) -> QueryRequest:
    """The request of a query with arguments; raises Problem 400 that says what is allowed."""
    check(query, arguments)
    return query.request(arguments)


def check(query: SavedQuery, arguments: Mapping[str, str]) -> None:
    """Raise Problem 400 when an argument does not fit."""
    try:
        for name, term in bind(query.parameters, arguments, query.prefixes).items():
            if term.startswith("<") and not is_absolute_iri(term[1:-1]):
                raise InvalidParameterError(name, arguments[name], "an IRI (RFC 3987)")
    except InvalidParameterError as error:
        raise invalid(error) from None


def invalid(error: InvalidParameterError) -> Problem:
    """400 for an argument: the parameter, the value and what is allowed."""
    return Problem(
        400, str(error), todo=f"Give {error.allowed}.",
        parameter=error.name, value=error.value[:200], allowed=error.allowed,
    )  # fmt: skip


def fetch(request: QueryRequest, ask: Ask, format_: str, kept: Kept | None = None,
          version: str = "") -> Result:  # fmt: skip
    """The whole answer in a format; ``version`` is the release that ``ask`` answers from."""
    if is_volatile(request.text):
        kept = None
    key = (version, request.text, tuple(sorted(request.substitutions.items())), format_)
    if kept is not None and version and (found := kept.get(key)) is not None:
        return found
    asked = dataclasses.replace(request, results=(format_,), rdf=(format_,))
    try:
        answer = ask(asked)
        try:
            body = answer.body if answer.body is not None else b"".join(answer.chunks)
        finally:
            answer.close()
    except QueryError as error:
        raise of_query_error(error) from error
    result = Result(Form(answer.form), answer.format, body, answer.version or version)
    if kept is not None and version and result.version == version:
        kept.put(key, result)
    return result
