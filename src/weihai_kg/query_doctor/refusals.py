"""What the engine's parser refused, in words that help: the place, and the usual reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from weihai_kg.engine.tokens import decode_escapes, tokens
from weihai_kg.errors import QueryError, QuerySyntaxError
from weihai_kg.query_doctor.advice import Advice, Edit, Level, Suggestion, Text
from weihai_kg.query_doctor.case import Case
from weihai_kg.query_doctor.terms import missing_prefix
from weihai_kg.query_doctor.wording import brief, say

_PLACE = re.compile(r"\b(?:at|line) (\d+)(?::| column | col )(\d+)")
_MARK = re.compile(r"\"([^\"\\\w]{1,2})\"")


def undeclared(text: str, known: Mapping[str, str]) -> Iterator[Advice]:
    """Each prefix that is used and not declared."""
    try:
        terminals = list(tokens(decode_escapes(text)))
    except QuerySyntaxError:
        return
    declared = {
        name.text.partition(":")[0]
        for word, name in pairwise(terminals)
        if word.kind == "word" and word.text.upper() == "PREFIX"
    }
    for each in terminals:
        prefix = each.text.partition(":")[0]
        if each.kind == "name" and prefix not in declared:
            declared.add(prefix)
            yield missing_prefix(text, prefix, known, each.start)


def calls_others(text: str) -> bool:
    """Whether a text may have a SERVICE clause: it is not run for advice."""
    try:
        return any(
            each.kind == "word" and "SERVICE" in each.text.upper()
            for each in tokens(decode_escapes(text))
        )
    except QuerySyntaxError:
        return False


def refusal(text: str, message: str) -> Advice:
    """Advice on a text that the parser refused with a message."""
    grouped = _not_grouped(text)
    if grouped is not None:
        return grouped
    at = min(_offset(text, message), max(len(text) - 1, 0))
    return Advice("syntax", Level.ERROR, _told(text, message), at, min(at + 1, len(text)))


def _not_grouped(text: str) -> Advice | None:
    """A column of a grouped query that is neither a key nor an aggregate."""
    try:
        case = Case(text, {})
    except QueryError:
        return None
    query = case.query
    keys = {each.variable for each in query.keys}
    loose = [each.variable for each in query.items
             if each.expression is None and each.variable not in keys]  # fmt: skip
    if not query.grouped or not loose:
        return None
    variable = f"?{loose[0]}"
    names = " ".join(f"?{each}" for each in loose)
    places = case.occurrences(variable)
    after = [two for one, two in pairwise(case.tokens)
             if one.text.upper() == "GROUP" and two.text.upper() == "BY"]  # fmt: skip
    if after:
        edit = Edit(after[-1].end, after[-1].end, f" {names}")
    else:
        end = len(case.text) - len(query.tail) if query.tail else len(case.text)
        end = case.text.rfind("}", 0, end) + 1
        edit = Edit(end, end, f" GROUP BY {names}")
    shown = Suggestion(say("group-by", variables=names), (edit,))
    start = places[0].start if places else 0
    text_ = say("not-grouped", variable=variable)
    return Advice("not-grouped", Level.ERROR, text_, start, start + len(variable), (shown,))


def _told(text: str, message: str) -> Text:
    """The parser's message, without the classes of characters that it may list."""
    _, expects, listed = message.partition("expected ")
    if not expects:
        return say("syntax", detail=message)
    if not text.strip():
        return say("no-query")
    terminals = list(tokens(text))
    depth = sum((each.text == "{") - (each.text == "}") for each in terminals)
    start = _offset(text, message)
    if depth > 0 and not text[start - 1 :].strip(" \t\r\n}"):
        return say("unfinished")
    marks = _MARK.findall(listed)
    there = next((each for each in terminals if each.end > start), terminals[-1])
    if len(marks) == 1 and there.start == start:
        return say("syntax-with", found=brief(there.text, 30), expected=marks[0])
    return say("syntax-at", found=brief(there.text, 30))


def _offset(text: str, message: str) -> int:
    """The place in the text that a message of the parser names, by line and column."""
    found = _PLACE.search(message)
    if found is None:
        return 0
    lines = text.split("\n")
    line = min(int(found[1]), len(lines)) - 1
    start = sum(len(each) + 1 for each in lines[:line])
    return min(start + int(found[2]) - 1, len(text))
