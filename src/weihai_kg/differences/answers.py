"""The saved queries whose answers are different in two releases, row by row."""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from weihai_kg import errors
from weihai_kg.engine.service import Engine
from weihai_kg.release import QUERIES, Release
from weihai_kg.saved_queries.header import parse_all
from weihai_kg.saved_queries.runs import Ask, fetch
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.settings import Settings

_WORKERS = 1


@dataclass(frozen=True, slots=True)
class AnswerDifference:
    """A query whose answer changed, or that only one of the releases has.

    Rows are in canonical form: the N-Triples forms of their terms with tabs between. ``columns``
    is the heading of the table after the change; ``reworded`` says that the query's own text is
    another, so that the data need not be. The counts are None where the query is not there.
    """

    name: str
    title: dict[str, str]
    before: int | None
    after: int | None
    columns: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    reworded: bool


def compare(before: Release, after: Release, settings: Settings) -> tuple[AnswerDifference, ...]:
    """The queries that differ, by name.

    A query with the same text and the same digest in both reports is not asked again; one that asks
    a remote endpoint never is, since its answer is not the releases' alone.
    """
    old, new = _queries(before), _queries(after)
    digests = _digests(before), _digests(after)
    suspects = [
        name
        for name in sorted(old.keys() | new.keys())
        if not any(each[name].remote for each in (old, new) if name in each)
        and (
            name not in old
            or name not in new
            or old[name].body != new[name].body
            or digests[0].get(name) is None
            or digests[0].get(name) != digests[1].get(name)
        )
    ]
    if not suspects:
        return ()
    with _engine(before, settings) as ask_before, _engine(after, settings) as ask_after:
        found = [_difference(name, old, new, ask_before, ask_after) for name in suspects]
    return tuple(each for each in found if each is not None)


def _queries(release: Release) -> dict[str, SavedQuery]:
    if not (release.path / QUERIES).is_file():
        return {}
    queries, _ = parse_all(release.queries())
    return {each.name: each for each in queries}


def _digests(release: Release) -> dict[str, str]:
    return {name: run["sha256"] for name, run in release.report().get("queries", {}).items()}


@contextlib.contextmanager
def _engine(release: Release, settings: Settings) -> Iterator[Ask]:
    base = release.report().get("base", settings.base)
    engine = Engine.start(
        release.path, dataclasses.replace(settings, workers=_WORKERS, base=base, federation="")
    )
    try:
        yield engine.query
    finally:
        engine.close()


def _difference(
    name: str, old: dict[str, SavedQuery], new: dict[str, SavedQuery],
    ask_before: Ask, ask_after: Ask,
) -> AnswerDifference | None:  # fmt: skip
    was = _lines(old[name], ask_before) if name in old else None
    is_ = _lines(new[name], ask_after) if name in new else None
    if was == is_:
        return None
    rows_before, rows_after = _rows(was), _rows(is_)
    added, removed = rows_after - rows_before, rows_before - rows_after
    return AnswerDifference(
        name=name,
        title=dict((new.get(name) or old[name]).title),
        before=None if was is None else rows_before.total(),
        after=None if is_ is None else rows_after.total(),
        columns=(is_ or was or ("", ()))[0],
        added=tuple(sorted(added.elements())),
        removed=tuple(sorted(removed.elements())),
        reworded=name in old and name in new and old[name].body != new[name].body,
    )


def _rows(answer: tuple[str, tuple[str, ...]] | None) -> Counter[str]:
    return Counter(answer[1]) if answer else Counter()


def _lines(query: SavedQuery, ask: Ask) -> tuple[str, tuple[str, ...]]:
    """The heading and the rows of an answer; what fails has one row that says so."""
    try:
        lines = fetch(query.request(), ask).text.splitlines()
    except errors.QueryError as error:
        return "", (f"# {error}",)
    if query.expect == "graph" or query.expect == "boolean":
        return "", tuple(lines)
    return lines[0], tuple(lines[1:])
