"""Turtle and TriG read with rdflib's parser, each statement with the line it stands in.

Turtle: https://www.w3.org/TR/turtle/, TriG: https://www.w3.org/TR/trig/
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, MutableSequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rdflib import XSD, Graph, Literal, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax, RDFSink
from rdflib.plugins.parsers.trig import TrigSinkParser
from rdflib.term import Node

from weihai_kg.errors import Finding

Triple = tuple[Node, Node, Node]

_BLANK = re.compile(r"(?:\s+|#[^\n]*\n)*")
_NOT_IN_AN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_INTEGER_TYPES = {XSD.integer, XSD.int, XSD.long, XSD.nonNegativeInteger, XSD.positiveInteger}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as written: its graph (None outside any block), its terms, its place."""

    graph: URIRef | None
    triple: Triple
    file: str
    line: int


class _LineKeeper(TrigSinkParser):
    """rdflib's TriG parser, which knows the line it is at, made to remember it."""

    def __init__(self, *args: Any, file: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements: list[Statement] = []
        self._file = file
        self._line_of: dict[Any, int] = {}

    def object(self, argstr: str, i: int, res: MutableSequence[Any]) -> int:
        end = super().object(argstr, i, res)
        if end >= 0:
            blank = _BLANK.match(argstr, i)
            start = blank.end() if blank else i
            self._line_of[self._term(res[-1])] = argstr.count("\n", 0, start) + 1
        return end

    def _term(self, value: Any) -> Any:
        return self._store.normalise(None, value)

    def makeStatement(self, quadruple: Any) -> None:
        formula, *terms = quadruple
        predicate, subject, object_ = map(self._term, terms)
        graph = getattr(formula, "identifier", None)
        is_default = not isinstance(graph, URIRef)
        line = self._line_of.get(object_, self.lines + 1)
        self.statements.append(
            Statement(
                None if is_default else graph,
                (subject, predicate, canonical(object_)),
                self._file,
                line,
            )
        )


def parse(text: str, file: str) -> tuple[list[Statement], list[Finding]]:
    """The statements of a Turtle or TriG text, and what is wrong with it.

    A syntax error ends the reading of that file: the statements before it are given, and one
    finding with its line. A literal that is not of its own datatype is a finding as well.
    """
    parser = _LineKeeper(RDFSink(Graph()), baseURI="relative:/", turtle=True, file=file)
    findings: list[Finding] = []
    last = text.rstrip().count("\n") + 1
    complaints = logging.getLogger("rdflib.term")
    level = complaints.level
    complaints.setLevel(logging.CRITICAL)  # ill-typed literals are reported as findings below
    try:
        parser.startDoc()
        parser.feed(f"{text}\n".encode())
        parser.endDoc()
    except BadSyntax as error:
        findings.append(_syntax_finding(str(error._why), min(error.lines + 1, last), file))
    except (AssertionError, AttributeError, IndexError, TypeError, ValueError) as error:
        # rdflib's parser trips over some broken texts instead of saying where they break
        reason = f"the statement that begins here breaks off or makes no sense ({error})"
        line = parser.statements[-1].line if parser.statements else 1
        findings.append(_syntax_finding(reason, line, file))
    finally:
        complaints.setLevel(level)
    findings.extend(_ill_formed(parser.statements))
    return parser.statements, findings


def _syntax_finding(reason: str, line: int, file: str) -> Finding:
    what = f"not readable as Turtle or TriG: {reason}"
    todo = "correct this line or the one before it (a missing '.', ';' or quotation mark?)"
    if "Prefix" in reason and "not bound" in reason:
        what = f"unknown prefix: {reason}"
        todo = "declare it with @prefix at the top of the file, or correct its spelling"
    return Finding(file, line, what, todo)


def _ill_formed(statements: list[Statement]) -> Iterator[Finding]:
    for statement in statements:
        object_ = statement.triple[2]
        if isinstance(object_, Literal) and object_.ill_typed:
            yield Finding(
                statement.file,
                statement.line,
                f'"{object_}" is not a value of <{object_.datatype}>',
                "write a value of that datatype, or the datatype that fits the value",
            )
        subject, predicate, _ = statement.triple
        if isinstance(subject, Literal) or not isinstance(predicate, URIRef):
            what = "a literal as subject, or a property that is no IRI"
            todo = "write subject, property and value in this order"
            yield Finding(statement.file, statement.line, what, todo)
        for term in statement.triple:
            if not isinstance(term, URIRef):
                continue
            if _NOT_IN_AN_IRI.search(term):
                yield Finding(
                    statement.file,
                    statement.line,
                    f"<{term}> holds a character that no IRI may have",
                    "percent-encode it",
                )
            if term.startswith("relative:/"):
                yield Finding(
                    statement.file,
                    statement.line,
                    f"relative IRI <{term.removeprefix('relative:')}>",
                    "write the whole IRI, or a prefixed name",
                )


def canonical(term: Node) -> Node:
    """The term with a number in the one form every engine keeps: ``67.9``, ``26``, never ``26.0``.

    XSD 1.1 part 2, canonical mappings of decimal and integer.
    """
    if not isinstance(term, Literal) or term.ill_typed:
        return term
    if term.datatype in _INTEGER_TYPES:
        return Literal(str(int(str(term))), datatype=term.datatype, normalize=False)
    if term.datatype == XSD.decimal:
        return Literal(decimal_text(Decimal(str(term))), datatype=XSD.decimal, normalize=False)
    return term


def decimal_text(number: Decimal) -> str:
    """The canonical lexical form of an xsd:decimal: no exponent, no needless zero or point."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
