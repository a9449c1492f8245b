"""Addresses of things: 303 to a page or to data by negotiation; the data documents.

https://www.w3.org/TR/cooluris/#r303gendocument
"""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, Response, make_response, request

from weihai_kg import formats
from weihai_kg.formats import RDF
from weihai_kg.web.http.negotiation import HTML, LANGUAGES, named, offered, rank
from weihai_kg.web.http.problem import Problem, not_acceptable
from weihai_kg.web.page import context
from weihai_kg.web.things import documents
from weihai_kg.web.things.addresses import KINDS
from weihai_kg.web.things.asking import holds
from weihai_kg.web.things.presentation import addresses, names
from weihai_kg.web.things.statements import MOST, graph_size
from weihai_kg.web.things.terms import Term, normalized

bp = Blueprint("linked_data", __name__)

# A browser names text/html; what asks for nothing in particular is a machine.
THING_FORMATS = (*RDF, HTML)


def unknown(what: str) -> NoReturn:
    """404 for an address without a thing."""
    raise Problem(
        404, f"Nothing here has the name {what[:200]!r}.", todo="Look for it with /search?q=."
    )


def known(kind: str, name: str) -> str:
    """The IRI of a name that something is stated of; raises Problem 404."""
    iri = addresses().iri(kind, name) if kind in KINDS else None
    if iri is None or not holds("exists", thing=Term(iri)):
        unknown(name)
    return iri


def chosen(offer: tuple[formats.Format, ...] = THING_FORMATS) -> str:
    """The name of the format that the client wants; raises Problem 406 with the list."""
    available = {each.name for each in offer}
    word = request.args.get("format", "")
    if word:
        wanted = (word,) if word == HTML.name else named(word).rdf
    else:
        wanted = rank(request.headers.get("Accept", ""), offer)
    for name in wanted:
        if name in available:
            return name
    raise not_acceptable(offered(offer))


def see_other(address: str) -> Response:
    """303 to an address of this service."""
    language = request.args.get("lang", "")
    if language in LANGUAGES and not address.startswith("/data/") and "?" not in address:
        address += f"?lang={language}"
    response = make_response("", 303)
    response.headers["Location"] = address
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "public, no-cache"
    del response.headers["Content-Type"]
    return response


@bp.get("/id/<path:name>", defaults={"kind": "id"})
@bp.get("/quote/<path:name>", defaults={"kind": "quote"})
@bp.get("/source/<path:name>", defaults={"kind": "source"})
@bp.get("/rule/<path:name>", defaults={"kind": "rule"})
@bp.get("/graph/<path:name>", defaults={"kind": "graph"})
def thing(kind: str, name: str) -> Response:
    """From a thing to what describes it."""
    known(kind, name)
    form = chosen()
    name, here = normalized(name), addresses()
    return see_other(here.page(kind, name) if form == HTML.name else here.data(kind, name, form))


@bp.get("/data/<path:name>")
def data(name: str) -> Response:
    """The document about a thing; without an extension, to the format that the client wants."""
    kind, _, rest = name.partition("/")
    kind, name = (kind, rest) if rest and kind in KINDS else ("id", name)
    stem, _, extension = name.rpartition(".")
    form = next((each for each in RDF if each.name == extension), None)
    if form is None:
        known(kind, name)
        return see_other(addresses().data(kind, normalized(name), chosen(RDF)))
    iri = known(kind, stem)
    stem, here = normalized(stem), addresses()
    if kind == "graph" and graph_size(iri) >= MOST:  # the document would be cut
        return see_other(here.graph(stem, form.name))
    address = here.data(kind, stem, form.name)
    body = documents.document(
        iri, names().base + address[1:], form, context().engine.version, names()
    )
    response = make_response(body)
    response.headers["Content-Type"] = form.content_type
    response.headers["Link"] = ", ".join((
        links(kind, stem, leave_out=form.name),
        f'<{here.page(kind, stem)}>; rel="alternate"; type="text/html"',
        f'<{documents.LICENSE}>; rel="license"',
        '</void.ttl>; rel="describedby"; type="text/turtle"',
    ))  # fmt: skip
    return response


def links(kind: str, name: str, leave_out: str = "") -> str:
    """The ``Link`` values that name the data documents about a thing."""
    here = addresses()
    return documents.media_links(
        {each.name: here.data(kind, name, each.name) for each in RDF if each.name != leave_out}
    )
