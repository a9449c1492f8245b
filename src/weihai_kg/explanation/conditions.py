"""The filters of a group: when they can be judged, and what they ask for."""

from __future__ import annotations

from collections.abc import Sequence

from rdflib import Literal

from weihai_kg.engine.tokens import tokens
from weihai_kg.explanation import pattern as q
from weihai_kg.explanation.asking import Row
from weihai_kg.explanation.scope import in_scope


def ordered(parts: Sequence[q.Part]) -> list[q.Part]:
    """The parts as they are written, each filter as soon as its variables are there."""
    waiting = [part for part in parts if isinstance(part, q.Filter)]
    found: list[q.Part] = []
    for part in parts:
        if isinstance(part, q.Filter):
            continue
        found.append(part)
        scope = in_scope(found)
        for each in list(waiting):
            if scope.issuperset(each.expression.variables) and not each.expression.exists:
                found.append(each)
                waiting.remove(each)
    return [*found, *waiting]


def same_text(expression: str, rows: Sequence[Row]) -> bool:
    """Whether a condition compares a literal with a value of the same text that is another term."""
    stream = list(tokens(expression))
    for place, token in enumerate(stream):
        if token.kind == "string":
            tagged = stream[place + 1].text if place + 1 < len(stream) else ""
            text = token.text.strip("\"'")
            for row in rows:
                for value in row.values():
                    if isinstance(value, Literal) and str(value) == text:
                        return tagged[:1] != "@" or tagged[1:].lower() != value.language
    return False


def is_closed(group: q.Group) -> bool:
    """Whether no filter of a group asks for a variable that only the solution outside has."""
    names = in_scope(group.parts)
    return all(
        names.issuperset(part.expression.variables) and not part.expression.exists
        for part in group.parts if isinstance(part, q.Filter)
    )  # fmt: skip
