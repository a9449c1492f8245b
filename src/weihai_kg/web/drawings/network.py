"""A network: things as nodes with a shape for each kind, relations between them as lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from weihai_kg.web.drawings import roles
from weihai_kg.web.drawings.frame import Item, cut, figure, pan
from weihai_kg.web.drawings.layout import Placed, layout
from weihai_kg.web.drawings.roles import Drawn
from weihai_kg.web.drawings.svg import clean, element, joined, lines, linked, width
from weihai_kg.web.tables.table import Cell
from weihai_kg.web.things.labels import said

MOST_NODES, MOST_EDGES = 60, 160
SMALL, LARGE = 350.0, 900.0
_FEW, _MANY = 12, 30
_FONT, _LINE, _RADIUS = 12.0, 14.0, 8.0
_NAME_ROOM = 116.0
_EDGE_FONT = 10.5
_FAR = 1e6

Box = tuple[float, float, float, float]

KINDS = {
    "place": ("地点", "place"),
    "agent": ("机构与人", "organization or person"),
    "agreement": ("协议", "agreement"),
    "event": ("活动", "event"),
    "initiative": ("政策与举措", "policy or initiative"),
    "route": ("线路", "route"),
    "other": ("其他", "other"),
}
SHAPES = {
    "place": "M-7 -7h14v14h-14z",
    "agent": "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z",
    "agreement": "M0 -10l10 10l-10 10l-10 -10z",
    "event": "M0 -9l9 16h-18z",
    "initiative": "M-9 0l4.5 -8h9l4.5 8l-4.5 8h-9z",
    "route": "M-10 -4h20v8h-20z",
    "other": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
}


@dataclass(frozen=True)
class Node:
    """A thing; ``kind`` is one of KINDS."""

    key: str
    label: str
    address: str = ""
    kind: str = "other"
    main: bool = False


@dataclass(frozen=True)
class Edge:
    """A relation between two nodes, by their keys."""

    source: str
    target: str
    label: str = ""
    address: str = ""
    planned: bool = False


def suits(drawn: Drawn) -> bool:
    """Whether there are two columns whose cells are the ends of edges."""
    return drawn.ends is not None and any(
        row[drawn.ends[0]] and row[drawn.ends[1]] for row in drawn.table.rows[:MOST_EDGES]
    )


def draw(drawn: Drawn) -> Markup | None:
    """The network of the first rows; None where the table has no ends of edges."""
    if drawn.ends is None:
        return None
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, str], Edge] = {}
    taken, total = 0, len(drawn.table.rows)
    relation = drawn.place(roles.RELATION)
    kinds = drawn.place(roles.FROM_KIND), drawn.place(roles.TO_KIND)
    for row in drawn.table.rows:
        ends = [row[place] for place in drawn.ends]
        new = {_key(each) for each in ends if each is not None} - nodes.keys()
        if len(nodes) + len(new) > MOST_NODES or len(edges) >= MOST_EDGES:
            break
        taken += 1
        keys = []
        for cell, place, kind in zip(ends, drawn.ends, kinds, strict=True):
            if cell is None:
                continue
            key = _key(cell)
            keys.append(key)
            nodes.setdefault(key, Node(
                key, clean(drawn.end(row, place), 120), drawn.address(row, place),
                drawn.text(row, kind) if drawn.text(row, kind) in KINDS else "other",
            ))  # fmt: skip
        if len(keys) == 2:
            label = clean(drawn.text(row, relation), 60) if relation not in drawn.ends else ""
            edges.setdefault((keys[0], keys[1], label), Edge(keys[0], keys[1], label))
    if not edges:
        return None
    return network(list(nodes.values()), list(edges.values()), drawn.language,
                   [cut(taken, total, drawn.language)])  # fmt: skip


def _key(cell: Cell) -> str:
    return f"{cell.type} {cell.text}"


def network(
    nodes: Sequence[Node], edges: Sequence[Edge], language: str, notes: Iterable[str] = (), *,
    legend: bool = True,
) -> Markup:  # fmt: skip
    """The drawing of nodes and edges with a legend of the kinds that occur."""
    most = 3 if len(nodes) <= _MANY else 2
    names = {each.key: lines(each.label, _NAME_ROOM, _FONT, most) for each in nodes}
    sizes = {
        key: (max(20.0, *(width(line, _FONT) for line in each)), 20.0 + len(each) * _LINE)
        for key, each in names.items()
    }
    small = len(nodes) <= _FEW
    place = layout(
        sizes, [(each.source, each.target) for each in edges], SMALL if small else LARGE,
        1.7 if small else 1.0,
    )  # fmt: skip
    taken: list[Box] = [_box(place, key, sizes[key]) for key in names]
    taken += [(-_FAR, -_FAR, 0.0, _FAR), (place.width, -_FAR, _FAR, _FAR)]
    anchors = {key: _anchor(place, key, len(each)) for key, each in names.items()}
    numbers = {each.key: number for number, each in enumerate(nodes)}
    drawn_edges = [
        _edge(each, anchors, taken, language, f"{numbers[source]} {numbers[target]}")
        for (source, target), each in _between(edges).items()
    ]
    body = element(
        "svg",
        element("g", *(line for line, _ in drawn_edges), class_="edges"),
        joined(_node(each, number, names[each.key], place) for number, each in enumerate(nodes)),
        element("g", *(label for _, label in drawn_edges), class_="edge-labels"),
        viewBox=f"0 0 {place.width:.0f} {place.height:.0f}",
        role="group",
        aria_label=said((f"网络:{len(nodes)} 个节点,{len(edges)} 条关系",
                         f"Network of {len(nodes)} things and {len(edges)} relations"), language),
        class_="small" if small else "large",
    )  # fmt: skip
    labels = {each.key: each.label for each in nodes}
    items = [
        Item(f"{labels[each.source]} → {each.label + ' → ' if each.label else ''}"
             f"{labels[each.target]}", each.address)
        for each in edges
    ]  # fmt: skip
    frame = pan(body, said(("网络图", "Network"), language), small=small)
    return figure(
        "network",
        language,
        _legend(nodes, language) if legend else Markup(""),
        frame,
        notes=notes,
        items=items,
    )


def _box(place: Placed, key: str, size: tuple[float, float]) -> Box:
    x, y = place.at[key]
    return x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2


def _anchor(place: Placed, key: str, count: int) -> tuple[float, float]:
    """The middle of a node's shape: its name, of so many lines, stands below."""
    x, y = place.at[key]
    return x, y - (20.0 + count * _LINE) / 2 + 10


