"""SPARQL 1.1 Graph Store HTTP Protocol for reading, answered by queries to the engine.

https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin

from weihai_kg import errors, formats
from weihai_kg.engine.request import QueryRequest
from weihai_kg.namespaces import Namespaces
from weihai_kg.settings import Settings
from weihai_kg.web.backend import QueryEngine
from weihai_kg.web.http.iri import is_absolute_iri
from weihai_kg.web.http.negotiation import HTML, offered, rank
from weihai_kg.web.http.problem import Problem, not_acceptable, of_query_error
from weihai_kg.web.http.request import Request
from weihai_kg.web.http.response import Response
from weihai_kg.web.protocol.operation import Parameters, formats_asked
from weihai_kg.web.protocol.sparql import Endpoint

ALLOW = "GET, HEAD, OPTIONS"
PATH = "/graph-store"
DIRECT = "/graph/"
PREFIXES = (PATH + "/", DIRECT)

ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
EXISTS = "ASK { GRAPH ?g { } }"


class GraphStore:
    """Answers ``/graph-store`` (indirect and direct) and ``/graph/<name>`` (direct)."""

    def __init__(self, engine: QueryEngine, endpoint: Endpoint, settings: Settings) -> None:
        """``endpoint`` answers the query that a graph is read with."""
        self._engine = engine
        self._endpoint = endpoint
        self._graphs = str(Namespaces(settings.base).graph)

    def __call__(self, request: Request) -> Response:
        """The graph that the request names; raises Problem."""
        if request.method == "OPTIONS":
            return Response(204, [("Allow", ALLOW)])
        if request.method not in ("GET", "HEAD"):
            raise Problem(
                405, "This graph store is read-only.", todo="Read a graph with GET or HEAD.",
                headers=[("Allow", ALLOW)],
            )  # fmt: skip
        parameters = Parameters(request.query_pairs())
        graph = self._graph(request, parameters)
        ranking = formats_asked(request, parameters)
        if not ranking.rdf:
            raise not_acceptable(offered(formats.RDF))
        query = QueryRequest(
            text=ALL,
            default_graphs=(graph,) if graph else (),
            results=(),
            rdf=ranking.rdf,
            abandoned=request.gone,
        )
        response = self._endpoint.ask(query)
        if graph:
            response.set_default("Content-Location", f"{PATH}?graph={quote(graph, safe=':/')}")
        return response

    def _graph(self, request: Request, parameters: Parameters) -> str:
        """The IRI of the graph asked for; empty for the default graph."""
        if request.path.rstrip("/") != PATH:
            # The name as it stands in the address, or with its characters decoded (an IRI).
            return self._existing([request.url, request.root + request.path], request.root)
        default, graph = "default" in parameters, parameters.one("graph")
        if default and graph is not None:
            raise Problem(
                400, "The request names the default graph and a named graph.", todo="Name one."
            )
        if graph is not None:
            absolute = _resolve(graph, request.url)
            if not is_absolute_iri(absolute):
                raise Problem(
                    400, f"graph: {graph[:200]!r} is not an absolute IRI.",
                    todo="Give the graph's full IRI, percent-encoded once.", parameter="graph",
                )  # fmt: skip
            return self._existing([absolute], request.root)
        if not default:
            raise Problem(
                400, "The request names no graph.",
                todo=f"Ask for {PATH}?default or {PATH}?graph=IRI.",
            )  # fmt: skip
        return ""

    def _existing(self, candidates: list[str], root: str) -> str:
        """The first of the IRIs that names a graph; one of this service may stand for its own."""
        here = root + DIRECT
        candidates += [
            self._graphs + each.removeprefix(here) for each in candidates if each.startswith(here)
        ]
        for iri in dict.fromkeys(candidates):
            if is_absolute_iri(iri) and self._exists(iri):
                return iri
        raise Problem(
            404, f"There is no graph <{candidates[0][:200]}> here.",
            todo="The service description at /sparql names graphs; SELECT DISTINCT ?g "
            "WHERE { GRAPH ?g { } } lists them all.",
        )  # fmt: skip

    def _exists(self, iri: str) -> bool:
        query = QueryRequest(text=EXISTS, substitutions={"g": f"<{iri}>"}, results=("csv",), rdf=())
        try:
            answer = self._engine.query(query)
        except errors.QueryError as error:
            raise of_query_error(error) from error
        body = answer.body if answer.body is not None else b"".join(answer.chunks)
        answer.close()
        return body.strip() == b"true"


def asks_for_page(request: Request) -> bool:
    """Whether a reader wants to see the graph of a ``/graph/`` address, and no file of it."""
    if not request.path.startswith(DIRECT) or request.method not in ("GET", "HEAD"):
        return False
    word = Parameters(request.query_pairs()).all("format")
    wanted = word or rank(request.accept, (*formats.RDF, HTML))
    return HTML.name in wanted[:1]


def _resolve(reference: str, base: str) -> str:
    """The absolute IRI that ``?graph=`` gives; empty for what is none.

    The protocol wants an absolute IRI and 400 for any other (section 4.2). Its own tests name
    graphs by the path of the store, though: a path from the root is resolved (RFC 3986, 5.2).
    """
    if not reference.startswith("/"):
        return reference if _SCHEME.match(reference) else ""
    try:
        return urljoin(base, reference)
    except ValueError:
        return ""
