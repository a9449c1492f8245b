"""SPARQL 1.1 Protocol, section 2: from an HTTP request to one query with its dataset.

https://www.w3.org/TR/sparql11-protocol/#protocol
"""

from __future__ import annotations

import math
from collections.abc import Iterable, KeysView
from dataclasses import dataclass

from weihai_kg.engine.request import QueryRequest
from weihai_kg.formats import RDF, RESULTS
from weihai_kg.web.http.iri import is_absolute_iri
from weihai_kg.web.http.negotiation import Ranking, accepted, named, offered
from weihai_kg.web.http.problem import Problem, not_acceptable
from weihai_kg.web.http.request import Request, decode_parameters

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
ACCEPT_POST = f"{QUERY}, {FORM}"
ALLOW = "GET, HEAD, POST, OPTIONS"

UTF8 = {"", "utf-8", "utf8", "us-ascii", "ascii"}

# A form is percent-encoded: one byte of a query may take three there.
FORM_GROWTH = 3
FORM_REST = 64 * 1024

# What some editors begin a file with (RFC 3629, section 6); it is no part of the query.
BYTE_ORDER_MARK = "\ufeff"

# UTF-8 takes up to this many bytes for a character.
LONGEST_CHARACTER = 4

ONCE = ("query", "update", "infer", "timeout", "format", "version")
UPDATE_DATASET = ("using-graph-uri", "using-named-graph-uri")
OPERATION = {
    "query", "update", "default-graph-uri", "named-graph-uri", "infer", "timeout", "version",
    *UPDATE_DATASET,
}  # fmt: skip
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Operation:
    """One query operation: what to ask the engine, and its time limit if the client set one."""

    query: QueryRequest
    timeout: float | None


class Parameters:
    """The parameters of one operation, from the address and from a form together."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Collect the values by name, in order."""
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        """Whether the parameter was given, be it empty."""
        return name in self._values

    @property
    def names(self) -> KeysView[str]:
        """The names that were given."""
        return self._values.keys()

    def all(self, name: str) -> tuple[str, ...]:
        """Every value, each once, in order."""
        values = self._values.get(name)
        return tuple(dict.fromkeys(values)) if values else ()

    def one(self, name: str) -> str | None:
        """The only value or None; raises Problem 400 when it is given more than once."""
        values = self._values.get(name)
        if values is None:
            return None
        if len(values) > 1:
            raise Problem(
                400, f"The parameter {name!r} is given {len(values)} times.",
                todo="Give it once.", parameter=name,
            )  # fmt: skip
        return values[0]


def read(request: Request) -> Parameters:
    """The parameters of a GET, a form POST or a direct POST; the text of the latter is ``query``.

    Raises Problem for a body that is not one of the two, too long or not UTF-8.
    """
    pairs = request.query_pairs()
    if request.method == "POST":
        pairs += _posted(request)
        request.log_query = next((value for name, value in pairs if name == "query"), "")
    return Parameters(pairs)


def _posted(request: Request) -> list[tuple[str, str]]:
    media_type, parameters = request.content_type()
    if media_type == UPDATE:
        return [("update", "")]
    if media_type not in (FORM, QUERY):
        given = f"a body of type {media_type!r}" if media_type else "a body without Content-Type"
        raise Problem(
            415, f"A query cannot be read from {given[:100]}.",
            todo=f"Send it as {QUERY} or as {FORM}.", headers=[("Accept-Post", ACCEPT_POST)],
        )  # fmt: skip
    if parameters.get("charset", "").lower() not in UTF8:
        raise Problem(
            415, f"The charset {parameters['charset'][:40]!r} is not supported.",
            todo="Send the query in UTF-8.", headers=[("Accept-Post", ACCEPT_POST)],
        )  # fmt: skip
    if (coding := request.header("CONTENT_ENCODING").strip().lower()) not in ("", "identity"):
        raise Problem(
            415, f"The content coding {coding[:40]!r} is not supported.",
            todo="Send the query as it is.", headers=[("Accept-Encoding", "identity")],
        )  # fmt: skip
    limit = request.settings.query_length
    if media_type == FORM:
        body = request.body(limit * FORM_GROWTH + FORM_REST, "query_length")
        return decode_parameters(body, "the form")
    try:
        text = request.body(limit, "query_length").decode()
    except UnicodeDecodeError as error:
        raise Problem(
            400, f"The query is not UTF-8: {error.reason} at byte {error.start}.",
            todo="Send the query in UTF-8.",
        ) from None  # fmt: skip
    pairs = [("query", text)]
    if "version" in parameters:
        pairs.append(("version", parameters["version"]))
    return pairs