def _node(node: Node, number: int, name: list[str], place: Placed) -> Markup:
    x, top = _anchor(place, node.key, len(name))
    shape = element("path", d=SHAPES[node.kind], transform=f"translate({x:.1f} {top:.1f})")
    text = element("text", *(
        element("tspan", line, x=x, y=top + 8 + (row + 1) * _LINE)
        for row, line in enumerate(name)
    ), text_anchor="middle")  # fmt: skip
    title = element("title", node.label)
    kind = f"node {node.kind}" + (" main" if node.main else "")
    inner = element("g", title, shape, text, class_=kind, data_node=number)
    return linked(node.address, inner, node.label)


def _between(edges: Iterable[Edge]) -> dict[tuple[str, str], list[Edge]]:
    """The edges by their two ends, whichever way they point: one line is drawn for all of them."""
    found: dict[tuple[str, str], list[Edge]] = {}
    for each in edges:
        there = (each.target, each.source)
        found.setdefault(there if there in found else (each.source, each.target), []).append(each)
    return found


def _edge(
    edges: Sequence[Edge], at: Mapping[str, tuple[float, float]],
    taken: list[Box], language: str, ends: str,
) -> tuple[Markup, Markup]:  # fmt: skip
    edge = edges[0]
    (ax, ay), (bx, by) = at[edge.source], at[edge.target]
    words = said(("、", ", "), language).join(dict.fromkeys(e.label for e in edges if e.label))
    kind = "edge planned" if all(each.planned for each in edges) else "edge"
    if edge.source == edge.target:
        path = f"M{ax:.1f} {ay:.1f}c30 -40 -30 -40 0 0"
    else:
        path = f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}"
        if any(each.target == edge.target for each in edges):
            path += _head((ax, ay), (bx, by))
        if any(each.source == edge.target for each in edges):
            path += _head((bx, by), (ax, ay))
    line = element("path", element("title", words) if words else Markup(""), d=path, class_=kind,
                   data_ends=ends)  # fmt: skip
    label = Markup("")
    if words and edge.source != edge.target and (found := _free(words, (ax, ay), (bx, by), taken)):
        label = element("text", words, x=found[0], y=found[1] + 3.5, text_anchor="middle",
                        data_ends=ends)  # fmt: skip
    return line, label


def _head(a: tuple[float, float], b: tuple[float, float]) -> str:
    """The head of an arrow from a to b, before the shape that stands there."""
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    if length < 4 * _RADIUS:
        return ""
    along, across = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    x, y = b[0] - along * 1.5 * _RADIUS, b[1] - across * 1.5 * _RADIUS
    left = x - 7 * along - 3.5 * across, y - 7 * across + 3.5 * along
    right = x - 7 * along + 3.5 * across, y - 7 * across - 3.5 * along
    return f"M{left[0]:.1f} {left[1]:.1f}L{x:.1f} {y:.1f}L{right[0]:.1f} {right[1]:.1f}"


def _free(
    words: str, a: tuple[float, float], b: tuple[float, float],
    taken: list[Box],
) -> tuple[float, float] | None:  # fmt: skip
    """A place on an edge where its label covers nothing; None if there is none."""
    half, high = width(words, _EDGE_FONT) / 2, _EDGE_FONT / 2 + 1
    for share in (0.5, 0.4, 0.6, 0.3, 0.7):
        x, y = a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        box = (x - half, y - high, x + half, y + high)
        clear = all(
            box[2] < other[0] or other[2] < box[0] or box[3] < other[1] or other[3] < box[1]
            for other in taken
        )
        if clear:
            taken.append(box)
            return x, y
    return None


def _legend(nodes: Iterable[Node], language: str) -> Markup:
    there = {each.kind for each in nodes}
    if there == {"other"}:
        return Markup("")
    entries = (
        element(
            "li",
            element("svg", element("path", d=SHAPES[kind]), viewBox="-11 -11 22 22", width=16,
                    height=16, aria_hidden="true", class_=f"node {kind}"),
            f" {said(names, language)}",
        )
        for kind, names in KINDS.items() if kind in there
    )  # fmt: skip
    return element("ul", *entries, class_="legend")
