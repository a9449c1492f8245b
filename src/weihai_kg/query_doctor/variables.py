"""Variables that never get a value, or whose names are misspelt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from weihai_kg.explanation.pattern import (
    Bind,
    Filter,
    Graph,
    Group,
    Minus,
    Optional,
    Part,
    Query,
    Subquery,
    Triple,
    Unexplained,
    Union,
    Values,
)
from weihai_kg.explanation.scope import in_scope
from weihai_kg.query_doctor.advice import Advice, Level, Suggestion
from weihai_kg.query_doctor.case import Case
from weihai_kg.query_doctor.wording import say

_SHORTEST = 4


def variables(case: Case) -> Iterator[Advice]:
    """Advice on the variables of a query."""
    bound = set(_bound(case.query))
    start = len(case.query.prologue)
    tokens = [each for each in case.tokens if each.kind == "variable" and each.start >= start]
    counts = Counter(each.text[1:] for each in tokens)
    for name in dict.fromkeys(each.text[1:] for each in tokens):
        token = next(each for each in tokens if each.text[1:] == name)
        others = [each for each in counts if each != name and each in bound]
        if name not in bound:
            near = [each for each in others if _slip(name, each, shortest=2)]
            yield _advice(case, "never-bound", token, near)
        elif counts[name] == 1 and case.query.items and len(name) >= _SHORTEST:
            near = [each for each in others if counts[each] > 1 and _slip(name, each)]
            if near and not any(item.variable == name for item in case.query.items):
                yield _advice(case, "misspelt", token, near[:1])


def _advice(case: Case, code: str, token: object, near: list[str]) -> Advice:
    name, start, end = token.text, token.start, token.end  # type: ignore[attr-defined]
    shown = tuple(
        Suggestion(say("use-variable", other=f"?{each}"), case.put(name, f"?{each}"))
        for each in sorted(near)[:2]
    )
    other = f"?{near[0]}" if near else ""
    text = say(code, variable=name, other=other)
    return Advice(code, Level.WARNING, text, start, end, shown)


def _slip(one: str, other: str, shortest: int = _SHORTEST) -> bool:
    """Whether two names differ by one slip: a letter's case, one letter, or two exchanged."""
    if one.casefold() == other.casefold():
        return True
    if min(len(one), len(other)) < shortest or one.rstrip("0123456789s") == other.rstrip(
        "0123456789s"
    ):
        return False
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b),
                len(short))  # fmt: skip
    rest, more = short[same:], long[same:]
    if len(short) == len(long):
        exchanged = rest[:2] == more[:2][::-1] and rest[2:] == more[2:]
        return exchanged or (rest[1:] == more[1:] and not (rest + more)[:1].isdigit())
    return len(long) - len(short) == 1 and rest == more[1:]


def _bound(query: Query) -> Iterator[str]:
    yield from in_scope(query.where.parts)
    yield from (item.variable for item in (*query.items, *query.keys) if item.expression)
    yield from query.values.variables if query.values else ()
    yield from _inside(query.where.parts)
    for item in (*query.items, *query.keys):
        if item.expression:
            for each in item.expression.exists:
                yield from (*in_scope(each.group.parts), *_inside(each.group.parts))


def _inside(parts: Iterable[Part]) -> Iterator[str]:
    """Variables bound in places that do not hand them on: MINUS, EXISTS, subqueries."""
    for part in parts:
        match part:
            case Minus():
                yield from (*in_scope(part.group.parts), *_inside(part.group.parts))
            case Group():
                yield from _inside(part.parts)
            case Optional() | Graph():
                yield from _inside(part.group.parts)
            case Union():
                for branch in part.branches:
                    yield from _inside(branch.parts)
            case Filter():
                for each in part.expression.exists:
                    yield from (*in_scope(each.group.parts), *_inside(each.group.parts))
            case Subquery():
                yield from _bound(part.query)
            case Bind():
                for each in part.expression.exists:
                    yield from (*in_scope(each.group.parts), *_inside(each.group.parts))
            case Triple() | Values() | Unexplained():
                pass
