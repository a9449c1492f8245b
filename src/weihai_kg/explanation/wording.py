"""How terms and statements are named for a reader of one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from rdflib import RDF, RDFS, XSD, Literal, URIRef
from rdflib.term import Node

from weihai_kg.explanation.model import (
    MOST_COUNTED,
    Explanation,
    Question,
    Quotation,
    RowReasons,
    Statement,
)
from weihai_kg.explanation.phrases import phrase
from weihai_kg.explanation.terms import REIFIES, TripleTerm, key
from weihai_kg.namespaces import OA

_LOCAL = frozenset("._-")
_IRI = re.compile(r"<([^<>\s\"{}|^`\\]+)>")
_LONGEST = 30
# The terms of RDF itself have no labels in most data sets.
_BUILT_IN = {
    RDF.type: {"zh": "是一种", "en": "is a"},
    RDFS.label: {"zh": "名称为", "en": "is called"},
    RDFS.comment: {"zh": "说明为", "en": "is described as"},
    RDFS.subClassOf: {"zh": "是…的子类", "en": "is a kind of"},
    REIFIES: {"zh": "指称陈述", "en": "stands for the statement"},
}
_PLAIN = {XSD.integer, XSD.decimal, XSD.double, XSD.boolean}


@dataclass(frozen=True)
class Wording:
    """The names of one explanation in one language."""

    explanation: Explanation
    language: str

    def say(self, name: str, *values: object) -> str:
        """A phrase."""
        return phrase(name, self.language, *values)

    def heading(self) -> str:
        """What the explanation answers."""
        explanation = self.explanation
        there = explanation.row is not None
        if explanation.question is Question.STATEMENT:
            return self.say("why-statement" if explanation.stated else "why-not-stated")
        if explanation.form == "ASK":
            return self.say("why-yes" if there else "why-no")
        if explanation.statement is not None:
            return self.say("why-made" if there else "why-not-made")
        if explanation.question is Question.ROW:
            return self.say("why-row")
        return self.say("there-after-all" if there else "why-missing")

    def counted(self, row: RowReasons) -> str:
        """How many solutions make a row, or how many members its group has."""
        if not row.grouped and row.total == 1 == len(row.derivations):
            return self.say("solution-only")
        name = "group-members" if row.grouped else "solutions"
        most = not row.grouped and row.total > MOST_COUNTED
        total = self.say("more-than", MOST_COUNTED) if most else row.total
        return self.say(name, total, len(row.derivations))

    def text(self, texts: Mapping[str, str]) -> str:
        """The text of this language, or of any."""
        for language in (self.language, "en", "zh", ""):
            if language in texts:
                return texts[language]
        return next(iter(texts.values()), "")

    def short(self, node: Node | None) -> str:
        """A term as a prefixed name, if it has a prefix, or in N-Triples form."""
        if node is None:
            return self.say("empty")
        if isinstance(node, TripleTerm):
            return f"<<( {' '.join(map(self.short, node.triple))} )>>"
        if isinstance(node, URIRef):
            for prefix, namespace in self.explanation.prefixes.items():
                local = str(node).removeprefix(namespace)
                if local and local != str(node) and all(c.isalnum() or c in _LOCAL for c in local):
                    return f"{prefix}:{local}"
        if isinstance(node, Literal) and node.datatype in _PLAIN:
            return str(node)
        if isinstance(node, Literal) and node.datatype and str(node.datatype).startswith(str(XSD)):
            return f'"{node}"^^xsd:{str(node.datatype).removeprefix(str(XSD))}'
        return key(node)

    def label(self, node: Node | None) -> str:
        """The label of a thing, the text of a literal, or the short name."""
        if isinstance(node, Literal):
            return f"“{node}”" if node.datatype not in _PLAIN else str(node)
        if isinstance(node, TripleTerm):
            return f"⟨{' — '.join(map(self.label, node.triple))}⟩"
        texts = self.explanation.labels.get(node, {}) if node is not None else {}
        if not texts and isinstance(node, URIRef):
            texts = _BUILT_IN.get(node, {})
            words = self._words.get(node, "")
            if words:
                return f"「{words[:_LONGEST]}{'…' if len(words) > _LONGEST else ''}」"
        return self.text(texts) or self.short(node)

    def code(self, text: str) -> str:
        """A part of a query on one line, with prefixed names for its IRIs."""
        return _IRI.sub(lambda match: self.short(URIRef(match[1])), " ".join(text.split()))

    def named(self, node: Node | None) -> str:
        """The short name, and the label where there is another one."""
        short, label = self.short(node), self.label(node)
        return short if isinstance(node, Literal) or label == short else f"{short} ({label})"

    def sentence(self, statement: Statement) -> str:
        """The statement in labels."""
        return " — ".join(map(self.label, statement.triple))

    def turtle(self, statement: Statement) -> str:
        """The statement in short names."""
        subject, predicate, value = statement.triple
        return f"{self.short(subject)} {self.short(predicate)} {self.short(value)}"

    def number(self, statement: Statement) -> int:
        """The number of a statement in the explanation."""
        return self._numbers.get(statement, 0)

    @cached_property
    def _words(self) -> dict[Node, str]:
        """The words of each quotation."""
        return {
            subject: str(value).replace("\n", " ")
            for subject, predicate, value in self.explanation.record
            if predicate == OA.exact
        }

    @cached_property
    def _numbers(self) -> dict[Statement, int]:
        return {each: number for number, each in enumerate(self.explanation.reasons, 1)}

    def place(self, quotation: Quotation) -> str:
        """Where in the article the words stand."""
        return self.say("line", quotation.paragraph, quotation.start, quotation.end)

    def article_address(self, quotation: Quotation) -> str:
        """The address of the words on this site (RFC 5147)."""
        slug = str(quotation.article or "").rstrip("/").rsplit("/", 1)[-1]
        return f"/article/{quote(slug)}#char={quotation.start},{quotation.end}"
