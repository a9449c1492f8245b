"""Which variables a pattern binds, and which of them in every solution.

SPARQL 1.1 Query, section 18.2.1. A value that a row gives a variable may be put in where the
variable is bound in every solution of a run of patterns: that only leaves solutions out.
"""

from __future__ import annotations

from collections.abc import Iterable

from weihai_kg.explanation.pattern import (
    Bind,
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
    Values,
)


def certain(parts: Iterable[Part]) -> frozenset[str]:
    """The variables that every solution of these parts binds."""
    found: set[str] = set()
    for part in parts:
        match part:
            case Triple():
                found.update(part.variables)
            case Group():
                found |= certain(part.parts)
            case Graph():
                found |= certain(part.group.parts)
                found.update(name[1:] for name in (part.name,) if name.startswith("?"))
            case Union():
                branches = [certain(branch.parts) for branch in part.branches]
                found |= frozenset.intersection(*branches)
            case Service() if not part.silent:
                found |= certain(part.group.parts)
            case Subquery():
                found |= certain_of_query(part.query)
    return frozenset(found)


def certain_of_query(query: Query) -> frozenset[str]:
    """The columns that a subquery binds in every row, without being computed."""
    inner = certain(query.where.parts)
    if query.grouped:
        plain = {key.variable for key in query.keys if key.expression is None}
        inner &= plain
    if not query.items:
        return inner
    return inner & {item.variable for item in query.items if item.expression is None}


def in_scope(parts: Iterable[Part]) -> frozenset[str]:
    """The variables that a solution of these parts may bind."""
    found: set[str] = set()
    for part in parts:
        match part:
            case Triple():
                found.update(part.variables)
            case Group():
                found |= in_scope(part.parts)
            case Optional() | Service():
                found |= in_scope(part.group.parts)
            case Graph():
                found |= in_scope(part.group.parts)
                found.update(name[1:] for name in (part.name,) if name.startswith("?"))
            case Union():
                for branch in part.branches:
                    found |= in_scope(branch.parts)
            case Bind():
                found.add(part.variable)
            case Values() | Unexplained():
                found.update(part.variables)
            case Subquery():
                found |= columns(part.query)
    return frozenset(found)


def inner_names(parts: Iterable[Part]) -> frozenset[str]:
    """The variables that only tell by which alternative of a path a solution came about."""
    found: set[str] = set()
    for part in parts:
        match part:
            case Union() if part.path:
                found |= _made(part)
            case Union():
                for branch in part.branches:
                    found |= inner_names(branch.parts)
            case Group():
                found |= inner_names(part.parts)
            case Optional() | Graph() | Service():
                found |= inner_names(part.group.parts)
    return frozenset(found)


def _made(union: Union) -> frozenset[str]:
    """The marker and the variables that the reader made for the alternatives of a path."""
    prefix = union.marker[: len(union.marker) - len(union.marker.lstrip("_"))]
    ends = set(union.source.split())
    own = {name for name in in_scope(union.branches)
           if name.startswith(prefix) and f"?{name}" not in ends}  # fmt: skip
    return frozenset({union.marker, *own, *_markers(union.branches)})


def _markers(parts: Iterable[Part]) -> frozenset[str]:
    found: set[str] = set()
    for part in parts:
        if isinstance(part, Union):
            found |= {part.marker, *_markers(part.branches)}
        elif isinstance(part, Group):
            found |= _markers(part.parts)
    return frozenset(found)


def columns(query: Query) -> frozenset[str]:
    """The columns of a query."""
    if query.items:
        return frozenset(item.variable for item in query.items)
    return in_scope(query.where.parts)
