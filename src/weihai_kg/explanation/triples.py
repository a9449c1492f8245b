"""Reads triple patterns and property paths into the parts that ``pattern`` describes."""

from __future__ import annotations

from dataclasses import dataclass

from weihai_kg.engine.tokens import Token
from weihai_kg.explanation.cursor import Cursor, UnreadableError
from weihai_kg.explanation.pattern import Closure, Expression, Filter, Group, Part, Triple, Union

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE, FIRST, REST, NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))


@dataclass(frozen=True, slots=True)
class _Path:
    """A path: its kind (iri, inverse, sequence, alternative, closure, negated) and its parts."""

    kind: str
    text: str
    parts: tuple[_Path, ...] = ()
    mark: str = ""


class TriplesReader:
    """Reads from a cursor; collects the constants that a statement may hold."""

    def __init__(self, cursor: Cursor) -> None:
        """Nothing is read yet."""
        self.cursor = cursor
        self.constants: set[str] = set()
        self._blank: dict[str, str] = {}
        self._span = 0, 0

    def name(self) -> str:
        """The name of a graph: a variable or an IRI."""
        token = self.cursor.next()
        if token.kind not in {"variable", "iri", "name"}:
            raise UnreadableError(f"There is {token.text!r} where a graph was expected.")
        return self._constant(token.text)

    def block(self) -> list[Part]:
        """One subject with all its properties."""
        cursor = self.cursor
        parts: list[Part] = []
        begin = cursor.at
        subject, text = self._node(parts)
        if len(parts) and cursor.peek().text in {".", "}"} and cursor.at > begin:
            return parts
        self._properties(subject, text, parts)
        return parts

    def _constant(self, text: str) -> str:
        if not text.startswith("?"):
            self.constants.add(text)
        return text

    def _properties(self, subject: str, shown: str, parts: list[Part]) -> None:
        cursor = self.cursor
        while True:
            begin = cursor.peek().start
            if cursor.peek().kind == "variable":
                path: str | _Path = cursor.next().text
            else:
                path = self._alternative()
            written = path if isinstance(path, str) else path.text
            while True:
                more: list[Part] = []
                value, text = self._node(more)
                annotated = cursor.is_mark("{") and cursor.is_mark("|", ahead=1)
                if annotated or cursor.is_mark("~"):
                    raise UnreadableError("Statements about statements are not read here.")
                self._span = begin, cursor.tokens[cursor.at - 1].end
                parts += self._expand(subject, path, value, f"{shown} {written} {text}")
                parts += more
                if not cursor.mark(","):
                    break
            while cursor.mark(";"):
                pass
            token = cursor.peek()
            if token.text in {".", "}", "]", "", "{"} or (
                token.kind == "word" and token.text != "a"
            ):
                return

    def _node(self, parts: list[Part]) -> tuple[str, str]:
        """A term, its text as written; patterns of a bracketed node are added to ``parts``."""
        cursor = self.cursor
        token = cursor.next()
        match token.kind, token.text:
            case "variable", text:
                return text, text
            case "blank", text:
                name = self._blank.setdefault(text, "?" + cursor.fresh("b"))
                return name, text
            case (("iri" | "name"), text):
                return self._constant(text), text
            case "mark", "[":
                return self._bracketed(parts)
            case "mark", "(":
                return self._collection(parts)
        return self._literal(token)

    def _literal(self, token: Token) -> tuple[str, str]:
        cursor = self.cursor
        begin = cursor.at - 1
        if token.kind == "mark" and token.text in {"+", "-"}:
            token = cursor.next()
            if token.kind != "number":
                raise UnreadableError(f"There is {token.text!r} where a number was expected.")
        elif token.kind == "string":
            if cursor.peek().kind == "language" or cursor.mark("^^"):
                cursor.next()
        elif token.kind != "number" and token.text.lower() not in {"true", "false"}:
            raise UnreadableError(f"There is {token.text!r} where a term was expected.")
        text = cursor.slice(begin)
        return self._constant(text), text

    def _bracketed(self, parts: list[Part]) -> tuple[str, str]:
        cursor = self.cursor
        cursor.enter()
        name = "?" + cursor.fresh("b")
        if not cursor.is_mark("]"):
            self._properties(name, "[]", parts)
        cursor.expect("]")
        cursor.leave()
        return name, "[]"

    def _collection(self, parts: list[Part]) -> tuple[str, str]:
        cursor = self.cursor
        cursor.enter()
        members: list[tuple[str, str]] = []
        while not cursor.mark(")"):
            members.append(self._node(parts))
        cursor.leave()
        if not members:
            return self._constant(NIL), "()"
        for constant in (FIRST, REST, NIL):
            self._constant(constant)
        names = ["?" + cursor.fresh("b") for _ in members]
        for number, (value, text) in enumerate(members):
            rest = names[number + 1] if number + 1 < len(names) else NIL
            parts.append(Triple(names[number], FIRST, value, f"( … {text} … )"))
            parts.append(Triple(names[number], REST, rest, f"( … {text} … )"))
        return names[0], "( … )"

    def _alternative(self) -> _Path:
        return self._chain("|", "alternative", self._sequence)

    def _sequence(self) -> _Path:
        return self._chain("/", "sequence", self._inverse)

    def _chain(self, mark: str, kind: str, read: object) -> _Path:
        cursor = self.cursor
        begin = cursor.at
        assert callable(read)  # noqa: S101
        parts = [read()]
        while cursor.mark(mark):
            parts.append(read())
        return parts[0] if len(parts) == 1 else _Path(kind, cursor.slice(begin), tuple(parts))

    def _inverse(self) -> _Path:
        cursor = self.cursor
        begin = cursor.at
        turned = cursor.mark("^")
        found = self._primary()
        token = cursor.peek()
        if token.kind == "mark" and token.text in {"*", "+", "?"}:
            cursor.next()
            start = begin + 1 if turned else begin
            found = _Path("closure", cursor.slice(start), (found,), token.text)
        return _Path("inverse", cursor.slice(begin), (found,)) if turned else found

    def _primary(self) -> _Path:
        cursor = self.cursor
        begin = cursor.at
        if cursor.mark("("):
            cursor.enter()
            inner = self._alternative()
            cursor.expect(")")
            cursor.leave()
            if inner.kind == "iri":
                return inner
            return _Path(inner.kind, cursor.slice(begin), inner.parts, inner.mark)
        if cursor.mark("!"):
            return self._negated(begin)
        token = cursor.next()
        if token.kind == "word" and token.text == "a":
            self._constant(TYPE)
            return _Path("iri", "a")
        if token.kind not in {"iri", "name"}:
            raise UnreadableError(f"There is {token.text!r} where a property was expected.")
        return _Path("iri", self._constant(token.text))

    def _negated(self, begin: int) -> _Path:
        cursor = self.cursor
        several = cursor.mark("(")
        parts = []
        while not (several and cursor.mark(")")):
            turned = cursor.mark("^")
            token = cursor.next()
            text = TYPE if token.text == "a" else token.text
            parts.append(_Path("inverse" if turned else "iri", text))
            if not several:
                break
            cursor.mark("|")
        return _Path("negated", cursor.slice(begin), tuple(parts))

    def _expand(self, subject: str, path: str | _Path, value: str, text: str) -> list[Part]:
        """The parts that a path between two terms stands for."""
        if isinstance(path, str):
            return [Triple(subject, path, value, text, self._span)]
        parts: list[Part] = []
        source = f"{subject} {path.text} {value} ."
        match path.kind:
            case "iri":
                iri = TYPE if path.text == "a" else path.text
                return [Triple(subject, iri, value, text, self._span)]
            case "inverse":
                return self._expand(value, path.parts[0], subject, text)
            case "sequence":
                here = subject
                for number, part in enumerate(path.parts):
                    last = number == len(path.parts) - 1
                    there = value if last else "?" + self.cursor.fresh("m")
                    parts += self._expand(here, part, there, text)
                    here = there
                return [Group(tuple(parts), text, source)]
            case "alternative":
                branches = tuple(
                    Group(tuple(self._expand(subject, part, value, part.text)), part.text)
                    for part in path.parts
                )
                return [Union(branches, self.cursor.fresh("u"), text, source)]
            case "negated":
                return self._expand_negated(subject, path, value, text)
        return [Triple(subject, self._closure(path), value, text, self._span)]

    def _expand_negated(self, subject: str, path: _Path, value: str, text: str) -> list[Part]:
        forward = [part.text for part in path.parts if part.kind == "iri"]
        backward = [part.text for part in path.parts if part.kind == "inverse"]
        branches = []
        for names, (first, last) in (
            (forward, (subject, value)), (backward, (value, subject)),
        ):  # fmt: skip
            if names or (names is forward and not backward):
                name = self.cursor.fresh("p")
                condition = f"(?{name} NOT IN ({', '.join(names)}))"
                edge = Triple(first, f"?{name}", last, text, self._span)
                test = Filter(Expression(condition, (name,)), f"FILTER {condition}")
                branches.append(Group((edge, test), text))
        if len(branches) == 1:
            return [branches[0]]
        source = f"{subject} {path.text} {value} ."
        return [Union(tuple(branches), self.cursor.fresh("u"), text, source)]

    def _closure(self, path: _Path) -> Closure:
        inner = path.parts[0]
        ends = ("?" + self.cursor.prefix + "from", "?" + self.cursor.prefix + "to")
        step = Group(tuple(self._expand(ends[0], inner, ends[1], inner.text)), inner.text)
        return Closure(path.text, path.mark, inner.text, step)
