"""Answers queries from another SPARQL 1.1 endpoint that holds the data, in the engine's place.

A query is parsed and judged here as any other, then sent on; the answer is read to its end before
any of it is passed on, and written anew in the format that the client wants.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pyoxigraph

from weihai_kg.engine.outline import check_services, outline
from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.engine.serialization import Sink, write_results, write_triples
from weihai_kg.engine.store import Head, Relay, checked_text, choose_head, syntax_error
from weihai_kg.errors import FederationError, QueryError, QuerySyntaxError

_FORM = "application/x-www-form-urlencoded"
_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_GRAPHS = "application/n-triples, text/turtle;q=0.8"
_GRAPH_FORMS = frozenset({Form.CONSTRUCT, Form.DESCRIBE})


@dataclass(frozen=True, slots=True)
class RemoteEvaluator:
    """Answers queries in a worker, which reaches the store by ``relay`` alone."""

    store: str
    asserted: str
    prefixes: Mapping[str, str]
    nesting: int
    allowed: frozenset[str]
    relay: Relay

    def answer(self, request: QueryRequest, begin: Callable[[Head], Sink]) -> None:
        """Have a query answered; write its answer into the sink that ``begin`` gives.

        FederationError names the store if it fails.
        """
        text = checked_text(request, self.nesting)
        found = outline(text, request.base_iri)
        text = found.text
        check_services(found, self.allowed)
        self._parse(text, request.base_iri)
        head = choose_head(Form(found.form), request)
        chooses = bool(found.from_graphs or found.from_named)
        fields = [("query", _based(text, request.base_iri)), *self._dataset(request, text, chooses)]
        told = self._ask(urlencode(fields), head)
        if not request.head_only:
            self._write(*told, head, begin(head))
        else:
            begin(head)

    def _parse(self, text: str, base_iri: str | None) -> None:
        try:
            pyoxigraph.Store().query(text, base_iri=base_iri)
        except SyntaxError as error:
            raise syntax_error(text, error) from None
        except (RuntimeError, OSError):
            return  # It is well-formed; the store may know a function that is not known here.
        except ValueError as error:
            raise QuerySyntaxError(str(error)) from None

    def _dataset(
        self, request: QueryRequest, text: str, chooses: bool
    ) -> Iterator[tuple[str, str]]:
        """The parameters for the RDF dataset (SPARQL 1.1 Protocol, section 2.1.4)."""
        for graph in request.default_graphs:
            yield "default-graph-uri", graph
        for graph in request.named_graphs:
            yield "named-graph-uri", graph
        if not request.infer and not (request.default_graphs or request.named_graphs or chooses):
            # To leave something out of the default graph is to name every other graph as well.
            if "graph" in text.lower():
                raise QuerySyntaxError(
                    "infer=false and GRAPH do not go together here, because another store "
                    f"answers (setting store); write FROM <{self.asserted}> and FROM NAMED."
                )
            yield "default-graph-uri", self.asserted

    def _ask(self, body: str, head: Head) -> tuple[str, bytes]:
        """The media type and the whole body of the store's answer."""
        (address,) = self.relay([self.store])
        parts = urlsplit(address)
        accept = _GRAPHS if head.form in _GRAPH_FORMS else _RESULTS
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        try:
            headers = {"Content-Type": _FORM, "Accept": accept}
            connection.request("POST", parts.path, body.encode("ascii"), headers)
            response = connection.getresponse()
            told = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._failed(str(error)) from None
        finally:
            connection.close()
        if response.status != 200:
            raise self._failed(f"status {response.status}")
        return response.headers.get("Content-Type", ""), told

    def _write(self, media_type: str, told: bytes, head: Head, sink: Sink) -> None:
        try:
            if head.form in _GRAPH_FORMS:
                graph = pyoxigraph.RdfFormat.from_media_type(media_type)
                if graph is None:
                    raise self._failed(f"it answered {media_type or 'without a media type'}")
                quads = pyoxigraph.parse(told, graph)
                write_triples((quad.triple for quad in quads), head.format, self.prefixes, sink)
                return
            format_ = pyoxigraph.QueryResultsFormat.from_media_type(media_type)
            if format_ is None:
                raise self._failed(f"it answered {media_type or 'without a media type'}")
            results = pyoxigraph.parse_query_results(told, format_)
            if isinstance(results, pyoxigraph.QueryBoolean) is not (head.form == Form.ASK):
                raise self._failed(f"it answered something else than the {head.form} asks for")
            write_results(results, head.format, sink)
        except QueryError:
            raise
        except (SyntaxError, ValueError) as error:
            raise self._failed(f"its answer cannot be read: {error}") from None

    def _failed(self, why: str) -> FederationError:
        return FederationError(f"The store <{self.store}> failed: {why}.")


def _based(text: str, base_iri: str | None) -> str:
    """The text with the base IRI that relative IRIs have here."""
    return f"BASE <{base_iri}>\n{text}" if base_iri else text
