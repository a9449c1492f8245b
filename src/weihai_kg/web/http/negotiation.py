"""Content negotiation over the table of formats: ``?format=``, ``Accept``, media-type parameters.

The form of a query is known only after a worker has parsed it, so a client's wishes are kept as
two rankings: formats for results and formats for RDF. Both are memoised by the header's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from weihai_kg.formats import RDF, RESULTS, Format, Kind

LONGEST_MEMOISED = 500

LANGUAGES = ("zh", "en")
"""The languages of every page; the first is for whoever asks for neither."""

# The page that stands beside the formats for machines.
HTML = Format("html", "HTML", "text/html", Kind.GRAPH, "")

# Java's URLConnection sends "*; q=.2": neither is in the grammar, both are clear.
_BARE_POINT = re.compile(r";\s*[qQ]\s*=\s*(\.?)")
_BARE_STAR = re.compile(r"(^|,)\s*\*\s*(?=[;,]|$)")

# Media types beside those of the table that name the same format.
_MORE_ALIASES = {"json": ("text/json",), "xml": (), "ttl": ("text/n3",)}


class Ranking(NamedTuple):
    """Names of formats, best first; an empty tuple where the client accepts none."""

    results: tuple[str, ...]
    rdf: tuple[str, ...]


DEFAULT = Ranking(tuple(each.name for each in RESULTS), tuple(each.name for each in RDF))


def media_ranges(header: str) -> list[tuple[str, float]]:
    """The media ranges of an Accept header without their parameters, each with its quality."""
    clean = _BARE_POINT.sub(lambda found: ";q=" + ("0." if found[1] else ""), header)
    clean = _BARE_STAR.sub(r"\1*/*", clean)
    ranges = []
    for value, weight in parse_accept_header(clean):
        media_range = value.partition(";")[0].strip().lower()
        if "/" in media_range:
            ranges.append((media_range, float(weight)))
    return ranges


def _weight(ranges: list[tuple[str, float]], media_type: str) -> tuple[float, int]:
    """Quality of the most specific range that fits, and how specific it is (3, 2, 1; 0: none)."""
    for candidate, specificity in (
        (media_type, 3),
        (media_type.partition("/")[0] + "/*", 2),
        ("*/*", 1),
    ):
        found = [weight for media_range, weight in ranges if media_range == candidate]
        if found:
            return max(found), specificity
    return 0.0, 0


def quality(header: str, media_type: str) -> float:
    """The quality a client gives a media type; 1 for a client that names none."""
    ranges = media_ranges(header)
    return _weight(ranges, media_type)[0] if ranges else 1.0


def rank(header: str, formats: Iterable[Format]) -> tuple[str, ...]:
    """The names of the formats that the client accepts, best first.

    Higher quality first, then what was named more exactly, then the order of the table. A format
    may be named by an alias such as ``application/json``, unless its own media type has q=0.
    """
    ranges = media_ranges(header)
    if not ranges:
        return tuple(each.name for each in formats)
    found = []
    for place, each in enumerate(formats):
        own, exactness = _weight(ranges, each.media_type)
        if exactness == 3 and own == 0:
            continue
        best = (own, exactness, 1)
        for alias in (*each.aliases, *_MORE_ALIASES.get(each.name, ())):
            best = max(best, (*_weight(ranges, alias), 0))
        if best[0] > 0:
            found.append((best, -place, each.name))
    return tuple(name for _, _, name in sorted(found, reverse=True))


@lru_cache(maxsize=1024)
def _ranking(header: str) -> Ranking:
    return Ranking(rank(header, RESULTS), rank(header, RDF))


def accepted(header: str) -> Ranking:
    """What an Accept header asks for; an absent or empty one asks for the defaults."""
    if not header:
        return DEFAULT
    if len(header) > LONGEST_MEMOISED:
        return _ranking.__wrapped__(header)
    return _ranking(header)


def named(word: str) -> Ranking:
    """What ``?format=`` asks for: a short name or a media type; an empty ranking if unknown.

    ``json`` and ``xml`` name a format of both kinds. A blank in a media type is a ``+`` that
    was not percent-encoded.
    """
    word = word.strip().lower().replace(" ", "+").partition(";")[0]
    return Ranking(_named(word, RESULTS), _named(word, RDF))


def _named(word: str, formats: tuple[Format, ...]) -> tuple[str, ...]:
    for each in formats:
        if word in (each.name, each.media_type):
            return (each.name,)
    for each in formats:
        short = [alias.rpartition("/")[2] for alias in each.aliases]
        if word in each.aliases or word in short or word == each.label.lower():
            return (each.name,)
    return ()


def offered(formats: Iterable[Format]) -> tuple[str, ...]:
    """The media types of formats, for a 406."""
    return tuple(each.media_type for each in formats)


def spoken(chosen: str, header: str) -> str:
    """The language of a page: the one ``chosen`` in its address, else by Accept-Language."""
    if chosen in LANGUAGES:
        return chosen
    accepted = parse_accept_header(header, LanguageAccept)
    return accepted.best_match(LANGUAGES) or LANGUAGES[0]
