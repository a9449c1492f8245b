"""Answers as files: formats by extension, ?format= and Accept; real types; no formulas."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime

import openpyxl
import pyarrow.parquet as pq
import pyoxigraph
import pytest

from weihai_kg.web.http.problem import Problem
from weihai_kg.web.tables.files import to_csv, to_parquet, to_xlsx
from weihai_kg.web.tables.places import from_wkt, to_geojson
from weihai_kg.web.tables.table import Cell, Kind, Table, read

XSD = "http://www.w3.org/2001/XMLSchema#"
STARTS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x")']
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MADE = datetime(2026, 1, 1)


def text(value):
    return Cell("literal", value)


def number(value, datatype="integer"):
    return Cell("literal", value, XSD + datatype)


def table(*cells):
    return Table(("a",), tuple((each,) for each in cells))


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [("csv", "text/csv"), ("tsv", "text/tab-separated-values"),
     ("json", "application/sparql-results+json"), ("xml", "application/sparql-results+xml"),
     ("xlsx", SHEET), ("parquet", "application/vnd.apache.parquet"),
     ("geojson", "application/geo+json")],
)  # fmt: skip
def test_extension_format_and_accept_give_the_same(server, extension, media_type):
    name = "/queries/places-on-the-map"
    answers = [
        server.get(f"{name}.{extension}"), server.get(name, format=extension),
        server.get(name, media_type),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"].partition(";")[0] == media_type
        assert 'rel="cite-as"' in answer.headers["Link"]
        assert answer.headers["ETag"]
        assert "Accept" in answer.headers["Vary"]
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_graph_as_rdf(server, extension):
    answer = server.get(f"/queries/evidence-in-turtle.{extension}")
    kind = pyoxigraph.RdfFormat.from_extension(extension)
    data = list(pyoxigraph.parse(answer.content, format=kind))
    assert len(data) > 5
    assert server.get("/queries/evidence-in-turtle", "text/csv").status_code == 406
    assert server.get("/queries/evidence-in-turtle.csv").status_code == 404


def test_yes_or_no_as_a_file(server):
    assert server.get("/queries/is-south-korea-a-neighbour.json").json()["boolean"] in (True, False)
    assert server.get("/queries/is-south-korea-a-neighbour.csv").text.strip() in ("true", "false")


def test_places_have_coordinates(server):
    found = server.get("/queries/places-on-the-map.geojson").json()
    shapes = {each["properties"]["nameEn"]: each["geometry"] for each in found["features"]}
    longitude, latitude = shapes["Weihai"]["coordinates"]
    assert (int(longitude), int(latitude)) == (122, 37)


def test_files_agree_row_by_row(server):
    rows = server.get("/queries/all-figures.json").json()["results"]["bindings"]
    parquet = pq.read_table(io.BytesIO(server.get("/queries/all-figures.parquet").content))
    sheet = openpyxl.load_workbook(io.BytesIO(server.get("/queries/all-figures.xlsx").content))
    lines = list(csv.reader(io.StringIO(server.get("/queries/all-figures.csv").text)))
    assert parquet.num_rows == len(rows) == sheet["answer"].max_row - 1 == len(lines) - 1
    values = [None if "value" not in each else float(each["value"]["value"]) for each in rows]
    column = [None if each is None else float(each) for each in parquet["value"].to_pylist()]
    assert column == values
    assert not parquet.schema.field("value").type.equals("string")
    place = lines[0].index("value")
    cells = [each[place].value for each in sheet["answer"].iter_rows(min_row=2)]
    assert [None if each is None else float(each) for each in cells] == values


def test_a_date_in_an_answer_is_a_date_in_every_file(server):
    address = "/queries/whole-vehicle-launch"
    parquet = pq.read_table(io.BytesIO(server.get(f"{address}.parquet").content))
    assert parquet["date"].to_pylist() == [date(2023, 12, 19)]
    sheet = openpyxl.load_workbook(io.BytesIO(server.get(f"{address}.xlsx").content))["answer"]
    (cell,) = (each for each in sheet[2] if isinstance(each.value, datetime))
    assert cell.value == datetime(2023, 12, 19)


@pytest.mark.parametrize("value", STARTS)
def test_no_cell_becomes_a_formula(value):
    line = next(csv.reader(io.StringIO(to_csv(table(text(value))).decode().partition("\r\n")[2],
                                       newline="")))  # fmt: skip
    assert line == ["'" + value]
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table(text(value)), {"a": value}, MADE)))
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)


def test_numbers_are_untouched():
    assert to_csv(table(number("-5"), number("+2.5", "decimal"))) == b"a\r\n-5\r\n+2.5\r\n"
    assert to_csv(table(number("-cmd", "integer"))) == b"a\r\n'-cmd\r\n"


def test_answer_says_that_text_is_guarded(server):
    assert server.get("/queries/search.csv").headers["X-Formula-Guard"] == "apostrophe"


def test_a_table_that_excel_cannot_hold_is_refused_not_cut():
    with pytest.raises(Problem) as refused:
        to_xlsx(table(text("x" * 40_000)), {}, MADE)
    assert refused.value.status == 413


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        ([number("1"), number("-2")], Kind.INTEGER, [1, -2]),
        ([number("1"), number("2.5", "decimal")], Kind.DECIMAL, [1, 2.5]),
        ([number("1e3", "double"), None], Kind.DOUBLE, [1000.0, None]),
        ([number("true", "boolean")], Kind.BOOLEAN, [True]),
        ([number("1"), text("x")], Kind.TEXT, ["1", "x"]),
        ([number("99999999999999999999999")], Kind.TEXT, ["99999999999999999999999"]),
        ([Cell("uri", "http://x/")], Kind.IRI, ["http://x/"]),
        ([number("2025-13-01", "date")], Kind.TEXT, ["2025-13-01"]),
        ([], Kind.TEXT, []),
    ],
)
def test_a_column_has_one_type(cells, kind, values):
    made = table(*cells)
    assert made.columns[0].kind is (kind if cells else Kind.TEXT)
    assert pq.read_table(io.BytesIO(to_parquet(made, {})))["a"].to_pylist() == values
    assert to_xlsx(made, {}, MADE)[:2] == b"PK"


def test_dates_are_dates():
    made = table(number("2025-02-03", "date"))
    found = pq.read_table(io.BytesIO(to_parquet(made, {})))
    assert str(found.schema.field("a").type) == "date32[day]"
    zoned = table(number("2025-02-03T04:05:06+08:00", "dateTime"))
    assert "UTC" in str(pq.read_table(io.BytesIO(to_parquet(zoned, {}))).schema.field("a").type)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (number("INF", "double"), "INF"),
        (number("-INF", "double"), "-INF"),
        (number("NaN", "double"), "NaN"),
        (number("123456789012345"), 123456789012345),
        (number("9999999999999999"), "9999999999999999"),
        (number("-12345678901234.5", "decimal"), -12345678901234.5),
        (number("0.1", "decimal"), 0.1),
        (number("1e300", "double"), 1e300),
        (number("2024-02-29T12:00:00.125", "dateTime"), datetime(2024, 2, 29, 12, 0, 0, 125000)),
        (number("2024-02-29T12:00:00.123456", "dateTime"), "2024-02-29T12:00:00.123456"),
    ],
)
def test_excel_holds_a_value_as_it_is_or_as_text(cell, wanted):
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table(cell), {}, MADE))).worksheets[0]
    assert sheet["A2"].data_type != "f"
    assert sheet["A2"].value == wanted


def test_same_answer_same_bytes():
    made = table(text("a"), number("1"))
    assert to_xlsx(made, {"t": "x"}, MADE) == to_xlsx(made, {"t": "x"}, MADE)
    assert to_parquet(made, {"t": "x"}) == to_parquet(made, {"t": "x"})


@pytest.mark.parametrize(
    ("wkt", "shape"),
    [
        ("POINT(122.1 37.5)", {"type": "Point", "coordinates": [122.1, 37.5]}),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> Point (37.5 122.1)",
         {"type": "Point", "coordinates": [122.1, 37.5]}),
        ("LINESTRING(1 2, 3 4)", {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}),
        ("POLYGON((0 0, 1 0, 1 1, 0 0))",
         {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}),
        ("POINT(", None), ("CIRCLE(1 2)", None), ("<http://x/> POINT(1 2)", None),
        ("POINT" + "(" * 5000 + "1 2" + ")" * 5000, None), ("POINT EMPTY", None),
    ],
)  # fmt: skip
def test_wkt(wkt, shape):
    assert from_wkt(wkt) == shape


def test_a_row_without_coordinates_is_kept():
    body = {"head": {"vars": ["latitude", "longitude", "n"]}, "results": {"bindings": [
        {"n": {"type": "literal", "value": "INF", "datatype": XSD + "double"}}]}}  # fmt: skip
    found = json.loads(to_geojson(read(json.dumps(body).encode()), {}))
    assert found["features"] == [{"type": "Feature", "geometry": None, "properties": {"n": "INF"}}]
