"""A place in the terminals of a query, and the reading of expressions, which stay text."""

from __future__ import annotations

from collections.abc import Callable

from weihai_kg.engine.tokens import Token, decode_escapes, tokens
from weihai_kg.errors import QuerySyntaxError
from weihai_kg.explanation.pattern import Aggregate, Exists, Expression, Group

AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_PAIRS = {"(": ")", "{": "}", "[": "]", "<<": ">>", "<<(": ")>>"}
_CLOSING = frozenset(_PAIRS.values())
DEEPEST = 60
END = Token("end", "", 0, 0)


class UnreadableError(QuerySyntaxError):
    """Raised when a query cannot be taken apart, though an engine may be able to answer it."""


class Cursor:
    """The terminals of one query and how far they are read."""

    def __init__(self, text: str) -> None:
        """Split the text; nothing is judged yet."""
        self.text = decode_escapes(text)
        self.tokens = [each for token in tokens(self.text) for each in _split(token)]
        self.at = 0
        self.depth = 0
        self._numbers = 0
        prefix = "__"
        while f"?{prefix}" in self.text or f"${prefix}" in self.text:
            prefix += "_"
        self.prefix = prefix

    def fresh(self, kind: str) -> str:
        """The name of a variable that the query does not have."""
        self._numbers += 1
        return f"{self.prefix}{kind}{self._numbers}"

    def peek(self, ahead: int = 0) -> Token:
        """A token without reading it."""
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else END

    def next(self) -> Token:
        """The next token."""
        token = self.peek()
        if token is END:
            raise UnreadableError("The query ends early.")
        self.at += 1
        return token

    def mark(self, text: str) -> bool:
        """Read this mark if it is the next token."""
        token = self.peek()
        if token.kind == "mark" and token.text == text:
            self.at += 1
            return True
        return False

    def word(self, *words: str) -> str:
        """Read one of these words if it comes next; the word in capitals, or an empty text."""
        token = self.peek()
        if token.kind == "word" and token.text.upper() in words:
            self.at += 1
            return token.text.upper()
        return ""

    def is_word(self, *words: str, ahead: int = 0) -> bool:
        """Whether one of these words comes next."""
        token = self.peek(ahead)
        return token.kind == "word" and token.text.upper() in words

    def is_mark(self, text: str, ahead: int = 0) -> bool:
        """Whether this mark comes next."""
        token = self.peek(ahead)
        return token.kind == "mark" and token.text == text

    def expect(self, text: str) -> Token:
        """Read a mark that must come next."""
        token = self.next()
        if token.kind != "mark" or token.text != text:
            raise UnreadableError(f"There is {token.text!r} where {text!r} was expected.")
        return token

    def variable(self) -> str:
        """Read a variable; its name."""
        token = self.next()
        if token.kind != "variable":
            raise UnreadableError(f"There is {token.text!r} where a variable was expected.")
        return token.text[1:]

    def slice(self, begin: int, end: int | None = None) -> str:
        """The text of the tokens from one number to another, which is left out."""
        end = self.at if end is None else end
        if begin >= end:
            return ""
        if end > len(self.tokens):
            raise UnreadableError("The query ends early.")
        return self.text[self.tokens[begin].start : self.tokens[end - 1].end]

    def enter(self) -> None:
        """Go one level down."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnreadableError(f"The query nests deeper than {DEEPEST} levels.")

    def leave(self) -> None:
        """Go one level up."""
        self.depth -= 1

    def skip_balanced(self) -> None:
        """Read a bracket and everything up to the one that closes it."""
        depth = 0
        while True:
            token = self.next()
            if token.kind == "mark" and token.text in _PAIRS:
                depth += 1
            elif token.kind == "mark" and token.text in _CLOSING:
                depth -= 1
                if depth <= 0:
                    return


def _split(token: Token) -> list[Token]:
    """The token, or two of them where ``1.`` is a number and a full stop."""
    if token.kind == "number" and token.text.endswith("."):
        middle = token.end - 1
        return [
            Token("number", token.text[:-1], token.start, middle),
            Token("mark", ".", middle, token.end),
        ]
    if token.kind == "variable" and token.text[0] == "$":
        return [Token("variable", "?" + token.text[1:], token.start, token.end)]
    return [token]


def read_constraint(cursor: Cursor, group: Callable[[], Group]) -> Expression:
    """Read the condition of a FILTER or of HAVING, or one key of a grouping or an order."""
    begin = cursor.at
    if cursor.is_mark("("):
        cursor.skip_balanced()
    elif cursor.is_word("NOT", "EXISTS"):
        cursor.word("NOT")
        cursor.word("EXISTS")
        cursor.skip_balanced()
    else:
        token = cursor.next()
        if token.kind not in {"word", "name", "iri"} or not cursor.is_mark("("):
            raise UnreadableError(f"There is {token.text!r} where an expression was expected.")
        cursor.skip_balanced()
    return read_expression(cursor, begin, cursor.at, group)


def read_expression(cursor: Cursor, begin: int, end: int, group: Callable[[], Group]) -> Expression:
    """The expression between two numbers of tokens; the cursor is left at its end."""
    variables: dict[str, None] = {}
    exists: list[Exists] = []
    aggregates: list[Aggregate] = []
    volatile = False
    cursor.at = begin
    while cursor.at < end:
        start = cursor.at
        negated = cursor.is_word("NOT") and cursor.is_word("EXISTS", ahead=1)
        if negated or (cursor.is_word("EXISTS") and cursor.is_mark("{", ahead=1)):
            cursor.at += 2 if negated else 1
            inner = group()
            exists.append(Exists(inner, negated, cursor.slice(start)))
            continue
        token = cursor.next()
        if token.kind == "variable":
            variables[token.text[1:]] = None
        elif token.kind == "word" and cursor.is_mark("("):
            volatile |= token.text.upper() in VOLATILE
            if token.text.upper() in AGGREGATES:
                aggregates.append(_aggregate(cursor, start))
                cursor.at = start + 1
    cursor.at = end
    return Expression(
        cursor.slice(begin, end), tuple(variables), tuple(exists), tuple(aggregates), volatile
    )


def _aggregate(cursor: Cursor, start: int) -> Aggregate:
    """The call of an aggregate that begins with the token ``start``."""
    cursor.at = start + 1
    cursor.skip_balanced()
    end = cursor.at
    cursor.at = start + 2
    distinct = bool(cursor.word("DISTINCT"))
    begin = last = cursor.at
    depth = 0
    while last < end - 1:
        token = cursor.tokens[last]
        if token.kind == "mark":
            depth += (token.text in _PAIRS) - (token.text in _CLOSING)
            if token.text == ";" and depth == 0:
                break
        last += 1
    argument = cursor.slice(begin, last)
    return Aggregate(cursor.slice(start, end), "" if argument == "*" else argument, distinct)
