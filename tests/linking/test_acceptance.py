"""`weihai-kg link --accept`: from reviewed rows to the mapping table, or refused with the place."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sssom_pydantic
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from weihai_kg import __version__
from weihai_kg.linking import review
from weihai_kg.linking.review import COLUMNS, Review, ReviewError, Row
from weihai_kg.sources import mappings

from .conftest import Running

TABLE = "data/mappings/wikidata.sssom.tsv"
WHO = ("--author", "orcid:0000-0002-1825-0097", "--author-name", "Josiah Carberry")
WD = "http://www.wikidata.org/entity/"

Run = Callable[..., Result]


def row(**cells: str) -> Row:
    filled = {"decision": "accepted", "subject": "id:rongcheng", "subject_label": "荣成"}
    filled |= {"target": WD + "Q1", "target_label": "x", "predicate": "skos:exactMatch"}
    filled |= {"score": "0.90", "retrieved": "2026-11-22", "place": "1.00 0.1 km"}
    return Row(dict.fromkeys(COLUMNS, "") | filled | cells)


@pytest.fixture
def accept(run: Run, copy: Path, tmp_path: Path) -> Callable[..., Result]:
    """Accept rows into the tables of a copy of the project."""

    def accept(*rows: Row) -> Result:
        file = tmp_path / "review.tsv"
        Review({"review": "test"}, list(rows)).save(file)
        return run("link", "--accept", str(file), *WHO, of=copy)

    return accept


def without(table: Path, subject: str) -> None:
    """Take the link of a subject out of a table."""
    lines = table.read_text("utf-8").split("\n")
    table.write_text("\n".join(x for x in lines if not x.startswith(subject + "\t")), "utf-8")


def test_accepted_row_becomes_a_link_with_who_when_and_why(
    service: Running, run: Run, copy: Path, tmp_path: Path
) -> None:
    table = copy / TABLE
    without(table, "id:yeosu")
    old = table.read_text("utf-8")
    file = tmp_path / "review.tsv"
    where = ("--service", service.service, "--review", str(file))
    assert run("link", "yeosu", "ube", *where, of=copy).exit_code == 0
    reviewed = file.read_text("utf-8").replace(
        f"\tid:yeosu\t丽水\t{WD}Q42125", f"accepted\tid:yeosu\t丽水\t{WD}Q42125"
    )
    file.write_text(reviewed, "utf-8")
    done = run("link", "--accept", str(file), *WHO, of=copy)
    assert done.exit_code == 0, done.stderr
    assert f"1 link -> {table}" in done.stdout
    assert {each["subject"] for each in review.read(file).rows} == {"id:ube"}

    text = table.read_text("utf-8")
    found, findings = mappings.parse(text, TABLE, "wikidata")
    assert found
    assert not findings
    today = datetime.datetime.now(datetime.UTC).date()
    link = next(each for each in found.mappings if each.subject.endswith("/yeosu"))
    cells = dict(link.row)
    assert str(link.object) == WD + "Q42125"
    assert cells["mapping_justification"] == "semapv:CompositeMatching"
    assert cells["author_id"] == "orcid:0000-0002-1825-0097"
    assert cells["author_label"] == "Josiah Carberry"
    assert cells["mapping_date"] == today.isoformat()
    assert (cells["mapping_tool"], cells["mapping_tool_version"]) == ("weihai-kg link", __version__)
    assert cells["confidence"] == "0.99"
    assert "place 1.00 0.0 km" in cells["comment"]
    for line in old.split("\n")[-5:-1]:  # what stood there stands there
        assert line in text
    assert f'# mapping_date: "{today}"' in text
    assert "#   orcid: https://orcid.org/" in text

    pack = sssom_pydantic.read(table)
    assert len(pack[0]) == len(found.mappings)
    ours = next(each for each in pack[0] if each.subject.identifier == "yeosu")
    assert ours.authors[0].curie == "orcid:0000-0002-1825-0097"
    assert ours.mapping_tool.name == "weihai-kg link"


@pytest.mark.parametrize("name", ["wikidata", "geonames"])
def test_tables_are_sssom(project: Path, name: str) -> None:
    file = project / f"data/mappings/{name}.sssom.tsv"
    found, findings = mappings.parse(file.read_text("utf-8"), file.name, name)
    assert found
    assert not findings
    assert len(sssom_pydantic.read(file, return_errors=False)[0]) == len(found.mappings)


REFUSED = [
    ([row(subject="id:nowhere")], 2, "id:nowhere is no entity of the sources"),
    ([row(target=WD + "Q42125")], 2, f"{WD}Q42125 is the exact match of https"),
    ([row(subject="id:yeosu")], 2, f"id:yeosu has the exact match {WD}Q42125 in {TABLE}:"),
    ([row(subject="id:yeosu", target=WD + "Q42125")], 2, "has this link already"),
    ([row(target=WD + "42125")], 2, f"malformed identifier '{WD}42125'"),
    ([row(target="https://example.org/1")], 2, "no mapping table holds links to"),
    ([row(target="")], 2, "no mapping table holds links to ''"),
    ([row(predicate="owl:sameAs")], 2, "predicate 'owl:sameAs'"),
    ([row(), row(target=WD + "Q2")], 3, f"id:rongcheng and {WD}Q1 are accepted in line 3"),
    ([row(), row(subject="id:weihai-port")], 3, f"id:rongcheng and {WD}Q1 are accepted"),
]


@pytest.mark.parametrize(("rows", "line", "message"), REFUSED)
def test_conflict_is_refused_with_its_place(
    accept: Callable[..., Result], copy: Path, tmp_path: Path,
    rows: list[Row], line: int, message: str,
) -> None:  # fmt: skip
    before = (copy / TABLE).read_bytes()
    done = accept(*rows)
    assert done.exit_code == 1
    text = done.stderr.replace("\n", " ")
    assert f"{tmp_path / 'review.tsv'}:{line + 1}: " in done.stderr
    assert message in text
    assert re.search(r"Nothing was changed: \d", text)
    assert (copy / TABLE).read_bytes() == before


def test_close_match_beside_an_exact_one_is_allowed(accept: Callable[..., Result]) -> None:
    done = accept(row(subject="id:yeosu", predicate="skos:closeMatch"))
    assert done.exit_code == 0, done.stderr


def test_nothing_accepted_changes_nothing(accept: Callable[..., Result], copy: Path) -> None:
    before = (copy / TABLE).read_bytes()
    done = accept(row(decision=""), row(decision="rejected"))
    assert done.exit_code == 0
    assert "no row is marked accepted; nothing was changed" in done.stdout
    assert (copy / TABLE).read_bytes() == before


def test_file_that_is_no_review_is_refused(run: Run, copy: Path, tmp_path: Path) -> None:
    for text, message in (
        ("decision\tsubject\n", "columns missing: subject_label"),
        ("\t".join(COLUMNS) + "\nyes" + "\t" * 16 + "\n", "decision 'yes' is neither"),
    ):
        (tmp_path / "x.tsv").write_text(text, "utf-8")
        done = run("link", "--accept", str(tmp_path / "x.tsv"), *WHO, of=copy)
        assert done.exit_code == 1
        assert message in done.stderr
    done = run("link", "--accept", str(tmp_path / "none.tsv"), *WHO, of=copy)
    assert done.exit_code == 1
    assert "there is no such file" in done.stderr


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), max_size=8)


@given(st.text())
def test_any_text_is_a_review_or_refused(text: str) -> None:
    for each in (text, "\t".join(COLUMNS) + "\n" + text):
        with contextlib.suppress(ReviewError):
            review.parse(each, "x")


@settings(max_examples=25)
@given(
    rows=st.lists(
        st.fixed_dictionaries({"subject": CELL, "target": CELL, "place": CELL}), max_size=3
    )
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    file = tmp_path_factory.mktemp("review") / "x.tsv"
    written = Review({"review": "x"}, [row(decision="", **cells) for cells in rows])
    written.save(file)
    read = review.read(file)
    assert [dict(each.cells) for each in read.rows] == [dict(each.cells) for each in written.rows]
