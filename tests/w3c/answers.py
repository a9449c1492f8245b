"""Reads answers, expected and given, and compares them as the test suites ask for it.

Numbers and booleans are compared by value within one datatype, everything else as it is written;
blank nodes by a one-to-one mapping over the whole answer.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, XSD, Namespace
from rdflib.util import from_n3

RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
_SRX = "{http://www.w3.org/2005/sparql-results#}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_WHOLE = {
    str(XSD[name])
    for name in (
        "integer", "nonPositiveInteger", "negativeInteger", "nonNegativeInteger",
        "positiveInteger", "long", "int", "short", "byte", "unsignedLong", "unsignedInt",
        "unsignedShort", "unsignedByte",
    )
}  # fmt: skip

Term = tuple[str, ...]
Row = frozenset[tuple[str, Term]]


@dataclass(frozen=True)
class Solutions:
    """The rows of a SELECT; ``ordered`` if their order is part of the answer."""

    variables: frozenset[str]
    rows: list[Row]
    ordered: bool = False

    def is_met_by(self, given: Solutions, *, lax: bool) -> bool:
        """Whether another answer is the same; ``lax`` lets it repeat rows less often."""
        if not lax and len(self.rows) != len(given.rows):
            return False
        if self.variables != given.variables:
            return False
        if lax:
            return set(self.rows) == set(given.rows) and not Counter(given.rows) - Counter(
                self.rows
            )
        if not self.ordered and not any(map(_blanks, self.rows + given.rows)):
            return Counter(self.rows) == Counter(given.rows)
        return _matches(self.rows, given.rows, {}, ordered=self.ordered)


def _blanks(row: Row) -> set[str]:
    return {term[1] for _, term in row if term[0] == "bnode"}


def _matches(
    wanted: list[Row], given: list[Row], mapping: dict[str, str], *, ordered: bool
) -> bool:
    """Whether the blank nodes can be mapped one to one so that the rows are the same."""
    if not wanted:
        return not given
    for position, row in enumerate(given[:1] if ordered else given):
        extended = _extend(dict(wanted[0]), dict(row), mapping)
        if extended is not None:
            rest = given[:position] + given[position + 1 :]
            if _matches(wanted[1:], rest, extended, ordered=ordered):
                return True
    return False


def _extend(
    wanted: dict[str, Term], given: dict[str, Term], mapping: dict[str, str]
) -> dict[str, str] | None:
    if wanted.keys() != given.keys():
        return None
    extended = dict(mapping)
    for name, term in wanted.items():
        other = given[name]
        if term[0] == other[0] == "bnode":
            if extended.setdefault(term[1], other[1]) != other[1]:
                return None
        elif term != other:
            return None
    return extended if len(set(extended.values())) == len(extended) else None


def literal(lexical: str, datatype: str = "", language: str = "") -> Term:
    """A literal, in the one form that all of its value have here."""
    if language:
        return "literal", lexical, "", language.lower()
    datatype = datatype or str(XSD.string)
    try:
        if datatype in _WHOLE:
            lexical = str(int(lexical))
        elif datatype == str(XSD.decimal):
            lexical = str(Decimal(lexical).normalize())
        elif datatype in {str(XSD.double), str(XSD.float)}:
            lexical = repr(float(lexical))
        elif datatype == str(XSD.boolean):
            lexical = {"1": "true", "0": "false"}.get(lexical, lexical)
    except (ValueError, InvalidOperation):
        pass
    return "literal", lexical, datatype, ""


def of_rdflib(term: object) -> Term:
    """A term as rdflib reads it."""
    if isinstance(term, Literal):
        return literal(str(term), str(term.datatype or ""), term.language or "")
    return ("uri" if isinstance(term, URIRef) else "bnode"), str(term)


def read_json(body: bytes) -> Solutions | bool:
    """SPARQL 1.1 Query Results JSON Format."""
    told: dict[str, Any] = json.loads(body)
    if "boolean" in told:
        assert isinstance(told["boolean"], bool)
        return told["boolean"]

    def term(each: dict[str, str]) -> Term:
        if each["type"] in {"literal", "typed-literal"}:
            return literal(each["value"], each.get("datatype", ""), each.get("xml:lang", ""))
        return each["type"], each["value"]

    rows = [
        frozenset((name, term(each)) for name, each in row.items())
        for row in told["results"]["bindings"]
    ]
    return Solutions(frozenset(told["head"]["vars"]), rows)


def read_xml(body: bytes) -> Solutions | bool:
    """SPARQL Query Results XML Format."""
    root = ElementTree.fromstring(body)
    boolean = root.find(f"{_SRX}boolean")
    if boolean is not None:
        return {"true": True, "false": False}[(boolean.text or "").strip()]

    def term(binding: ElementTree.Element) -> Term:
        (each,) = binding
        text = each.text or ""
        if each.tag == f"{_SRX}literal":
            return literal(text, each.get("datatype", ""), each.get(_XML_LANG, ""))
        return each.tag.removeprefix(_SRX), text.strip()

    variables = frozenset(each.get("name", "") for each in root.iter(f"{_SRX}variable"))
    rows = [
        frozenset((each.get("name", ""), term(each)) for each in result if len(each))
        for result in root.iter(f"{_SRX}result")
    ]
    return Solutions(variables, rows)


def read_tsv(body: bytes) -> Solutions:
    """SPARQL 1.1 Query Results TSV Format."""
    head, *lines = body.decode().removesuffix("\n").split("\n")
    names = [name.removeprefix("?") for name in head.split("\t")]
    rows = [
        frozenset(
            (name, of_rdflib(from_n3(cell)))
            for name, cell in zip(names, line.split("\t"), strict=True)
            if cell
        )
        for line in lines
    ]
    return Solutions(frozenset(names), rows)


def read_csv(body: bytes) -> Solutions:
    """SPARQL 1.1 Query Results CSV Format: strings, of which some are blank nodes."""
    names, *lines = csv.reader(io.StringIO(body.decode(), newline=""), strict=True)
    rows = [
        frozenset(
            (name, ("bnode" if cell.startswith("_:") else "text", cell))
            for name, cell in zip(names, line, strict=True)
        )
        for line in lines
    ]
    return Solutions(frozenset(names), rows)


def read_result_set(graph: Graph) -> Solutions | bool:
    """A result set written in RDF, as the suite of 2008 has them."""
    (node,) = graph.subjects(RDF.type, RS.ResultSet)
    boolean = graph.value(node, RS.boolean)
    if boolean is not None:
        return str(boolean) == "true"
    indexed: list[tuple[int, Row]] = []
    ordered = False
    for solution in graph.objects(node, RS.solution):
        index = graph.value(solution, RS.index)
        ordered |= index is not None
        row = frozenset(
            (str(graph.value(each, RS.variable)), of_rdflib(graph.value(each, RS.value)))
            for each in graph.objects(solution, RS.binding)
        )
        indexed.append((int(str(index or 0)), row))
    rows = [row for _, row in sorted(indexed, key=lambda pair: pair[0])]
    variables = frozenset(map(str, graph.objects(node, RS.resultVariable)))
    return Solutions(variables, rows, ordered)


def read_graph(body: bytes, format_: str, base: str) -> Graph:
    """A graph, its literals as they are written."""
    return Graph().parse(data=body, format=format_, publicID=base)


def read_expected(path: Path, base: str) -> Solutions | Graph | bool:
    """The answer that a test wants."""
    body = path.read_bytes()
    match path.suffix:
        case ".srx":
            return read_xml(body)
        case ".srj":
            return read_json(body)
        case ".tsv":
            return read_tsv(body)
        case ".csv":
            return read_csv(body)
    graph = read_graph(body, "turtle" if path.suffix == ".ttl" else "xml", base)
    return read_result_set(graph) if (None, RDF.type, RS.ResultSet) in graph else graph


def same_graph(wanted: Graph, given: Graph) -> bool:
    """Whether two graphs are the same but for the labels of their blank nodes."""
    return isomorphic(_by_value(wanted), _by_value(given))


def _by_value(graph: Graph) -> Graph:
    found = Graph()
    for triple in graph:
        found.add(tuple(_one_form(term) for term in triple))  # type: ignore[arg-type]
    return found


def _one_form(term: object) -> URIRef | BNode | Literal:
    if isinstance(term, Literal):
        _, lexical, datatype, language = of_rdflib(term)
        return Literal(f"{lexical} {datatype} {language}")
    assert isinstance(term, (URIRef, BNode))
    return term
