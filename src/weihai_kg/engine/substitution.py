"""Binds variables of a query to terms, token by token: a value can never become syntax.

Each occurrence in a pattern becomes the term itself, so that it is bound in nested groups and
filters too; where a variable must stay (a projection, ``AS``), VALUES binds it.
"""

from __future__ import annotations

from collections.abc import Mapping

from weihai_kg.engine.terms import parse_term
from weihai_kg.engine.tokens import Token, tokens
from weihai_kg.errors import QuerySyntaxError

_PROJECTING = frozenset({"SELECT", "DESCRIBE"})
_KEEPING = _PROJECTING | {"BY", "VALUES"}
_AFTER_GROUP = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET"})


def substitute(text: str, bindings: Mapping[str, str]) -> str:
    """The query with its variables bound; names are without ``?``, terms in N-Triples form."""
    terms = {name.lstrip("?$"): str(parse_term(term)) for name, term in bindings.items()}
    stream = list(tokens(text))
    used = {token.text[1:] for token in stream if token.kind == "variable"}
    if unknown := sorted(terms.keys() - used):
        raise QuerySyntaxError(f"The query has no variable ?{unknown[0]} to bind.")
    edits: list[tuple[int, int, str]] = []
    clause = ""
    projected: list[str] = []
    for index, token in enumerate(stream):
        word = token.text.upper() if token.kind == "word" else token.text
        if word in _KEEPING:
            clause = word
            projected = [] if word == "SELECT" else projected
        elif word == "{":
            if clause in _PROJECTING:
                edits.append((token.end, token.end, _values(projected, terms)))
            clause = ""
        elif clause == "BY" and word in _AFTER_GROUP:
            clause = ""
        elif clause in _PROJECTING and word == "*" and stream[index + 1].text != ")":
            projected = sorted(terms)
        elif token.kind == "variable" and stream[index - 1].text.upper() != "AS":
            name = token.text[1:]
            if clause in _PROJECTING and _is_projected(stream, index):
                projected.append(name)
            elif name in terms and clause not in {"VALUES", "BY"}:
                edits.append(_bound(stream, index, terms[name]))
    return _apply(text, edits)


def _values(names: list[str], terms: Mapping[str, str]) -> str:
    return "".join(f" VALUES ?{name} {{ {terms[name]} }} " for name in names if name in terms)


def _is_projected(stream: list[Token], index: int) -> bool:
    """Whether the variable stands by itself in a projection, and not within an expression."""
    depth = 0
    for token in reversed(stream[:index]):
        if token.text == ")":
            depth += 1
        elif token.text == "(":
            if depth == 0:
                return False
            depth -= 1
        elif token.kind == "word" and token.text.upper() in {"SELECT", "DESCRIBE"}:
            break
    return True


def _bound(stream: list[Token], index: int, term: str) -> tuple[int, int, str]:
    """``BOUND(?x)`` is true of a bound variable; elsewhere the term stands for the variable."""
    before = [token.text.upper() for token in stream[max(index - 2, 0) : index]]
    if before == ["BOUND", "("] and index + 1 < len(stream) and stream[index + 1].text == ")":
        return stream[index - 2].start, stream[index + 1].end, "true"
    return stream[index].start, stream[index].end, f" {term} "


def _apply(text: str, edits: list[tuple[int, int, str]]) -> str:
    pieces, position = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[position:start], new]
        position = end
    return "".join([*pieces, text[position:]])
