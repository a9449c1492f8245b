"""Questions to the engine: each goes to its killable workers, and all of one explanation together
have the time of one query."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any, Protocol, TypeAlias

from rdflib.term import Node

from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.errors import LimitExceededError, QueryError, QuerySyntaxError, WorkerLostError
from weihai_kg.explanation.terms import Triple, from_json, key

Row: TypeAlias = dict[str, Node]
BATCH = 500


class QueryEngine(Protocol):
    """The part of ``weihai_kg.engine.service.Engine`` that is needed here."""

    @property
    def version(self) -> str:
        """The version that the next query is answered from."""

    def query(self, request: QueryRequest) -> Answer:
        """The answer, or a QueryError."""


class Asker:
    """Asks queries over the data set of one request, for as long as one query may take."""

    def __init__(
        self, engine: QueryEngine, *, seconds: float, request: QueryRequest | None = None
    ) -> None:
        """``request`` gives the data set; its text is not used."""
        self._engine = engine
        self._seconds = seconds
        self._end = monotonic() + seconds
        self._request = dataclasses.replace(
            request or QueryRequest(""), text="", substitutions={}, results=("json",), rdf=("nt",),
        )  # fmt: skip
        self.asked = 0

    def over(self, request: QueryRequest | None) -> Asker:
        """The same, with the same time, over the data set of another request."""
        other = Asker(self._engine, seconds=self._seconds, request=request)
        other._end = self._end
        return other

    def within(self, seconds: float) -> Asker:
        """The same, with no more than so many seconds from now on."""
        other = self.over(self._request)
        other._end = min(self._end, monotonic() + seconds)
        return other

    @property
    def version(self) -> str:
        """The version of the data."""
        return self._engine.version

    def rows(self, text: str) -> list[Row]:
        """The rows of a SELECT."""
        found = self._ask(text)
        return [
            {name: from_json(value) for name, value in row.items()}
            for row in found["results"]["bindings"]
        ]

    def table(self, text: str) -> tuple[list[str], list[Row]]:
        """The columns and the rows of a SELECT; QuerySyntaxError for any other form."""
        found = self._ask(text)
        if "results" not in found:
            raise QuerySyntaxError("Only a SELECT has rows to explain.")
        rows = [
            {name: from_json(value) for name, value in row.items()}
            for row in found["results"]["bindings"]
        ]
        return found["head"]["vars"], rows

    def holds(self, text: str) -> bool:
        """The answer of an ASK."""
        return bool(self._ask(text)["boolean"])

    def graph(self, text: str) -> bytes:
        """The answer of a CONSTRUCT, in N-Triples."""
        return self._body(text)

    def _ask(self, text: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._body(text))
        return found

    def _body(self, text: str) -> bytes:
        self.asked += 1
        if self._late():
            raise self._limit()
        request = dataclasses.replace(self._request, text=text, abandoned=self._late)
        try:
            answer = self._engine.query(request)
            try:
                return answer.body if answer.body is not None else b"".join(answer.chunks)
            finally:
                answer.close()
        except WorkerLostError:  # given up, as it was asked to be
            if self._late():
                raise self._limit() from None
            raise

    def _late(self) -> bool:
        return monotonic() > self._end

    def _limit(self) -> LimitExceededError:
        return LimitExceededError(
            "query_timeout", self._seconds,
            f"The explanation took more than {self._seconds:g} s (query_timeout); "
            "explain fewer solutions, or make the query more specific.",
        )  # fmt: skip


def values(variables: Iterable[str], rows: Iterable[Iterable[Node]]) -> str:
    """A VALUES clause; no term of it may be a blank node."""
    names = " ".join(f"?{name}" for name in variables)
    data = " ".join(f"({' '.join(map(key, row))})" for row in rows)
    return f"VALUES ({names}) {{ {data} }}"


def batches(triples: Iterable[Triple]) -> Iterator[list[Triple]]:
    """The statements in lots that one query can take."""
    listed = list(triples)
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]


__all__ = ["Asker", "QueryEngine", "QueryError", "Row", "batches", "values"]
