"""A query under examination: its tree, its terminals, and every pattern with what stands around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from weihai_kg.engine.nesting import check_nesting
from weihai_kg.engine.tokens import Token
from weihai_kg.explanation.cursor import DEEPEST, Cursor, UnreadableError
from weihai_kg.explanation.paths import TYPE
from weihai_kg.explanation.pattern import (
    Closure,
    Expression,
    Filter,
    Graph,
    Group,
    Minus,
    Optional,
    Part,
    Query,
    Subquery,
    Triple,
    Union,
)
from weihai_kg.explanation.reading import read
from weihai_kg.query_doctor.advice import Edit

_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Place:
    """A triple pattern whose terms are no statements, and what is known where it stands.

    ``types`` are the classes that patterns beside it give its variables. ``plain`` is whether it is
    about the default graph and asks for something that should be there.
    """

    triple: Triple
    subject: str
    object: str
    types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    plain: bool = True


class Case:
    """One query, read once."""

    def __init__(self, text: str, known: Mapping[str, str]) -> None:
        """Read a text that the engine has taken; raises QueryError for one that nests too deep.

        ``known`` are prefixes to show terms with where the query has none of its own.
        """
        check_nesting(text, DEEPEST)
        cursor = Cursor(text)
        self.text = cursor.text
        self.tokens: list[Token] = cursor.tokens
        try:
            self.query: Query = read(text)
        except RecursionError:
            raise UnreadableError("The query nests too deep to be examined.") from None
        self._known = known
        self.prefixes = dict(_prefixes(self.tokens))

    @cached_property
    def places(self) -> list[Place]:
        """Every triple pattern of the query."""
        return list(_of_query(self.query, plain=not self.query.dataset))

    def iri(self, term: str) -> str:
        """The IRI that a term of the query stands for; empty for anything else."""
        if term.startswith("<"):
            inner = term[1:-1]
            return inner if ":" in inner else ""
        prefix, colon, local = term.partition(":")
        if not colon or prefix not in self.prefixes or term.startswith(('"', "'", "?")):
            return ""
        return self.prefixes[prefix] + _ESCAPED.sub(r"\1", local)

    def short(self, iri: str) -> str:
        """How an IRI is best written in this query, or read by people."""
        return self.written(iri)[0]

    def written(self, iri: str) -> tuple[str, tuple[Edit, ...]]:
        """A term for an IRI, and the edit that declares its prefix if the query does not."""
        for prefixes, declared in ((self.prefixes, True), (self._known, False)):
            fitting = [(len(name), prefix) for prefix, name in prefixes.items()
                       if iri.startswith(name) and re.fullmatch(r"[\w-]*", iri[len(name):])
                       and not iri[len(name):].startswith("-")]  # fmt: skip
            if fitting and (declared or max(fitting)[1] not in self.prefixes):
                length, prefix = max(fitting)
                edits = () if declared else (declaration(prefix, self._known[prefix]),)
                return f"{prefix}:{iri[length:]}", edits
        return f"<{iri}>", ()

    def occurrences(self, term: str) -> list[Token]:
        """Where a term or a variable stands after the prologue."""
        start = len(self.query.prologue)
        return [each for each in self.tokens if each.text == term and each.start >= start]

    def put(self, term: str, instead: str) -> tuple[Edit, ...]:
        """The edits that replace a term wherever it stands."""
        return tuple(Edit(each.start, each.end, instead) for each in self.occurrences(term))

    def find(self, part: str) -> int:
        """Where a part of the query begins that stands there once; -1 otherwise."""
        return self.text.find(part) if self.text.count(part) == 1 else -1


def declaration(prefix: str, namespace: str) -> Edit:
    """The edit that declares a prefix."""
    return Edit(0, 0, f"PREFIX {prefix}: <{namespace}>\n")


def _prefixes(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    for one, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if one.kind == "word" and one.text.upper() == "PREFIX" and iri.kind == "iri":
            yield name.text.removesuffix(":"), iri.text[1:-1]


def _of_query(query: Query, *, plain: bool) -> Iterator[Place]:
    yield from _of_group(query.where.parts, {}, plain=plain)
    for each in _expressions(query):
        yield from _of_expression(each, {}, plain=plain)


def _expressions(query: Query) -> Iterator[Expression]:
    yield from (item.expression for item in (*query.items, *query.keys) if item.expression)
    yield from query.having


def _of_expression(
    expression: Expression, types: Mapping[str, frozenset[str]], *, plain: bool
) -> Iterator[Place]:
    for each in expression.exists:
        yield from _of_group(each.group.parts, types, plain=plain and not each.negated)


def _of_group(
    parts: Iterable[Part], around: Mapping[str, frozenset[str]], *, plain: bool
) -> Iterator[Place]:
    parts = tuple(parts)
    types = dict(around)
    for name, class_ in _stated_types(parts):
        types[name] = types.get(name, frozenset()) | {class_}
    for part in parts:
        match part:
            case Triple() if isinstance(part.subject, str) and isinstance(part.object, str):
                yield Place(part, part.subject, part.object, types, plain)
                if isinstance(part.path, Closure):
                    yield from (
                        replace(each, triple=replace(each.triple, span=part.span))
                        for each in _of_group(part.path.step.parts, {}, plain=plain)
                    )
            case Group():
                yield from _of_group(part.parts, types, plain=plain)
            case Optional():
                yield from _of_group(part.group.parts, types, plain=plain)
            case Union():
                for branch in part.branches:
                    yield from _of_group(branch.parts, types, plain=plain)
            case Minus():
                yield from _of_group(part.group.parts, types, plain=False)
            case Graph():
                yield from _of_group(part.group.parts, {}, plain=False)
            case Filter():
                yield from _of_expression(part.expression, types, plain=plain)
            case Subquery():
                yield from _of_query(part.query, plain=plain)


def _stated_types(parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    """The classes that these patterns demand of variables."""
    for part in parts:
        if isinstance(part, Triple) and part.path == TYPE:
            subject, class_ = part.subject, part.object
            if not isinstance(subject, str) or not isinstance(class_, str):
                continue
            if subject.startswith("?") and not class_.startswith("?"):
                yield subject, class_
        elif isinstance(part, Group):
            yield from _stated_types(part.parts)
