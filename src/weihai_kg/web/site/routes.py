"""The map of routes: places with coordinates, the lines between them, the words of each."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response

from weihai_kg.web.drawings import chart_map as drawings
from weihai_kg.web.drawings.frame import Item
from weihai_kg.web.page import language, page
from weihai_kg.web.site import chart_map
from weihai_kg.web.site.filters import Countries, chosen
from weihai_kg.web.things.labels import said

bp = Blueprint("routes", __name__)

KINDS = {
    "sea": ("海运与多式联运", "Sea and combined"),
    "air": ("空运", "Air"),
    "twin": ("友城", "Sister cities"),
}


@bp.get("/map")
def map_page() -> Response:
    """The map with its routes as a list below."""
    wanted = language()
    places = chart_map.places(wanted)
    routes = chart_map.routes(wanted, places)
    countries = Countries.read(wanted)
    there = {each.line.kind for each in routes}
    kinds = {name: said(words, wanted) for name, words in KINDS.items() if name in there}
    kind = chosen("kind", said(("种类", "Kind"), wanted), kinds)
    country = chosen("country", said(("国家", "Country"), wanted), countries.labels)
    kept = [
        each for each in routes
        if kind.value in ("", each.line.kind)
        and countries.has(country.value, [each.iri, *each.ends])
    ]  # fmt: skip
    ends = {end for each in kept for end in each.ends}
    shown = {
        iri: each for iri, each in places.items()
        if iri in ends or (not kind.value and countries.has(country.value, [iri]))
    }  # fmt: skip
    around = [each.position for each in shown.values() if each.kind != "area"]
    drawing = None
    if shown:
        items = [Item(each.label, each.address) for each in shown.values()]
        drawing = drawings.chart(
            list(shown.values()), [each.line for each in kept], wanted, items=items,
            around=around + [places[end].position for end in ends],
            notes=[said(chart_map.COUNTRIES, wanted)],
        )  # fmt: skip
    return page(
        "drawn.html", title=said(("线路图", "Map of routes"), wanted), filters=[kind, country],
        lead=said(("威海的航线、运输线路与友城。点和线都链接到各自的页面,下方列出写到它们的原文。",
                   "Weihai’s routes and sister cities. Each point and line links to its page; the "
                   "words that tell of each stand below."), wanted),
        drawing=drawing, count=len(kept), total=len(routes), routes=_listed(kept), kinds=KINDS,
        address="/map",
    )  # fmt: skip


def _listed(routes: list[chart_map.Route]) -> list[chart_map.Route]:
    """Each route once, with all its words: one to several countries is several lines of the map."""
    found: dict[tuple[str, ...], chart_map.Route] = {}
    for each in routes:
        key = (each.iri, *each.ends) if each.line.kind == "twin" else (each.iri,)
        known = found.setdefault(key, each)
        words = tuple(dict.fromkeys((*known.words, *each.words)))
        found[key] = replace(known, words=words)
    return list(found.values())
