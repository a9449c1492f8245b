"""The formats of RDF and of SPARQL results: one table that negotiation, dumps and
descriptions all read.

Media types: https://www.w3.org/TR/sparql11-protocol/#query-success,
https://www.w3.org/TR/sparql12-protocol/ for the ``version`` parameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a format can hold."""

    GRAPH = "graph"
    DATASET = "dataset"
    RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its short name is also its file extension and the value of ``?format=``."""

    name: str
    label: str
    media_type: str
    kind: Kind
    iri: str
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type as a response header, with a charset where the type has one."""
        return (
            f"{self.media_type}; charset=utf-8"
            if self.media_type.startswith("text/")
            else (self.media_type)
        )


_W3 = "http://www.w3.org/ns/formats/"

RESULTS = (
    Format("json", "SPARQL JSON", "application/sparql-results+json", Kind.RESULTS,
           _W3 + "SPARQL_Results_JSON", ("application/json",)),
    Format("xml", "SPARQL XML", "application/sparql-results+xml", Kind.RESULTS,
           _W3 + "SPARQL_Results_XML", ("application/xml", "text/xml")),
    Format("csv", "CSV", "text/csv", Kind.RESULTS, _W3 + "SPARQL_Results_CSV"),
    Format("tsv", "TSV", "text/tab-separated-values", Kind.RESULTS, _W3 + "SPARQL_Results_TSV"),
)  # fmt: skip

RDF = (
    Format("ttl", "Turtle", "text/turtle", Kind.GRAPH, _W3 + "Turtle",
           ("application/x-turtle",)),
    Format("nt", "N-Triples", "application/n-triples", Kind.GRAPH, _W3 + "N-Triples",
           ("text/plain",)),
    Format("rdf", "RDF/XML", "application/rdf+xml", Kind.GRAPH, _W3 + "RDF_XML",
           ("application/xml", "text/xml")),
    Format("jsonld", "JSON-LD", "application/ld+json", Kind.DATASET, _W3 + "JSON-LD",
           ("application/json",)),
    Format("trig", "TriG", "application/trig", Kind.DATASET, _W3 + "TriG"),
    Format("nq", "N-Quads", "application/n-quads", Kind.DATASET, _W3 + "N-Quads"),
)  # fmt: skip

BY_NAME = {format_.name: format_ for format_ in RESULTS + RDF}
