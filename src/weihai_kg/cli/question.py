"""What a user may ask on the command line: a saved query's name, a file, or SPARQL text."""

from __future__ import annotations

import difflib
from pathlib import Path

from weihai_kg.engine.request import QueryRequest
from weihai_kg.errors import UsageError
from weihai_kg.release import Release
from weihai_kg.saved_queries.header import parse_all


def request_of(question: str, arguments: dict[str, str], release: Release) -> QueryRequest:
    """The request of a saved query, a file or a text.

    Raises UsageError, which names the nearest saved queries, for a name that is none of them.
    """
    saved, _ = parse_all(release.queries())
    by_name = {each.name: each for each in saved}
    if question in by_name:
        return by_name[question].request(arguments)
    if arguments:
        raise UsageError(f"--param is for saved queries; there is none named {question!r}")
    if any(letter in question for letter in "{} \n"):
        return QueryRequest(question)
    if Path(question).is_file():
        return QueryRequest(Path(question).read_text("utf-8"))
    close = difflib.get_close_matches(question, by_name, n=3)
    hint = f"Did you mean {', '.join(close)}?" if close else "queries.ttl of a release lists them."
    raise UsageError(f"{question!r} is no saved query, no file and no query. {hint}")


def pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """The values of a repeated ``NAME=VALUE`` option; the name may be written as a variable.

    Raises UsageError for what is no pair, and for a name given twice.
    """
    found = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise UsageError(f"{option} {each!r}: write NAME=VALUE")
        if name.lstrip("?") in found:
            raise UsageError(f"{option} {name}: give it once")
        found[name.lstrip("?")] = value
    return found
