"""How alike two names are, from 0 to 1: Chinese in either script, English, Japanese, Korean.

A name is taken apart once (``Name``): spelling, script, accents and punctuation are levelled, and
the words that only tell of what kind the thing is (市, 港, 有限公司, City, Port of, Co., Ltd.) are
held apart from its core. So 威海市, 威海 and 威海港 have one core, and two names whose kinds
contradict each other are told apart by that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import opencc
from rapidfuzz import process
from rapidfuzz.distance import OSA

KINDS: dict[str, tuple[str, ...]] = {
    "city": ("特别市", "直辖市", "广域市", "市", "city", "shi", "si", "시", "광역시"),
    "county": ("县", "county", "xian", "gun", "군"),
    "district": ("区", "district", "qu", "gu", "구"),
    "province": ("自治区", "省", "府", "都", "province", "prefecture", "sheng", "fu", "ken", "도"),
    "port": ("港口", "港", "port", "harbour", "harbor", "seaport", "항"),
    "airport": ("国际机场", "机场", "国际空港", "空港", "international airport", "airport",
                "국제공항", "공항"),
    "company": ("股份有限公司", "有限责任公司", "有限公司", "株式会社", "集团公司", "公司", "集团",
                "company", "corporation", "group", "co", "ltd", "limited", "corp", "inc", "plc",
                "주식회사", "그룹"),
}  # fmt: skip
"""Words that tell the kind of a thing, in the levelled spelling (simplified, no accents)."""

_ENDINGS = sorted(
    ((word, kind) for kind, words in KINDS.items() for word in words if not word.isascii()),
    key=lambda pair: -len(pair[0]),
)
_WORDS = {word: kind for kind, words in KINDS.items() for word in words if word.isascii()}
_ONLY_LAST = {"shi", "si", "xian", "gun", "qu", "gu", "sheng", "fu", "ken"}
_FILLING = {"of", "the"}
_FRONT = {"株式会社", "주식회사"}
_VOICING = {"\u3099", "\u309a"}
_WIDE = r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_GAP = re.compile(rf"(?<={_WIDE}) +| +(?={_WIDE})")
_NUMBER = re.compile(r"\d+|第[一二三四五六七八九十百]+")

SAME = 1.0
SAME_CORE = 0.95
OTHER_KIND = 0.7
MOST_FUZZY = 0.9
OTHER_NUMBER = 0.6


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: the levelled spelling, its core, and the kinds its words tell."""

    text: str
    core: str
    kinds: frozenset[str]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Similarity:
    """How alike two names are (0 to 1), and the reason in a few words."""

    score: float
    reason: str


@cache
def _converter(configuration: str) -> opencc.OpenCC:
    return opencc.OpenCC(configuration)


@lru_cache(maxsize=65536)
def levelled(text: str) -> str:
    """The spelling that names are compared in: no accents, case or punctuation, simplified."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if unicodedata.category(c) != "Mn" or c in _VOICING)
    folded = unicodedata.normalize("NFC", bare).casefold()
    if not folded.isascii():
        folded = _converter("t2s").convert(_converter("jp2t").convert(folded))
    spaced = "".join(c if c.isalnum() else " " for c in folded)
    return _GAP.sub("", " ".join(spaced.split()))


@lru_cache(maxsize=65536)
def name(text: str) -> Name:
    """The name taken apart."""
    whole = levelled(text)
    kinds: set[str] = set()
    core = _without_words(_without_endings(whole, kinds), kinds)
    numbers = frozenset(_NUMBER.findall(whole))
    return Name(whole, core or whole, frozenset(kinds), numbers)


def _without_endings(text: str, kinds: set[str]) -> str:
    for word in _FRONT:
        if text.startswith(word) and len(text) >= len(word) + 2:
            text = text.removeprefix(word)
            kinds.add("company")
    again = True
    while again:
        again = False
        for word, kind in _ENDINGS:
            if text.endswith(word) and len(text) >= len(word) + 2:
                text = text.removesuffix(word).rstrip()
                kinds.add(kind)
                again = True
                break
    return text


def _without_words(text: str, kinds: set[str]) -> str:
    words = text.replace("international airport", "airport").split(" ")
    if len(words) == 1:
        return text
    kept = []
    for place, word in enumerate(words):
        last = place == len(words) - 1
        if word in _WORDS and (last or word not in _ONLY_LAST):
            kinds.add(_WORDS[word])
        elif word not in _FILLING:
            kept.append(word)
    return " ".join(kept)


def compare(one: str, other: str) -> Similarity:
    """How alike two names are, with the reason; symmetric, and 1 for a name and itself."""
    return _compared(name(one), name(other))


def similarity(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1: the score of ``compare``."""
    return compare(one, other).score


def _compared(one: Name, other: Name) -> Similarity:
    if not one.text or not other.text:
        return Similarity(0.0, "empty")
    if one.text == other.text:
        return Similarity(SAME, "same")
    if _joined(one.text) == _joined(other.text):
        return Similarity(SAME, "same but for spaces")
    clash = bool(one.kinds and other.kinds and not one.kinds & other.kinds)
    if _joined(one.core) == _joined(other.core) or _sorted(one.core) == _sorted(other.core):
        if clash:
            return Similarity(OTHER_KIND, f"same core, {_kinds(one)} against {_kinds(other)}")
        return Similarity(SAME_CORE, "same core")
    alike = max(
        OSA.normalized_similarity(one.text, other.text),
        OSA.normalized_similarity(one.core, other.core),
        OSA.normalized_similarity(_sorted(one.core), _sorted(other.core)),
    )
    score, reason = MOST_FUZZY * alike, "similar spelling"
    if clash:
        score, reason = OTHER_KIND * score, f"{reason}, {_kinds(one)} against {_kinds(other)}"
    if one.numbers != other.numbers and score > OTHER_NUMBER:
        score, reason = OTHER_NUMBER, f"{reason}, other number"
    return Similarity(round(score, 4), reason if score else "nothing in common")


def _kinds(each: Name) -> str:
    return "/".join(sorted(each.kinds))


def _joined(core: str) -> str:
    return core.replace(" ", "")


def _sorted(core: str) -> str:
    return " ".join(sorted(core.split(" "))) if " " in core else core


class Names:
    """Names to search in, taken apart beforehand; a search takes well under a millisecond."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Keep each text once, in the order given."""
        self.texts: Sequence[str] = tuple(dict.fromkeys(texts))
        self._names = [name(text) for text in self.texts]
        self._cores = [_sorted(each.core) for each in self._names]
        self._joined: dict[str, list[int]] = {}
        for place, each in enumerate(self._names):
            self._joined.setdefault(_joined(each.core), []).append(place)

    def nearest(
        self, text: str, *, limit: int = 10, least: float = 0.5
    ) -> list[tuple[str, Similarity]]:
        """The texts most like this one, best first, each with how alike they are.

        At most ``limit`` of them, none below the score ``least``; equals in the order given.
        """
        asked = name(text)
        found = process.extract(
            _sorted(asked.core),
            self._cores,
            scorer=OSA.normalized_similarity,
            processor=None,
            limit=4 * limit,
            score_cutoff=least,
        )
        places = dict.fromkeys([place for _, _, place in found])
        places |= dict.fromkeys(self._joined.get(_joined(asked.core), ()))
        scored = [(place, _compared(asked, self._names[place])) for place in places]
        scored.sort(key=lambda each: (-each[1].score, each[0]))
        return [(self.texts[place], each) for place, each in scored[:limit] if each.score >= least]
