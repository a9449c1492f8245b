"""Terms in and out of a question: N-Triples text, SPARQL JSON, and what a person reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from weihai_kg.errors import QuerySyntaxError
from weihai_kg.ntriples import term

Bindings: TypeAlias = Mapping[str, Node]
Triple: TypeAlias = tuple[Node, Node, Node]

_IRI = r"<(?P<iri>[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*)>"
_STRING = r'"(?P<text>(?:[^"\\\n\r]|\\[tbnrf"\'\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+)"'
_TYPE = r"\^\^<(?P<type>[^\x00-\x20<>\"{}|^`\\]+)>"
_REST = rf"(?:@(?P<language>[A-Za-z]{{1,8}}(?:-[A-Za-z0-9]{{1,8}})*)|{_TYPE})?"
_TERM = re.compile(rf"{_IRI}|{_STRING}{_REST}|_:(?P<blank>[\w.\-]+)")
_ESCAPE = re.compile(r"\\(?:([tbnrf\"'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
LONGEST = 10_000


def parse(text: str) -> Node:
    """The one term that a text in N-Triples form stands for; raises QuerySyntaxError."""
    found = _TERM.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        raise QuerySyntaxError(
            f"{text[:80]!r} is not a term in N-Triples form, such as <http://example.org/> "
            'or "text"@en.'
        )
    if found["iri"]:
        return URIRef(found["iri"])
    if found["blank"]:
        return BNode(found["blank"])
    words = _ESCAPE.sub(_unescape, found["text"])
    datatype = URIRef(found["type"]) if found["type"] else None
    return Literal(words, lang=found["language"], datatype=datatype, normalize=False)


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return _SHORT.get(match[1], match[1])
    code = int(match[2] or match[3], 16)
    if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        raise QuerySyntaxError(f"{match[0]} stands for no character; remove it.")
    return chr(code)


def from_json(value: Mapping[str, Any]) -> Node:
    """A term of an answer in SPARQL JSON; a triple term becomes a blank node that names it."""
    match value["type"]:
        case "uri":
            return URIRef(value["value"])
        case "bnode":
            return BNode(value["value"])
        case "literal" | "typed-literal":
            datatype = value.get("datatype")
            return Literal(
                value["value"], lang=value.get("xml:lang"),
                datatype=URIRef(datatype) if datatype else None, normalize=False,
            )  # fmt: skip
    return BNode("triple-term")


def askable(node: Node) -> bool:
    """Whether a term can be put into a query: a blank node cannot be named there."""
    return not isinstance(node, BNode)


def key(node: Node | None) -> str:
    """A term's N-Triples form, by which it is sorted and told from others."""
    if node is None:
        return ""
    if isinstance(node, Literal) and str(node.datatype).endswith("#string"):
        node = Literal(str(node))
    return term(node)


def same(one: Node | None, other: Node | None) -> bool:
    """Whether two values of an answer are the same term."""
    return key(one) == key(other)


def triple_key(triple: Triple) -> tuple[str, ...]:
    """By which statements are sorted."""
    return tuple(map(key, triple))


def row_key(row: Bindings) -> tuple[tuple[str, str], ...]:
    """By which rows are sorted and told from others."""
    return tuple((name, key(value)) for name, value in sorted(row.items()))
