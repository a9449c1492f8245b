"""`weihai-kg check --links` and `link --refresh`: linked entities against a dated slice."""

from __future__ import annotations

import contextlib
import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from weihai_kg.cli import link_report
from weihai_kg.errors import UsageError
from weihai_kg.linking import comparison, slices, wikibase
from weihai_kg.linking.comparison import AGREE, DIFFER, Comparison, Link
from weihai_kg.linking.slices import COLUMNS, Slice, SliceError, Value
from weihai_kg.linking.subjects import Subjects
from weihai_kg.namespaces import Namespaces
from weihai_kg.sources import corpus as sources
from weihai_kg.sources import mappings

from .conftest import SLICE, Running

Run = Callable[..., Result]
TABLE = "data/mappings/wikidata.sssom.tsv"


@pytest.fixture(scope="module")
def corpus(project: Path) -> sources.Corpus:
    return sources.read(project, Namespaces())[0]


def compared(corpus: sources.Corpus, text: str, against: Slice) -> dict[str, Link]:
    """The links of a table, by the name of their subject."""
    found, _ = mappings.parse(text, TABLE, "wikidata")
    assert found
    links = comparison.compare(found, Subjects(corpus), against)
    return {link.subject.rpartition("/")[2]: link for link in links}


def of(link: Link, name: str) -> Comparison:
    return next(each for each in link.comparisons if each.property == name)


def test_links_of_the_project_are_in_no_serious_doubt(
    corpus: sources.Corpus, project: Path
) -> None:
    against = slices.read(project / slices.FILE)
    links = compared(corpus, (project / TABLE).read_text("utf-8"), against)
    assert len(links) == 17
    assert all(link.doubt < comparison.SERIOUS for link in links.values())
    yeosu = links["yeosu"]
    assert {each.property for each in yeosu.comparisons if each.state == AGREE} >= {
        "label zh", "label en", "coordinates", "country",
    }  # fmt: skip
    assert yeosu.doubt == 0
    place = of(links["weihai"], "coordinates")
    assert place.note == "1.6 km, 15 km are allowed"
    assert (place.source.split(", ")[0], place.read) == ("unlocode-extract", "2026-11-22")
    assert of(links["japan"], "population").state == comparison.THERE
    assert of(links["izumisano"], "type").state == comparison.HERE
    korea = of(links["south-korea"], "label zh")
    assert (korea.state, korea.here, korea.there) == (DIFFER, "韩国", "大韩民国")


@pytest.mark.parametrize(
    ("name", "right", "wrong", "differing"),
    [
        ("yeosu", "Q42125", "Q58294", {"label en", "coordinates", "country"}),
        ("gunsan", "Q42074", "Q42073", {"label zh", "label en", "coordinates"}),
        ("incheon", "Q20934", "Q42136", {"coordinates"}),
        ("osaka-prefecture", "Q122723", "Q35765", {"type"}),
    ],
)
def test_wrong_link_is_doubted(
    corpus: sources.Corpus, project: Path, name: str, right: str, wrong: str, differing: set[str]
) -> None:
    text = (project / TABLE).read_text("utf-8")
    against = slices.read(SLICE)
    before = compared(corpus, text, against)[name]
    link = compared(corpus, text.replace(f"wd:{right}\t", f"wd:{wrong}\t"), against)[name]
    assert before.doubt < 0.3
    assert link.doubt > before.doubt + 0.3
    states = {each.property for each in link.comparisons if each.state == DIFFER}
    assert states >= differing & {each.property for each in link.comparisons if each.there}


def test_check_links_reports_and_fails_on_a_wrong_link(
    run: Run, copy: Path, tmp_path: Path
) -> None:
    table = copy / TABLE
    table.write_text(table.read_text("utf-8").replace("wd:Q42125\t", "wd:Q58294\t"), "utf-8")
    shutil.copy(SLICE, copy / slices.FILE)
    report = tmp_path / "links.json"
    done = run("check", "--links", "--report", str(report), of=copy)
    assert done.exit_code == 1
    assert "1 links in serious doubt" in done.stdout
    assert "id/yeosu -> Q58294: doubt 0." in done.stdout or "doubt 1.00" in done.stdout
    document = json.loads(report.read_text("utf-8"))
    worst = document["links"][0]
    assert worst["target"] == "Q58294"
    country = next(each for each in worst["comparisons"] if each["property"] == "country")
    assert (country["state"], country["here"], country["there"]) == (
        DIFFER,
        "韩国",
        "中华人民共和国",
    )
    assert document["slice"]["date"] == "2026-11-22"
    assert document["counts"]["coordinates"][DIFFER] == 1


def test_report_is_a_table_too(corpus: sources.Corpus, run: Run, tmp_path: Path) -> None:
    report = tmp_path / "links.tsv"
    assert link_report.check_links(corpus, report)
    rows = list(csv.DictReader(report.read_text("utf-8").splitlines(), delimiter="\t"))
    assert {row["property"] for row in rows} >= {"label zh", "label en", "coordinates", "country"}
    worst = max(rows, key=lambda row: float(row["link_doubt"]))
    assert worst["label"] == "威海机场"
    for row in rows:
        assert float(row["doubt"]) <= float(row["link_doubt"])
        assert (row["state"] == DIFFER) >= (float(row["doubt"]) > 0)
        assert bool(row["there"]) == (row["state"] != comparison.HERE)
    assert run("check", "--report", "x.tsv").exit_code == 2
    with pytest.raises(UsageError, match="has to end in"):
        link_report.check_links(corpus, tmp_path / "links.xlsx")


