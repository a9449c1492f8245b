"""Where the order of things matters: OPTIONAL before what it adds to, LIMIT without ORDER BY."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from weihai_kg.explanation import pattern as q
from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.scope import certain, in_scope
from weihai_kg.query_doctor.advice import Advice, Edit, Level, Suggestion
from weihai_kg.query_doctor.case import Case
from weihai_kg.query_doctor.wording import say

_LIMIT = re.compile(r"LIMIT\s+(\d{1,9})", re.IGNORECASE)
MOST = 10_000


def optionals(case: Case) -> Iterator[Advice]:
    """OPTIONAL that stands before the patterns whose solutions it is to add to."""
    yield from _of_parts(case, case.query.where)


def _of_parts(case: Case, group: q.Group) -> Iterator[Advice]:
    parts = group.parts
    for number, part in enumerate(parts):
        match part:
            case q.Optional():
                yield from _judge(case, group, number, part)
                yield from _of_parts(case, part.group)
            case q.Group():
                yield from _of_parts(case, part)
            case q.Union():
                for branch in part.branches:
                    yield from _of_parts(case, branch)
            case q.Subquery():
                yield from _of_parts(case, part.query.where)


def _judge(case: Case, group: q.Group, number: int, part: q.Optional) -> Iterator[Advice]:
    before = in_scope(group.parts[:number])
    later = [each for each in group.parts[number + 1 :] if isinstance(each, (q.Triple, q.Group))]
    shared = (certain(later) & in_scope(part.group.parts)) - before
    if not shared or (before and before & in_scope(part.group.parts)):
        return
    start = case.find(part.text)
    variable = f"?{min(shared)}"
    shown: tuple[Suggestion, ...] = ()
    at = case.find(group.text)
    if start >= 0 and at >= 0:
        end = at + len(group.text) - 1
        edits = (Edit(start, start + len(part.text), ""), Edit(end, end, f" {part.text} "))
        shown = (Suggestion(say("move-optional"), edits),)
    begin = max(start, 0)
    yield Advice("optional-first", Level.WARNING, say("optional-first", variable=variable),
                 begin, begin + len(part.text) if start >= 0 else 0, shown)  # fmt: skip


def cut_by_limit(case: Case, asker: Asker) -> Iterator[Advice]:
    """LIMIT that leaves rows out, with nothing to say which."""
    query = case.query
    found = [match for each in query.modifiers if (match := _LIMIT.fullmatch(each))]
    if query.form != "SELECT" or query.order or not found:
        return
    limit = int(found[0][1])
    if not 0 < limit < MOST or not _more_than(limit, case, asker):
        return
    start = case.text.rfind(found[0][0])
    name = _first_column(query)
    shown: tuple[Suggestion, ...] = ()
    if name:
        edit = Edit(start, start, f"ORDER BY ?{name} ")
        shown = (Suggestion(say("add-order", variable=f"?{name}"), (edit,)),)
    yield Advice("limit-order", Level.NOTE, say("limit-order", limit=f"{limit:,}"),
                 start, start + len(found[0][0]), shown)  # fmt: skip


def _first_column(query: q.Query) -> str:
    if query.items:
        return query.items[0].variable
    return min(_shown(in_scope(query.where.parts), query.prefix), default="")


def _shown(names: Iterable[str], prefix: str) -> Iterator[str]:
    return (each for each in names if not each.startswith(prefix))


def _more_than(limit: int, case: Case, asker: Asker) -> bool:
    query = case.query
    tail = _LIMIT.sub(f"LIMIT {limit + 1}", query.tail)
    text = (
        f"{query.prologue}\nSELECT (COUNT(*) AS ?n) {query.dataset} "
        f"{{ {{ {query.head} {query.where.text} {tail} }} }}"
    )
    return int(str(asker.rows(text)[0]["n"])) > limit
