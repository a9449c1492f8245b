"""Names of one thing score high, names of two things low, whatever script they are written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weihai_kg.similarity import OTHER_KIND, SAME_CORE, Names, compare, similarity

SAME = [
    ("麗水", "丽水"),
    ("平澤", "平泽"),
    ("広島", "广岛"),
    ("仁川國際機場", "仁川国际机场"),
    ("Yŏsu", "yosu"),
    ("Weihai ", "WEIHAI"),
    ("여수", "여수"),
]
SAME_BUT_KIND = [
    ("威海", "威海市"),
    ("威海", "威海港"),
    ("Weihai", "Weihai City"),
    ("Weihai Port", "Port of Weihai"),
    ("Bucheon", "Bucheon-si"),
    ("日機装株式会社", "日机装"),
    ("Nikkiso Co., Ltd.", "Nikkiso"),
    ("여수시", "여수"),
    ("東京都", "东京"),
]
DIFFERENT = [
    ("苏州", "宿州"),
    ("台州", "泰州"),
    ("福州", "抚州"),
    ("丽水", "丽江"),
    ("新金桥5", "新金桥7"),
    ("第六届大会", "第七届大会"),
    ("Incheon", "Gunsan"),
    ("威海", "Weihai"),
    ("京都", "东京"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    assert compare(one, other).score == 1.0


@pytest.mark.parametrize(("one", "other"), SAME_BUT_KIND)
def test_words_for_the_kind_may_be_missing(one: str, other: str) -> None:
    assert compare(one, other).score == SAME_CORE


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_names(one: str, other: str) -> None:
    assert compare(one, other).score < OTHER_KIND


def test_kinds_that_contradict_each_other_lower_the_score() -> None:
    found = compare("威海市", "Weihai")
    assert found.score == 0
    found = compare("威海市", "威海港")
    assert found.score == OTHER_KIND
    assert found.reason == "same core, city against port"


@pytest.mark.parametrize("wrong", ["Pyeongteak", "Pyeongtak", "Pyongtaek"])
def test_typing_errors_are_tolerated(wrong: str) -> None:
    assert 0.75 < similarity(wrong, "Pyeongtaek") < SAME_CORE


NAMES = st.text(max_size=12) | st.sampled_from([each for pair in SAME_BUT_KIND for each in pair])


@given(NAMES, NAMES)
def test_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert compare(one, other).score == compare(other, one).score
    assert 0 <= similarity(one, other) <= 1


@given(NAMES)
def test_a_name_is_like_itself(text: str) -> None:
    assert similarity(text, text) == (0 if not any(c.isalnum() for c in text) else 1)


def test_nearest_names_come_first_with_their_reasons() -> None:
    names = Names(["威海港", "威海", "丽水", "Weihai", "仁川港"])
    assert [(text, each.reason) for text, each in names.nearest("威海市", limit=2)] == [
        ("威海", "same core"),
        ("威海港", "same core, city against port"),
    ]
    assert names.nearest("Oslo") == []
