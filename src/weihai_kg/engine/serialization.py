"""Writes results in the negotiated format, natively, into a sink that holds the limits."""

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


class Sink(Protocol):
    """Where an answer is written: it counts rows and bytes, and raises over a limit."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""

    def flush(self) -> None:
        """Do nothing: the sink decides when it sends."""

    def count(self, rows: int) -> None:
        """Take note of the rows so far, where the bytes do not tell them."""


_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""The characters that XML 1.0 cannot hold, in UTF-8 (https://www.w3.org/TR/xml/#charsets)."""


class _XmlSink:
    """Keeps XML well-formed, and carriage returns what they are.

    A reader of XML turns a carriage return into a line feed unless it is a character reference
    (section 2.11). Raises UnwritableError for a character that XML cannot hold.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._end = b""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""
        found = _NOT_XML.search(self._end + data)
        if found:
            raise UnwritableError(
                f"The answer holds U+{ord(found[0].decode()):04X}, which XML 1.0 cannot hold."
            )
        self._end = (self._end + data)[-2:]
        self._sink.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Do nothing: the sink decides when it sends."""

    def count(self, rows: int) -> None:
        """Pass it on."""
        self._sink.count(rows)


def write_results(
    results: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean, format_: str, sink: Sink
) -> None:
    """Write a table or a boolean. Raises UnwritableError for what the format cannot hold."""
    into = _XmlSink(sink) if format_ == "xml" else sink
    results.serialize(cast(IO[bytes], into), RESULTS[format_])


def write_triples(
    triples: Iterable[pyoxigraph.Triple],
    format_: str,
    prefixes: Mapping[str, str],
    sink: Sink,
) -> None:
    """Write a graph: each triple once, grouped by subject where it is small.

    Raises UnwritableError for what the format cannot hold.
    """
    stream = _counted(triples, sink)
    output = cast(IO[bytes], _XmlSink(sink) if format_ == "rdf" else sink)
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
