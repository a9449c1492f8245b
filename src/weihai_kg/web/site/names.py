"""Finds things by name: by words in Chinese and English, by Pinyin whole or by its initials."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from weihai_kg.release import NAMES, Release

MOST = 40

_WORD_START = re.compile(r"(?:^|(?<=[\s(（《“\"'‘/-]))")
_LATIN = re.compile(r"[a-z0-9]{2,}")
_DOUBLE = ("zh", "ch", "sh")

# The better the match, the lower its rank; a shorter name comes before a longer one.
WHOLE, BEGINS, WORD, WITHIN, SOUNDS_WHOLE, SOUNDS_BEGIN, SOUNDS_SHORT, SOUNDS_WITHIN = range(8)

Syllables = list[list[str]]


@dataclass(frozen=True)
class Found:
    """A thing with its name in the reader's language, the name that matched, and what it is."""

    iri: str
    name: str
    match: str
    kind: str


class Names:
    """The names of one release."""

    def __init__(self, index: Mapping[str, Any]) -> None:
        """``index`` is what ``publish/names.py`` makes."""
        self._things: list[dict[str, Any]] = index["things"]
        self._readings: dict[str, Syllables] = index["readings"]
        self._folded = {
            name: fold(name)
            for thing in self._things
            for name in (*thing["labels"].values(), *thing["others"])
        }

    @classmethod
    def of(cls, release: Release | None) -> Names:
        """The names of a release; none where there is no index."""
        if release is None or not (release.path / NAMES).is_file():
            return cls({"things": [], "readings": {}})
        return cls(json.loads((release.path / NAMES).read_text("utf-8")))

    def find(self, text: str, language: str) -> list[Found]:
        """The things that the text may mean, the likeliest first; else those that all words fit."""
        wanted = fold(text)
        if not wanted:
            return []
        words = [(each, sounding(each)) for each in wanted.split()]
        whole = self._fitting([(wanted, sounding(text))], language)
        return whole or (self._fitting(words, language) if len(words) > 1 else [])

    def _fitting(self, words: list[tuple[str, str]], language: str) -> list[Found]:
        """The things of which each word, or its sound, is in a name."""
        found = []
        for thing in self._things:
            bests = []
            for wanted, sound in words:
                best = min(self._matches(thing, wanted, sound, language), default=None)
                if best is None:
                    break
                bests.append(best)
            if len(bests) < len(words):
                continue
            best = max(bests)
            labels = thing["labels"]
            name = labels.get(language) or next(iter(labels.values()))
            kind = thing["kind"].get(language, "")
            # What the article speaks of has a kind; questions and terms come after it.
            order = (not thing["kind"], *best[:3], thing["iri"])
            found.append((order, Found(thing["iri"], name, best[3], kind)))
        return [each for _, each in sorted(found, key=lambda each: each[0])[:MOST]]

    def _matches(
        self, thing: Mapping[str, Any], wanted: str, sound: str, language: str
    ) -> Iterator[tuple[int, int, int, str]]:
        """Rank, length, whether the name is in another language, and the name."""
        labels = thing["labels"]
        for name in (*labels.values(), *thing["others"]):
            rank = rank_of(self._folded[name], wanted)
            if rank is None and sound and name in self._readings:
                rank = sounds_like(self._readings[name], sound)
            if rank is not None:
                yield rank, len(name), int(name != labels.get(language)), name


def fold(text: str) -> str:
    """A text without differences of case, width and accent, that nobody types the same way."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", plain).split())


def sounding(text: str) -> str:
    """A text as Pinyin without tones, blanks and apostrophes; empty where it cannot be that."""
    spelled = fold(unicodedata.normalize("NFC", text).replace("ü", "v").replace("Ü", "v"))
    spelled = re.sub(r"[\s'’]", "", spelled)
    return spelled if _LATIN.fullmatch(spelled) else ""


def rank_of(name: str, wanted: str) -> int | None:
    """How well a name holds the text that was typed; None if it does not."""
    if name == wanted:
        return WHOLE
    if name.startswith(wanted):
        return BEGINS
    at = name.find(wanted)
    if at < 0:
        return None
    return WORD if any(name.startswith(wanted, each.end()) for each in _WORD_START.finditer(name)) \
        else WITHIN  # fmt: skip


def sounds_like(syllables: Syllables, sound: str) -> int | None:
    """How well syllables, each with all its readings, are spelled by a text; None if not at all."""
    starts = [
        start for start, readings in enumerate(syllables)
        if any(reading[:1] == sound[0] for reading in readings)
    ]  # fmt: skip
    if starts[:1] == [0]:
        for short, ranks in ((False, (SOUNDS_WHOLE, SOUNDS_BEGIN)), (True, (BEGINS, SOUNDS_SHORT))):
            spelled = _spelled(syllables, sound, short=short)
            if spelled is not None:
                return ranks[0] if spelled else ranks[1]
    within = (_spelled(syllables[start:], sound, short=False) for start in starts if start)
    return SOUNDS_WITHIN if any(each is not None for each in within) else None


def _spelled(syllables: Syllables, sound: str, *, short: bool) -> bool | None:
    """Whether all of the syllables are spelled, or only the first ones; None for neither.

    The last one may be begun only. ``short`` lets an initial stand for any syllable.
    """
    reached = {0}
    begun = False
    for number, readings in enumerate(syllables, 1):
        following: set[int] = set()
        for at, reading in product(reached, readings):
            rest = sound[at:]
            begun |= reading.startswith(rest)
            spellings = (reading, *_initials(reading)) if short else (reading,)
            following |= {at + len(each) for each in spellings if rest.startswith(each)}
        if len(sound) in following:
            if number == len(syllables):
                return True
            begun = True
        reached = following - {len(sound)}
        if not reached:
            break
    return False if begun else None


def _initials(reading: str) -> tuple[str, ...]:
    if reading.startswith(_DOUBLE):
        return reading[:1], reading[:2]
    return (reading[:1],)
