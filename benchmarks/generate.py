"""Writes a graph of any size in the shape of the ontology; the same size gives the same bytes.

Companies, events, agreements, figures and the words they come from, as the release has them, with
the classes that reasoning adds. All of it is in the default graph, which every server reads alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

SEED = 20251122
COUNTRIES, CITIES, INDUSTRIES, INDICATORS, PERIODS = 40, 400, 60, 30, 120
SHORTEST_CHAIN = 12

WKG = "https://w3id.org/weihai-kg/ontology#"
ID = "https://w3id.org/weihai-kg/id/"
QUOTE = "https://w3id.org/weihai-kg/quote/"
UNIT = "http://qudt.org/vocab/unit/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>"
TIME = "<http://www.w3.org/2006/time#hasTime>"
EXACT, START, END = (f"<http://www.w3.org/ns/oa#{name}>" for name in ("exact", "start", "end"))
SUBJECT = "<http://purl.org/dc/terms/subject>"

SYLLABLES = (
    "wei",
    "hai",
    "ren",
    "shi",
    "dao",
    "bu",
    "san",
    "ko",
    "be",
    "naga",
    "sa",
    "in",
    "jing",
    "he",
)
CHARACTERS = "威海仁川石岛釜山神户长崎荣成文登乳山跨境电商整车运输友城合作"
WORDS = (
    "trade",
    "route",
    "port",
    "forum",
    "cross-border",
    "vehicle",
    "agreement",
    "sister",
    "city",
)
UNITS = ("NUM", "CCY_CNY", "TONNE")
QUALIFIERS = ("exact", "moreThan", "nearly", "about")


@dataclass(frozen=True, slots=True)
class Extent:
    """How many things of each kind a graph of a size holds."""

    bundles: int

    @property
    def companies(self) -> int:
        """Two for each event."""
        return 2 * self.bundles


def _wkg(name: str) -> str:
    return f"<{WKG}{name}>"


def _id(kind: str, number: int) -> str:
    return f"<{ID}{kind}-{number}>"


def _integer(number: int) -> str:
    return f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>'


class Generator:
    """Yields triples as lines of N-Triples."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)
        self.bundles = 0

    def lines(self, triples: int) -> Iterator[str]:
        """Exactly so many lines."""
        return islice(chain(self._places(), self._bundles()), triples)

    def _named(self, node: str, kind: str, number: int, *classes: str) -> Iterator[str]:
        for name in classes:
            yield f"{node} {TYPE} {_wkg(name)} .\n"
        word = "".join(self._random.choices(SYLLABLES, k=3)).capitalize()
        signs = "".join(self._random.choices(CHARACTERS, k=4))
        yield f'{node} {LABEL} "{word} {kind} {number}"@en .\n'
        yield f'{node} {LABEL} "{signs}{number}"@zh .\n'

    def _places(self) -> Iterator[str]:
        for number in range(COUNTRIES):
            node = _id("country", number)
            yield from self._named(node, "country", number, "Country", "Place", "Entity")
        for number in range(CITIES):
            node = _id("city", number)
            yield from self._named(node, "city", number, "City", "Place", "Entity")
            country = _id("country", number % COUNTRIES)
            yield f"{node} {_wkg('locatedIn')} {country} .\n"
            yield f"{country} {_wkg('contains')} {node} .\n"
        for kind, name, count in (
            ("industry", "Industry", INDUSTRIES),
            ("indicator", "Indicator", INDICATORS),
            ("period", "Period", PERIODS),
        ):
            for number in range(count):
                yield from self._named(_id(kind, number), kind, number, name)

    def _bundles(self) -> Iterator[str]:
        """An event with its companies, an agreement and two figures, over and over."""
        while True:
            number = self.bundles
            self.bundles += 1
            yield from self._company(2 * number)
            yield from self._company(2 * number + 1)
            yield from self._event(number)
            yield from self._agreement(number)
            yield from self._observation(2 * number, _id("event", number))
            yield from self._observation(2 * number + 1, _id("company", 2 * number))

    def _below(self, count: int) -> int:
        """A number below ``count``; small ones are more frequent, as with real things."""
        return int(count * self._random.random() ** 2)

    def _company(self, number: int) -> Iterator[str]:
        node = _id("company", number)
        yield from self._named(
            node, "company", number, "Company", "Organization", "Agent", "Entity"
        )
        city = self._below(CITIES)
        yield f"{node} {_wkg('basedIn')} {_id('city', city)} .\n"
        yield f"{node} {_wkg('homeArea')} {_id('country', city % COUNTRIES)} .\n"
        yield f"{node} {SUBJECT} {_id('industry', self._below(INDUSTRIES))} .\n"

    def _event(self, number: int) -> Iterator[str]:
        node = _id("event", number)
        yield from self._named(node, "event", number, "Conference", "Event", "Entity")
        yield f"{node} {_wkg('heldIn')} {_id('city', self._below(CITIES))} .\n"
        yield f"{node} {TIME} {_id('period', self._random.randrange(PERIODS))} .\n"
        if number % SHORTEST_CHAIN:
            yield f"{node} {_wkg('subEventOf')} {_id('event', number - 1)} .\n"
        guests = {self._below(2 * number + 2) for _ in range(4)}
        for guest in sorted(guests):
            company = _id("company", guest)
            yield f"{node} {_wkg('participant')} {company} .\n"
            yield f"{company} {_wkg('participatesIn')} {node} .\n"

    def _agreement(self, number: int) -> Iterator[str]:
        node = _id("agreement", number)
        yield from self._named(node, "agreement", number, "Agreement", "Entity")
        for party in (2 * number, self._below(2 * number + 2)):
            yield f"{node} {_wkg('party')} {_id('company', party)} .\n"
        yield f"{node} {_wkg('outcomeOf')} {_id('event', number)} .\n"

    def _observation(self, number: int, about: str) -> Iterator[str]:
        node, quote = _id("obs", number), f"<{QUOTE}{number}>"
        yield from self._named(node, "figure", number, "Observation", "Claim")
        value = self._random.randrange(1, 1_000_000)
        yield f"{node} {_wkg('about')} {about} .\n"
        yield f"{node} {_wkg('indicator')} {_id('indicator', self._below(INDICATORS))} .\n"
        yield f"{node} {_wkg('unit')} <{UNIT}{self._random.choice(UNITS)}> .\n"
        yield f"{node} {_wkg('value')} {_integer(value)} .\n"
        yield f"{node} {_wkg('lowerBound')} {_integer(value)} .\n"
        yield f'{node} {_wkg("qualifier")} "{self._random.choice(QUALIFIERS)}" .\n'
        yield f"{node} {TIME} {_id('period', self._random.randrange(PERIODS))} .\n"
        yield f"{node} {DERIVED} {quote} .\n"
        yield f"{quote} {TYPE} {_wkg('Quotation')} .\n"
        words = " ".join(self._random.choices(WORDS, k=8))
        yield f'{quote} {EXACT} "{words} {value}" .\n'
        start = self._random.randrange(3000)
        yield f"{quote} {START} {_integer(start)} .\n"
        yield f"{quote} {END} {_integer(start + len(words))} .\n"


def generate(path: Path, triples: int) -> Extent:
    """Write a graph of so many triples; what is in it."""
    generator = Generator()
    with path.open("w", encoding="utf-8") as file:
        file.writelines(generator.lines(triples))
    return Extent(max(1, generator.bundles - 1))
