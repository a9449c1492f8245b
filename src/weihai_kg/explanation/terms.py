"""Terms in and out of a question: N-Triples text, SPARQL JSON, and what a person reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import NamespaceManager
from rdflib.term import Identifier, Node

from weihai_kg.errors import QuerySyntaxError
from weihai_kg.ntriples import term

Bindings: TypeAlias = Mapping[str, Node]
Triple: TypeAlias = tuple[Node, Node, Node]

_IRI = r"<(?P<iri>[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*)>"
_ECHAR = r'\\(?:[tbnrf"\'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})'
_STRING = rf'"(?P<text>[^"\\\n\r]*(?:{_ECHAR}[^"\\\n\r]*)*)"'
_TYPE = r"\^\^<(?P<type>[^\x00-\x20<>\"{}|^`\\]+)>"
_REST = rf"(?:@(?P<language>[A-Za-z]{{1,8}}(?:-[A-Za-z0-9]{{1,8}})*)|{_TYPE})?"
_TERM = re.compile(rf"{_IRI}|{_STRING}{_REST}|_:(?P<blank>[\w.\-]+)")
_OPEN, _CLOSE = "<<(", ")>>"
_DEEPEST = 20
_ESCAPE = re.compile(r"\\(?:([tbnrf\"'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
LONGEST = 10_000
REIFIES = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")


class TripleTerm(Identifier):
    """A statement that is itself a term (RDF 1.2 Concepts, section 3.4.2)."""

    __slots__ = ("triple",)
    triple: Triple

    def __new__(cls, subject: Node, predicate: Node, value: Node) -> TripleTerm:
        """The term of a statement; equal to any other of the same statement."""
        text = f"<<( {key(subject)} {key(predicate)} {key(value)} )>>"
        found: TripleTerm = Identifier.__new__(cls, text)
        found.triple = (subject, predicate, value)
        return found

    def n3(self, namespace_manager: NamespaceManager | None = None) -> str:
        """The term in N-Triples form."""
        return str(self)


def parse(text: str) -> Node:
    """The one term that a text in N-Triples form stands for; raises QuerySyntaxError."""
    text = text.strip()
    if len(text) <= LONGEST and text.startswith(_OPEN):
        found, end = _triple_term(text, 0, 0)
        if end == len(text):
            return found
    match = _TERM.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        raise QuerySyntaxError(
            f"{text[:80]!r} is not a term in N-Triples form, such as <http://example.org/> "
            'or "text"@en.'
        )
    return _plain(match)


def _triple_term(text: str, start: int, depth: int) -> tuple[TripleTerm, int]:
    """The triple term that begins at a place, and where it ends."""
    at = start + len(_OPEN)
    found: list[Node] = []
    while len(found) < 3:
        at += len(text[at:]) - len(text[at:].lstrip())
        inner: Node
        if text.startswith(_OPEN, at) and depth < _DEEPEST:
            inner, at = _triple_term(text, at, depth + 1)
        else:
            match = _TERM.match(text, at)
            if match is None:
                raise QuerySyntaxError(f"{text[:80]!r} is not a triple term in N-Triples form.")
            inner, at = _plain(match), match.end()
        found.append(inner)
    at += len(text[at:]) - len(text[at:].lstrip())
    if not text.startswith(_CLOSE, at):
        raise QuerySyntaxError(f"{text[:80]!r} is not a triple term in N-Triples form.")
    return TripleTerm(*found), at + len(_CLOSE)


def _plain(found: re.Match[str]) -> Node:
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
    """A term of an answer in SPARQL JSON."""
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
    inner = value["value"]
    return TripleTerm(*(from_json(inner[name]) for name in ("subject", "predicate", "object")))


def askable(node: Node) -> bool:
    """Whether a term can be put into a query: a blank node cannot be named there."""
    if isinstance(node, TripleTerm):
        return all(map(askable, node.triple))
    return not isinstance(node, BNode)


def components(node: Node | None) -> tuple[Node, ...]:
    """A term, with all those that a triple term is made of."""
    if isinstance(node, TripleTerm):
        return (node, *(inner for each in node.triple for inner in components(each)))
    return () if node is None else (node,)


def key(node: Node | None) -> str:
    """A term's N-Triples form, by which it is sorted and told from others."""
    if node is None:
        return ""
    if isinstance(node, TripleTerm):
        return str(node)
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
