"""Writes a query's patterns again as a query for all of their variables.

Known values are put in by VALUES before each run of patterns that binds the variable in every
solution (see ``scope``); a condition around the whole holds the others. A marker in each OPTIONAL
and in each branch of a UNION tells which of them matched, so that one query tells the whole
derivation of a solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rdflib import BNode
from rdflib.term import Node

from weihai_kg.explanation.pattern import (
    Bind,
    Closure,
    Expression,
    Filter,
    Graph,
    Group,
    Optional,
    Part,
    Query,
    Service,
    Subquery,
    Triple,
    Unexplained,
    Union,
)
from weihai_kg.explanation.scope import certain, certain_of_query
from weihai_kg.explanation.terms import Bindings, askable, key


@dataclass(frozen=True, slots=True)
class Demand:
    """What the solutions asked for must agree with.

    ``known`` gives values, ``unbound`` names variables that must have none, ``computed`` are
    expressions over the solution with the variables that take their values. A variable in
    ``loose`` may be unbound instead; one in ``restless`` has another value each time.
    """

    known: Bindings = field(default_factory=dict)
    unbound: frozenset[str] = frozenset()
    computed: tuple[tuple[Expression, str], ...] = ()
    loose: frozenset[str] = frozenset()
    restless: frozenset[str] = frozenset()


def solutions(query: Query, parts: Iterable[Part], demand: Demand, limit: int | None) -> str:
    """The query for the solutions of these parts that meet the demand."""
    return f"{query.prologue}\nSELECT * {query.dataset} {_body(parts, demand)}{_limit(limit)}"


def count(query: Query, parts: Iterable[Part], demand: Demand, most: int | None) -> str:
    """The query for the number of these solutions, which are not counted beyond ``most``."""
    inner = f"SELECT * {_body(parts, demand, marked=False)}{_limit(most)}"
    return f"{query.prologue}\nSELECT (COUNT(*) AS ?n) {query.dataset} {{ {{ {inner} }} }}"


def _limit(limit: int | None) -> str:
    return "" if limit is None else f" LIMIT {limit}"


def _body(parts: Iterable[Part], demand: Demand, *, marked: bool = True) -> str:
    parts = tuple(parts)
    known = {name: value for name, value in demand.known.items() if askable(value)}
    sure = {name: value for name, value in known.items() if name not in demand.loose}
    inner = _group(parts, sure, marked=marked)
    lines = [f"{{ {inner} }}"]
    lines += [f"BIND({each.text} AS ?{name})" for each, name in demand.computed]
    lines += [
        f"FILTER({f'!BOUND(?{name}) || ' if name in demand.loose else ''}"
        f"sameTerm(?{name}, {key(value)}))"
        for name, value in sorted(known.items())
        if name not in demand.restless
    ]
    lines += [f"FILTER(isBlank(?{name}))" for name, value in sorted(demand.known.items())
              if isinstance(value, BNode) and name not in demand.restless]  # fmt: skip
    lines += [f"FILTER(!BOUND(?{name}))" for name in sorted(demand.unbound)]
    return "{ " + "\n".join(lines) + " }"


def _group(parts: tuple[Part, ...], known: Mapping[str, Node], *, marked: bool) -> str:
    lines: list[str] = []
    before: list[Part] = []
    run = False
    for place, part in enumerate(parts):
        if isinstance(part, Triple):
            if not run:
                lines.append(_given(certain(_run(parts[place:])), known))
            run = True
            lines.append(triple(part))
        else:
            run = False
            lines.append(_part(part, known, certain(before), marked=marked))
        before.append(part)
    return "\n".join(line for line in lines if line)


def _run(parts: tuple[Part, ...]) -> list[Part]:
    """The patterns up to the first part that is no pattern."""
    found: list[Part] = []
    for part in parts:
        if not isinstance(part, Triple):
            break
        found.append(part)
    return found


def _given(names: frozenset[str], known: Mapping[str, Node]) -> str:
    put = sorted(names & known.keys())
    if not put:
        return ""
    return (
        f"VALUES ({' '.join(f'?{name}' for name in put)}) "
        f"{{ ({' '.join(key(known[name]) for name in put)}) }}"
    )


def triple(part: Triple) -> str:
    """The pattern as text; a closure as it is written."""
    path = part.path.text if isinstance(part.path, Closure) else part.path
    return f"{part.subject} {path} {part.object} ."


def _part(part: Part, known: Mapping[str, Node], before: frozenset[str], *, marked: bool) -> str:
    match part:
        case Group() | Union() if part.source and not marked:
            return part.source
        case Group():
            return f"{{ {_group(part.parts, known, marked=marked)} }}"
        case Optional():
            put = {name: known[name] for name in known.keys() & before}
            mark = f" BIND(true AS ?{part.marker})" if marked else ""
            return f"OPTIONAL {{ {_group(part.group.parts, put, marked=marked)}{mark} }}"
        case Union():
            return " UNION ".join(
                f"{{ {_group(branch.parts, known, marked=marked)}"
                + (f" BIND({number} AS ?{part.marker})" if marked else "") + " }"
                for number, branch in enumerate(part.branches)
            )  # fmt: skip
        case Graph():
            name = part.name
            given = _given(frozenset({name[1:]}), known) if name.startswith("?") else ""
            return f"{given} GRAPH {name} {{ {_group(part.group.parts, known, marked=marked)} }}"
        case Service():
            mark = f" BIND(true AS ?{part.marker})" if marked else ""
            inner = _group(part.group.parts, known, marked=marked)
            return f"SERVICE {'SILENT ' if part.silent else ''}{part.name} {{ {inner}{mark} }}"
        case Filter() if part.restless:
            return ""
        case Bind() if part.settled:
            return f"BIND({part.settled} AS ?{part.variable})"
        case Subquery():
            return f"{{ {subquery(part.query, known)} }}"
        case Unexplained() if part.reason == "service":
            return _given(frozenset(part.variables), known)
    return part.text if not isinstance(part, Triple) else triple(part)


def subquery(query: Query, known: Mapping[str, Node]) -> str:
    """The subquery with what is known put in, unless it takes a slice of its rows.

    A slice of rows in an order that is another one each time cannot be taken again: all are.
    """
    sliced = query.sliced and not query.shuffled
    put = {} if sliced else {n: known[n] for n in known.keys() & certain_of_query(query)}
    if not put and not query.shuffled:
        return query.text
    inner = _group(query.where.parts, put, marked=False)
    tail = query.tail
    if query.shuffled:
        for each in query.modifiers:
            if each.upper().startswith(("LIMIT", "OFFSET")):
                before, _, after = tail.rpartition(each)
                tail = f"{before} {after}"
    return f"{query.head} {query.dataset} WHERE {{ {inner} }} {tail}"


def groups(query: Query, known: Bindings, names: Mapping[str, str]) -> str:
    """The query for the groups of a grouped query: its columns, its keys, and its aggregates.

    ``names`` gives the text of an aggregate the variable that takes its value.
    """
    put = {n: v for n, v in known.items() if askable(v) and n in _plain_keys(query)}
    inner = _group(query.where.parts, put, marked=False)
    shown = {item.variable for item in query.items}
    columns = [
        f"({item.expression.text} AS ?{item.variable})" if item.expression else f"?{item.variable}"
        for item in query.items
    ]
    columns += [f"?{key_.variable}" for key_ in query.keys if key_.variable not in shown]
    columns += [f"({text} AS ?{name})" for text, name in names.items()]
    keys = " ".join(
        f"({each.expression.text} AS ?{each.variable})" if each.expression else f"?{each.variable}"
        for each in query.keys
    )
    having = " ".join(f"({each.text})" for each in query.having if not each.volatile)
    return (
        f"{query.prologue}\nSELECT {' '.join(columns)} {query.dataset} WHERE {{ {inner} }}"
        + (f" GROUP BY {keys}" if keys else "")
        + (f" HAVING {having}" if having else "")
        + (f" {query.values.text}" if query.values else "")
    )


def _plain_keys(query: Query) -> frozenset[str]:
    return certain(query.where.parts) & {
        each.variable for each in query.keys if each.expression is None
    }
