"""Terms of SPARQL JSON results, as the pages handle them: plain data that nothing has to parse.

https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import BNode, Literal, URIRef

from weihai_kg import ntriples

# Characters that are not seen but change what is seen: controls, and overrides of direction.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """An IRI, a blank node or a literal."""

    value: str
    kind: str = "uri"
    language: str = ""
    datatype: str = ""

    @classmethod
    def of(cls, binding: Mapping[str, str]) -> Term:
        """The term of one binding."""
        kind = "literal" if binding["type"] == "typed-literal" else binding["type"]
        return cls(binding["value"], kind, binding.get("xml:lang", ""), binding.get("datatype", ""))

    @property
    def is_iri(self) -> bool:
        """Whether the term is an IRI."""
        return self.kind == "uri"

    @property
    def local(self) -> str:
        """What stands after the last ``#`` or ``/`` of an IRI."""
        return re.split(r"[#/]", self.value.rstrip("#/"))[-1] if self.is_iri else self.value

    @property
    def node(self) -> URIRef | BNode | Literal:
        """The term for rdflib's writers, its lexical form untouched."""
        if self.kind == "uri":
            return URIRef(self.value)
        if self.kind == "bnode":
            return BNode(self.value)
        if self.language:
            return Literal(self.value, lang=self.language)
        kind = URIRef(self.datatype) if self.datatype else None
        return Literal(self.value, datatype=kind, normalize=False)

    @property
    def ntriples(self) -> str:
        """The term in N-Triples form."""
        return ntriples.term(self.node)


def visible(text: object) -> str:
    """A text with unseen characters named, so that a reader sees what is there."""
    return UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", str(text))


def normalized(text: str) -> str:
    """The text in Unicode normalization form C, in which names are published."""
    return unicodedata.normalize("NFC", text)
