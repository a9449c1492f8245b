"""Reconciliation queries of both versions as one kind of question, held to limits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from weihai_kg.web.http.problem import Problem

BATCH = 1000
LONGEST = 500
MOST_CANDIDATES = 100
CANDIDATES = 10
MOST_CONDITIONS = 20
MOST_VALUES = 20

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Condition:
    """Values that a property should have; an entity as a value is its identifier."""

    pid: str
    values: tuple[Value, ...]
    required: bool = False
    quantifier: str = "any"


@dataclass(frozen=True, slots=True)
class Question:
    """One query: a name, properties, or both, within types; neither for a blank name."""

    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    strict: str = "any"
    conditions: tuple[Condition, ...] = ()
    limit: int = CANDIDATES


def parsed(text: str | bytes) -> Any:
    """A JSON document in UTF-8 (RFC 8259, section 8.1); raises Problem 400 for what is none."""
    try:
        read = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        document = json.loads(read)
        if "\\ud" in read.lower():  # an escape can be half a character, which no answer can hold
            json.dumps(document, ensure_ascii=False).encode()
        return document
    except RecursionError:
        raise wrong("the JSON document is nested too deeply") from None
    except ValueError as error:
        raise wrong(f"this is not JSON: {error}") from None


def batch_02(document: Any) -> dict[str, Question]:
    """The questions of a query batch of version 0.2, by their keys; raises Problem."""
    if not isinstance(document, dict):
        raise wrong("the query batch is not an object of queries")
    _check_size(len(document))
    return {key: _question_02(key, each) for key, each in document.items()}


def batch_10(document: Any) -> list[Question]:
    """The questions of a query batch of the draft of 1.0, in order; raises Problem."""
    queries = document.get("queries") if isinstance(document, dict) else None
    if not isinstance(queries, list):
        raise wrong('the query batch is not an object with an array "queries"')
    _check_size(len(queries))
    return [_question_10(f"queries[{place}]", each) for place, each in enumerate(queries)]


def wrong(what: str, status: int = 400) -> Problem:
    """The problem of a request that does not fit the specification or a limit."""
    return Problem(status, f"{what[:1].upper()}{what[1:]}.", todo=(
        "See /reconcile for an example, and the Reconciliation Service API for the rest."
    ))  # fmt: skip


def _check_size(count: int) -> None:
    if count > BATCH:
        raise Problem(
            413, f"The batch has {count:,} queries, of at most {BATCH:,}.",
            todo=f"Send batches of at most {BATCH:,} queries.", limit="batchSize", value=BATCH,
        )  # fmt: skip


def _question_02(where: str, given: Any) -> Question:
    if not isinstance(given, dict):
        raise wrong(f"query {where!r} is not an object")
    name = given.get("query", "")
    if not isinstance(name, str):
        raise wrong(f'"query" of {where!r} is not a string')
    properties = given.get("properties") or []
    if not isinstance(properties, list):
        raise wrong(f'"properties" of {where!r} is not an array')
    conditions = []
    for each in _few(properties, where):
        if not isinstance(each, dict) or not isinstance(each.get("pid"), str):
            raise wrong(f'a property of {where!r} has no "pid"')
        conditions.append(Condition(_short(each["pid"], where), _values(each.get("v"), where)))
    if "query" not in given and not conditions:
        raise wrong(f"query {where!r} has neither a name nor properties")
    strict = given.get("type_strict", "any")
    if strict not in ("any", "all", "should"):
        raise wrong(f'"type_strict" of {where!r} is not any, all or should')
    return Question(
        (_short(name, where),) if name.strip() else (), _types(given.get("type"), where), strict,
        tuple(conditions), _limit(given.get("limit"), where),
    )  # fmt: skip


def _question_10(where: str, given: Any) -> Question:
    if not isinstance(given, dict):
        raise wrong(f"{where} is not an object")
    conditions, names = given.get("conditions"), []
    if not isinstance(conditions, list) or not conditions:
        raise wrong(f'{where} has no "conditions"')
    wanted = []
    for each in _few(conditions, where):
        kind = each.get("matchType") if isinstance(each, dict) else None
        if kind not in ("name", "property"):
            raise wrong(f'a condition of {where} has no "matchType" of name or property')
        values = _values(each.get("v"), where)
        if kind == "name":
            names += _named(each["v"], where)
            continue
        quantifier = each.get("matchQuantifier", "any")
        if quantifier not in ("any", "all", "none"):
            raise wrong(f'"matchQuantifier" of {where} is not any, all or none')
        if not isinstance(each.get("pid"), str):
            raise wrong(f'a condition of {where} has no "pid"')
        required = each.get("required", False)
        if not isinstance(required, bool):
            raise wrong(f'"required" of {where} is not true or false')
        wanted.append(Condition(_short(each["pid"], where), values, required, quantifier))
    type_ = given.get("type")
    if type_ is not None and not isinstance(type_, str):
        raise wrong(f'"type" of {where} is not a string')
    return Question(
        tuple(names), _types(type_, where), "any", tuple(wanted), _limit(given.get("limit"), where)
    )


def _named(given: Any, where: str) -> list[str]:
    listed = given if isinstance(given, list) else [given]
    for each in listed:
        if isinstance(each, (bool, Mapping)):
            raise wrong(f"a name of {where} is not a text")
    return [str(each) for each in listed if str(each).strip()]


def _few(given: list[Any], where: str) -> list[Any]:
    if len(given) > MOST_CONDITIONS:
        raise wrong(f"{where!r} has more than {MOST_CONDITIONS} conditions", 413)
    return given


def _short(text: str, where: str) -> str:
    if len(text) > LONGEST:
        raise wrong(f"{where!r} has a text of more than {LONGEST} characters", 413)
    return text


def _values(given: Any, where: str) -> tuple[Value, ...]:
    listed = given if isinstance(given, list) else [given]
    if len(listed) > MOST_VALUES:
        raise wrong(f"{where!r} has more than {MOST_VALUES} values of a property", 413)
    if not listed:
        raise wrong(f'"v" of {where!r} is an empty array')
    found: list[Value] = []
    for each in listed:
        value = each.get("id") if isinstance(each, Mapping) else each
        if isinstance(value, str):
            found.append(_short(value, where))
        elif isinstance(each, (bool, int, float)):
            found.append(each)
        else:
            raise wrong(f'"v" of {where!r} is not a string, number, boolean or entity')
    return tuple(found)


def _types(given: Any, where: str) -> tuple[str, ...]:
    listed: Iterable[Any] = given if isinstance(given, list) else [given]
    found = []
    for each in listed:
        value = each.get("id") if isinstance(each, Mapping) else each
        if isinstance(value, str):
            found.append(_short(value, where))
        elif value is not None:
            raise wrong(f'"type" of {where!r} is not a type')
    return tuple(each for each in found if each)[:MOST_VALUES]


def _limit(given: Any, where: str) -> int:
    if given is None:
        return CANDIDATES
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 1 <= given < 2**53:
        raise wrong(f'"limit" of {where!r} is not a positive number')
    return min(int(given), MOST_CANDIDATES)
