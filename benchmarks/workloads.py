"""What is asked: the saved queries, warm or made unique, and queries over a generated graph."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from generate import Extent

NUMBER = "{number}"
RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
_GRAPH = re.compile(r"^\s*(CONSTRUCT|DESCRIBE)\b", re.MULTILINE)

PREFIXES = """\
PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>
PREFIX id: <https://w3id.org/weihai-kg/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One query; where ``{number}`` stands each request draws a number below ``numbers``."""

    name: str
    kind: str
    text: str
    accept: str = RESULTS
    numbers: int = 1

    @property
    def fixed(self) -> str:
        """The query with one and the same number, for comparing answers."""
        return self.text.replace(NUMBER, str(self.numbers // 2))


@dataclass(frozen=True, slots=True)
class Workload:
    """Cases that are measured alike; ``stretch`` lengthens its bursts."""

    name: str
    title: str
    cases: list[Case]
    unique: bool
    stretch: float = 1.0


def saved_cases(folder: Path, limit: int = 0) -> list[Case]:
    """The saved queries, or an even sample of them; none that asks a remote endpoint as well."""
    cases = [_saved(path) for path in sorted(folder.glob("*.rq"))]
    cases = [case for case in cases if "SERVICE" not in case.text]
    if limit and len(cases) > limit:
        cases = [cases[index * len(cases) // limit] for index in range(limit)]
    return cases


def _saved(path: Path) -> Case:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("#+"))
    return Case(path.stem, "saved", text, TRIPLES if _GRAPH.search(text) else RESULTS)


def generated_cases(extent: Extent) -> list[Case]:
    """Lookup, join, group-by, top-k, text filter and path over the generated graph."""

    def case(name: str, kind: str, body: str, numbers: int = 1) -> Case:
        return Case(name, kind, PREFIXES + body, numbers=numbers)

    return [
        case("entity", "lookup", "SELECT ?p ?o { id:company-{number} ?p ?o }", extent.companies),
        case("ten-labels", "lookup", "SELECT ?s ?n { ?s a wkg:City ; rdfs:label ?n } LIMIT 10"),
        case(
            "figures-about", "lookup",
            "SELECT ?f ?v ?w { ?f wkg:about id:event-{number} ; wkg:value ?v ; "
            "prov:wasDerivedFrom/oa:exact ?w }",
            extent.bundles,
        ),
        case(
            "participants", "join",
            "SELECT ?name ?cityName ?countryName { id:event-{number} wkg:participant ?c . "
            "?c rdfs:label ?name ; wkg:basedIn ?city . ?city rdfs:label ?cityName ; "
            "wkg:locatedIn ?country . ?country rdfs:label ?countryName . "
            "FILTER(LANG(?name) = 'en' && LANG(?cityName) = 'en' && LANG(?countryName) = 'en') }",
            extent.bundles,
        ),
        case(
            "two-countries", "join",
            "SELECT ?a ?x ?y { ?x wkg:homeArea id:country-7 . ?a wkg:party ?x , ?y ; "
            "wkg:outcomeOf ?e . ?y wkg:homeArea id:country-9 . ?e wkg:heldIn ?city }",
        ),
        case("classes", "group-by", "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c"),
        case(
            "by-country-and-industry", "group-by",
            "SELECT ?area ?industry (COUNT(?c) AS ?n) { ?c wkg:homeArea ?area ; "
            "dcterms:subject ?industry } GROUP BY ?area ?industry",
        ),
        case(
            "by-indicator", "group-by",
            "SELECT ?i (COUNT(?f) AS ?n) (AVG(?v) AS ?mean) (MAX(?v) AS ?most) "
            "{ ?f wkg:indicator ?i ; wkg:value ?v } GROUP BY ?i",
        ),
        case(
            "largest-figures", "top-k",
            "SELECT ?f ?v { ?f wkg:value ?v } ORDER BY DESC(?v) ?f LIMIT 10",
        ),
        case(
            "busiest-companies", "top-k",
            "SELECT ?c (COUNT(?e) AS ?n) { ?e wkg:participant ?c } GROUP BY ?c "
            "ORDER BY DESC(?n) ?c LIMIT 10",
        ),
        case(
            "name-contains", "text",
            "SELECT ?c ?n { ?c a wkg:Company ; rdfs:label ?n . "
            "FILTER(CONTAINS(LCASE(STR(?n)), 'naganaga')) }",
        ),
        case(
            "words-match", "text",
            "SELECT (COUNT(*) AS ?n) { ?q oa:exact ?w . FILTER(REGEX(?w, '^port .*city [0-9]+$'))}",
        ),
        case(
            "ancestors", "path",
            "SELECT ?e { id:event-{number} wkg:subEventOf+ ?e }",
            extent.bundles,
        ),
        case(
            "in-a-country", "path",
            "SELECT (COUNT(?c) AS ?n) { ?c wkg:basedIn/wkg:locatedIn+ id:country-5 }",
        ),
    ]  # fmt: skip
