"""Reads property paths, and takes them apart into the parts that ``pattern`` describes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from weihai_kg.explanation.cursor import Cursor, UnreadableError
from weihai_kg.explanation.pattern import (
    Closure,
    Expression,
    Filter,
    Group,
    Part,
    Term,
    Triple,
    Union,
)

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE = f"<{RDF}type>"


@dataclass(frozen=True, slots=True)
class Path:
    """A path: its kind (iri, inverse, sequence, alternative, closure, negated) and its parts."""

    kind: str
    text: str
    parts: tuple[Path, ...] = ()
    mark: str = ""


class PathReader:
    """Reads from a cursor; adds the properties of a path to the constants."""

    def __init__(self, cursor: Cursor, constants: set[str]) -> None:
        """Nothing is read yet."""
        self.cursor = cursor
        self._constants = constants
        self.span = 0, 0

    def read(self) -> Path:
        """The path at the cursor."""
        return self._alternative()

    def _constant(self, text: str) -> str:
        self._constants.add(text)
        return text

    def _alternative(self) -> Path:
        return self._chain("|", "alternative", self._sequence)

    def _sequence(self) -> Path:
        return self._chain("/", "sequence", self._inverse)

    def _chain(self, mark: str, kind: str, read: Callable[[], Path]) -> Path:
        cursor = self.cursor
        begin = cursor.at
        parts = [read()]
        while cursor.mark(mark):
            parts.append(read())
        return parts[0] if len(parts) == 1 else Path(kind, cursor.slice(begin), tuple(parts))

    def _inverse(self) -> Path:
        cursor = self.cursor
        begin = cursor.at
        turned = cursor.mark("^")
        found = self._primary()
        token = cursor.peek()
        if token.kind == "mark" and token.text in {"*", "+", "?"}:
            cursor.next()
            start = begin + 1 if turned else begin
            found = Path("closure", cursor.slice(start), (found,), token.text)
        return Path("inverse", cursor.slice(begin), (found,)) if turned else found

    def _primary(self) -> Path:
        cursor = self.cursor
        begin = cursor.at
        if cursor.mark("("):
            cursor.enter()
            inner = self._alternative()
            cursor.expect(")")
            cursor.leave()
            if inner.kind == "iri":
                return inner
            return Path(inner.kind, cursor.slice(begin), inner.parts, inner.mark)
        if cursor.mark("!"):
            return self._negated(begin)
        token = cursor.next()
        if token.kind == "word" and token.text == "a":
            self._constant(TYPE)
            return Path("iri", "a")
        if token.kind not in {"iri", "name"}:
            raise UnreadableError(f"There is {token.text!r} where a property was expected.")
        return Path("iri", self._constant(token.text))

    def _negated(self, begin: int) -> Path:
        cursor = self.cursor
        several = cursor.mark("(")
        parts = []
        while not (several and cursor.mark(")")):
            turned = cursor.mark("^")
            token = cursor.next()
            text = TYPE if token.text == "a" else token.text
            parts.append(Path("inverse" if turned else "iri", text))
            if not several:
                break
            cursor.mark("|")
        return Path("negated", cursor.slice(begin), tuple(parts))

    def expand(self, subject: Term, path: str | Path, value: Term, text: str) -> list[Part]:
        """The parts that a path between two terms stands for."""
        if isinstance(path, str):
            return [Triple(subject, path, value, text, self.span)]
        parts: list[Part] = []
        source = f"{subject} {path.text} {value} ."
        match path.kind:
            case "iri":
                iri = TYPE if path.text == "a" else path.text
                return [Triple(subject, iri, value, text, self.span)]
            case "inverse":
                return self.expand(value, path.parts[0], subject, text)
            case "sequence":
                here = subject
                for number, part in enumerate(path.parts):
                    last = number == len(path.parts) - 1
                    there: Term = value if last else "?" + self.cursor.fresh("m")
                    parts += self.expand(here, part, there, text)
                    here = there
                return [Group(tuple(parts), text, source)]
            case "alternative":
                branches = tuple(
                    Group(tuple(self.expand(subject, part, value, part.text)), part.text)
                    for part in path.parts
                )
                return [Union(branches, self.cursor.fresh("u"), text, source)]
            case "negated":
                return self._expand_negated(subject, path, value, text)
        return [Triple(subject, self._closure(path), value, text, self.span)]

    def _expand_negated(self, subject: Term, path: Path, value: Term, text: str) -> list[Part]:
        forward = [part.text for part in path.parts if part.kind == "iri"]
        backward = [part.text for part in path.parts if part.kind == "inverse"]
        branches = []
        for names, (first, last) in (
            (forward, (subject, value)), (backward, (value, subject)),
        ):  # fmt: skip
            if names or (names is forward and not backward):
                name = self.cursor.fresh("p")
                condition = f"(?{name} NOT IN ({', '.join(names)}))"
                edge = Triple(first, f"?{name}", last, text, self.span)
                test = Filter(Expression(condition, (name,)), f"FILTER {condition}")
                branches.append(Group((edge, test), text))
        if len(branches) == 1:
            return [branches[0]]
        source = f"{subject} {path.text} {value} ."
        return [Union(tuple(branches), self.cursor.fresh("u"), text, source)]

    def _closure(self, path: Path) -> Closure:
        inner = path.parts[0]
        ends = ("?" + self.cursor.prefix + "from", "?" + self.cursor.prefix + "to")
        step = Group(tuple(self.expand(ends[0], inner, ends[1], inner.text)), inner.text)
        return Closure(path.text, path.mark, inner.text, step)
