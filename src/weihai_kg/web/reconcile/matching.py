"""From a question to candidates, each with a score from 0 to 100 and the features behind it.

A candidate is a ``match`` only when nothing speaks against it: one thing alone has the name, the
name was given to it explicitly (丽水 is also a city in China), the words of kind in the name fit
(仁川港 is not the city, 大阪 need not be 大阪府), its type is the one asked for and no property
contradicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from weihai_kg.similarity import SAME, SAME_CORE, similarity
from weihai_kg.similarity import name as taken_apart
from weihai_kg.web.reconcile.entity import Entity
from weihai_kg.web.reconcile.index import Index
from weihai_kg.web.reconcile.question import Condition, Question, Value

LEAST = 0.5
NAME_SHARE = 0.6
WRONG_TYPE = 0.8
WRONG_KIND = 0.8
ALIKE = 0.9
APART = 5.0
NEAREST = 3
# What is often left out of a name and changes nothing: 威海 is 威海市.
LEFT_OUT = {"city", "company"}

Feature = tuple[str, float | bool]


@dataclass(slots=True)
class Candidate:
    """A thing that may be meant."""

    entity: Entity
    score: float
    features: list[Feature] = field(default_factory=list)
    safe: bool = False
    match: bool = False


def candidates(question: Question, index: Index) -> list[Candidate]:
    """The candidates, best first; at most as many as the question allows."""
    types = [index.item(each, index.types) for each in question.types]
    wanted = [item.id for item in types if item is not None]
    if question.types and not wanted and question.strict != "should":
        return []
    found = []
    for entity, name, features, sure in _named(question, wanted, index):
        fitting = [each in entity.types for each in wanted]
        fits = all(fitting) if question.strict == "all" else any(fitting) or not wanted
        if not fits and question.strict != "should":
            continue
        candidate = _scored(entity, name, features, question, index)
        if candidate is None:
            continue
        if wanted:
            candidate.features.append(("type_match", fits))
            candidate.score *= 1 if fits else WRONG_TYPE
        confirmed = any(value >= ALIKE * 100 for key, value in candidate.features
                        if key.startswith("property:"))  # fmt: skip
        candidate.safe = candidate.safe and fits and (sure or confirmed)
        candidate.score = round(candidate.score, 2)
        found.append(candidate)
    found.sort(key=lambda each: (-each.score, each.entity.id))
    if found and found[0].safe and (len(found) == 1 or found[0].score - found[1].score >= APART):
        found[0].match = True
    return found[: question.limit]


def _named(
    question: Question, types: list[str], index: Index
) -> Iterator[tuple[Entity, float, list[Feature], bool]]:
    """Things by name or identifier, else by their properties: how alike, features, how sure."""
    if not question.names:
        yield from ((entity, SAME, [], True) for entity in _by_properties(question, index))
        return
    best: dict[str, tuple[float, bool, bool, bool]] = {}
    for text in question.names:
        for id_ in index.identified(text):
            best[id_] = (SAME, True, False, True)
        for search in types if types and question.strict != "should" else [""]:
            names = index.search(search)
            limit = max(question.limit, NEAREST)
            for name, alike in names.nearest(text, limit=limit, least=LEAST):
                for id_ in index.called(name):
                    known = [each for each in index.entities[id_].names if each.text == name]
                    sure = any(each.sure for each in known)
                    alias = all(each.alias for each in known)
                    score = alike.score
                    if score < SAME and not _kind_fits(text, index.entities[id_]):
                        score, sure = score * WRONG_KIND, False
                    elif score < SAME and not _kind_is_said(text, name, types):
                        sure = False
                    rank = (score, False, alias, sure)
                    if id_ not in best or _better(rank, best[id_]):
                        best[id_] = rank
    for id_, (score, identified, alias, sure) in best.items():
        features: list[Feature] = [
            ("name_similarity", round(score * 100, 2)), ("same_name", score >= SAME),
            ("same_core", score >= SAME_CORE), ("alias", alias), ("explicit_name", sure),
        ]  # fmt: skip
        if identified:
            features.append(("identifier", True))
        yield index.entities[id_], score, features, sure


def _kind_fits(text: str, entity: Entity) -> bool:
    """Whether the words of kind in a name, if any, are those of the thing's names or types."""
    kinds = taken_apart(text).kinds
    if not kinds:
        return True
    known = {each.lower() for each in entity.types}
    return bool(kinds & known.union(*(taken_apart(each.text).kinds for each in entity.names)))


def _kind_is_said(text: str, name: str, types: list[str]) -> bool:
    """Whether what a thing's name tells of its kind stands in the text or in the types asked for.

    A city is often called like the area around it, and a harbour like its city.
    """
    said = taken_apart(text).kinds.union(LEFT_OUT, (each.lower() for each in types))
    return taken_apart(name).kinds <= said


def _better(one: tuple[float, bool, bool, bool], other: tuple[float, bool, bool, bool]) -> bool:
    return (one[0], one[3], not one[2]) > (other[0], other[3], not other[2])


def _by_properties(question: Question, index: Index) -> Iterator[Entity]:
    """The things that have one of the values asked for, exactly."""
    seen = dict.fromkeys(
        id_
        for condition in question.conditions
        if condition.quantifier != "none"
        if (item := index.item(condition.pid, index.properties)) is not None
        for value in condition.values
        for id_ in index.holding(item.id, _text(value))
    )
    for id_ in seen:
        yield index.entities[id_]


def _scored(
    entity: Entity, name: float, features: list[Feature], question: Question, index: Index
) -> Candidate | None:
    """The candidate with its properties compared; None if a required one is missing."""
    compared = []
    for condition in question.conditions:
        item = index.item(condition.pid, index.properties)
        alike = _compared(entity, item.id, condition, index) if item else None
        if alike is not None:
            features.append((f"property:{condition.pid}", round(alike * 100, 2)))
            compared.append(alike)
        if condition.required and (alike is None or alike < ALIKE):
            return None
    score = name
    if compared:
        mean = sum(compared) / len(compared)
        score = NAME_SHARE * name + (1 - NAME_SHARE) * mean if question.names else mean
    safe = name >= SAME_CORE and all(each >= ALIKE for each in compared)
    return Candidate(entity, 100 * score, features, safe and bool(question.names))


def _compared(entity: Entity, pid: str, condition: Condition, index: Index) -> float | None:
    """How well the values of a property fit, from 0 to 1; None where the thing has none."""
    held = [text for term in entity.values.get(pid, ()) for text in index.texts(term)]
    if not held:
        return None
    best = [max(_alike(value, text) for text in held) for value in condition.values]
    if condition.quantifier == "all":
        return min(best)
    return 1 - max(best) if condition.quantifier == "none" else max(best)


def _alike(value: Value, text: str) -> float:
    one, other = _number(value), _number(text)
    if one is not None and other is not None:
        largest = max(abs(one), abs(other))
        return 1.0 if one == other else max(0.0, float(1 - abs(one - other) / largest))
    return 1.0 if value == text else similarity(_text(value), text)


def _number(value: Value) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 100 else None


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
