"""Draws land.svg from Natural Earth (public domain), as the npm package world-atlas 2.0.2 has it.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python make_land.py package/land-50m.json > land.svg

The projection is that of ``weihai_kg.web.site.chart_map``: change both together.
"""

import json
import math
import sys
from pathlib import Path

WEST, EAST, SOUTH, NORTH, UNIT = 117.0, 141.5, 32.0, 41.5, 30.0
SMALLEST = 3.0


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """A place in the drawing."""
    narrow = math.cos(math.radians((SOUTH + NORTH) / 2))
    return (longitude - WEST) * narrow * UNIT, (NORTH - latitude) * UNIT


def clip(ring: list, inside, crossing) -> list:
    """One side of Sutherland and Hodgman's clipping."""
    out = []
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        if inside(a):
            out.append(a)
        if inside(a) != inside(b):
            out.append(crossing(a, b))
    return out


def clipped(ring: list) -> list:
    """The part of a ring within the frame, with a margin."""
    for axis, bound, sign in (
        (0, WEST - 1, 1),
        (0, EAST + 1, -1),
        (1, SOUTH - 1, 1),
        (1, NORTH + 1, -1),
    ):

        def cross(a, b, axis=axis, bound=bound):
            part = (bound - a[axis]) / (b[axis] - a[axis])
            return tuple(a[i] + part * (b[i] - a[i]) for i in (0, 1))

        ring = clip(
            ring, lambda p, axis=axis, bound=bound, sign=sign: sign * (p[axis] - bound) >= 0, cross
        )
        if not ring:
            return []
    return ring


def area(points: list) -> float:
    """The area of a polygon."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def main() -> None:
    """Write the drawing to standard output."""
    topology = json.loads(Path(sys.argv[1]).read_text())
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    shapes = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                points = []
                for index in ring:
                    arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                    points += arc[1:] if points else arc
                drawn = [project(*point) for point in clipped(points[:-1])]
                if len(drawn) > 2 and area(drawn) >= SMALLEST:
                    shapes.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn) + "Z")
    sys.stdout.write(
        '<svg xmlns="http://www.w3.org/2000/svg"><path id="land" d="'
        + "".join(shapes)
        + '"/></svg>\n'
    )


main()
