"""How well a candidate fits: features to be read one by one, and a verdict that rests on them.

A feature is a number from 0 (contradicts) to 1 (agrees), or nothing where one side does not say.
The score is their weighted mean; the verdict ``strong`` asks for more than a score: independent
features that agree, none that contradicts, and no second candidate near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weihai_kg import similarity
from weihai_kg.linking import kinds
from weihai_kg.linking.profile import Profile, distance

LANGUAGES = ("zh", "en", "ja", "ko")
WEIGHTS = {"names": 4.0, "type": 2.0, "place": 3.0, "country": 1.5, "context": 0.5}
ALIAS_FACTOR = 0.97
REACH_KM = {"Country": 600.0, "Province": 120.0, "City": 15.0, "Port": 10.0, "Airport": 5.0}
REACH_OTHERS_KM = 15.0
"""How far apart two points of one thing of a kind may lie; at four times that they contradict."""

CERTAIN_NAME = 0.92
SAME_NAME = similarity.SAME * ALIAS_FACTOR
CERTAIN_PLACE = 0.75
CONTRADICTION = 0.5
MARGIN = 0.1
POSSIBLE_NAME = 0.75
POSSIBLE = 0.6
WEAK_NAME = 0.5
WEAK = 0.4


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that was compared: its value (None: one side does not say) and the reason."""

    name: str
    value: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its features, its score from 0 to 1, and the verdict."""

    candidate: Profile
    features: tuple[Feature, ...]
    score: float
    verdict: str = ""

    def feature(self, name: str) -> Feature:
        """The feature of this name."""
        return next(each for each in self.features if each.name == name)

    def value(self, name: str) -> float | None:
        """The value of the feature of this name."""
        return self.feature(name).value

    @property
    def names(self) -> dict[str, float]:
        """For each language that both sides have names in, how alike the best two are."""
        return {
            each.name.removeprefix("name_"): each.value
            for each in self.features
            if each.name.startswith("name_") and each.value is not None
        }

    @property
    def best_name(self) -> float:
        """How alike the names are in the language in which they are most alike."""
        return max(self.names.values(), default=0.0)


def reach(kind: str) -> float:
    """Kilometres that two points of one thing of this kind may lie apart."""
    return REACH_KM.get(kind, REACH_OTHERS_KM)


def score(subject: Profile, candidate: Profile) -> Scored:
    """The candidate with all its features and its score; without a verdict, which needs rivals."""
    names = [_name(subject, candidate, language) for language in LANGUAGES]
    others = [
        _type(subject, candidate),
        _place(subject, candidate),
        _country(subject, candidate),
        _context(subject, candidate),
    ]
    known = [each.value for each in names if each.value is not None]
    parts = [("names", sum(known) / len(known) if known else 0.0)]
    parts += [(each.name, each.value) for each in others if each.value is not None]
    total = sum(WEIGHTS[name] for name, _ in parts)
    value = sum(WEIGHTS[name] * part for name, part in parts) / total
    return Scored(candidate, (*names, *others), round(value, 4))


def judge(subject: Profile, candidates: Sequence[Profile]) -> list[Scored]:
    """The candidates with score and verdict, best first.

    The verdict is ``strong`` for at most one of them, ``possible`` or ``weak`` for the others.
    Those whose names are not alike are left out, and those that score low unless they are
    homonyms: a reviewer should see these, with what speaks against them.
    """
    scored = [score(subject, each) for each in candidates]
    scored = [each for each in scored if each.best_name >= WEAK_NAME]
    scored.sort(key=lambda each: (-each.score, each.candidate.id))
    judged = []
    for place, each in enumerate(scored):
        rival = scored[1].score if len(scored) > 1 else 0.0
        if place == 0 and _certain(each) and each.score - rival >= MARGIN:
            verdict = "strong"
        else:
            likely = each.score >= POSSIBLE and each.best_name >= POSSIBLE_NAME
            verdict = "possible" if likely else "weak"
        if each.score >= WEAK or each.best_name >= CERTAIN_NAME:
            judged.append(Scored(each.candidate, each.features, each.score, verdict))
    return judged


def _certain(scored: Scored) -> bool:
    """Whether the features alone would do: names and more agree, nothing is against."""
    names = scored.names
    if scored.best_name < CERTAIN_NAME:
        return False
    others = {name: scored.value(name) for name in ("type", "place", "country")}
    if any(value is not None and value < CONTRADICTION for value in others.values()):
        return False
    if others["type"] is None and scored.best_name < SAME_NAME:
        return False
    if (others["place"] or 0) >= CERTAIN_PLACE:
        return True
    two_names = len([value for value in names.values() if value >= CERTAIN_NAME]) > 1
    all_same = len(names) > 1 and min(names.values()) >= SAME_NAME
    return (two_names and others["type"] == 1 and others["country"] == 1) or all_same


def _name(subject: Profile, candidate: Profile, language: str) -> Feature:
    """The best pair of names in one language; a name that is only an alias counts a little less."""
    best: Feature = Feature(f"name_{language}", None, "")
    ours = [(text, False) for text in subject.labels.get(language, ())]
    ours += [(text, True) for text in subject.aliases.get(language, ())]
    theirs = [(text, False) for text in candidate.labels.get(language, ())]
    theirs += [(text, True) for text in candidate.aliases.get(language, ())]
    for one, alias in ours:
        for other, other_alias in theirs:
            found = similarity.compare(one, other)
            value = round(found.score * (ALIAS_FACTOR if alias or other_alias else 1.0), 4)
            if best.value is None or value > best.value:
                kind = "alias" if alias or other_alias else "label"
                best = Feature(best.name, value, f"{kind} {one} : {other}, {found.reason}")
    return best


def _type(subject: Profile, candidate: Profile) -> Feature:
    names = [name for language in LANGUAGES for name in candidate.names(language)]
    theirs = kinds.of(candidate.types, names)
    agreed = kinds.agree(subject.kind, theirs)
    if agreed is None:
        return Feature("type", None, "")
    source = ", ".join(candidate.types) or "its name"
    return Feature("type", float(agreed), f"{subject.kind} : {source}")


def _place(subject: Profile, candidate: Profile) -> Feature:
    if subject.point is None or candidate.point is None:
        return Feature("place", None, "")
    far = distance(subject.point, candidate.point)
    near = reach(subject.kind)
    value = max(0.0, min(1.0, (4 * near - far) / (3 * near)))
    return Feature("place", round(value, 4), f"{far:.1f} km")


def _country(subject: Profile, candidate: Profile) -> Feature:
    pairs = [(one, other) for one in subject.countries for other in candidate.countries]
    if not pairs:
        return Feature("country", None, "")
    same = [pair for pair in pairs if similarity.similarity(*pair) >= similarity.SAME_CORE]
    shown = f"{subject.countries[0]} : {candidate.countries[0]}"
    return Feature("country", float(bool(same)), " = ".join(same[0]) if same else shown)


def _context(subject: Profile, candidate: Profile) -> Feature:
    if not subject.context or not candidate.description:
        return Feature("context", None, "")
    text = similarity.levelled(candidate.description)
    found = [name for name in subject.context if similarity.levelled(name) in text]
    return Feature("context", float(bool(found)), ", ".join(found) or "nothing in common")
