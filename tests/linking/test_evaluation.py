"""What the proposals are worth: figures on known links that were held out, and on missing items."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from weihai_kg.linking import evaluation, scoring, slices
from weihai_kg.linking.profile import Profile

from .conftest import GOLD, SLICE


@pytest.fixture(scope="module")
def items() -> dict[str, Profile]:
    found = slices.read(SLICE)
    return {item: found.profile(item) for item in found.items}


def test_strong_proposals_are_all_right(service, run) -> None:
    done = run("link", "--gold", str(GOLD), "--service", service.service)
    assert done.exit_code == 0, done.stderr
    assert "67 entities asked for: 54 with a known item, 13 known to have none." in done.stdout
    figures = {line.split("  ")[0]: line for line in done.stdout.splitlines()}
    assert "(precision 1.000, " in figures["strong"]
    strong = int(figures["strong"].split()[1].strip(","))
    assert strong >= 30
    put_first = int(figures["put first"].split()[2])
    assert put_first >= 50
    assert "软银: known Q2214105, proposed Q201653, possible" in done.stdout  # errors are listed
    assert "      name_en 1.00 label SoftBank : SoftBank, same" in done.stdout


def test_links_of_the_graph_are_found_again_without_being_shown(service, run) -> None:
    done = run("link", "--evaluate", "--service", service.service)
    assert done.exit_code == 0, done.stderr
    assert "(precision 1.000, " in done.stdout
    for request in service.requests:  # no known identifier is told to the service with a name
        assert "Q" not in request.get("queries", "")


def test_missing_item_is_not_replaced_by_another(items: dict[str, Profile]) -> None:
    """Without the right item among the candidates, nothing may be put forward as certain."""
    for known in evaluation.of_table(GOLD):
        others = [profile for item, profile in items.items() if item != known.target]
        judged = scoring.judge(known.subject, others)
        wrong = [each.candidate.id for each in judged if each.verdict == "strong"]
        assert not wrong, f"{known.subject.id}: {wrong}"


COUNTRIES = {"韩国": ("韩国", "South Korea"), "中国": ("中国", "China")}
HOMONYMS = [
    ("丽水", "Yeosu", (34.76, 127.66), "韩国", "Q42125", "Q58294"),
    ("丽水", "Lishui", (28.46, 119.91), "中国", "Q58294", "Q42125"),
    ("苏州", "Suzhou", (31.30, 120.59), "中国", "Q42622", "Q360643"),
    ("宿州", "Suzhou", (33.64, 116.98), "中国", "Q360643", "Q42622"),
    ("台州", "Taizhou", (28.66, 121.43), "中国", "Q58273", "Q57931"),
    ("泰州", "Taizhou", (32.49, 119.91), "中国", "Q57931", "Q58273"),
    ("福州", "Fuzhou", (26.06, 119.31), "中国", "Q68481", "Q363391"),
    ("抚州", "Fuzhou", (27.96, 116.33), "中国", "Q363391", "Q68481"),
    ("广州", "Gwangju", (37.41, 127.26), "韩国", "Q42069", "Q16572"),
    ("广州", "Guangzhou", (23.12, 113.25), "中国", "Q16572", "Q42069"),
]


@pytest.mark.parametrize(("zh", "en", "point", "country", "right", "wrong"), HOMONYMS)
def test_homonyms(
    items: dict[str, Profile], zh: str, en: str, point: tuple[float, float], country: str,
    right: str, wrong: str,
) -> None:  # fmt: skip
    full = Profile(
        "x", {"zh": (zh,), "en": (en,)}, kind="City", point=point, countries=COUNTRIES[country]
    )
    pair = [items[right], items[wrong]]
    judged = scoring.judge(full, pair)
    assert judged[0].candidate.id == right
    assert judged[0].verdict == "strong"
    without_place = dataclasses.replace(full, point=None, countries=())
    assert scoring.judge(without_place, pair)[0].verdict in {"possible", "strong"}
    only_english = dataclasses.replace(without_place, labels={"en": (en,)})
    assert scoring.judge(only_english, pair)[0].verdict != "strong"
    only_chinese = dataclasses.replace(without_place, labels={"zh": (zh,)})
    assert scoring.judge(only_chinese, pair)[0].verdict != "strong"


def test_description_and_names_that_tell_a_kind_are_features() -> None:
    subject = Profile("x", {"zh": ("威海港",)}, kind="Port", context=("威海", "Weihai"))
    port = Profile("P", {"zh": ("威海港",)}, description="seaport in Weihai, China")
    city = Profile("C", {"zh": ("威海市",)}, description="city in Shandong")
    first, second = scoring.judge(subject, [city, port])
    assert (first.candidate.id, first.value("type"), first.value("context")) == ("P", 1, 1)
    assert (second.candidate.id, second.value("type"), second.value("context")) == ("C", 0, 0)
    assert first.feature("context").reason == "Weihai"
    assert first.value("place") is None


def test_table_with_other_columns_is_refused(run, service, tmp_path: Path) -> None:
    table = tmp_path / "gold.tsv"
    table.write_text("name\titem\nYeosu\tQ42125\n", "utf-8")
    done = run("link", "--gold", str(table), "--service", service.service)
    assert done.exit_code == 2
    assert f"{table}:1: the columns have to be" in done.stderr
