"""Tables with places as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from weihai_kg.web.tables.table import WKT, Cell, Kind, Table

LATITUDE, LONGITUDE = "latitude", "longitude"
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_SHAPE = re.compile(r"\s*(?:<([^>]*)>)?\s*([A-Za-z]+)\s*(?:Z\s*)?(\(.*\))\s*", re.DOTALL)
_POSITION = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+({_NUMBER}))?")
_NAMES = {
    name.upper(): name
    for name in ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
}
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
_DEEPEST = 4


def to_geojson(table: Table, about: Mapping[str, str]) -> bytes:
    """A feature for each row; its geometry is null where the row has no coordinates."""
    features = []
    for row in table.rows:
        cells = dict(zip(table.names, row, strict=True))
        shape = _shape(cells)
        properties = {
            name: _plain(cell)
            for name, cell in cells.items()
            if name not in (LATITUDE, LONGITUDE) and (cell is None or cell.datatype != WKT)
        }
        features.append({"type": "Feature", "geometry": shape, "properties": properties})
    document = {"type": "FeatureCollection", **about, "features": features}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _shape(cells: Mapping[str, Cell | None]) -> dict[str, Any] | None:
    latitude, longitude = cells.get(LATITUDE), cells.get(LONGITUDE)
    if latitude and longitude and latitude.is_number and longitude.is_number:
        point = [float(longitude.text), float(latitude.text)]
        if all(map(math.isfinite, point)):
            return {"type": "Point", "coordinates": point}
    for cell in cells.values():
        if cell and cell.datatype == WKT and (shape := from_wkt(cell.text)):
            return shape
    return None


def from_wkt(text: str) -> dict[str, Any] | None:
    """The geometry of a WKT literal in longitude and latitude; None for any other."""
    found = _SHAPE.fullmatch(text)
    if not found or found[1] not in (None, _CRS84, _EPSG4326) or found[2].upper() not in _NAMES:
        return None
    kind, flipped = _NAMES[found[2].upper()], found[1] == _EPSG4326
    inner = _POSITION.sub(lambda match: _position(match, flipped), found[3])
    depth = len(inner) - len(inner.lstrip("(["))
    if depth > _DEEPEST:
        return None
    try:
        coordinates = json.loads(inner.replace("(", "[").replace(")", "]"))
    except ValueError:
        return None
    if kind == "Point":
        coordinates = coordinates[0] if len(coordinates) == 1 else None
    elif kind == "MultiPoint":
        coordinates = [each[0] if isinstance(each[0], list) else each for each in coordinates]
    return {"type": kind, "coordinates": coordinates} if coordinates else None


def _position(found: re.Match[str], flipped: bool) -> str:
    first, second, height = found.groups()
    if flipped:
        first, second = second, first
    return json.dumps([float(each) for each in (first, second, height) if each])


def _plain(cell: Cell | None) -> Any:
    if cell is None:
        return None
    kind, value = cell.value()
    if kind is Kind.DECIMAL or (kind is Kind.DOUBLE and math.isfinite(value)):
        return float(value)
    return value if kind in (Kind.INTEGER, Kind.BOOLEAN) else cell.text
