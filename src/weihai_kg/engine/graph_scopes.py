"""Sub-SELECTs inside ``GRAPH ?g``, which the engine evaluates over all graphs at once.

By the standard (SPARQL 1.1 Query, section 18.6) such a pattern is evaluated for each named graph
and joined with the graph's name. pyoxigraph 0.5 gives each triple pattern the variable instead, so
what a sub-SELECT does not project is lost: graphs are counted together, and ``?g`` stays unbound.
Where that shows in the answer the query is refused: the answer would be untrue.
"""

from __future__ import annotations

from collections.abc import Sequence

from weihai_kg.engine.tokens import Token, tokens
from weihai_kg.errors import UntrueAnswerError

_PER_GRAPH = frozenset({"LIMIT", "OFFSET"})
_SUMMING = frozenset(
    {"DISTINCT", "GROUP", "HAVING", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
)


def check_subselects(text: str) -> None:
    """Raise UntrueAnswerError for a sub-SELECT in ``GRAPH ?g`` that would be answered wrongly.

    ``text`` is a query whose escapes are decoded.
    """
    lower = text.lower()
    if "graph" not in lower or "select" not in lower[lower.find("graph") :]:
        return
    found = list(tokens(text))
    scopes: list[int] = []  # for each open brace the token of the variable in force, or -1
    opened: list[int] = []
    named: int | None = None
    for place, token in enumerate(found):
        word = token.text.upper()
        if token.kind == "word" and word == "GRAPH" and place + 1 < len(found):
            named = place + 1 if found[place + 1].kind == "variable" else -1
        elif token.text == "{":
            inherited = scopes[-1] if scopes else -1
            scopes.append(inherited if named is None else named)
            opened.append(opened[-1] if opened and named is None else place)
            named = None
        elif token.text == "}" and scopes:
            scopes.pop()
            opened.pop()
        elif token.kind == "word" and word == "SELECT" and scopes and scopes[-1] >= 0:
            _check(text, found, place, scopes[-1], opened[-1])


def _check(text: str, found: Sequence[Token], start: int, variable: int, opening: int) -> None:
    """Judge the sub-SELECT that starts at a token, within the group that GRAPH opened."""
    name = found[variable].text[1:]
    end, own = _extent(found, start)
    words = {each.text.upper() for each in own if each.kind == "word"}
    inside = any(_is(each, name) for each in found[start:end])
    if words & _PER_GRAPH:
        what = "its LIMIT or OFFSET would hold for all graphs together"
        raise _refused(text, found[start], name, what, "ask one graph at a time, GRAPH <iri>")
    if _projects(own, name, inside=inside):
        return
    todo = f"select ?{name} in it, and GROUP BY ?{name} where it counts"
    if words & _SUMMING:
        raise _refused(text, found[start], name, "its graphs would be taken together", todo)
    if not _is_alone(found, start, end, opening) or _is_seen(found, start, end, variable):
        raise _refused(text, found[start], name, f"?{name} would stay unbound", todo)


def _extent(found: Sequence[Token], start: int) -> tuple[int, list[Token]]:
    """Where a sub-SELECT ends, and its tokens that stand in no group of its own."""
    depth, own = 0, list[Token]()
    for place in range(start, len(found)):
        token = found[place]
        if token.text == "}":
            depth -= 1
            if depth < 0:
                return place, own
        elif token.text == "{":
            depth += 1
        elif depth == 0:
            own.append(token)
    return len(found), own


def _projects(own: Sequence[Token], name: str, *, inside: bool) -> bool:
    depth = 0
    for place, token in enumerate(own[1:], 1):
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "word" and token.text.upper() in ("WHERE", "GROUP", "ORDER"):
            break
        if token.text == "*" and depth == 0:
            return inside
        if _is(token, name) and (depth == 0 or own[place - 1].text.upper() == "AS"):
            return True
    return False


def _is_alone(found: Sequence[Token], start: int, end: int, opening: int) -> bool:
    """Whether nothing else stands in the group that GRAPH opened."""
    before = found[opening:start]
    after = found[end : end + len(before)]
    return all(each.text == "{" for each in before) and all(each.text == "}" for each in after)


def _is_seen(found: Sequence[Token], start: int, end: int, variable: int) -> bool:
    """Whether the variable of GRAPH is used outside of the sub-SELECT, or everything is."""
    name = found[variable].text[1:]
    for place, token in enumerate(found):
        if start <= place < end or place == variable:
            continue
        if _is(token, name):
            return True
        before = found[place - 1].text.upper() if place else ""
        if token.text == "*" and before in ("SELECT", "DISTINCT", "REDUCED", "DESCRIBE"):
            return True
    return False


def _is(token: Token, name: str) -> bool:
    return token.kind == "variable" and token.text[1:] == name


def _refused(text: str, token: Token, name: str, what: str, todo: str) -> UntrueAnswerError:
    line = text.count("\n", 0, token.start) + 1
    return UntrueAnswerError(
        f"The sub-SELECT in GRAPH ?{name} on line {line} cannot be evaluated graph by graph here: "
        f"{what}. To have it, {todo}."
    )
