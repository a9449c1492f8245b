"""What can go wrong, by meaning; statuses and exit codes are decided at the edges.

``Finding`` is one thing wrong with the sources: a check returns findings, it never raises
on the first one, so that one run tells everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One thing wrong with the sources: where it is, what it is, what to do about it."""

    file: str
    line: int
    what: str
    todo: str

    def __str__(self) -> str:
        """``file:line: what. What to do.``; line 0 stands for the file as a whole."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}\n    -> {self.todo}"


class WeihaiKGError(Exception):
    """The base of every error of this package that a user may see."""


class UsageError(WeihaiKGError):
    """Raised when a command or a setting was given something it cannot use."""


class FindingsError(WeihaiKGError):
    """Raised when the sources are not fit for a release; carries every finding, sorted."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep the findings, each once, in the order of files and lines."""
        self.findings: tuple[Finding, ...] = tuple(sorted(set(findings)))
        super().__init__(
            "\n".join(map(str, self.findings))
            + f"\n{len(self.findings)} finding{'' if len(self.findings) == 1 else 's'}; "
            "no release was written."
        )


class NoReleaseError(WeihaiKGError):
    """Raised when there is no release to read where one was expected."""


class QueryError(WeihaiKGError):
    """The base of everything that ends a query without a whole answer."""


class QuerySyntaxError(QueryError):
    """Raised when the text is not a SPARQL query the engine can parse."""


class NoRowError(QueryError):
    """Raised when an answer has fewer rows than the number of the one that is asked for."""

    def __init__(self, number: int, rows: int) -> None:
        """Say how many rows there are."""
        self.rows = rows
        super().__init__(
            f"The answer has {rows} row{'' if rows == 1 else 's'}; there is no row {number}."
        )


class UpdateNotAllowedError(QueryError):
    """Raised when an update reaches this read-only service."""


class NotAcceptableError(QueryError):
    """Raised when no format the client accepts fits this form of query."""

    def __init__(self, form: str, offered: Iterable[str]) -> None:
        """Name the query form and the media types that would do."""
        self.form = form
        self.offered = tuple(offered)
        article = "An" if form.startswith("A") else "A"
        super().__init__(
            f"{article} {form} query is answered in one of: {', '.join(self.offered)}."
        )


class UnwritableError(QueryError):
    """Raised when an answer holds something that the format asked for has no way to write."""


class LimitExceededError(QueryError):
    """Raised when a query crosses a limit; names the setting and its value."""

    def __init__(self, limit: str, value: float, message: str) -> None:
        """``limit`` is the name of the setting, ``value`` what it is set to."""
        self.limit = limit
        self.value = value
        super().__init__(message)


class OverloadedError(QueryError):
    """Raised at once when the queue is full, instead of a long wait."""


class WorkerLostError(QueryError):
    """Raised when the worker of a query died and no limit explains it."""


class FederationError(QueryError):
    """Raised when a SERVICE clause is not allowed here, or its remote end failed."""


class RemoteTimeoutError(FederationError):
    """Raised when a remote endpoint, or the store that answers here, takes too long."""


class EvaluationError(QueryError):
    """Raised when a parsed query cannot be evaluated, such as an unknown function."""


class UntrueAnswerError(EvaluationError):
    """Raised for a legal query to which the engine would give another answer than the standard."""
