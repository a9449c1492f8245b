"""The address of an answer: what was asked, in which release; read without any store.

``<digest>@<version>`` names a saved query with its defaults: the digest is that of the query's
text in that release. ``<digest>.<arguments>@<version>`` has the arguments in it as well, and
``<digest>.q.<query>@<version>`` a query of one's own. So an address is resolved by the release
alone, and one that was mistyped is found out by its digest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.queries.library import Library

DIGITS = 32
"""Hexadecimal digits of the digest: 128 bits."""

LONGEST_TEXT = 64 * 1024
_OWN = "q."


@dataclass(frozen=True)
class Question:
    """What was asked: a saved query with arguments, or a text."""

    query: SavedQuery | None
    arguments: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def digest_of(question: Question) -> str:
    """The digest of a query's text and its arguments."""
    text = question.query.text if question.query else question.text
    canonical = f"{text}\0{_canonical(question.arguments)}"
    return hashlib.sha256(canonical.encode("utf-8", "backslashreplace")).hexdigest()[:DIGITS]


def path_of(question: Question, version: str) -> str:
    """The path of the answer to a question from a release."""
    token = digest_of(question)
    if question.query is None:
        token += f".{_OWN}{_encode(zlib.compress(question.text.encode(), 9))}"
    elif question.arguments:
        token += f".{_encode(f'{question.query.name}?{_canonical(question.arguments)}'.encode())}"
    return f"/answers/{token}@{quote(version, safe='+')}"


def resolve(token: str, library: Library) -> Question:
    """The question that the part of an address before ``@`` stands for; raises Problem 404."""
    digest, _, rest = token.partition(".")
    if not rest:
        for query in library.queries.values():
            question = Question(query)
            if digest_of(question) == digest:
                return question
        raise _unknown(library.version)
    question = _question(rest, library)
    if digest_of(question) != digest:
        raise _unknown(library.version)
    return question


def _question(rest: str, library: Library) -> Question:
    try:
        if rest.startswith(_OWN):
            return Question(None, text=_inflate(_decode(rest.removeprefix(_OWN))).decode())
        name, _, arguments = _decode(rest).decode().partition("?")
        pairs = dict(parse_qsl(arguments, keep_blank_values=True, strict_parsing=True))
    except (binascii.Error, zlib.error, ValueError):
        raise _unknown(library.version) from None
    if name not in library.queries:
        raise _unknown(library.version)
    return Question(library.queries[name], pairs)


def _unknown(version: str) -> Problem:
    return Problem(
        404, f"No answer of release {version} has this address.",
        todo="Copy the whole address; each saved query under /queries shows that of its answer.",
    )  # fmt: skip


def _canonical(arguments: Mapping[str, str]) -> str:
    return urlencode(sorted(arguments.items()))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _decode(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    found = inflater.decompress(data, LONGEST_TEXT)
    if inflater.unconsumed_tail or not inflater.eof:
        raise ValueError
    return found
