"""Where the nodes of a network stand: the same place for the same network, every time.

networkx is asked once for each connected part, from a start on a circle; parts are then set side
by side, and nodes whose names cover each other are moved apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SEED = 7
_ROUNDS = 60
_GAP = 10.0
_FEW = 8

Position = tuple[float, float]
Size = tuple[float, float]


@dataclass(frozen=True)
class Placed:
    """The middle of each node, and the size of the whole."""

    at: Mapping[str, Position]
    width: float
    height: float


def layout(
    sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]], width: float, spread: float = 1.0
) -> Placed:
    """Positions of nodes with sizes (width and height with the name) in a drawing of a width."""
    import networkx  # only where a network is drawn

    graph = networkx.Graph()
    graph.add_nodes_from(sizes)
    graph.add_edges_from((a, b) for a, b in edges if a != b)
    parts = [[node for node in sizes if node in each]
             for each in networkx.connected_components(graph)]  # fmt: skip
    parts.sort(key=lambda each: -len(each))
    at: dict[str, Position] = {}
    left = top = below = 0.0
    for part in parts:
        room = width / 2 if len(part) in (1, 3) else width
        placed = _part(graph.subgraph(part), {node: sizes[node] for node in part}, room, spread)
        if left and left + placed.width > width:
            left, top, below = 0.0, below, below
        for node, (x, y) in placed.at.items():
            at[node] = (left + x, top + y)
        left += placed.width
        below = max(below, top + placed.height)
    used = max(at[node][0] + sizes[node][0] / 2 for node in at) + _GAP
    shift = max(0.0, (width - used) / 2)
    return Placed({node: (x + shift, y) for node, (x, y) in at.items()}, width, below)


def _part(graph: object, sizes: Mapping[str, Size], width: float, spread: float) -> Placed:
    import networkx

    nodes = list(sizes)
    count = len(nodes)
    widest = max(each[0] for each in sizes.values())
    if count == 1:
        return Placed({nodes[0]: (widest / 2 + _GAP, sizes[nodes[0]][1] / 2 + _GAP)},
                      widest + 2 * _GAP, sizes[nodes[0]][1] + 2 * _GAP)  # fmt: skip
    if count == 2:
        (one, other), (high, below) = nodes, (sizes[nodes[0]][1], sizes[nodes[1]][1])
        apart = (sizes[one][0] + sizes[other][0]) / 2 + 6 * _GAP
        x = sizes[one][0] / 2 + _GAP
        tall = max(high, below) / 2 + _GAP
        if x + apart + sizes[other][0] / 2 + _GAP > width:
            x, under = widest / 2 + _GAP, high + 4 * _GAP
            return Placed({one: (x, high / 2 + _GAP), other: (x, under + below / 2)},
                          widest + 2 * _GAP, under + below + _GAP)  # fmt: skip
        return Placed({one: (x, high / 2 + _GAP), other: (x + apart, below / 2 + _GAP)},
                      x + apart + sizes[other][0] / 2 + _GAP, 2 * tall)  # fmt: skip
    area = sum((w + _GAP) * (h + _GAP) for w, h in sizes.values()) * 2.6 * spread
    room = width if count > _FEW else min(width, max(math.sqrt(area) * 1.3, widest * 2.5))
    height = max(area / room, max(each[1] for each in sizes.values()) * 2, room * 0.45)
    start = {
        node: (math.cos(2 * math.pi * place / count), math.sin(2 * math.pi * place / count))
        for place, node in enumerate(nodes)
    }
    found = networkx.spring_layout(
        graph, pos=start, seed=_SEED, iterations=120, k=2.2 / math.sqrt(count), method="force"
    )
    raw = {node: (float(found[node][0]), float(found[node][1])) for node in nodes}
    at = _apart(_fitted(raw, sizes, room, height), sizes, room)
    low = min(y - sizes[node][1] / 2 for node, (_, y) in at.items()) - _GAP
    high = max(y + sizes[node][1] / 2 for node, (_, y) in at.items()) + _GAP
    return Placed({node: (x, y - low) for node, (x, y) in at.items()}, room, high - low)


def _fitted(
    raw: Mapping[str, Position], sizes: Mapping[str, Size], width: float, height: float
) -> dict[str, Position]:
    """Positions stretched to a frame, each node wholly in it."""
    xs, ys = [x for x, _ in raw.values()], [y for _, y in raw.values()]
    wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    fitted = {}
    for node, (x, y) in raw.items():
        half = sizes[node][0] / 2 + _GAP
        fitted[node] = (
            min(width - half, max(half, (x - min(xs)) / wide * width)),
            (y - min(ys)) / high * height,
        )
    return fitted


def _apart(at: dict[str, Position], sizes: Mapping[str, Size], width: float) -> dict[str, Position]:
    """Nodes moved until none covers another, sideways where there is room."""
    nodes = list(at)
    for _ in range(_ROUNDS):
        moved = False
        for place, one in enumerate(nodes):
            for other in nodes[place + 1 :]:
                (ax, ay), (bx, by) = at[one], at[other]
                wide = (sizes[one][0] + sizes[other][0]) / 2 + _GAP - abs(ax - bx)
                high = (sizes[one][1] + sizes[other][1]) / 2 + _GAP - abs(ay - by)
                if wide <= 0.5 or high <= 0.5:
                    continue
                moved = True
                if wide < high and wide < width / 4:
                    push = wide / 2 if ax <= bx else -wide / 2
                    at[one], at[other] = (ax - push, ay), (bx + push, by)
                else:
                    push = high / 2 if ay <= by else -high / 2
                    at[one], at[other] = (ax, ay - push), (bx, by + push)
                for each in (one, other):
                    half = sizes[each][0] / 2 + _GAP
                    x = min(width - half, max(half, at[each][0]))
                    at[each] = (x, at[each][1])
        if not moved:
            break
    return at
