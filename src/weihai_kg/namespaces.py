"""The namespaces of the graph: the project's own, which follow the base IRI, and those it reuses.

The sources are written with the default base. Whoever publishes under another base sets ``base``,
and ``Namespaces.rebase`` rewrites each source text when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rdflib import Namespace

DEFAULT_BASE = "https://w3id.org/weihai-kg/"

REUSED = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "time": "http://www.w3.org/2006/time#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "wgs": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "qudt": "http://qudt.org/schema/qudt/",
    "unit": "http://qudt.org/vocab/unit/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "sssom": "https://w3id.org/sssom/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "pav": "http://purl.org/pav/",
}

OA = Namespace(REUSED["oa"])
SCHEMA = Namespace(REUSED["schema"])
UNIT = Namespace(REUSED["unit"])


@dataclass(frozen=True)
class Namespaces:
    """The project's namespaces under one base IRI, which ends in ``/``."""

    base: str = DEFAULT_BASE

    def _under(self, path: str) -> Namespace:
        return Namespace(self.base + path)

    @cached_property
    def wkg(self) -> Namespace:
        """The ontology's terms."""
        return self._under("ontology#")

    @cached_property
    def id(self) -> Namespace:
        """The things the graph speaks about."""
        return self._under("id/")

    @cached_property
    def graph(self) -> Namespace:
        """Named graphs."""
        return self._under("graph/")

    @cached_property
    def quote(self) -> Namespace:
        """Quotations."""
        return self._under("quote/")

    @cached_property
    def article(self) -> Namespace:
        """Articles."""
        return self._under("article/")

    @cached_property
    def source(self) -> Namespace:
        """Sources outside the articles."""
        return self._under("source/")

    @cached_property
    def rule(self) -> Namespace:
        """Inference rules."""
        return self._under("rule/")

    @cached_property
    def query(self) -> Namespace:
        """Saved queries."""
        return self._under("queries/")

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Every prefix with its namespace, the project's own first."""
        own = {
            "wkg": self.wkg,
            "id": self.id,
            "g": self.graph,
            "q": self.quote,
            "article": self.article,
            "source": self.source,
            "rule": self.rule,
        }
        return {prefix: str(name) for prefix, name in own.items()} | REUSED

    def rebase(self, text: str) -> str:
        """The source text with every IRI under the default base moved under this one."""
        return text if self.base == DEFAULT_BASE else text.replace(DEFAULT_BASE, self.base)