def operation(request: Request, parameters: Parameters) -> Operation:
    """The query operation that the parameters ask for.

    Raises Problem: 400 for parameters that are missing, repeated, conflicting or invalid, 403 for
    an update, 406 when the client accepts nothing that any query is answered in.
    """
    if parameters.names != {"query"}:
        _refuse_update(parameters)
        for name in ONCE:
            parameters.one(name)
    text = parameters.one("query")
    if text is None:
        raise Problem(400, "The parameter 'query' is missing.", todo="Send a SPARQL query in it.")
    text = text.removeprefix(BYTE_ORDER_MARK)
    limit = request.settings.query_length
    if len(text) * LONGEST_CHARACTER > limit and (size := len(text.encode())) > limit:
        raise Problem(
            413, f"The query has {size} bytes; the limit is {limit}.", todo="Send a shorter query.",
            limit="query_length", value=limit,
        )  # fmt: skip
    ranking = formats_asked(request, parameters)
    if not any(ranking):
        raise not_acceptable(offered(RESULTS) + offered(RDF))
    query = QueryRequest(
        text=text,
        base_iri=request.url,
        default_graphs=_iris(parameters, "default-graph-uri"),
        named_graphs=_iris(parameters, "named-graph-uri"),
        infer=_infer(parameters),
        results=ranking.results,
        rdf=ranking.rdf,
        abandoned=request.gone,
    )
    return Operation(query, _timeout(parameters, request.settings.query_timeout))


def formats_asked(request: Request, parameters: Parameters) -> Ranking:
    """What ``?format=`` asks for, or else what Accept does."""
    word = parameters.one("format")
    return named(word) if word else accepted(request.accept)


def _refuse_update(parameters: Parameters) -> None:
    if "update" in parameters and "query" in parameters:
        raise Problem(
            400, "The request has a query and an update.", todo="Send one operation at a time."
        )
    parameters.one("update")
    if "update" in parameters:
        raise Problem(
            403, "This service is read-only; it takes no updates.", todo="Send a query instead."
        )
    for name in UPDATE_DATASET:
        if name in parameters:
            raise Problem(
                400, f"The parameter {name!r} belongs to updates.",
                todo="For a query use default-graph-uri and named-graph-uri.", parameter=name,
            )  # fmt: skip


def _iris(parameters: Parameters, name: str) -> tuple[str, ...]:
    values = parameters.all(name)
    for value in values:
        if not is_absolute_iri(value):
            raise Problem(
                400, f"{name}: {value[:200]!r} is not an absolute IRI.",
                todo="Give the graph's full IRI, percent-encoded once.", parameter=name,
            )  # fmt: skip
    return values


def _infer(parameters: Parameters) -> bool:
    value = parameters.one("infer")
    if value is None:
        return True
    if value not in BOOLEANS:
        raise Problem(
            400, f"infer: {value[:40]!r} is neither 'true' nor 'false'.",
            todo="Use infer=false to leave inferred statements out.", parameter="infer",
        )  # fmt: skip
    return BOOLEANS[value]


def _timeout(parameters: Parameters, limit: float) -> float | None:
    value = parameters.one("timeout")
    if value is None:
        return None
    try:
        seconds = float(value) if value.isascii() else math.nan
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise Problem(
            400, f"timeout: {value[:40]!r} is not a number of seconds above 0.",
            todo=f"Give seconds, at most {limit:g}.", parameter="timeout",
        )  # fmt: skip
    return min(seconds, limit)
