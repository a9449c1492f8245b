"""Where pages of queries and answers get what they show: libraries, answers, labels, choices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import flask
from flask import Flask, current_app

from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.saved_queries.parameters import OWN, Parameter, choices_query
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.web.http.negotiation import LANGUAGES
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.http.request import Request
from weihai_kg.web.page import Context, context
from weihai_kg.web.protocol.operation import Parameters
from weihai_kg.web.queries.archive import Archive
from weihai_kg.web.queries.library import Libraries, Library
from weihai_kg.web.queries.run import Ask, Kept, fetch, prepare
from weihai_kg.web.tables import table as tables
from weihai_kg.web.tables.formats import Fetch
from weihai_kg.web.tables.result import Result

_KEY = "weihai_kg.queries"
_WRITABLE = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")
_LABELS = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?iri ?label WHERE {{
  VALUES ?iri {{ {iris} }}
  ?iri rdfs:label ?label
}} ORDER BY ?iri ?label"""


@dataclass(frozen=True)
class Choice:
    """One value that a form offers."""

    value: str
    label: str


@dataclass(frozen=True)
class Asked:
    """What the address of a request says: the page's own parameters and the query's."""

    own: Mapping[str, str]
    arguments: Mapping[str, str]
    empty: tuple[str, ...] = ()

    def refuse_empty(self) -> None:
        """Raise Problem 400 for an empty value: a file of the default's answer would mislead."""
        for name in self.empty:
            raise refused(name, "", "a value, or leave it out")

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 up; raises Problem 400 for anything else."""
        text = self.own.get(name)
        if text is None:
            return default
        allowed = f"a whole number from 1 to {most}"
        if not re.fullmatch(r"[1-9][0-9]{0,8}", text, re.ASCII) or int(text) > most:
            raise refused(name, text, allowed)
        return int(text)


class Desk:
    """What one application needs to answer saved queries."""

    def __init__(self, made: Context) -> None:
        """Nothing is read or started before it is asked for."""
        self._context = made
        self._libraries = Libraries()
        self.kept = Kept()
        self.archive = Archive(made.settings)

    def library(self, version: str = "") -> Library:
        """The saved queries of a release, by default of the one that is served.

        Raises Problem 404 when there is no such release.
        """
        served = self._context.engine.version
        version = version or served
        found = self._context.releases.find(version)
        if found is None and version != served:
            kept = [each.version for each in self._context.releases.all]
            raise Problem(
                404, f"Release {version[:80]!r} is not kept here.",
                todo="Releases that are kept: " + ", ".join(kept), kept=kept,
            )  # fmt: skip
        return self._libraries.of(version, found)

    def asker(self, library: Library) -> Ask:
        """What answers queries from the release of a library."""
        engine = self._context.engine
        found = self._context.releases.find(library.version)
        if found is None or engine.version == library.version:
            return engine.query
        return self.archive.asker(found)

    def fetcher(self, library: Library, request: QueryRequest) -> Fetch:
        """Gets the answer to a request, from the release of the library and no other."""

        def get(format_: str) -> Result:
            for _ in range(2):
                result = fetch(request, self.asker(library), format_, self.kept, library.version)
                if result.version == library.version:
                    return result
            raise Problem(
                503, "The release changed while the answer was made.", todo="Ask again.",
                headers=[("Retry-After", "1")],
            )  # fmt: skip

        return get

    def table(self, library: Library, text: str) -> tables.Table:
        """The table that a text of our own asks for."""
        return tables.read(self.fetcher(library, QueryRequest(text))("json").body)

    def labels(self, library: Library, iris: Iterable[str], language: str) -> dict[str, str]:
        """The label of each IRI that has one, in the language if there is one in it."""
        wanted = sorted({each for each in iris if _WRITABLE.fullmatch(each)})
        if not wanted:
            return {}
        text = _LABELS.format(iris=" ".join(f"<{each}>" for each in wanted))
        found: dict[str, str] = {}
        for iri, label in self.table(library, text).rows:
            if iri and label and (label.language == language or iri.text not in found):
                found[iri.text] = label.text
        return found

    def choices(self, library: Library, parameter: Parameter, language: str) -> list[Choice]:
        """What a form offers for a parameter; nothing where any value may be typed."""
        if parameter.choices:
            return [Choice(each, each) for each in parameter.choices]
        text = choices_query(parameter)
        if text is None:
            return []
        wanted = "labelZh" if language == "zh" else "labelEn"
        found = []
        table = self.table(library, text)
        for row in table.rows:
            cells = dict(zip(table.names, row, strict=True))
            value, label = cells.get("value"), cells.get(wanted)
            if value:
                found.append(Choice(value.text, label.text if label else value.text))
        return found

    def warmers(self) -> list[Callable[[], Result]]:
        """For each saved query of the release served now, what asks it with its defaults."""
        library = self.library()
        return [
            partial(self._ask, library, query)
            for query in library.queries.values()
            if not query.remote
        ]

    def _ask(self, library: Library, query: SavedQuery) -> Result:
        graph = query.form in (Form.CONSTRUCT, Form.DESCRIBE)
        return self.fetcher(library, prepare(query, {}))("ttl" if graph else "json")


def desk(app: Flask | None = None) -> Desk:
    """The desk of the application, made when it is first needed."""
    app = app or current_app
    found = app.extensions.get(_KEY)
    if found is None:
        found = app.extensions.setdefault(_KEY, Desk(app.extensions["weihai_kg"]))
    assert isinstance(found, Desk)  # noqa: S101
    return found


def here() -> Request:
    """The request, for its address as clients see it."""
    return Request(flask.request.environ, context().settings)


def asked(query: SavedQuery | None = None, own: Iterable[str] = OWN) -> Asked:
    """The parameters of the request's address, each given once; raises Problem 400.

    An empty argument is kept apart: it is what an empty field of a form sends.
    """
    parameters = Parameters(here().query_pairs())
    values = {name: parameters.one(name) or "" for name in parameters.names}
    known = {each.name for each in query.parameters} if query else set()
    for name in values:
        if name not in known and name not in own:
            there = ", ".join([*sorted(known), *own])
            raise refused(name, values[name], f"one of these parameters: {there}")
    chosen = values.get("lang", "")
    if "lang" in values and chosen not in LANGUAGES:
        raise refused("lang", chosen, f"one of {', '.join(LANGUAGES)}")
    return Asked(
        {name: value for name, value in values.items() if name in own},
        {name: value for name, value in values.items() if name in known and value},
        tuple(name for name, value in values.items() if name in known and not value),
    )


def refused(name: str, value: str, allowed: str) -> Problem:
    """400 that names the parameter, its value and what is allowed."""
    return Problem(
        400, f"parameter {name[:80]}: {value[:80]!r} is not allowed; give {allowed}.",
        todo=f"Give {allowed}.", parameter=name[:80], value=value[:200], allowed=allowed,
    )  # fmt: skip
