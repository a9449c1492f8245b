"""Files for crawlers and machines: robots.txt, sitemap.xml, the VoID description."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Blueprint, Response, make_response, redirect, request, send_from_directory
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

TURTLE = (formats.BY_NAME["ttl"],)
ONTOLOGY_FORMATS = tuple(formats.BY_NAME[name] for name in ("ttl", "rdf", "jsonld", "nt"))
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


def release_file(name: str) -> Response:
    """A file of the release that is served."""
    found = context().releases.find(context().engine.version)
    if found is None or not (found.path / name).is_file():
        unknown(name)
    response = send_from_directory(found.path.absolute(), name, mimetype="text/turtle", etag=False)
    response.headers["Content-Type"] = "text/turtle; charset=utf-8"
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@bp.get("/void.ttl")
def void() -> Response:
    """VoID and DCAT, as the build wrote them."""
    return release_file(release.VOID)


@bp.get("/void")
@bp.get("/.well-known/void")
def well_known_void() -> WerkzeugResponse:
    """To the description (VoID, section 4.2); Turtle is what there is, browsers can show it."""
    if not request.headers.get("Accept", "").startswith("text/html"):
        chosen(TURTLE)
    response = redirect("/void.ttl", 303)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept")
    return response


@bp.get("/ontology.<name>")
def ontology(name: str) -> Response:
    """The vocabulary in a format: Turtle as the build wrote it, the others from the graph."""
    form = next((each for each in ONTOLOGY_FORMATS if each.name == name), None)
    if form is None:
        unknown(f"ontology.{name}")
    response = release_file("ontology.ttl") if name == "ttl" else _written(form)
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
