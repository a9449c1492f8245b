"""Files for crawlers and machines: robots.txt, sitemap.xml, the VoID description."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from weihai_kg import formats, release
from weihai_kg.formats import Format
from weihai_kg.web.http.negotiation import HTML
from weihai_kg.web.page import context
from weihai_kg.web.things.asking import graph, rows
from weihai_kg.web.things.documents import media_links
from weihai_kg.web.things.linked_data import chosen, unknown
from weihai_kg.web.things.presentation import addresses

bp = Blueprint("site_files", __name__)

ONTOLOGY_FORMATS = tuple(
    formats.BY_NAME[name] for name in ("ttl", "rdf", "jsonld", "nt", "trig", "nq")
)
PAGES = (
    "/",
    "/figures",
    "/timeline",
    "/network",
    "/map",
    "/ontology",
    "/about",
    "/downloads",
    "/queries",
)

ROBOTS = """User-agent: *
Disallow: /sparql
Disallow: /search
Disallow: /why
Disallow: /graph-store
Disallow: /reconcile
Sitemap: {root}/sitemap.xml
"""


def root() -> str:
    """The address at which this service is reached, without a slash at the end."""
    return (context().settings.public_url or request.host_url).rstrip("/")


@bp.get("/robots.txt")
def robots() -> Response:
    """What crawlers may ask."""
    response = make_response(ROBOTS.format(root=root()))
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page that people read."""
    here = addresses()
    things = [here.link(row["x"].value) for row in rows("site-things")]
    places = [f"{root()}{path}" for path in (*PAGES, *things) if path and path.startswith("/")]
    urls = "".join(f"<url><loc>{escape(place)}</loc></url>\n" for place in places)
    response = make_response(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    return response


def release_file(name: str, form: Format) -> Response:
    """A file of the release that is served, which has this format."""
    found = context().releases.find(context().engine.version)
    if found is None or not (found.path / name).is_file():
        unknown(name)
    response = make_response((found.path / name).read_bytes())
    response.headers["Content-Type"] = form.content_type
    return response


@bp.get("/void.<any(ttl,nt,rdf,jsonld,trig,nq):name>")
def void(name: str) -> Response:
    """VoID and DCAT, as the build wrote them."""
    response = release_file(release.VOID.removesuffix("ttl") + name, formats.BY_NAME[name])
    response.headers["Link"] = ", ".join((
        media_links({e.name: f"/void.{e.name}" for e in formats.RDF if e.name != name}),
        f'<{context().settings.base}void#dataset>; rel="describes"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
    ))  # fmt: skip
    return response


@bp.get("/void")
@bp.get("/.well-known/void")
def well_known_void() -> WerkzeugResponse:
    """To the description (VoID, section 4.2) in the format wanted; browsers can show Turtle."""
    form = chosen((*formats.RDF, HTML))
    response = redirect(f"/void.{'ttl' if form == HTML.name else form}", 303)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept")
    return response


@bp.get("/ontology.<name>")
def ontology(name: str) -> Response:
    """The vocabulary in a format: Turtle as the build wrote it, the others from the graph."""
    form = next((each for each in ONTOLOGY_FORMATS if each.name == name), None)
    if form is None:
        unknown(f"ontology.{name}")
    response = release_file("ontology.ttl", form) if name == "ttl" else _written(form)
    response.headers["Link"] = (
        media_links({e.name: f"/ontology.{e.name}" for e in ONTOLOGY_FORMATS if e is not form})
        + f', </ontology>; rel="alternate"; type="{HTML.media_type}"'
        + ', <https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    )
    return response


def _written(form: Format) -> Response:
    response = make_response(graph("ontology-graph", form.name))
    response.headers["Content-Type"] = form.content_type
    return response
