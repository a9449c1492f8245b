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
# No part of these can match in two ways, so that none is tried twice. They are not possessive:
# before Python 3.11.5 that is wrong around a group that can (python/cpython#106052).
_COMMENT = r"\#[^\r\n]*"
_IRI = rf"<[^\x00-\x20<>\"{{}}|^`\\]*(?:(?:{_UCHAR})[^\x00-\x20<>\"{{}}|^`\\]*)*>"
# What may follow a backslash in a string: the engine reads on in another way where it is not this.
_ECHAR = (
    r"[tbnrf\"'\\]|u(?:[0-9A-CE-Fa-ce-f][0-9A-Fa-f]{3}|[Dd][0-7][0-9A-Fa-f]{2})"
    r"|U00(?:0[1-9A-Fa-f]|10)[0-9A-Fa-f]{4}"
    r"|U0000(?:[0-9A-CE-Fa-ce-f][0-9A-Fa-f]{3}|[Dd][0-7][0-9A-Fa-f]{2})"
)
_STRING = (
    rf'"""[^"\\]*(?:(?:"(?!"")|\\(?:{_ECHAR}))[^"\\]*)*"""'
    rf"|'''[^'\\]*(?:(?:'(?!'')|\\(?:{_ECHAR}))[^'\\]*)*'''"
    rf'|"[^"\\\n\r]*(?:\\(?:{_ECHAR})[^"\\\n\r]*)*"'
    rf"|'[^'\\\n\r]*(?:\\(?:{_ECHAR})[^'\\\n\r]*)*'"
)
# PN_CHARS_U and PN_CHARS (section 19.8): a letter to Python is not always one to SPARQL. Letters
# that only Python knows count as well: to the engine no terminal begins with one.
_LETTER = (
    r"\w\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
    r"\U00010000-\U000EFFFF"
)
_CHARACTER = _LETTER + r"\u00B7\u0300-\u036F\u203F\u2040"
_LOCAL = rf"(?:[{_CHARACTER}.:-]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])"
_TOKEN = re.compile(
    rf"""
    (?P<comment>{_COMMENT})
    |(?P<iri>{_IRI})
    |(?P<string>{_STRING})
    |(?P<variable>[?$][{_CHARACTER}]+)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
    |(?P<name>(?:(?![\d_])[{_LETTER}](?:[{_CHARACTER}.-]*[{_CHARACTER}-])?)?:(?:{_LOCAL}*(?<!\.))?)
    |(?P<blank>_:[{_LETTER}](?:[{_CHARACTER}.-]*[{_CHARACTER}-])?)
    |(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<mark><(?={_IRI})|<<\(?|\)>>|>>|\|\||&&|\^\^|!=|[<>]=|[^\s])
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
