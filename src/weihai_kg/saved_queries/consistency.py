"""Whether the header of a saved query and its SPARQL fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from weihai_kg.engine.request import Form
from weihai_kg.saved_queries.parameters import InvalidParameterError, Parameter
from weihai_kg.saved_queries.saved_query import COLUMNS, Expectation, SavedQuery, slot

_PROLOGUE = re.compile(r"\s*(?:#[^\n]*|PREFIX\s+\S*:\s*<[^>]*>|BASE\s+<[^>]*>)", re.IGNORECASE)
_HEAD = re.compile(r"SELECT\b(.*?)(?:(?<![?$])\b(?:WHERE|FROM)\b|\{)", re.IGNORECASE | re.DOTALL)
_RENAMED = re.compile(r"\bAS\s+\?(\w+)\s*\)", re.IGNORECASE)
_PLAIN = re.compile(r"\?(\w+)")
SERVICE = re.compile(r"\bSERVICE\s+(SILENT\s+)?<([^>]*)>", re.IGNORECASE)
_ORDERED = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not fit, what to do, and the key of the header that it is about."""

    what: str
    todo: str
    path: tuple[str, ...] = ()


def check(query: SavedQuery) -> Iterator[Problem]:
    """Everything that does not fit."""
    if query.form not in query.forms:
        what = f"expect {query.expect} does not fit {query.form}"
        yield Problem(what, f"use {' or '.join(query.forms)}, or change expect", ("expect",))
    if query.expect is Expectation.NONE and not query.note:
        todo = "say in note what the article says instead"
        yield Problem("expect none without a note", todo, ("expect",))
    columns = projection(query.body) if query.form is Form.SELECT else []
    for column in COLUMNS.get(query.view, ()):
        if column not in columns:
            yield Problem(f"view {query.view} without ?{column}", f"select ?{column}", ("view",))
    ordered = query.form is not Form.SELECT or _ORDERED.search(query.body)
    if not ordered and query.expect is not Expectation.ONE:
        yield Problem("no ORDER BY", "order the rows, so that answers and pages are stable")
    asked = {iri for _, iri in SERVICE.findall(query.body)}
    if asked != set(query.remote):
        todo = f"write remote: [{', '.join(sorted(asked))}]" if asked else "drop remote"
        yield Problem("remote does not name the endpoints of SERVICE", todo, ("remote",))
    if any(silent for silent, _ in SERVICE.findall(query.body)):
        yield Problem("SERVICE SILENT", "drop SILENT: a failure must not look like an empty answer")
    for parameter in query.parameters:
        yield from _check_parameter(query, parameter, columns)


def _check_parameter(
    query: SavedQuery, parameter: Parameter, columns: list[str]
) -> Iterator[Problem]:
    name, path = parameter.name, ("parameters", parameter.name)
    if name not in columns:
        todo = f"select ?{name}: an answer says what was asked"
        yield Problem(f"parameter {name} is not projected", todo, path)
    low, high = parameter.minimum, parameter.maximum
    if low is not None and high is not None and low > high:
        yield Problem(f"minimum of {name} above its maximum", "swap the two", path)
    for choice in parameter.choices:
        try:
            parameter.term(choice, query.prefixes)
        except InvalidParameterError as error:
            yield Problem(f"a choice does not fit: {error}", "correct it", (*path, "choices"))
    slots = slot(name).findall(query.body)
    if len(slots) != 1:
        todo = f"write one line `VALUES ?{name} {{ … }}` with the default, UNDEF for none"
        yield Problem(f"parameter {name} has {len(slots)} lines with its default", todo, path)
        return
    if parameter.default is None:
        fits = slots[0] == "UNDEF"
    else:
        try:
            term = parameter.term(parameter.default, query.prefixes)
        except InvalidParameterError as error:
            yield Problem(str(error), "correct the default", (*path, "default"))
            return
        fits = term == _expanded(slots[0], query) or slots[0] == parameter.default
    if not fits:
        what = f"the default of {name} is {parameter.default}, the query has {slots[0]}"
        yield Problem(what, "make the two agree", (*path, "default"))


def _expanded(term: str, query: SavedQuery) -> str:
    prefix, _, local = term.partition(":")
    return f"<{query.prefixes[prefix]}{local}>" if prefix in query.prefixes else term


def after_prologue(text: str) -> str:
    """The text from its first keyword after comments, PREFIX and BASE."""
    position = 0
    while match := _PROLOGUE.match(text, position):
        position = match.end()
    return text[position:].lstrip()


def projection(body: str) -> list[str]:
    """The variables that the outermost SELECT projects; empty for ``SELECT *``."""
    head = _HEAD.match(after_prologue(body))
    if not head:
        return []
    depth, outside, names = 0, "", []
    for letter in head[1]:
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and letter != ")":
            outside += letter
    names += _PLAIN.findall(outside)
    return names + _RENAMED.findall(head[1])
