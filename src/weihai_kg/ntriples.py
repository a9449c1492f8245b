"""Terms and statements in canonical N-Triples form.

https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
_SHORT = {"\t": r"\t", "\b": r"\b", "\n": r"\n", "\r": r"\r", "\f": r"\f", '"': r"\"", "\\": r"\\"}


def term(node: Node) -> str:
    """One term. Raises TypeError for what is no RDF term."""
    if isinstance(node, URIRef):
        return f"<{node}>"
    if isinstance(node, BNode):
        return f"_:{node}"
    if isinstance(node, Literal):
        text = _ESCAPED.sub(lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04X}", str(node))
        if node.language:
            return f'"{text}"@{node.language}'
        if node.datatype is None or node.datatype == XSD.string:
            return f'"{text}"'
        return f'"{text}"^^<{node.datatype}>'
    raise TypeError(f"{node!r} is no RDF term")


def statement(triple: Iterable[Node]) -> str:
    """The three terms of a statement, without the final full stop."""
    return " ".join(map(term, triple))
