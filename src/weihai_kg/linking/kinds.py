"""Kinds of things, told by the words of their classes in Chinese and English.

Two data sets have different classes; their labels share words: 地级市, "city of Japan" and "human
settlement" all say what `wkg:City` says. So kinds are compared by words, which works with every
service and needs no table of foreign class identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from weihai_kg import similarity

WORDS: dict[str, tuple[str, ...]] = {
    "City": ("city", "cities", "town", "municipality", "settlement", "capital", "metropolis",
             "market town", "市", "城", "町", "聚居地", "定居点", "首都"),
    "Province": ("province", "prefecture", "first-level", "autonomous region",
                 "省", "府", "都道府县", "自治区", "一级行政区"),
    "Country": ("country", "sovereign state", "republic", "nation", "国家", "主权国"),
    "District": ("district", "county", "ward", "borough", "县", "区"),
    "Port": ("port", "seaport", "harbour", "harbor", "container terminal", "港", "港口"),
    "Airport": ("airport", "aerodrome", "airfield", "机场", "空港"),
    "Station": ("railway station", "station", "车站", "火车站"),
    "Company": ("company", "business", "enterprise", "corporation", "conglomerate", "brand",
                "公司", "企业", "集团", "品牌"),
    "Organization": ("organization", "organisation", "association", "agency", "ministry",
                     "institute", "university", "newspaper", "website", "协会", "机构",
                     "组织", "部门", "报纸", "大学", "网站"),
    "Person": ("human", "person", "人", "人类"),
    "Vessel": ("ship", "vessel", "ferry", "船", "客滚轮"),
    "Event": ("event", "conference", "exhibition", "trade fair", "competition", "tournament",
              "meeting", "会议", "展览", "展览会", "博览会", "比赛", "活动"),
    "Agreement": ("agreement", "treaty", "协议", "条约", "协定"),
    "Policy": ("policy", "law", "政策", "法律"),
}  # fmt: skip
"""Words in the levelled spelling of ``similarity.levelled``."""

NEAR = {
    frozenset({"Company", "Organization"}),
    frozenset({"City", "District"}),
    frozenset({"Event", "Agreement"}),
}
"""Kinds that do not contradict each other."""

OF_NAMES = {
    "city": "City",
    "county": "District",
    "district": "District",
    "province": "Province",
    "port": "Port",
    "airport": "Airport",
    "company": "Company",
}
"""The kinds that words in names tell, as ``similarity.KINDS`` has them."""


@cache
def _patterns() -> list[tuple[str, str, re.Pattern[str]]]:
    entries = [(word, kind) for kind, words in WORDS.items() for word in words]
    entries.sort(key=lambda entry: (-len(entry[0]), entry[0]))
    return [
        (word, kind, re.compile(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)))
        for word, kind in entries
    ]


@cache
def told_by(label: str) -> frozenset[str]:
    """The kinds that a class label tells: those of its longest words; nothing when it has none."""
    text = similarity.levelled(label)
    found: set[str] = set()
    for _, kind, pattern in _patterns():
        if pattern.search(text):
            found.add(kind)
            text = pattern.sub(" ", text)
    return frozenset(found)


def of(types: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    """The kinds of a thing: told by its classes' labels or, when these tell none, by its names."""
    by_types = frozenset(kind for label in types for kind in told_by(label))
    if by_types:
        return by_types
    by_names = (kind for name in names for kind in similarity.name(name).kinds)
    return frozenset(OF_NAMES[kind] for kind in by_names)


def agree(kind: str, kinds: frozenset[str]) -> bool | None:
    """Whether a kind is among others, or near one of them; None where nothing is known."""
    if not kind or not kinds:
        return None
    return any(kind == other or frozenset({kind, other}) in NEAR for other in kinds)
