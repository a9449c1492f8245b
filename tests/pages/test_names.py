"""Search by name: words, Pinyin with all its readings, initials; any text a stranger types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from weihai_kg.web.site.names import BEGINS, SOUNDS_BEGIN, SOUNDS_WHOLE, Names, sounds_like

BASE = "https://w3id.org/weihai-kg/"


@pytest.fixture(scope="module")
def names(release):
    return Names.of(release)


def found(names, text, language="zh"):
    return [each.iri.removeprefix(f"{BASE}id/") for each in names.find(text, language)]


@pytest.mark.parametrize("text", [
    "威海", "weihai", "WEIHAI", "Wei Hai", "wei'hai", "Wēihǎi", "wéihai", "wh", "Weihai", "ｗeihai",
])  # fmt: skip
def test_a_city_comes_first_however_it_is_typed(names, text):
    for language in ("zh", "en"):
        assert found(names, text, language)[0] == "weihai"


@pytest.mark.parametrize(("text", "thing"), [
    ("pingze", "pyeongtaek"), ("Pyeongtaek", "pyeongtaek"), ("renchuan", "incheon"),
    ("rench", "incheon"), ("quanzuoye", "izumisano"), ("qzy", "izumisano"), ("whg", "weihai-port"),
    ("weihaigang", "weihai-port"), ("incheo", "incheon"),
    ("水产养殖", "industry-aquaculture-and-processing"), ("Incheon port", "incheon-port"),
    ("威海 仁川 整车", "route-weihai-incheon-multimodal"),
    ("weihai 仁川 zhengche", "route-weihai-incheon-multimodal"),
])  # fmt: skip
def test_things_are_found_by_sound_and_by_word(names, text, thing):
    assert thing in found(names, text)[:3]


def test_what_is_inside_a_name_comes_after_what_begins_it(names):
    order = found(names, "gang")
    assert order
    assert all(
        "港" in each.match or "gang" in each.match.lower() for each in names.find("gang", "zh")
    )


@pytest.mark.parametrize("text", ["", " ", "qingdao", "zzzz", "\0", "((", "威 海 市 外"])
def test_what_is_not_there_is_not_found(names, text):
    assert found(names, text) == []


def test_every_reading_of_a_character_counts():
    bank = pinyin("行", style=Style.NORMAL, heteronym=True)
    for reading in ("xing", "hang"):
        assert sounds_like(bank, reading) == SOUNDS_WHOLE
    assert sounds_like([["wei"], ["hai"]], "weih") == SOUNDS_BEGIN
    assert sounds_like([["wei"], ["hai"]], "wh") == BEGINS
    assert sounds_like([["wei"], ["hai"]], "weihais") is None


READING = st.sampled_from(["a", "an", "ang", "gan", "xi", "xian", "zhe", "shi"])
READINGS = st.lists(READING, min_size=1, max_size=3, unique=True)
SYLLABLES = st.lists(READINGS, min_size=1, max_size=6)


@given(SYLLABLES, st.data())
def test_any_spelling_by_readings_is_found(syllables, data):
    chosen = "".join(data.draw(st.sampled_from(readings)) for readings in syllables)
    assert sounds_like(syllables, chosen) == SOUNDS_WHOLE
    begun = chosen[: data.draw(st.integers(1, len(chosen)))]
    assert sounds_like(syllables, begun) is not None


def test_a_reading_that_goes_on_hides_no_spelling_of_the_whole():
    assert sounds_like([["xi", "a", "xian"], ["a"]], "xia") == SOUNDS_WHOLE
    assert sounds_like([["xian", "xi"], ["an"]], "xian") == SOUNDS_WHOLE
    assert sounds_like([["xian", "xi"], ["an"]], "xia") == SOUNDS_BEGIN


@given(st.text(max_size=100))
def test_any_text_may_be_searched(text):
    index = {"things": [{"iri": "x", "labels": {"zh": "威海"}, "others": ["Weihai"], "kind": {}}],
             "readings": {"威海": [["wei"], ["hai"]]}}  # fmt: skip
    Names(index).find(text, "zh")
