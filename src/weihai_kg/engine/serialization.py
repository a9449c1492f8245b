"""Writes results in the negotiated format, natively, into a sink that holds the limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import IO, Protocol, cast

import pyoxigraph

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


def write_triples(
    triples: Iterable[pyoxigraph.Triple],
    format_: str,
    prefixes: Mapping[str, str],
    sink: Sink,
) -> None:
    """Write a graph: each triple once, grouped by subject where it is small."""
    stream = _counted(triples, sink)
    output = cast(IO[bytes], sink)
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
