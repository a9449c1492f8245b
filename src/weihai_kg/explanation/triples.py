"""Reads triple patterns into the parts that ``pattern`` describes."""

from __future__ import annotations

from weihai_kg.engine.tokens import Token
from weihai_kg.explanation.cursor import Cursor, UnreadableError
from weihai_kg.explanation.paths import RDF, TYPE, Path, PathReader
from weihai_kg.explanation.pattern import (
    Embedded,
    Part,
    Term,
    Triple,
)

FIRST, REST, NIL, REIFIES = (f"<{RDF}{name}>" for name in ("first", "rest", "nil", "reifies"))


class TriplesReader:
    """Reads from a cursor; collects the constants that a statement may hold."""

    def __init__(self, cursor: Cursor) -> None:
        """Nothing is read yet."""
        self.cursor = cursor
        self.constants: set[str] = set()
        self._blank: dict[str, str] = {}
        self._paths = PathReader(cursor, self.constants)

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
        if parts and cursor.at > begin and _ended(cursor.peek()):
            return parts
        self._properties(subject, text, parts)
        return parts

    def _constant(self, text: str) -> str:
        if not text.startswith("?"):
            self.constants.add(text)
        return text

    def _properties(self, subject: Term, shown: str, parts: list[Part]) -> None:
        cursor = self.cursor
        while True:
            begin = cursor.peek().start
            if cursor.peek().kind == "variable":
                path: str | Path = cursor.next().text
            else:
                path = self._paths.read()
            written = path if isinstance(path, str) else path.text
            while True:
                more: list[Part] = []
                value, text = self._node(more)
                self._paths.span = begin, cursor.tokens[cursor.at - 1].end
                parts += self._paths.expand(subject, path, value, f"{shown} {written} {text}")
                parts += more
                self._annotations((subject, written, value), f"{shown} {written} {text}", parts)
                if not cursor.mark(","):
                    break
            while cursor.mark(";"):
                pass
            if _ended(cursor.peek()):
                return

    def _annotations(self, stated: tuple[Term, str, Term], shown: str, parts: list[Part]) -> None:
        """The reifiers that follow a pattern (``~``), and what is said of them (``{| |}``)."""
        cursor = self.cursor
        reifier = ""
        while True:
            block = cursor.is_mark("{") and cursor.is_mark("|", ahead=1)
            if not (block or cursor.is_mark("~")):
                return
            if not (block and reifier):
                reifier = self._reifier()
                parts.append(self._reified(reifier, stated, f"{shown} ~"))
            if block:
                cursor.enter()
                cursor.at += 2
                self._properties(reifier, f"{{| {shown} |}}", parts)
                cursor.expect("|")
                cursor.expect("}")
                cursor.leave()
                reifier = ""

    def _reifier(self) -> str:
        """The name after ``~``; a variable of its own if there is none."""
        if self.cursor.mark("~") and self.cursor.peek().kind in {
            "variable",
            "iri",
            "name",
            "blank",
        }:
            node, _ = self._node([])
            return str(node)
        return "?" + self.cursor.fresh("r")

    def _reified(self, reifier: str, stated: tuple[Term, str, Term], text: str) -> Triple:
        subject, predicate, value = stated
        predicate = TYPE if predicate == "a" else predicate
        self._constant(REIFIES)
        return Triple(reifier, REIFIES, Embedded(subject, predicate, value), text)

    def _inner(self, parts: list[Part]) -> tuple[Term, str, Term]:
        """The three terms of a triple term or of a reified triple."""
        cursor = self.cursor
        cursor.enter()
        subject, _ = self._node(parts)
        token = cursor.next()
        if token.kind == "word" and token.text == "a":
            predicate = self._constant(TYPE)
        elif token.kind in {"variable", "iri", "name"}:
            predicate = self._constant(token.text)
        else:
            raise UnreadableError(f"There is {token.text!r} where a property was expected.")
        value, _ = self._node(parts)
        cursor.leave()
        return subject, predicate, value

    def _node(self, parts: list[Part]) -> tuple[Term, str]:
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
            case "mark", "<<(":
                begin = cursor.at - 1
                stated = self._inner(parts)
                cursor.expect(")>>")
                return Embedded(*stated), cursor.slice(begin)
            case "mark", "<<":
                begin = cursor.at - 1
                stated = self._inner(parts)
                reifier = self._reifier()
                cursor.expect(">>")
                text = cursor.slice(begin)
                parts.append(self._reified(reifier, stated, text))
                return reifier, text
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
        members: list[tuple[Term, str]] = []
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


def _ended(token: Token) -> bool:
    """Whether the properties of a subject end before this token."""
    return token.text in {".", "}", "]", "", "{", "|", ">>"} or (
        token.kind == "word" and token.text != "a"
    )
