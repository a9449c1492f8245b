"""What is drawn on the page of a thing: a small map, or else a small network of its neighbours."""

from __future__ import annotations

import dataclasses

from markupsafe import Markup

from weihai_kg.web.drawings import chart_map as maps
from weihai_kg.web.drawings import network
from weihai_kg.web.drawings.network import Edge, Node
from weihai_kg.web.site import chart_map
from weihai_kg.web.site.network import explained
from weihai_kg.web.things.asking import rows
from weihai_kg.web.things.labels import said
from weihai_kg.web.things.presentation import href
from weihai_kg.web.things.terms import Term

MOST = 7
"""Neighbours that a small drawing has room for."""


def surroundings(iri: str, name: str, language: str) -> Markup | None:
    """The drawing for a thing; None for one without a place and without named neighbours."""
    return _map(iri, language) or _network(iri, name, language)


def _map(iri: str, language: str) -> Markup | None:
    places = chart_map.places(language)
    routes = [
        each for each in chart_map.routes(language, places) if iri == each.iri or iri in each.ends
    ]
    own = places.get(iri)
    if own is None and not any(iri == each.iri for each in routes):
        return None
    ends = {end for each in routes for end in each.ends} | ({iri} if own else set())
    around = [places[end].position for end in ends]
    if own is not None:
        places[iri] = dataclasses.replace(own, rank=9)
    return maps.chart(
        [each for key, each in places.items() if key in ends or each.kind == "city"],
        [each.line for each in routes], language, small=True, around=around, items=(),
    )  # fmt: skip


def _network(iri: str, name: str, language: str) -> Markup | None:
    found = rows("neighbours", thing=Term(iri), language=Term(language, "literal"))
    nodes: dict[str, Node] = {}
    edges: dict[str, Edge] = {}
    others = {row["x"].value for row in found}
    for row in found:
        other = row["x"].value
        if other in edges or len(edges) == MOST:
            continue
        nodes[other] = Node(other, row["label"].value, href(other), row["kind"].value)
        ends = (iri, other) if row["way"].value == "out" else (other, iri)
        edges[other] = Edge(*ends, row["pLabel"].value, explained(ends[0], row["p"].value, ends[1]))
    if not edges:
        return None
    nodes[iri] = Node(iri, name, "", found[0]["own"].value, main=True)
    count = len(others)
    note = said((f"{count} 个相邻事物中的 {MOST} 个。", f"{MOST} of {count} neighbours."), language)
    return network.network(
        list(nodes.values()), list(edges.values()), language, [note] if count > MOST else []
    )
