"""Terms as people write them: prefixed names, labels, numbers, N-Triples; and whole statements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice, product

from rdflib import RDF, RDFS, SKOS, XSD, Literal, URIRef
from rdflib.term import Node

from weihai_kg.errors import QuerySyntaxError
from weihai_kg.explanation.asking import Asker, values
from weihai_kg.explanation.model import Statement
from weihai_kg.explanation.terms import LONGEST, askable, key, parse

_PIECE = re.compile(
    r"""<[^<>\s]*>
      | "[^"\\]*(?:\\.[^"\\]*)*"(?:@[A-Za-z0-9-]+|\^\^[^\s]+)?
      | '[^'\\]*(?:\\.[^'\\]*)*'
      | [^\s]+""",
    re.VERBOSE,
)
_PREFIXED = re.compile(r"([A-Za-z][\w-]*)?:([\w.%~/-]*)")
_ABSOLUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|urn:|mailto:|tag:)[^\x00-\x20<>\"{}|^`\\]+")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_LABELS = (RDFS.label, SKOS.prefLabel, SKOS.altLabel)
_TRIED = 200
_PLACES = 3


class Names:
    """Reads names with the help of the labels that the data set has."""

    def __init__(self, asker: Asker, prefixes: Mapping[str, str]) -> None:
        """``prefixes`` are those that a name may use."""
        self._asker = asker
        self._prefixes = prefixes

    def statement(self, text: str) -> Statement:
        """The statement that three names stand for: one that is stated, if any reading is."""
        if len(text) > LONGEST:
            raise QuerySyntaxError(f"The statement has more than {LONGEST} characters.")
        pieces = _PIECE.findall(text)
        if pieces and pieces[-1] == ".":
            pieces.pop()
        if len(pieces) != _PLACES:
            raise QuerySyntaxError(
                f"{text!r} has {len(pieces)} names; write a subject, a property and an object, "
                "such as id:weihai wkg:linkedTo id:japan; quote a label that has blanks."
            )
        return self.of(*pieces)

    def of(self, subject: str, predicate: str, value: str) -> Statement:
        """The statement of a subject, a property and an object."""
        subjects = [each for each in self.terms(subject) if not isinstance(each, Literal)]
        predicates = [RDF.type] if predicate == "a" else [
            each for each in self.terms(predicate) if isinstance(each, URIRef)
        ]  # fmt: skip
        values_ = self.terms(value)
        for name, found in ((subject, subjects), (predicate, predicates)):
            if not found:
                raise QuerySyntaxError(
                    f"Nothing here is called {name!r}. Write a prefixed name, an IRI in angle "
                    "brackets, or a label as it stands in the graph."
                )
        plain = value.strip("'\"") if "@" not in value and "^^" not in value else ""
        first: Statement | None = None
        for triple in islice(product(subjects, predicates, values_), _TRIED):
            statement = Statement(*triple)
            first = first or statement
            if self._stated(statement):
                return statement
        if plain:
            for one, other in islice(product(subjects, predicates), _TRIED):
                stated = self._with_text(one, other, plain)
                if stated is not None:
                    return stated
        if first is None:
            raise QuerySyntaxError(f"{value!r} is no term and no label of this graph.")
        return first

    def term(self, text: str) -> Node:
        """The first term that a text may stand for."""
        found = self.terms(text)
        if not found:
            raise QuerySyntaxError(f"{text!r} is no term and no label of this graph.")
        return found[0]

    def terms(self, text: str) -> list[Node]:
        """Every term that a text may stand for, the likeliest first."""
        if len(text) > LONGEST or "\0" in text:
            raise QuerySyntaxError(f"{text[:80]!r} is no name.")
        prefixed = _PREFIXED.fullmatch(text)
        if prefixed and (prefixed[1] or "") in self._prefixes:
            return [URIRef(self._prefixes[prefixed[1] or ""] + prefixed[2])]
        if text.startswith(("<", "_:")) or (text.startswith('"') and not text.endswith('"')):
            return [parse(_long(text, self._prefixes))]
        if _ABSOLUTE.fullmatch(text):
            return [URIRef(text)]
        if _NUMBER.fullmatch(text):
            kinds = (XSD.decimal,) if "." in text else (XSD.integer, XSD.decimal)
            return [Literal(text, datatype=kind, normalize=False) for kind in kinds]
        if text in {"true", "false"}:
            return [Literal(text, datatype=XSD.boolean)]
        words = text[1:-1] if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0] else text
        if '"' in text[1:-1] and text.startswith('"'):
            return [parse(text)]
        return [*self._called(words), Literal(words)]

    def _called(self, label: str) -> list[Node]:
        """The things of this label; if there are none, whatever the letters' case."""
        variants = [[Literal(label, lang=language)] for language in ("zh", "en", None)]
        exact = values(["label"], variants)
        loose = f"FILTER(LCASE(STR(?label)) = {key(Literal(label.lower()))})"
        for given in (exact, loose):
            pattern = " UNION ".join(f"{{ {given} ?thing {key(name)} ?label }}" for name in _LABELS)
            rows = self._asker.rows(f"SELECT DISTINCT ?thing {{ {pattern} }} LIMIT 20")
            found = {key(row["thing"]): row["thing"] for row in rows if askable(row["thing"])}
            if found:
                return [found[each] for each in sorted(found)]
        return []

    def _stated(self, statement: Statement) -> bool:
        if not all(map(askable, statement.triple)):
            return False
        return self._asker.holds(f"ASK {{ {' '.join(map(key, statement.triple))} }}")

    def _with_text(self, subject: Node, predicate: Node, text: str) -> Statement | None:
        rows = self._asker.rows(
            f"SELECT ?o {{ {key(subject)} {key(predicate)} ?o "
            f"FILTER(STR(?o) = {key(Literal(text))}) }} LIMIT 1"
        )
        return Statement(subject, predicate, rows[0]["o"]) if rows else None


def _long(text: str, prefixes: Mapping[str, str]) -> str:
    """A literal whose datatype is a prefixed name, with the whole IRI."""
    words, mark, datatype = text.rpartition("^^")
    prefix, colon, local = datatype.partition(":")
    if mark and colon and prefix in prefixes and not datatype.startswith("<"):
        return f"{words}^^<{prefixes[prefix]}{local}>"
    return text
