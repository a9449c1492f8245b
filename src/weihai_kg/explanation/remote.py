"""What another server answered: the patterns of a SERVICE with the values of a solution put in.

Nothing of it is in this data set, so nothing of it is looked for here.
"""

from __future__ import annotations

from collections.abc import Iterable

from rdflib.term import Node

from weihai_kg.explanation import pattern as q
from weihai_kg.explanation.asking import Row
from weihai_kg.explanation.model import Kind, Statement, Step
from weihai_kg.explanation.retracing import Retracer
from weihai_kg.explanation.scope import in_scope
from weihai_kg.explanation.writing import triple


def service(part: q.Service, row: Row, deriver: Retracer) -> Step:
    """What was asked of which server, and what it answered."""
    inputs: list[tuple[str, Node | None]] = [("", deriver.value(part.name, row))]
    text = f"SERVICE {'SILENT ' if part.silent else ''}{part.name}"
    if part.marker not in row:
        return Step(Kind.SERVICE, text, inputs=tuple(inputs), note="service-silent")
    names = sorted(in_scope(part.group.parts) & row.keys())
    inputs += [(name, row[name]) for name in names if not name.startswith(deriver.query.prefix)]
    return Step(
        Kind.SERVICE, text, inputs=tuple(inputs), note="service-answered",
        steps=tuple(_steps(part.group.parts, row, deriver)),
    )  # fmt: skip


def unasked(part: q.Unexplained, row: Row) -> Step:
    """A SERVICE that was not asked again: what it gave is known only as far as the row shows."""
    inputs = tuple((name, row[name]) for name in part.variables if name in row)
    return Step(Kind.UNEXPLAINED, part.text, inputs=inputs, note=part.reason)


def _steps(parts: Iterable[q.Part], row: Row, deriver: Retracer) -> Iterable[Step]:
    for part in parts:
        match part:
            case q.Triple():
                yield _triple(part, row, deriver)
            case q.Optional() if part.marker not in row:
                yield Step(Kind.OPTIONAL, part.text, note="optional-nothing")
            case q.Optional() | q.Group():
                inner = part.group if isinstance(part, q.Optional) else part
                yield from _steps(inner.parts, row, deriver)
            case q.Union() if part.marker in row:
                branch = part.branches[int(str(row[part.marker]))]
                yield from _steps(branch.parts, row, deriver)
            case _:
                yield Step(Kind.REMOTE, part.text, note="service-part")


def _triple(part: q.Triple, row: Row, deriver: Retracer) -> Step:
    subject, value = deriver.value(part.subject, row), deriver.value(part.object, row)
    predicate = deriver.value(part.path, row) if isinstance(part.path, str) else None
    if subject is None or predicate is None or value is None:
        return Step(Kind.REMOTE, triple(part), note="service-part")
    stated = Statement(subject, predicate, value)
    return Step(Kind.REMOTE, part.text, note="service-stated", remote=(stated,))


def without_services(group: q.Group) -> q.Group:
    """The group with each SERVICE as a part that is not asked."""
    return q.Group(tuple(map(_without, group.parts)), group.text, group.source)


def _without(part: q.Part) -> q.Part:
    match part:
        case q.Service():
            names = sorted(in_scope(part.group.parts))
            return q.Unexplained(part.text, "service", tuple(names))
        case q.Group():
            return without_services(part)
        case q.Optional():
            return q.Optional(without_services(part.group), part.marker, part.text)
        case q.Graph():
            return q.Graph(part.name, without_services(part.group), part.text)
        case q.Union():
            branches = tuple(map(without_services, part.branches))
            return q.Union(branches, part.marker, part.text, part.source)
    return part
