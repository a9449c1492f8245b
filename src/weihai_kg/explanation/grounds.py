"""What an explanation rests on in the end, in one place: the words, and the sources beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from weihai_kg.explanation.model import (
    Explanation,
    Ground,
    Justification,
    Quotation,
    Source,
    Statement,
)


@dataclass(frozen=True)
class Grounds:
    """The ends of the shortest proofs of what was asked, each with the statements it carries.

    ``words`` are in the order of the article, ``sources`` and ``others`` in that of the statements.
    """

    words: dict[Quotation, list[int]] = field(default_factory=dict)
    sources: list[tuple[Source, list[int]]] = field(default_factory=list)
    others: dict[Ground, list[int]] = field(default_factory=dict)


def of(explanation: Explanation) -> Grounds:
    """The grounds of the statement or of the row; none of what is missing."""
    numbers = {statement: number for number, statement in enumerate(explanation.reasons, 1)}
    words: dict[Quotation, list[int]] = {}
    sources: dict[str, tuple[Source, list[int]]] = {}
    others: dict[Ground, list[int]] = {}
    for statement in dict.fromkeys(_asked(explanation)):
        number = numbers.get(statement, 0)
        for each in _leaves(explanation, statement, set()):
            if each.ground is Ground.RECORD:
                continue
            quotations = [*each.quotations, *(q for s in each.sources for q in s.quotations)]
            for quotation in quotations:
                _add(words.setdefault(quotation, []), number)
            for source in each.sources:
                if not source.quotations:
                    _add(sources.setdefault(str(source.iri), (source, []))[1], number)
            if not quotations and not each.sources:
                _add(others.setdefault(each.ground, []), number)
    ordered = sorted(words.items(), key=lambda pair: (pair[0].start, pair[0].end))
    return Grounds(dict(ordered), list(sources.values()), others)


def _add(numbers: list[int], number: int) -> None:
    if number not in numbers:
        numbers.append(number)


def _asked(explanation: Explanation) -> Iterable[Statement]:
    if explanation.row is not None:
        return explanation.row.statements()
    asked = explanation.statement
    return [asked] if asked is not None and explanation.stated else []


def _leaves(
    explanation: Explanation, statement: Statement, seen: set[Statement]
) -> Iterable[Justification]:
    """The ends of the shortest proof of a statement."""
    reason = explanation.reasons.get(statement)
    if statement in seen or reason is None or not reason.justifications:
        return
    seen.add(statement)
    first = reason.justifications[0]
    if not first.premises:
        yield first
    for premise in first.premises:
        yield from _leaves(explanation, premise, seen)
