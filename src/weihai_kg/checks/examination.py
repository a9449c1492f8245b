"""Everything that a finished dataset must fulfil, examined while its dumps are written.

The shapes are checked and the saved queries are asked in other processes, the data rules in this
one: that takes no longer than the slowest of the three.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType

from rdflib import Graph

from weihai_kg.checks import answers, shapes, violations
from weihai_kg.checks.validator import Validator
from weihai_kg.errors import Finding, FindingsError
from weihai_kg.saved_queries.runs import Run
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.settings import Settings
from weihai_kg.sources.named_graphs import Places
from weihai_kg.sources.turtle import Triple


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dataset before it is a release: its quads, its statements, and what they must fulfil.

    ``findings`` are those that were made on the way; ``places`` tell where a statement was read.
    """

    quads: list[str]
    statements: Iterable[Triple]
    shapes: Graph
    rules: dict[str, str]
    queries: list[SavedQuery]
    places: Places
    findings: list[Finding]


class Examination:
    """The examination of one candidate; to be used in a ``with``."""

    def __init__(self, candidate: Candidate, validator: Validator, settings: Settings) -> None:
        """Begin: both kinds of processes work from now on."""
        self._candidate = candidate
        self._beside = ThreadPoolExecutor(2)
        self._report = self._beside.submit(
            validator.report, set(candidate.statements), candidate.shapes
        )
        self._runs = self._beside.submit(answers.run, candidate.quads, candidate.queries, settings)

    @property
    def failing(self) -> bool:
        """Whether something was wrong before it began."""
        return bool(self._candidate.findings)

    def __enter__(self) -> Examination:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Wait for what is still at work."""
        self._beside.shutdown()

    def passed(self) -> list[Run]:
        """The runs of the saved queries; raises FindingsError with all that is wrong."""
        candidate = self._candidate
        findings = list(candidate.findings)
        findings += violations.check(candidate.quads, candidate.rules, candidate.places)
        findings += shapes.findings(self._report.result(), candidate.places)
        runs = self._runs.result()
        findings += [finding for run in runs for finding in run.findings]
        if findings:
            raise FindingsError(findings)
        return runs
