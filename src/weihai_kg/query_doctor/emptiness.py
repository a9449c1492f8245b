"""Why an answer is empty: the part from which on nothing is left, and changes that give rows.

A change is only shown after it was run and gave rows. Where the part is NOT EXISTS or MINUS, an
empty answer is a finding and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from weihai_kg.engine.request import Form
from weihai_kg.errors import QueryError
from weihai_kg.explanation import pattern as q
from weihai_kg.explanation import writing
from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.conditions import ordered
from weihai_kg.explanation.writing import Demand
from weihai_kg.query_doctor.advice import Advice, Level, Suggestion
from weihai_kg.query_doctor.case import Case
from weihai_kg.query_doctor.variants import Variants
from weihai_kg.query_doctor.wording import brief, say

COUNTED = 1000
"""Rows of a variant are counted up to here."""
_SHOWN = 3


def rows_of(asker: Asker, query: q.Query) -> int:
    """How many rows a query gives, or solutions its pattern has where that is no list of rows."""
    rows = query.form == Form.SELECT and (query.keys or not query.grouped)
    values = query.values.text if query.values else ""
    inner = f"{query.head} {query.where.text} {query.tail}" if rows else (
        f"SELECT * {query.where.text or '{}'} {values}"
    )  # fmt: skip
    found = asker.rows(
        f"{query.prologue}\nSELECT (COUNT(*) AS ?n) {query.dataset} "
        f"{{ SELECT (1 AS ?one) {{ {{ {inner} }} }} LIMIT {COUNTED + 1} }}"
    )
    return int(str(found[0]["n"]))


class Emptiness:
    """Examines one query with an empty answer."""

    def __init__(self, case: Case, asker: Asker, known: Sequence[Advice]) -> None:
        """``known`` is the advice there is already; its suggestions are tried first."""
        self._case = case
        self._asker = asker
        self._known = known

    def advice(self) -> Iterator[Advice]:
        """One piece of advice if the answer is empty, and no part asks for what must not be."""
        query = self._case.query
        if query.form == Form.DESCRIBE or rows_of(self._asker, query):
            return
        parts = query.where.parts + ((query.values,) if query.values else ())
        found = self._first(parts, ())
        if found is None:
            return
        part, done = found
        if _asks_for_absence(part) or any(map(_asks_for_absence, parts)):
            return
        yield self._report(part, done)

    def _report(self, part: q.Part, done: tuple[q.Part, ...]) -> Advice:
        before = self._count(done) if done else 0
        alone = not isinstance(part, q.Filter) and (not done or not self._any((part,)))
        shown = brief(part.text)
        code = "empty-alone" if alone else "empty"
        text = say(code, part=shown, before=f"{before:,}")
        start, end = self._place(part)
        variants = Variants(self._case, self._asker, self._known)
        good = tuple(self._verified(variants.of(part, done)))
        return Advice(code, Level.WARNING, text, start, end, good)

    def _verified(self, suggestions: Iterable[Suggestion]) -> Iterator[Suggestion]:
        """Those that were run and gave rows."""
        tried: set[str] = {self._case.text}
        count = 0
        for each in suggestions:
            text = each.apply(self._case.text)
            if text in tried:
                continue
            tried.add(text)
            try:
                rows = rows_of(self._asker, Case(text, {}).query)
            except QueryError:
                continue
            if rows:
                yield replace(each, rows=rows)
                count += 1
                if count == _SHOWN:
                    return

    def _place(self, part: q.Part) -> tuple[int, int]:
        if isinstance(part, q.Triple):
            return part.span
        start = self._case.find(part.text)
        return (start, start + len(part.text)) if start >= 0 else (0, 0)

    def _first(
        self, parts: Sequence[q.Part], done: tuple[q.Part, ...]
    ) -> tuple[q.Part, tuple[q.Part, ...]] | None:
        """The first part that leaves nothing, as deep as it can be told, and what is before it."""
        for part in ordered(parts):
            if self._any((*done, part)):
                done = (*done, part)
                continue
            inner = None
            if isinstance(part, q.Group) and not part.source:
                inner = self._first(part.parts, done)
            return inner or (part, done)
        return None

    def _any(self, parts: tuple[q.Part, ...]) -> bool:
        text = writing.solutions(self._case.query, parts, Demand({}), 1)
        return bool(self._asker.rows(text))

    def _count(self, parts: tuple[q.Part, ...]) -> int:
        return int(str(self._asker.rows(
            writing.count(self._case.query, parts, Demand({}), None)
        )[0]["n"]))  # fmt: skip


def _asks_for_absence(part: q.Part) -> bool:
    """Whether a part leaves out what has something: none left is what one hopes for."""
    match part:
        case q.Minus():
            return True
        case q.Filter():
            text = part.expression.text.upper()
            return any(each.negated for each in part.expression.exists) or "!BOUND" in "".join(
                text.split()
            )
        case q.Group():
            return any(map(_asks_for_absence, part.parts))
        case q.Subquery():
            return any(map(_asks_for_absence, part.query.where.parts))
    return False
