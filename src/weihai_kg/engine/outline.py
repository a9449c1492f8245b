"""What a query says about itself that the server must know before it runs it: its form, the
graphs of its FROM clauses, and its SERVICE clauses.

The cheap test ``may_need_outline`` comes first: most queries need none of this. Words are judged
after their escapes are decoded. A word that merely contains SERVICE or FROM is refused, because
the engine's parser would read ``trueSERVICE`` as two words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph

from weihai_kg.engine.origins import origin_of
from weihai_kg.engine.tokens import Token, tokens
from weihai_kg.errors import FederationError, QuerySyntaxError

_SUSPECT = ("service", "from", "describe")
_LONG_QUOTE = re.compile("'''|\"\"\"")
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)


@dataclass(frozen=True, slots=True)
class Service:
    """One SERVICE clause: its target, and whether another SERVICE clause stands around it."""

    target: Token
    nested: bool


@dataclass
class Outline:
    """The clauses of one query that are judged before it runs.

    ``text`` is what is to run: the query, with nothing left that can be read in two ways.
    """

    text: str
    base_iri: str | None
    form: str = ""
    prologue: str = ""
    from_graphs: list[Token] = field(default_factory=list)
    from_named: list[Token] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)

    @property
    def is_update(self) -> bool:
        """Whether the text begins as a SPARQL update does."""
        return self.form in _UPDATES

    def resolve(self, term: Token) -> str:
        """The IRI that an IRI or a prefixed name stands for in this query."""
        query = f"{self.prologue}\nSELECT ?x {{ VALUES ?x {{ {term.text} }} }}"
        try:
            rows = list(self._empty.query(query, base_iri=self.base_iri))  # type: ignore[arg-type]
        except (SyntaxError, ValueError) as error:
            raise QuerySyntaxError(f"{term.text}: {error}") from None
        value = rows[0]["x"] if len(rows) == 1 else None
        if not isinstance(value, pyoxigraph.NamedNode):
            raise QuerySyntaxError(f"{term.text} is not an IRI.")
        return value.value

    @cached_property
    def _empty(self) -> pyoxigraph.Store:
        return pyoxigraph.Store()


def may_need_outline(text: str) -> bool:
    """Whether a text can hold the word SERVICE, FROM or DESCRIBE at all.

    A name that merely ends or goes on like one of them (prov:wasDerivedFrom, ?from) cannot.
    """
    # The engine's keywords are ASCII, so this misses none, at a tenth of an expression's time.
    lower = text.lower()
    return any(word in lower and _stands_alone(word, lower) for word in _SUSPECT)


def _stands_alone(word: str, lower: str) -> bool:
    """Whether a word stands anywhere but at the end of a name or a variable."""
    found = lower.find(word)
    while found >= 0:
        start = found
        while start and (lower[start - 1].isalnum() or lower[start - 1] == "_"):
            start -= 1
        if not start or lower[start - 1] not in ":?$":
            return True
        found = lower.find(word, found + 1)
    return False


def outline(text: str, base_iri: str | None = None) -> Outline:
    """Read the clauses of a text whose escapes are decoded."""
    found = Outline(_unambiguous(text, base_iri), base_iri)
    text = found.text
    stream = tokens(text)
    _read_prologue(found, stream)
    depth = 0
    around: list[int] = []
    for token in stream:
        if token.text == "{":
            depth += 1
        elif token.text == "}":
            depth -= 1
            if around and around[-1] > depth:
                around.pop()
        elif token.kind == "word":
            word = token.text.upper()
            if word == "SERVICE":
                found.services.append(Service(_target(stream, "SILENT"), bool(around)))
                around.append(depth + 1)
            elif word == "FROM":
                _read_from(found, stream)
            elif "SERVICE" in word or "FROM" in word:
                raise QuerySyntaxError(
                    f"{token.text} is no word of SPARQL; put blanks around words."
                )
    return found


def _unambiguous(text: str, base_iri: str | None) -> str:
    r"""The text in which the engine finds the terminals that the standard does.

    To the engine ``?a<'>'`` is a comparison with a string and ``SERVICEx:y`` may be a clause; by
    the longest match (section 19.8) they are an IRI and a name. So what opens a string or a comment
    is escaped in an IRI, and a name whose prefix holds SERVICE is written as its IRI.
    """
    found = Outline(text, base_iri)
    _read_prologue(found, tokens(text))
    comments = _LONG_QUOTE.search(text) is not None  # only such a string goes on after the line
    pieces: list[str] = []
    position = 0
    for token in tokens(text):
        iri = token.text
        if token.kind == "name" and "SERVICE" in iri.partition(":")[0].upper():
            if token.start < len(found.prologue):
                continue
            iri = f"<{found.resolve(token)}>"
        elif token.kind != "iri":
            continue
        iri = iri.replace("'", "\\u0027")
        if comments:
            iri = iri.replace("#", "\\u0023")
        if iri != token.text:
            pieces += [text[position : token.start], iri]
            position = token.end
    return "".join([*pieces, text[position:]]) if pieces else text


def _read_prologue(found: Outline, stream: Iterator[Token]) -> None:
    for token in stream:
        word = token.text.upper()
        if token.kind == "word" and word == "BASE":
            next(stream, None)
        elif token.kind == "word" and word == "PREFIX":
            next(stream, None)
            next(stream, None)
        elif token.kind == "word" and word == "VERSION":
            next(stream, None)
        else:
            found.prologue = found.text[: token.start]
            found.form = next((form for form in _FORMS if word.startswith(form)), word)
            if found.form != word and found.form in _FORMS:
                _refuse_glued(word, found.form)
            return


def _refuse_glued(word: str, form: str) -> None:
    if "FROM" in word[len(form) :] or "SERVICE" in word:
        raise QuerySyntaxError(f"{word} is no word of SPARQL; put blanks around words.")


def _target(stream: Iterable[Token], optional: str) -> Token:
    for token in stream:
        if token.kind == "word" and token.text.upper() == optional:
            continue
        if token.kind in {"iri", "name", "variable"}:
            return token
        break
    raise QuerySyntaxError("SERVICE and FROM must be followed by an IRI.")


def _read_from(found: Outline, stream: Iterator[Token]) -> None:
    token = next(stream, None)
    named = token is not None and token.kind == "word" and token.text.upper() == "NAMED"
    if named:
        token = next(stream, None)
    if token is None or token.kind not in {"iri", "name"}:
        raise QuerySyntaxError("FROM must be followed by an IRI.")
    (found.from_named if named else found.from_graphs).append(token)


def check_services(found: Outline, allowed: Iterable[str]) -> list[tuple[Token, str]]:
    """The SERVICE clauses to be relayed, with their IRIs; FederationError for any not allowed."""
    origins = frozenset(allowed)
    relayed = []
    for service in found.services:
        if service.target.kind == "variable":
            raise FederationError(
                f"SERVICE {service.target.text} names its endpoint by a variable; write its IRI."
            )
        iri = found.resolve(service.target)
        if origin_of(iri) not in origins:
            raise FederationError(
                f"SERVICE <{iri}> is not allowed here. Allowed (setting federation): "
                f"{', '.join(sorted(origins)) or 'none'}."
            )
        if not service.nested:
            relayed.append((service.target, iri))
    return relayed
