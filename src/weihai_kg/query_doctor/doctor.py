"""The doctor: what is likely wrong with a query, before it runs and after."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from time import monotonic

from weihai_kg.engine.request import QueryRequest
from weihai_kg.errors import QueryError, QuerySyntaxError, UpdateNotAllowedError
from weihai_kg.explanation.asking import Asker, QueryEngine
from weihai_kg.query_doctor.advice import Advice
from weihai_kg.query_doctor.case import Case
from weihai_kg.query_doctor.comparisons import Comparisons
from weihai_kg.query_doctor.directions import directions
from weihai_kg.query_doctor.emptiness import Emptiness
from weihai_kg.query_doctor.joins import joins
from weihai_kg.query_doctor.order import cut_by_limit, optionals
from weihai_kg.query_doctor.refusals import calls_others, refusal, undeclared
from weihai_kg.query_doctor.statistics import Statistics, gather
from weihai_kg.query_doctor.terms import unknown_terms, unknown_things
from weihai_kg.query_doctor.variables import variables

_COUNTING = 10.0
"""Seconds that counting a release may take; it is done once."""


class Doctor:
    """Examines queries to one engine; may be used by many threads."""

    def __init__(
        self, engine: QueryEngine, prefixes: Mapping[str, str], *, seconds: float = 3.0
    ) -> None:
        """``seconds`` is the time that one examination may take."""
        self._engine = engine
        self._prefixes = prefixes
        self._seconds = seconds
        self._statistics: Statistics | None = None
        self._lock = threading.Lock()

    def statistics(self) -> Statistics:
        """The counts of the release that is served; raises QueryError if there is no time."""
        version = self._engine.version
        with self._lock:
            if self._statistics is None or self._statistics.version != version:
                self._statistics = gather(Asker(self._engine, seconds=_COUNTING))
            return self._statistics

    def before(self, text: str) -> list[Advice]:
        """Advice on a query that need not have run: what can be told from it and the counts."""
        return self._examine(text, ran=False)

    def after(self, text: str) -> list[Advice]:
        """The same once it ran, and what its answer tells: why it is empty, what LIMIT cut."""
        return self._examine(text, ran=True)

    def _examine(self, text: str, *, ran: bool) -> list[Advice]:
        if not ran and (wrong := self._refused(text)):
            return wrong
        asker = Asker(self._engine, seconds=self._seconds)
        try:
            case = Case(text, self._prefixes)
            counts = self.statistics()
        except QueryError:
            return []  # what this reader cannot read, it has no advice on
        found: list[Advice] = []
        checks: list[Callable[[], Iterable[Advice]]] = [
            lambda: unknown_terms(case, counts),
            lambda: unknown_things(case, asker),
            lambda: variables(case),
            lambda: directions(case, counts),
            lambda: Comparisons(case, counts, asker).advice(),
            lambda: optionals(case),
            # A misspelt variable is why parts have none in common.
            lambda: joins(case, asker) if not _names_are_wrong(found) else (),
        ]
        if ran and not calls_others(text):
            checks += [
                lambda: Emptiness(case, asker, found).advice(),
                lambda: cut_by_limit(case, asker),
            ]
        for check in checks:
            found += _in_time(check)
        if any(each.code.startswith("empty") for each in found):
            # Its suggestions are those that were seen to give rows; the others are not shown.
            found = [each if each.code.startswith("empty") else replace(each, suggestions=())
                     for each in found]  # fmt: skip
        return found

    def _refused(self, text: str) -> list[Advice]:
        """What the engine does not take; nothing for a query that it does."""
        wrong = list(undeclared(text, self._prefixes))
        if wrong or calls_others(text):
            return wrong
        end = monotonic() + 1
        request = QueryRequest(
            text, head_only=True, results=("json",), rdf=("nt",),
            abandoned=lambda: monotonic() > end,
        )  # fmt: skip
        try:
            self._engine.query(request).close()
        except (QuerySyntaxError, UpdateNotAllowedError) as error:
            return [refusal(text, str(error))]
        except QueryError:
            return []
        return []


def _names_are_wrong(found: Iterable[Advice]) -> bool:
    return any(each.code == "misspelt" for each in found)


def _in_time(check: Callable[[], Iterable[Advice]]) -> list[Advice]:
    """What a check finds; nothing if the engine stops it."""
    found: list[Advice] = []
    with contextlib.suppress(QueryError):
        found.extend(check())
    return found
