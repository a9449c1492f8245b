"""Draws a coastline from Natural Earth (public domain), as npm's world-atlas 2.0.2 has it.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/coastline.py asia package/land-50m.json > asia.svg
    python tools/coastline.py world package/land-110m.json > world.svg

The frames are those of ``weihai_kg.web.drawings.window``: change both together. A drawing has so
many units for a degree of either kind; who shows it stretches it to the window that is wanted.
"""

import itertools
import json
import sys
from pathlib import Path

# West, east, south, north, units for a degree, smallest area in square units.
FRAMES = {
    "asia": (88.0, 152.0, 15.0, 56.0, 20.0, 2.0),
    "world": (-180.0, 180.0, -90.0, 90.0, 3.0, 0.0),
}


def clip(ring: list, inside, crossing) -> list:
    """One side of Sutherland and Hodgman's clipping."""
    out = []
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        if inside(a):
            out.append(a)
        if inside(a) != inside(b):
            out.append(crossing(a, b))
    return out


def clipped(ring: list, frame: tuple) -> list:
    """The part of a ring within a frame."""
    west, east, south, north = frame[:4]
    for axis, bound, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):

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


def written(points: list) -> str:
    """A closed path in whole units, first place absolute, the others as steps."""
    whole = []
    for x, y in points:
        point = (round(x * 10), round(y * 10))
        if not whole or point != whole[-1]:
            whole.append(point)
    steps = [f"{(b[0] - a[0]) / 10:g} {(b[1] - a[1]) / 10:g}" for a, b in itertools.pairwise(whole)]
    begin = f"M{whole[0][0] / 10:g} {whole[0][1] / 10:g}l"
    return begin + " ".join(steps).replace(" -", "-") + "z"


def main() -> None:
    """Write the drawing to standard output."""
    frame = FRAMES[sys.argv[1]]
    west, _, _, north, unit, smallest = frame
    topology = json.loads(Path(sys.argv[2]).read_text())
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
                drawn = [
                    ((x - west) * unit, (north - y) * unit) for x, y in clipped(points[:-1], frame)
                ]
                if len(drawn) > 2 and area(drawn) > smallest:
                    shapes.append(written(drawn))
    sys.stdout.write(
        '<svg xmlns="http://www.w3.org/2000/svg"><path id="land" d="'
        + "".join(shapes)
        + '"/></svg>\n'
    )


main()
