"""What is asked of the engine and what it gives back: plain data, no engine behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Form(StrEnum):
    """The form of a query (SPARQL 1.1 Query, section 16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """One query with its RDF dataset and what its client accepts.

    ``default_graphs`` and ``named_graphs`` are the protocol's dataset (SPARQL 1.1 Protocol,
    section 2.1.4): if either is given, both together replace any FROM of the query. ``infer=False``
    leaves inferred statements out of the default graph. ``substitutions`` binds variables to terms
    in N-Triples form. ``results`` and ``rdf`` are names of formats, best first; an empty one means
    that the client accepts no format of that kind. ``abandoned`` tells that nobody waits for the
    answer any more; it is asked about once a second.
    """

    text: str
    base_iri: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    infer: bool = True
    substitutions: Mapping[str, str] = field(default_factory=dict)
    results: tuple[str, ...] = ("json",)
    rdf: tuple[str, ...] = ("ttl",)
    head_only: bool = False
    abandoned: Callable[[], bool] | None = None


@dataclass(slots=True)
class Answer:
    """A whole answer, or one that streams.

    ``body`` is the whole answer when it was small; otherwise it is None and ``chunks`` yields the
    rest as it comes. If the answer cannot be finished, ``chunks`` raises a QueryError: whoever
    sends it on must then end the connection abnormally. ``close`` frees the worker, and kills it
    when the answer is not finished; it may be called twice. ``version`` is the release that the
    whole answer comes from.
    """

    form: Form
    format: str
    body: bytes | None
    chunks: Iterator[bytes]
    close: Callable[[], None]
    version: str = ""
