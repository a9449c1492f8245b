"""Tables for drawings, and what is true of every drawing."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence

from weihai_kg.web.tables.table import XSD, Cell, Table, read

TAGS = {
    "figure", "figcaption", "details", "summary", "ul", "li", "a", "span", "bdi", "div", "p",
    "strong", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "g", "path", "rect",
    "circle", "line", "text", "tspan", "title", "use",
}  # fmt: skip
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def integer(value: int) -> Cell:
    return Cell("literal", str(value), XSD + "integer")


def decimal(text: str) -> Cell:
    return Cell("literal", text, XSD + "decimal")


def text(words: str, language: str = "") -> Cell:
    return Cell("literal", words, "", language)


def iri(name: str) -> Cell:
    return Cell("uri", f"https://example.org/id/{name}")


def typed(value: str, kind: str) -> Cell:
    return Cell("literal", value, XSD + kind)


def table(names: str, *rows: Iterable[Cell | None]) -> Table:
    return Table(tuple(names.split()), tuple(tuple(row) for row in rows))


def answer(names: Sequence[str], rows: Iterable[dict[str, dict[str, str]]]) -> Table:
    """A table as it comes from a result document."""
    document = {"head": {"vars": list(names)}, "results": {"bindings": list(rows)}}
    return read(json.dumps(document).encode())


def checked(markup: object) -> ET.Element:
    """The parsed drawing, after what must hold for each: well-formed, plain, finite, in its box."""
    written = str(markup)
    root = ET.fromstring(written)
    assert root.tag == "figure"
    for each in root.iter():
        assert each.tag in TAGS, each.tag
        for name, value in each.attrib.items():
            assert not name.startswith("on"), name
            assert name != "style"
            assert "nan" not in NUMBER.sub("", value).lower().split() or name == "aria-label"
            if value.endswith("%") and name in ("x", "x1", "x2", "width"):
                assert 0 <= float(value[:-1]) <= 100, (name, value)
        if each.tag == "a":
            assert not each.get("href", "").lower().startswith(("javascript:", "data:"))
    for svg in root.iter("svg"):
        if box := svg.get("viewBox"):
            left, top, wide, high = map(float, box.split())
            inside(svg, left, top, left + wide, top + high)
    return root


def inside(svg: ET.Element, left: float, top: float, right: float, bottom: float) -> None:
    """Every place that a drawing names lies in its box."""
    for each in svg.iter():
        if each is svg:
            continue
        places = [
            (float(each.get(x, left)), float(each.get(y, top)))
            for x, y in (("x", "y"), ("cx", "cy"), ("x1", "y1"), ("x2", "y2"))
            if NUMBER.fullmatch(each.get(x, "0")) and NUMBER.fullmatch(each.get(y, "0"))
        ]
        if each.get("transform", "").startswith("translate"):
            places.append(tuple(map(float, NUMBER.findall(each.get("transform", "")))))  # type: ignore[arg-type]
        elif each.tag == "path" and svg.get("class") in ("small", "large"):
            for step in re.findall(
                r"[ML][^A-Za-z]+", "" if "node" in str(svg) else each.get("d", "")
            ):
                numbers = list(map(float, NUMBER.findall(step)))
                if len(numbers) == 2 and not _in_symbol(svg, each):
                    places.append((numbers[0], numbers[1]))
        for x, y in places:
            assert left - 1 <= x <= right + 1, ET.tostring(each)
            assert top - 1 <= y <= bottom + 1, ET.tostring(each)


def _in_symbol(svg: ET.Element, path: ET.Element) -> bool:
    """Whether a path is the shape of a node, which its transform puts in its place."""
    return path.get("transform") is not None


def words(root: ET.Element) -> str:
    return " ".join(part for part in root.itertext())