def test_refresh_reads_the_linked_items_again(service: Running, run: Run, copy: Path) -> None:
    old = slices.read(copy / slices.FILE)
    done = run("link", "--refresh", "--wikibase", service.api, of=copy)
    assert done.exit_code == 0, done.stderr
    new = slices.read(copy / slices.FILE)
    assert new.metadata["sources"].keys() == {wikibase.SOURCE}
    assert str(new.metadata["date"]) == max(each.read for each in new.values)
    linked = {row["object_id"][3:] for row in table_rows(copy / TABLE)}
    assert linked <= set(new.items)
    whole = slices.read(SLICE)
    for item in linked:  # everything of the slice that the API speaks of came over
        for each in ("P17", "P31", "P1082"):
            assert {v.text for v in new.of(item, each)} == {v.text for v in whole.of(item, each)}
        assert new.point(item) == pytest.approx(whole.point(item))
        names = {text for texts in new.texts(item, "label").values() for text in texts}
        assert names == {text for texts in whole.texts(item, "label").values() for text in texts}
    assert {value.text for value in new.of("Q373023", "P625")} == {"37.500000,122.100000"}
    assert set(old.items) <= set(new.items)
    assert [each["path"] for each in service.requests] == ["/w/api.php"] * len(service.requests)


def table_rows(file: Path) -> list[dict[str, str]]:
    lines = file.read_text("utf-8").split("\n")
    return list(csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t"))


def test_item_that_is_gone_or_merged_is_doubted(
    serve: Callable[[Path], Running], run: Run, copy: Path, corpus: sources.Corpus, tmp_path: Path
) -> None:
    lines = SLICE.read_text("utf-8").split("\n")
    kept = [x for x in lines if not x.startswith("Q468765\t")]
    kept[-1:] = ["Q42125\tredirect\tQ99\tunlocode-extract\t2026-11-22", ""]
    changed = tmp_path / "changed.tsv"
    changed.write_text("\n".join(kept), "utf-8")
    done = run("link", "--refresh", "--wikibase", serve(changed).api, of=copy)
    assert done.exit_code == 0, done.stderr
    assert "Q468765: missing yes" in done.stdout
    assert "Q42125: redirect Q99" in done.stdout
    against = slices.read(copy / slices.FILE)
    links = compared(corpus, (copy / TABLE).read_text("utf-8"), against)
    assert links["ube"].doubt == 1
    assert of(links["yeosu"], "item").there == "Q99"


def test_api_that_answers_an_error_leaves_the_slice(service: Running, run: Run, copy: Path) -> None:
    before = (copy / slices.FILE).read_bytes()
    done = run("link", "--refresh", "--wikibase", service.service.replace("{lang}", "en"), of=copy)
    assert done.exit_code == 1
    assert "answered" in done.stderr
    assert (copy / slices.FILE).read_bytes() == before


def test_slices_name_a_source_and_a_day_for_every_value(project: Path) -> None:
    small, whole = slices.read(project / slices.FILE), slices.read(SLICE)
    assert set(small.values) <= set(whole.values)
    linked = {row["object_id"][3:] for row in table_rows(project / TABLE)}
    assert linked <= set(small.items)


GOOD = "# sources:\n#   s: x\n" + "\t".join(COLUMNS) + "\n"
BAD = [
    ("item\n", "x:1: the columns have to be"),
    ("# [\nitem\n", "x:1: the metadata cannot be read"),
    (GOOD + "Q1\tP17\tQ2\ts\n", "x:4: a row has 5 cells"),
    (GOOD + "Q1\tP17\tQ2\tt\t2026-11-22\n", "x:4: source 't' is not named above"),
    (GOOD + "Q1\tP625\t91,0\ts\t2026-11-22\n", "x:4: '91,0' is not latitude,longitude"),
    (GOOD + "Q1\tP17\tQ2\ts\tyesterday\n", "x:4: the day 'yesterday' is not a date"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_malformed_slice_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(SliceError, match=re.escape(message)):
        slices.parse(text, "x")


@given(st.text())
def test_any_text_is_a_slice_or_refused(text: str) -> None:
    for each in (text, GOOD + text):
        with contextlib.suppress(SliceError):
            slices.parse(each, "x")


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=6)


@settings(max_examples=25)
@given(pairs=st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_written_slice_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    values = tuple(
        Value(f"Q{number}", f"label:{language}", text, "s", "2026-11-22")
        for number, (language, text) in enumerate(pairs)
    )
    file = tmp_path_factory.mktemp("slice") / "x.tsv"
    slices.write(file, {"title": "#: x", "sources": {"s": "x"}}, values)
    assert slices.read(file).values == values
