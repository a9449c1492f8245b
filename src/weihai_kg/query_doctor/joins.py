"""Parts of a group that have no variable in common, and the size of what they multiply to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from weihai_kg.explanation import pattern as q
from weihai_kg.explanation import writing
from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.scope import in_scope
from weihai_kg.explanation.writing import Demand
from weihai_kg.query_doctor.advice import Advice, Level
from weihai_kg.query_doctor.case import Case
from weihai_kg.query_doctor.wording import brief, say

Found: TypeAlias = tuple[q.Query, tuple[q.Part, ...], frozenset[str]]
ENOUGH = 100_000
"""Solutions of one part are counted up to here."""


def joins(case: Case, asker: Asker) -> Iterator[Advice]:
    """Advice on each group that multiplies."""
    for query, parts, around in _groups(case.query, case.query.where.parts, frozenset()):
        yield from _of_group(case, asker, query, parts, around)


def _groups(query: q.Query, parts: Iterable[q.Part], around: frozenset[str]) -> Iterator[Found]:
    """Every group that is joined, with the variables of what stands around it."""
    parts = tuple(parts)
    yield query, parts, around
    for part in parts:
        beside = around.union(*(_names(each) for each in parts if each is not part))
        match part:
            case q.Group() if not part.source:
                yield from _groups(query, part.parts, beside)
            case q.Optional():
                yield from _groups(query, part.group.parts, beside)
            case q.Union() if not part.path:
                for branch in part.branches:
                    yield from _groups(query, branch.parts, beside)
            case q.Subquery():
                yield from _groups(part.query, part.query.where.parts, frozenset())


def _of_group(
    case: Case, asker: Asker, query: q.Query, parts: tuple[q.Part, ...], around: frozenset[str]
) -> Iterator[Advice]:
    components = _components(parts, around)
    counted = []
    for component in components:
        if any(isinstance(each, q.Unexplained) for each in component):
            return
        matters = [each for each in component if not isinstance(each, (q.Filter, q.Bind, q.Values))]
        if not matters or not in_scope(matters):
            continue
        counted.append((matters, component))
    if len(counted) < 2:
        return
    sizes = [(_count(asker, query, component), matters) for matters, component in counted]
    many = sorted(((n, m) for n, m in sizes if n > 1), key=lambda each: -each[0])
    if len(many) < 2:
        return
    (first, one), (second, other) = many[0], many[1]
    product = 1
    for size, _ in many:
        product *= size
    start, end = _where(case, other)
    yield Advice("product", Level.WARNING, say(
        "product", one=_shown(one), other=_shown(other), first=_number(first),
        second=_number(second), product=_number(product),
    ), start, end)  # fmt: skip


def _components(parts: tuple[q.Part, ...], around: frozenset[str]) -> list[list[q.Part]]:
    """The parts in lots that are held together by variables, those of conditions among them.

    What stands around the group holds together what shares a variable with it.
    """
    lots: list[tuple[set[str], list[q.Part]]] = [(set(around), [])]
    for part in parts:
        names, lot = set(_names(part)), [part]
        rest = []
        for other in lots:
            if other[0] & names:
                names |= other[0]
                lot = other[1] + lot
            else:
                rest.append(other)
        lots = [*rest, (names, lot)]
    return [lot for _, lot in lots if lot]


def _names(part: q.Part) -> Iterable[str]:
    """Every variable that a part mentions."""
    match part:
        case q.Filter() | q.Bind():
            found = set(part.expression.variables)
            for each in part.expression.exists:
                found |= {name for inner in each.group.parts for name in _names(inner)}
            return found | ({part.variable} if isinstance(part, q.Bind) else set())
        case q.Group():
            return {name for inner in part.parts for name in _names(inner)}
        case q.Optional() | q.Minus():
            return {name for inner in part.group.parts for name in _names(inner)}
        case q.Graph():
            own = {part.name[1:]} if part.name.startswith("?") else set()
            return own | {name for inner in part.group.parts for name in _names(inner)}
        case q.Union():
            return {
                name for each in part.branches for inner in each.parts for name in _names(inner)
            }
    return in_scope((part,))


def _count(asker: Asker, query: q.Query, component: Iterable[q.Part]) -> int:
    inner = writing.solutions(query, component, Demand({}), ENOUGH)
    inner = inner.removeprefix(query.prologue).replace(query.dataset, "", 1)
    rows = asker.rows(
        f"{query.prologue}\nSELECT (COUNT(*) AS ?n) {query.dataset} {{ {{ {inner} }} }}"
    )
    return int(str(rows[0]["n"]))


def _where(case: Case, parts: Sequence[q.Part]) -> tuple[int, int]:
    part = parts[0]
    if isinstance(part, q.Triple):
        return part.span
    start = case.find(getattr(part, "text", ""))
    return (start, start + len(part.text)) if start >= 0 and part.text else (0, 0)


def _shown(parts: Sequence[q.Part]) -> str:
    return "{ " + brief(" . ".join(each.text for each in parts if each.text), 40) + " }"


def _number(number: int) -> str:
    return f"≥ {number:,}" if number >= ENOUGH else f"{number:,}"
