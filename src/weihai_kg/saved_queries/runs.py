"""Run every saved query with its defaults, and hold the answers against what is expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from weihai_kg.engine.request import Answer, Form, QueryRequest
from weihai_kg.errors import Finding, LimitExceededError, QueryError, QuerySyntaxError
from weihai_kg.saved_queries.canonical import Canonical, canonical
from weihai_kg.saved_queries.consistency import SERVICE
from weihai_kg.saved_queries.parameters import choices_query
from weihai_kg.saved_queries.saved_query import Expectation, SavedQuery, header_lines

Ask = Callable[[QueryRequest], Answer]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one query: row count and digest of the answer, or what went wrong.

    The digest is empty where the answer is not the release's alone.
    """

    query: SavedQuery
    rows: int
    digest: str
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """The name of the query."""
        return self.query.name


def run_all(queries: Iterable[SavedQuery], ask: Ask) -> Iterator[Run]:
    """Run each query with its defaults; what goes wrong is in the run's findings."""
    for query in queries:
        yield run(query, ask)


def run(query: SavedQuery, ask: Ask) -> Run:
    """Run one query with its defaults.

    One that needs a remote endpoint is parsed and run with a graph in place of the endpoint, which
    has nothing: a build does not depend on others. Its run has no digest.
    """
    request = query.request()
    if query.remote:
        request = replace(request, text=SERVICE.sub(r"GRAPH <\2>", request.text))
    try:
        answer = fetch(request, ask)
    except QueryError as error:
        return Run(query, 0, "", (_failed(query, error),))
    if query.remote:
        return Run(query, 0, "")
    surprise = _surprise(query, answer)
    found = [*([surprise] if surprise else []), *_choices(query, ask)]
    return Run(query, answer.rows, answer.digest, tuple(found))


def _choices(query: SavedQuery, ask: Ask) -> Iterator[Finding]:
    """What is wrong with the choices that the form of a query offers."""
    for parameter in query.parameters:
        text = choices_query(parameter)
        if text is None:
            continue
        where = f"the choices of {parameter.name}"
        todo = "correct its class or its choices"
        try:
            answer = fetch(QueryRequest(text), ask)
        except QueryError as error:
            yield Finding(query.file, 1, f"{where} cannot be asked: {error}", todo)
            continue
        columns = set(answer.text.partition("\n")[0].split("\t"))
        missing = sorted({"?value", "?labelZh", "?labelEn"} - columns)
        if missing:
            what = f"{where} come without {', '.join(missing)}"
            yield Finding(query.file, 1, what, "select ?value ?labelZh ?labelEn")
        elif not answer.rows:
            yield Finding(query.file, 1, f"{where} are empty", todo)


def fetch(request: QueryRequest, ask: Ask) -> Canonical:
    """The canonical answer to a request, read to its end. Raises QueryError."""
    whole = QueryRequest(
        request.text,
        base_iri=request.base_iri,
        substitutions=request.substitutions,
        results=("json",),
        rdf=("nt",),
    )
    answer = ask(whole)
    try:
        body = answer.body if answer.body is not None else b"".join(answer.chunks)
    finally:
        answer.close()
    return canonical(Form(answer.form), body)


def _failed(query: SavedQuery, error: QueryError) -> Finding:
    if isinstance(error, QuerySyntaxError):
        line, what = _in_file(query, str(error))
        return Finding(query.file, line, f"it does not parse: {what}", "correct the SPARQL")
    if isinstance(error, LimitExceededError):
        return Finding(query.file, 1, f"it exceeds a limit: {error}", "make the query cheaper")
    return Finding(query.file, 1, f"it fails: {error}", "make it run on this data")


def _in_file(query: SavedQuery, message: str) -> tuple[int, str]:
    """The line of the file that a parser's message means, and the message with that line."""
    found = re.match(r"error at (\d+):", message)
    if not found:
        return 1, message
    line = int(found[1]) + len(header_lines(query.text))
    return line, f"error at {line}:{message[found.end() :]}"


def _surprise(query: SavedQuery, answer: Canonical) -> Finding | None:
    """A finding when the answer is not of the kind that the header promises."""
    rows = answer.rows
    if query.expect is Expectation.NONE and rows:
        what = f"{rows} row{'s' if rows > 1 else ''} where none is expected"
        todo = "if the article does answer it, set expect and drop the note; else correct the data"
        return Finding(query.file, 1, what, todo)
    if query.expect in {Expectation.ROWS, Expectation.GRAPH} and not rows:
        todo = "correct the query or the data it asks for"
        return Finding(query.file, 1, "an empty answer where rows are expected", todo)
    if query.expect is Expectation.ONE and rows != 1:
        return Finding(query.file, 1, f"{rows} rows where one is expected", "make it one")
    return None
