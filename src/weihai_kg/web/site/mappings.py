"""The mapping sets: links to Wikidata and other data sets, each with its reason.

``/mappings/<table>`` is the name of a set in the data; each of its mappings is a part of it.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response
from rdflib import URIRef

from weihai_kg.formats import BY_NAME, RDF, Format, Kind
from weihai_kg.release import SSSOM
from weihai_kg.web.http.negotiation import HTML
from weihai_kg.web.page import context
from weihai_kg.web.things.asking import graph, holds
from weihai_kg.web.things.documents import media_links
from weihai_kg.web.things.linked_data import chosen, see_other, unknown
from weihai_kg.web.things.presentation import names
from weihai_kg.web.things.terms import Term

bp = Blueprint("mappings", __name__)

TSV = BY_NAME["tsv"]
OFFERED = (*RDF, Format("tsv", TSV.label, TSV.media_type, Kind.GRAPH, TSV.iri), HTML)


def known(name: str) -> URIRef:
    """The graph of a set's mappings; raises Problem 404."""
    found = names().graph[f"mappings/{name}"]
    if not name.isascii() or not name.isalnum() or not holds("exists", thing=Term(str(found))):
        unknown(name)
    return found


@bp.get("/mappings/<name>")
def mapping_set(name: str) -> Response:
    """To the table of the links for a person, or to the set in a format."""
    known(name)
    form = chosen(OFFERED)
    if form == HTML.name:
        return see_other("/queries/reasons-of-links")
    if form == TSV.name:
        return see_other(f"/downloads/{context().engine.version}/{name}{SSSOM}")
    return see_other(f"/mappings/{name}.{form}")


@bp.get("/mappings/<name>.<any(ttl,nt,rdf,jsonld,trig,nq):extension>")
def document(name: str, extension: str) -> Response:
    """The set in a format: every link, and every mapping with its justification."""
    mappings = known(name)
    links = Term(str(names().graph[f"links/{name}"]))
    text = graph("mapping-set", extension, links=links, mappings=Term(str(mappings)))
    response = make_response(text)
    response.headers["Content-Type"] = BY_NAME[extension].content_type
    response.headers["Link"] = ", ".join((
        media_links({e.name: f"/mappings/{name}.{e.name}" for e in RDF if e.name != extension}),
        f'</downloads/{context().engine.version}/{name}{SSSOM}>; rel="alternate"; '
        f'type="{TSV.media_type}"',
        '</void.ttl>; rel="describedby"; type="text/turtle"',
    ))  # fmt: skip
    return response
