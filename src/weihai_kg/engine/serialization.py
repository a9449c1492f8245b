"""Writes results in the negotiated format, natively, into a sink that holds the limits.

What a format cannot say ends the answer: the engine would write XML that no parser takes, or that
reads as something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import IO, Protocol, cast

import pyoxigraph

from weihai_kg.errors import UnwritableError

RESULTS = {
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
}
RDF = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "rdf": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "nq": pyoxigraph.RdfFormat.N_QUADS,
}
_WITH_PREFIXES = frozenset({"ttl", "trig", "rdf", "jsonld"})
_TURTLE = frozenset({"ttl", "trig"})
_BLOCK = 10_000
_XML = frozenset({"xml", "rdf"})
# All but Char (XML 1.0, section 2.2), in UTF-8.
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LOCAL_NAME = re.compile(f"[{_NAME_START}][{_NAME_START}0-9.\u00b7\u0300-\u036f\u203f\u2040-]*$")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# No property elements, or with a meaning of their own (RDF 1.1 XML Syntax, section 6.1).
_NO_PROPERTIES = frozenset(
    _RDF + name
    for name in ("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype",
                 "Description", "aboutEach", "aboutEachPrefix", "bagID", "li")
)  # fmt: skip


class Sink(Protocol):
    """Where an answer is written: it counts rows and bytes, and raises over a limit."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""

    def flush(self) -> None:
        """Do nothing: the sink decides when it sends."""

    def count(self, rows: int) -> None:
        """Take note of the rows so far, where the bytes do not tell them."""


class _XmlSink:
    """Passes XML on such that its reader gets the characters that were written."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._tail = b""

    def write(self, data: bytes, /) -> int:
        if found := _NOT_XML.search(self._tail + data):
            code = ord(found[0].decode())
            raise UnwritableError(f"The answer holds U+{code:04X}, which XML has no way to write.")
        self._tail = (self._tail + data)[-2:]
        self._sink.write(data.replace(b"\r", b"&#13;"))  # else read as a line feed (section 2.11)
        return len(data)

    def flush(self) -> None:
        self._sink.flush()


def write_results(
    results: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean, format_: str, sink: Sink
) -> None:
    """Write solutions or a truth value; UnwritableError for what the format cannot say."""
    output = _XmlSink(sink) if format_ in _XML else sink
    results.serialize(cast(IO[bytes], output), RESULTS[format_])


def write_triples(
    triples: Iterable[pyoxigraph.Triple],
    format_: str,
    prefixes: Mapping[str, str],
    sink: Sink,
) -> None:
    """Write a graph: each triple once, grouped by subject where it is small.

    UnwritableError for what the format cannot say.
    """
    stream = _counted(triples, sink)
    if check := _CHECKS.get(format_):
        stream = map(check, stream)
    output = cast(IO[bytes], _XmlSink(sink) if format_ in _XML else sink)
    rdf_format = RDF[format_]
    if format_ not in _WITH_PREFIXES:
        pyoxigraph.serialize(stream, output, rdf_format)
        return
    block = list(islice(stream, _BLOCK))
    used = _used(prefixes, block)
    if len(block) < _BLOCK and format_ in _TURTLE:
        text = pyoxigraph.serialize(sorted(block, key=str), format=rdf_format, prefixes=used)
        sink.write(_with_used_prefixes(text or b"", used))
        return
    pyoxigraph.serialize(chain(block, stream), output, rdf_format, prefixes=used)


def _with_property_element(triple: pyoxigraph.Triple) -> pyoxigraph.Triple:
    name = triple.predicate.value
    if not _LOCAL_NAME.search(name) or name in _NO_PROPERTIES:
        raise UnwritableError(f"RDF/XML has no way to write the property <{name}>.")
    if isinstance(triple.object, pyoxigraph.Triple):
        _with_property_element(triple.object)
    return triple


def _without_triple_term(triple: pyoxigraph.Triple) -> pyoxigraph.Triple:
    if isinstance(triple.object, pyoxigraph.Triple):
        raise UnwritableError("JSON-LD has no way to write a triple term.")
    return triple


_CHECKS = {"rdf": _with_property_element, "jsonld": _without_triple_term}


def _with_used_prefixes(text: bytes, prefixes: Mapping[str, str]) -> bytes:
    """Turtle with its declarations in the project's order, those of no use left out."""
    declarations = re.match(rb"(?:@prefix [^\n]*\n)*", text)
    body = text[declarations.end() :] if declarations else text
    used = (
        f"@prefix {prefix}: <{namespace}> .\n".encode()
        for prefix, namespace in prefixes.items()
        if re.search(rb"(?:^|[\s^(,;\[])" + prefix.encode() + rb":", body)
    )
    return b"".join(used) + body


def _counted(triples: Iterable[pyoxigraph.Triple], sink: Sink) -> Iterator[pyoxigraph.Triple]:
    """Each triple once. A description of two resources holds what they share twice."""
    seen: set[pyoxigraph.Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            sink.count(len(seen))
            yield triple


def _used(prefixes: Mapping[str, str], block: list[pyoxigraph.Triple]) -> dict[str, str]:
    text = pyoxigraph.serialize(block, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if b"<" + namespace.encode() in text
    }
