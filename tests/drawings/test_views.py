"""What each drawing says, and says not, of the table it is made from."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.drawings.tables import checked, decimal, integer, iri, table, text, typed, words

from weihai_kg.web.drawings import draw, suited
from weihai_kg.web.drawings.calendar import TimeAxis
from weihai_kg.web.drawings.layout import layout
from weihai_kg.web.drawings.window import COASTS, Window
from weihai_kg.web.tables.table import WKT, XSD, Cell


def found(drawing, kind):
    """The elements of a class."""
    return [each for each in drawing.iter() if kind in (each.get("class") or "").split()]


def share(each, name):
    return float(each.get(name).rstrip("%"))


FIGURES = table(
    "label value qualifier lowerBound upperBound unit status",
    (text("exact"), integer(400), text("exact"), None, None, text("firms"), None),
    (text("many"), integer(200), text("moreThan"), integer(200), None, text("firms"), None),
    (text("few"), integer(100), text("lessThan"), None, integer(100), text("firms"), None),
    (
        text("whole"),
        integer(300),
        text("approximately"),
        integer(290),
        integer(310),
        text("firms"),
        None,
    ),
    (text("wish"), integer(10), text("exact"), None, None, text("tons"), text("planned")),
)


def test_bars_begin_at_zero_and_no_scale_mixes_units():
    drawing = checked(draw(FIGURES, "bar", "en", link=str))
    assert [each.text for each in drawing.iter("caption")] == ["Unit: firms", "Unit: tons"]
    bars = found(drawing, "solid")
    assert all(share(each, "x") == 0 for each in bars)
    assert share(bars[0], "width") == 2 * share(bars[1], "width")
    assert len(found(drawing, "vague")) == 2


def test_bars_show_what_is_not_known():
    drawing = checked(draw(FIGURES, "bar", "en", link=str))
    rows = {
        row.find("th/bdi").text: row for row in drawing.iter("tr") if row.find("th/bdi") is not None
    }
    assert len(found(rows["many"], "open")) == len(found(rows["few"], "open")) == 1
    assert "> 200" in words(rows["many"])
    assert "< 100" in words(rows["few"])
    assert "≈ 300" in words(rows["whole"])
    (band,) = found(rows["whole"], "band")
    low, high = share(band, "x"), share(band, "x") + share(band, "width")
    assert low < share(found(rows["whole"], "tick")[0], "x1") < high
    assert "290 – 310" in words(rows["whole"])
    assert found(rows["wish"], "hatch")
    assert "planned" in words(rows["wish"])
    assert not found(rows["exact"], "open") + found(rows["exact"], "band")


def test_bounds_that_contradict_the_number_are_not_drawn():
    answer = table(
        "label value lowerBound upperBound", (text("a"), integer(5), integer(9), integer(12))
    )
    assert not found(checked(draw(answer, "bar", "en", link=str)), "band")


def test_numbers_of_several_columns_are_drawn_apart():
    answer = table(
        "label atLeastTimes percentagePoints xyz",
        (text("a"), integer(5), decimal("1.5"), integer(1)),
        (text("b"), integer(3), decimal("2.5"), integer(2)),
    )
    drawing = checked(draw(answer, "bar", "zh", link=str))
    assert [each.text for each in drawing.iter("caption")] == ["至少几倍", "百分点", "xyz"]
    drawing = checked(draw(answer, "bar", "en", link=str))
    captions = ["at least so many times", "percentage points", "xyz"]
    assert [each.text for each in drawing.iter("caption")] == captions


@pytest.mark.parametrize("view", ["bar", "line"])
def test_the_smallest_number_there_is_can_be_drawn(view):
    smallest = Cell("literal", "5e-324", XSD + "double")
    times = [Cell("literal", f"202{each}-01-01", XSD + "date") for each in range(2)]
    answer = table("label date value", *((text("a"), each, smallest) for each in times))
    checked(draw(answer, view, "en", link=str))


def test_a_cut_is_said_in_words():
    names = [text(f"n{each}") for each in range(2345)]
    answer = table("label value", *((name, integer(1)) for name in names))
    assert "The first 60 of 2,345 are drawn." in words(checked(draw(answer, "bar", "en", link=str)))
    assert "只画出前 60 行" in words(checked(draw(answer, "bar", "zh", link=str)))
    points = table(
        "label latitude longitude", *((name, integer(35), integer(120)) for name in names)
    )
    assert "The first 500 of 2,345" in words(checked(draw(points, "map", "en", link=str)))
    edges = table("from to", *((text("hub"), name) for name in names))
    assert "The first 59 of 2,345" in words(checked(draw(edges, "network", "en", link=str)))
    days = table("label date", *((name, typed("2024-05-01", "date")) for name in names))
    assert "The first 200 of 2,345" in words(checked(draw(days, "timeline", "en", link=str)))
    years = table(
        "value year", *((integer(each), integer(2000 + each % 20)) for each in range(2345))
    )
    assert "The first 500 of 2,345" in words(checked(draw(years, "line", "en", link=str)))


def test_numbers_that_cannot_be_drawn_are_counted():
    answer = table(
        "label value",
        (text("a"), integer(1)),
        (text("b"), typed("NaN", "double")),
        (text("c"), typed("INF", "double")),
        (text("d"), typed("1e308", "double")),
        (text("e"), None),
    )
    drawing = checked(draw(answer, "bar", "en", link=str))
    assert "4 rows are not drawn" in words(drawing)
    assert len(found(drawing, "solid")) == 1


def test_one_row_is_a_number_with_its_unit_and_bound():
    answer = table(
        "label value qualifier unit", (text("Firms"), integer(1100), text("moreThan"), text("firm"))
    )
    assert suited(answer)[:2] == ["table", "number"]
    said = words(checked(draw(answer, "number", "en", link=str)))
    assert "more than" in said
    assert "1,100" in said
    assert "firm" in said


def test_line_needs_two_times_and_shows_bounds():
    one = table("year value", (integer(2024), integer(5)))
    assert "line" not in suited(one)
    answer = table(
        "year value lowerBound upperBound",
        (integer(2023), integer(5), integer(4), integer(6)),
        (integer(2024), integer(7), None, None),
    )
    drawing = checked(draw(answer, "line", "zh", link=str))
    assert len(found(drawing, "whisker")) == 1
    assert "2023年" in words(drawing)


def test_timeline_keeps_the_precision_and_sets_plans_apart():
    answer = table(
        "label startsAt endsAt status",
        (text("year"), typed("2024", "gYear"), typed("2024", "gYear"), None),
        (text("month"), typed("2024-05", "gYearMonth"), typed("2024-05", "gYearMonth"), None),
        (text("day"), typed("2024-05-03", "date"), typed("2024-05-03", "date"), None),
        (text("open"), typed("2024-06-01", "date"), None, None),
        (text("until"), None, typed("2024-06-30", "date"), None),
        (
            text("plan"),
            typed("2025-10-01T00:00:00+08:00", "dateTime"),
            typed("2025-11-01T00:00:00+08:00", "dateTime"),
            text("planned"),
        ),
        (text("never"), typed("2024-13-45", "date"), None, None),
    )
    drawing = checked(draw(answer, "timeline", "en", link=str))
    times = [each.text for each in found(drawing, "time")]
    assert times == [
        "2024",
        "May 2024",
        "3 May 2024",
        "from 1 June 2024, end unknown",
        "until 30 June 2024, start unknown",
        "October 2025",
    ]
    bodies = list(drawing.iter("tbody"))
    assert "Planned" in words(bodies[1])
    assert "plan" in words(bodies[1])
    assert "plan" not in words(bodies[0]).lower()
    assert len(found(drawing, "open")) == 2
    assert "1 row is not drawn" in words(drawing)
    chinese = checked(draw(answer, "timeline", "zh", link=str))
    assert "2024年5月3日" in [each.text for each in found(chinese, "time")]


def test_an_end_before_its_start_is_no_span():
    answer = table(
        "label start end",
        (text("a"), typed("2024-05-03", "date"), typed("2023-05-03", "date")),
        (text("b"), typed("2024-05-03", "date"), typed("2024-05-04", "date")),
    )
    assert "1 row is not drawn" in words(checked(draw(answer, "timeline", "en", link=str)))


def test_time_axis_shortens_an_empty_stretch_and_stays_in_order():
    axis = TimeAxis.of([(date(1990, 1, 1), date(1991, 1, 1)), (date(2023, 5, 1), date(2026, 1, 1))])
    (gap,) = axis.breaks
    assert (date.fromordinal(gap.first), date.fromordinal(gap.after)) == (
        date(1991, 1, 1),
        date(2023, 1, 1),
    )
    places = [axis.at(date(year, 1, 1)) for year in range(1990, 2027)]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0.0, 1.0)


def test_offsets_in_a_text_are_no_years():
    answer = table("label start end", (text("a"), integer(1234), integer(1300)))
    assert "timeline" not in suited(answer)


def test_map_reads_columns_and_wkt_and_leaves_out_what_is_not_on_earth():
    answer = table(
        "label latitude longitude",
        (text("a"), decimal("37.5"), decimal("122.1")),
        (text("b"), integer(1000), integer(0)),
        (text("c"), typed("NaN", "double"), integer(1)),
    )
    drawing = checked(draw(answer, "map", "en", link=str))
    assert len(list(drawing.iter("circle"))) == 1
    assert "2 rows are not drawn" in words(drawing)
    assert "asia.svg" in next(drawing.iter("use")).get("href")
    shapes = table(
        "name where",
        (text("point"), Cell("literal", "POINT(122 37)", WKT)),
        (text("line"), Cell("literal", "LINESTRING(122 37, 126.7 37.4)", WKT)),
        (text("area"), Cell("literal", "POLYGON((0 50, 1 50, 1 51, 0 50))", WKT)),
        (text("broken"), Cell("literal", "POINT(122)", WKT)),
    )
    drawing = checked(draw(shapes, "map", "en", link=str))
    assert len(found(drawing, "line")) == 2
    assert "1 row is not drawn" in words(drawing)
    assert "world.svg" in next(drawing.iter("use")).get("href")


def test_window_fits_a_coastline():
    names = {
        Window.of(each, 900, 580).coast.file
        for each in (
            [(122.1, 37.5), (139.7, 35.7)],
            [(105.0, 35.0), (139.7, 35.7)],
            [(-0.1, 51.5), (122.1, 37.5)],
        )
    }
    assert names == {each.file for each in COASTS}
    wide = Window.of([(-180, -90), (180, 90)], 900, 580)
    assert (wide.west, wide.east) == (-180, 180)


def test_network_names_ends_relations_and_links():
    answer = table(
        "from to relation",
        (iri("a"), iri("b"), text("hosts")),
        (iri("b"), iri("c"), text("serves")),
    )
    names = {iri("a").text: "Weihai", iri("b").text: "Incheon"}
    drawing = checked(
        draw(answer, "network", "en", names=names, link=lambda each: "/page/" + each[-1])
    )
    said = words(drawing)
    assert "Weihai → hosts → Incheon" in said
    assert {each.get("href") for each in drawing.iter("a")} >= {"/page/a", "/page/b", "/page/c"}


def test_layout_keeps_names_apart_and_in_the_frame():
    for count in (2, 5, 12, 45):
        sizes = {str(each): (110.0, 48.0) for each in range(count)}
        edges = [("0", str(each)) for each in range(1, count)]
        edges += [(str(each), str(each + 1)) for each in range(1, count - 1, 3)]
        placed = layout(sizes, edges, 900.0)
        places = list(placed.at.values())
        assert all(54 < x < placed.width - 54 and 23 < y < placed.height - 23 for x, y in places)
        covered = sum(
            abs(a[0] - b[0]) < 110 and abs(a[1] - b[1]) < 48
            for place, a in enumerate(places)
            for b in places[place + 1 :]
        )
        assert covered == 0, count


SCRIPT = """
import hashlib
from tests.drawings.tables import iri, table, text
from weihai_kg.web.drawings import draw
rows = [(iri(str(n)), iri(str(n * 7 % 23)), text("r")) for n in range(40)]
drawing = draw(table("from to relation", *rows), "network", "en", link=str)
print(hashlib.sha256(drawing.encode()).hexdigest())
"""


def test_network_has_the_same_bytes_every_time(project: Path):
    digests = set()
    for seed in ("1", "2"):
        path = os.pathsep.join([str(project), str(project / "src")])
        made = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(made.stdout)
    assert len(digests) == 1


def test_two_things_with_broad_names_stand_below_each_other():
    sizes = {"a": (275.0, 34.0), "b": (90.0, 48.0)}
    placed = layout(sizes, [("a", "b")], 350.0)
    for node, (x, y) in placed.at.items():
        assert sizes[node][0] / 2 <= x <= placed.width - sizes[node][0] / 2
        assert sizes[node][1] / 2 <= y <= placed.height - sizes[node][1] / 2
    assert placed.at["b"][1] - placed.at["a"][1] > 41
