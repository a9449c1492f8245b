"""How deep a query nests, told before any parser sees it: parsers and optimizers recurse.

Brackets and prefix operators nest by one each. A chain of infix operators or of clauses in one
group is a tree as deep as it is long, so each of its links counts a tenth.
"""

from __future__ import annotations

from weihai_kg.engine.tokens import tokens
from weihai_kg.errors import LimitExceededError

LINKS_PER_LEVEL = 10
_OPENING = frozenset("{([") | {"<<", "<<("}
_CLOSING = frozenset("})]") | {">>", ")>>"}
_LINKS = frozenset({"||", "&&", "+", "-", "*", "/", "|", ".", ";"})
_CLAUSES = frozenset({"UNION", "OPTIONAL", "MINUS", "BIND", "FILTER"})


def check_nesting(text: str, limit: int) -> None:
    """Raise LimitExceededError if the query nests deeper than the limit."""
    links = limit * LINKS_PER_LEVEL
    if len(text) < limit or _at_most(text, links) <= links:
        return
    deepest = _depth(text, links)
    if deepest > links:
        raise LimitExceededError(
            "query_nesting",
            limit,
            f"The query nests deeper than {limit} levels (query_nesting; {LINKS_PER_LEVEL} links "
            "of one chain of operators or clauses count as a level). Flatten it, or list many "
            "values with VALUES.",
        )


def _at_most(text: str, enough: int) -> int:
    """An upper bound of the depth in links, by counting letters: no tokens are made for it."""
    data = text.encode("utf-8", "replace")
    brackets = len(data) - len(data.translate(None, b"{([!^")) + data.count(b"<<")
    bound = LINKS_PER_LEVEL * brackets + len(data) - len(data.translate(None, b"|&+-*/.;})]>"))
    # The shortest of the words has four letters.
    if bound + len(data) // 4 <= enough:
        return bound + len(data) // 4
    upper = text.upper()
    return bound + sum(map(upper.count, (*_CLAUSES, "VALUES")))


def _depth(text: str, enough: int) -> int:
    """The greatest depth in links; stops counting once it is over ``enough``."""
    depth = deepest = prefixed = 0
    saved: list[tuple[int, bool]] = []
    data = values = False
    for token in tokens(text):
        mark = token.text
        if token.kind == "iri":
            # The engine's parser may read "?a<(((?b>" as a comparison.
            depth_here = depth + LINKS_PER_LEVEL * (mark.count("(") + mark.count("!"))
            deepest = max(deepest, depth_here)
        if mark in _OPENING:
            saved.append((depth, data))
            depth += LINKS_PER_LEVEL
            if mark == "{":
                data, values = data or values, False
        elif mark in _CLOSING:
            if saved:
                depth, data = saved.pop()
                depth += 0 if data else 1
        elif mark in {"!", "^"}:
            prefixed += 1
            deepest = max(deepest, depth + prefixed * LINKS_PER_LEVEL)
            continue
        elif mark in _LINKS or (token.kind == "word" and mark.upper() in _CLAUSES):
            depth += 0 if data else 1
        elif token.kind == "word" and mark.upper() == "VALUES":
            values = True
            depth += 1
        deepest = max(deepest, depth + prefixed * LINKS_PER_LEVEL)
        prefixed = 0
        if deepest > enough:
            break
    return deepest
