"""The terminals of a SPARQL text, so that clauses are judged as tokens and never as substrings.

The engine's own parser needs no blank between words (``trueSERVICE<x>{}`` is a SERVICE clause to
it), so a bare word is only as good as what it contains: see ``outline``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from weihai_kg.errors import QuerySyntaxError

_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_COMMENT = r"\#[^\r\n]*+"
_IRI = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{_UCHAR})*+>"
_STRING = (
    r'"""(?:(?!""")(?:[^\\]|\\.))*+"""'
    r"|'''(?:(?!''')(?:[^\\]|\\.))*+'''"
    r'|"(?:[^"\\\n\r]|\\.)*+"'
    r"|'(?:[^'\\\n\r]|\\.)*+'"
)
_LOCAL = r"(?:[\w.:·‿⁀-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])"
_TOKEN = re.compile(
    rf"""
    (?P<comment>{_COMMENT})
    |(?P<iri>{_IRI})
    |(?P<string>{_STRING})
    |(?P<variable>[?$][\w·‿⁀]+)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*+(?:--[A-Za-z]+)?)
    |(?P<name>(?:[^\W\d_](?:[\w.·‿⁀-]*[\w·‿⁀-])?)?:(?:{_LOCAL}*(?<!\.))?)
    |(?P<blank>_:[\w](?:[\w.·‿⁀-]*[\w·‿⁀-])?)
    |(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<mark><<\(?|\)>>|>>|\|\||&&|\^\^|!=|[<>]=|[^\s])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(rf"{_COMMENT}|{_IRI}|{_STRING}|(?P<escape>{_UCHAR})", re.DOTALL)


class Token(NamedTuple):
    """One terminal: what it is, its text, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The terminals of a text without its comments; never fails, whatever the text."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind != "comment":
            yield Token(kind, match.group(), match.start(), match.end())


def decode_escapes(text: str) -> str:
    r"""The text with ``\u`` escapes outside of strings and IRIs decoded.

    SPARQL 1.1 Query, section 19.2: escapes are legal anywhere in a query; the engine knows them in
    strings and IRIs only.
    """
    return _ESCAPE.sub(_decode, text) if "\\u" in text or "\\U" in text else text


def _decode(match: re.Match[str]) -> str:
    escape = match.group("escape")
    if escape is None:
        return match.group()
    code = int(escape[2:], 16)
    if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        raise QuerySyntaxError(f"{escape} stands for no character; remove it.")
    return chr(code)
