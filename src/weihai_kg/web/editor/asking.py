"""One query asked: what came back, or the problem, and how long it took.

A page reads only the beginning of a very long answer, and says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.errors import QueryError
from weihai_kg.web.http.problem import Problem, of_query_error
from weihai_kg.web.page import context
from weihai_kg.web.protocol.sparql import is_volatile
from weihai_kg.web.tables import table as tables
from weihai_kg.web.tables.result import Result

LONGEST_SHOWN = 200_000
"""Characters of a graph that a page shows."""
MOST_BYTES = 8 * 1024 * 1024
"""Bytes of an answer that are read for a page; the files have all of it."""


@dataclass(frozen=True)
class Asked:
    """A query that was asked: ``result`` or ``problem``, and the seconds until it was there."""

    text: str
    result: Result | None
    problem: Problem | None
    seconds: float
    whole: bool = True

    @property
    def is_graph(self) -> bool:
        """Whether the answer is a graph."""
        return self.result is not None and self.result.form in (Form.CONSTRUCT, Form.DESCRIBE)

    @cached_property
    def table(self) -> tables.Table | None:
        """The rows of a SELECT."""
        if self.result is None or self.result.form is not Form.SELECT:
            return None
        return tables.read(self.result.body) if self.whole else tables.read_begun(self.result.body)

    @property
    def boolean(self) -> bool | None:
        """The answer to an ASK."""
        if self.result is None or self.result.form is not Form.ASK:
            return None
        return bool(json.loads(self.result.body)["boolean"])

    @cached_property
    def turtle(self) -> str:
        """The graph as Turtle."""
        if not self.is_graph or self.result is None:
            return ""
        return self.result.body.decode("utf-8", "strict" if self.whole else "ignore")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        if self.result is None:
            return False
        if self.table is not None:
            return not self.table.rows
        return self.boolean is False or (self.is_graph and not self.turtle.strip())

    @property
    def is_lasting(self) -> bool:
        """Whether the same query has the same answer for as long as the release is kept."""
        return not is_volatile(self.text)


def ask(text: str) -> Asked:
    """Ask a query; what goes wrong with it becomes its problem."""
    limit = context().settings.query_length
    started = perf_counter()
    try:
        if not text.strip():
            raise Problem(400, "There is no query.", todo="Write one, or choose an example.")
        if (size := len(text.encode("utf-8", "replace"))) > limit:
            raise Problem(
                413, f"The query has {size} bytes; the limit is {limit}.",
                todo="Send a shorter query.", limit="query_length", value=limit,
            )  # fmt: skip
        result, whole = _fetch(text)
    except (Problem, QueryError) as error:
        problem = error if isinstance(error, Problem) else of_query_error(error)
        return Asked(text, None, problem, perf_counter() - started)
    return Asked(text, result, None, perf_counter() - started, whole)


def _fetch(text: str) -> tuple[Result, bool]:
    """The answer as JSON, or a graph as Turtle, up to what a page shows; whether that is all."""
    request = QueryRequest(text, results=("json",), rdf=("ttl",))
    answer = context().engine.query(request)
    pieces, size, whole = [], 0, True
    try:
        for piece in (answer.body,) if answer.body is not None else answer.chunks:
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                whole = False
                break
    finally:
        answer.close()
    body = b"".join(pieces)
    return Result(Form(answer.form), answer.format, body, answer.version), whole
