"""The SPARQL endpoint on the bare path: one query in, one answer out, whole or streaming."""

from __future__ import annotations

import codecs
import dataclasses
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic

from weihai_kg import errors, formats
from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.web.backend import QueryEngine
from weihai_kg.web.http.problem import Problem, of_query_error
from weihai_kg.web.http.request import Request
from weihai_kg.web.http.response import Response
from weihai_kg.web.protocol import operation as operations

# Queries whose answer may differ from one time to the next are neither kept nor given an ETag.
# The pattern finds more than these functions (a word in a string, say); that costs speed only.
_VOLATILE_WORDS = ("now", "rand", "uuid", "bnode", "service")
_VOLATILE = re.compile(r"(?<![\w:?$])(?:now|rand|uuid|struuid|bnode|service)(?![\w:])", re.I)

_ESCAPE = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")


def is_volatile(text: str) -> bool:
    """Whether the same query may have another answer in the same release."""
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: codecs.decode(found[0], "unicode_escape"), text)
    folded = text.lower()
    for word in _VOLATILE_WORDS:
        if word in folded:
            return bool(_VOLATILE.search(text))
    return False


def key_of(query: QueryRequest, version: str) -> Hashable:
    """What the answer depends on; None if it may change within one release."""
    if is_volatile(query.text):
        return None
    return (
        version, query.text, query.base_iri, query.default_graphs, query.named_graphs,
        query.infer, query.results, query.rdf,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """A query that is to be put to the engine, and what becomes of its answer."""

    engine: QueryEngine
    query: QueryRequest
    key: Hashable
    version: str
    timeout: float | None
    deadline: float | None

    def put(self) -> Response:
        """Wait for the answer; raises Problem when there is no whole answer in sight."""
        try:
            answer = self.engine.query(self.query)
        except errors.QueryError as error:
            raise self.problem(error) from error
        return self.response(answer)

    def response(self, answer: Answer) -> Response:
        """The response that carries the answer."""
        version, key = answer.version or self.engine.version, self.key
        if version != self.version:
            # Without the answer's own word, it may come from either release.
            key = key_of(self.query, version) if answer.version else None
        return respond(answer, key, version)

    def problem(self, error: errors.QueryError) -> Problem:
        """What the failed query is to its client."""
        if self.deadline is not None and monotonic() > self.deadline:
            return _too_late(self.timeout)
        return of_query_error(error)


class Endpoint:
    """Answers ``/sparql``; ``describe`` answers a GET without a query."""

    def __init__(
        self,
        engine: QueryEngine,
        describe: Callable[[Request, operations.Parameters], Response],
        kept: Callable[[Hashable], Response | None] = lambda key: None,
    ) -> None:
        """``kept`` gives the cached response of a key, if there is one."""
        self._engine = engine
        self._describe = describe
        self._kept = kept

    def __call__(self, request: Request) -> Response:
        """The answer to one request; raises Problem."""
        found = self.prepare(request)
        if isinstance(found, operations.Parameters):
            return self._describe(request, found)
        return found if isinstance(found, Response) else found.put()

    def prepare(self, request: Request) -> Response | Ask | operations.Parameters:
        """What to do for a request, without waiting for anything; raises Problem.

        The parameters are given back when they are for the description to answer.
        """
        if request.method == "OPTIONS":
            return Response(
                204, [("Allow", operations.ALLOW), ("Accept-Post", operations.ACCEPT_POST)]
            )
        if request.method not in ("GET", "HEAD", "POST"):
            raise Problem(
                405, f"{request.method[:20]} is not a method of this endpoint.",
                todo="Send a query with GET or POST.", headers=[("Allow", operations.ALLOW)],
            )  # fmt: skip
        parameters = operations.read(request)
        if request.method != "POST" and not parameters.names & operations.OPERATION:
            return parameters
        operation = operations.operation(request, parameters)
        return self._prepare(operation.query, operation.timeout)

    def ask(self, query: QueryRequest) -> Response:
        """The response to a query; raises Problem when there is no whole answer in sight."""
        found = self._prepare(query, None)
        return found if isinstance(found, Response) else found.put()

    def _prepare(self, query: QueryRequest, timeout: float | None) -> Response | Ask:
        version = self._engine.version
        key = key_of(query, version)
        if key is not None and (kept := self._kept(key)) is not None:
            return kept
        deadline = None
        if timeout is not None:
            deadline = monotonic() + timeout
            query = _watched(query, deadline)
        return Ask(self._engine, query, key, version, timeout, deadline)


def _watched(query: QueryRequest, deadline: float) -> QueryRequest:
    """The query, given up when its own time is over too."""
    gone = query.abandoned

    def abandoned() -> bool:
        return monotonic() > deadline or (gone is not None and gone())

    return dataclasses.replace(query, abandoned=abandoned)


def respond(answer: Answer, key: Hashable, version: str) -> Response:
    """The response that carries an answer."""
    headers = [("Content-Type", formats.BY_NAME[answer.format].content_type)]
    if answer.body is not None:
        answer.close()
        return Response(200, headers, answer.body, key=key, version=version)
    return Response(
        200, headers, None, stream=answer.chunks, close=answer.close, key=key, version=version
    )


def _too_late(timeout: float | None) -> Problem:
    return Problem(
        503, f"The query took more than the {timeout:g} s that its timeout parameter allows.",
        todo="Give it more time, or make it more specific.", limit="timeout", value=timeout,
    )  # fmt: skip
