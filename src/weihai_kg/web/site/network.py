"""The network of places, agents, agreements, events and initiatives, as the article ties them."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from flask import Blueprint, Response

from weihai_kg.web.drawings import network
from weihai_kg.web.drawings.network import KINDS, Edge, Node
from weihai_kg.web.page import language, page
from weihai_kg.web.site.filters import Countries, chosen, years
from weihai_kg.web.things.asking import Row, rows
from weihai_kg.web.things.labels import said
from weihai_kg.web.things.presentation import href, keep_language
from weihai_kg.web.things.terms import Term

bp = Blueprint("network", __name__)

MOST = 45
"""Nodes that can be told apart in one drawing."""


@bp.get("/network")
def network_page() -> Response:
    """The network; without a filter its most connected part."""
    wanted = language()
    term = Term(wanted, "literal")
    found = rows("network", language=term)
    countries = Countries.read(wanted)
    times = {
        row["x"].value: (int(row["starts"].value[:4]), _last_year(row["ends"].value))
        for row in rows("event-years")
    }
    there = {row[end].value for row in found for end in ("aKind", "bKind")}
    kinds = {name: said(words, wanted) for name, words in KINDS.items() if name in there}
    kind = chosen("kind", said(("种类", "Kind"), wanted), kinds)
    country = chosen("country", said(("国家", "Country"), wanted), countries.labels)
    year = chosen("year", said(("年份", "Year"), wanted), years(times.values()))
    kept = [
        row for row in found
        if (not kind.value or kind.value in (row["aKind"].value, row["bKind"].value))
        and all(countries.has(country.value, [row[end].value]) for end in ("a", "b"))
        and (not year.value or any(_touches(times.get(row[end].value), int(year.value))
                                   for end in ("a", "b")))
    ]  # fmt: skip
    nodes, edges = read(kept)
    shown, drawn = most_connected(nodes, edges, MOST)
    notes = [] if len(shown) == len(nodes) else [said(
        (f"共 {len(nodes)} 个事物,只画出联系最多的 {len(shown)} 个;筛选可见其余。",
         f"The {len(shown)} most connected of {len(nodes)} things are drawn; filter for others."),
        wanted)]  # fmt: skip
    drawing = network.network(shown, drawn, wanted, notes) if drawn else None
    return page(
        "drawn.html", title=said(("关系网络", "Network"), wanted), filters=[kind, country, year],
        lead=said(
            ("读自原文的关系:地点、机构、协议、活动、举措与线路。节点链接到各自的页面;"
             "下方列出每条关系,链接到它的依据。",
             "The relations that were read from the article, between places, agents, agreements, "
             "events, initiatives and routes. Each thing links to its page; the list below links "
             "each relation to its evidence."),
            wanted),
        drawing=drawing, count=len(kept), total=len(found), address="/network",
    )  # fmt: skip


def read(found: list[Row]) -> tuple[list[Node], list[Edge]]:
    """The nodes and edges of rows of statements."""
    nodes: dict[str, Node] = {}
    edges = []
    for row in found:
        for end in ("a", "b"):
            iri = row[end].value
            kind = row[end + "Kind"].value
            nodes.setdefault(iri, Node(iri, row[end + "Label"].value, href(iri), kind))
        edges.append(Edge(
            row["a"].value, row["b"].value, row["pLabel"].value,
            explained(row["a"].value, row["p"].value, row["b"].value),
        ))  # fmt: skip
    return list(nodes.values()), edges


def explained(subject: str, predicate: str, value: str) -> str:
    """The address of what a statement rests on."""
    return keep_language("/why?" + urlencode({"s": subject, "p": predicate, "o": value}))


def most_connected(
    nodes: list[Node], edges: list[Edge], most: int
) -> tuple[list[Node], list[Edge]]:
    """The nodes with the most edges, and the edges between them; all where there are few."""
    if len(nodes) > most:
        ends = Counter(end for each in edges for end in {each.source, each.target})
        kept = {key for key, _ in sorted(ends.items(), key=lambda each: (-each[1], each[0]))[:most]}
        edges = [each for each in edges if each.source in kept and each.target in kept]
    tied = {end for each in edges for end in (each.source, each.target)}
    return [each for each in nodes if each.key in tied], edges


def _touches(span: tuple[int, int] | None, year: int) -> bool:
    return span is not None and span[0] <= year <= span[1]


def _last_year(after: str) -> int:
    """The last year of a span that ends before a moment."""
    return int(after[:4]) - after[4:].startswith("-01-01T00:00:00")
