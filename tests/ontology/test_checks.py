"""Every data rule (``ontology/checks/*-violation.rq``) sees its fault and passes sound data."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

CHECKS = sorted((Path(__file__).parents[2] / "ontology" / "checks").glob("*.rq"))
BASE = "https://w3id.org/weihai-kg/"
PREFIXES = f"""
@prefix wkg: <{BASE}ontology#> .
@prefix id: <{BASE}id/> .
@prefix g: <{BASE}graph/> .
@prefix q: <{BASE}quote/> .
@prefix article: <{BASE}article/> .
@prefix source: <{BASE}source/> .
@prefix rule: <{BASE}rule/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SOUND = """
g:evidence {
  article:a a wkg:Article ; schema:text "威海毗邻日韩" .
  q:a a wkg:Quotation ; oa:exact "毗邻" ; oa:start 2 ; oa:end 4 ; prov:wasQuotedFrom article:a .
  g:read a wkg:AssertedGraph ; prov:wasDerivedFrom q:a .
  source:s a wkg:Source .
  g:known a wkg:BackgroundGraph ; prov:wasDerivedFrom source:s .
  g:inferred a wkg:InferredGraph ; prov:wasGeneratedBy rule:r ; prov:wasDerivedFrom g:read .
  g:derived a wkg:DerivedGraph ; prov:wasDerivedFrom g:read .
}
g:read {
  id:weihai a wkg:Entity ; rdfs:label "威海"@zh ; wkg:adjacentTo id:japan .
  id:japan a wkg:Entity .
  id:launch a wkg:Entity ; wkg:status "completed" ; time:hasTime id:day .
  id:award a wkg:Entity , wkg:PlannedEvent ; wkg:status "planned" ; wkg:follows id:launch ;
      time:hasTime id:next-day .
  id:round a wkg:Observation ; wkg:qualifier "moreThan" ; wkg:lowerBound 3400 ;
      wkg:restates id:exact ; wkg:timeBasis "planned" ; wkg:about id:award .
  id:exact a wkg:Observation ; wkg:qualifier "exact" ; wkg:value 3424 ; wkg:lowerBound 3424 .
}
g:known {
  id:day a wkg:Period ; wkg:year 2024 ; wkg:startsAt "2024-12-31T00:00:00+08:00"^^xsd:dateTime ;
      wkg:endsAt "2025-01-01T00:00:00+08:00"^^xsd:dateTime .
  id:next-day a wkg:Period ; wkg:year 2025 ;
      wkg:startsAt "2025-01-01T00:00:00+08:00"^^xsd:dateTime ;
      wkg:endsAt "2025-01-02T00:00:00+08:00"^^xsd:dateTime .
}
g:inferred { id:japan wkg:adjacentTo id:weihai . }
g:derived { id:whole a wkg:Observation ; wkg:qualifier "approximately" ; wkg:lowerBound 5 . }
"""
# For each rule one fault, and what the rule says it is about.
FAULTS = {
    "blank-node": ("g:read { [] wkg:adjacentTo id:japan . }", "g:read"),
    "bounds-against-qualifier": ("g:read { id:round wkg:upperBound 3499 . }", "id:round"),
    "dangling-reference": ("g:read { id:weihai wkg:adjacentTo id:jpaan . }", "id:jpaan"),
    "datatype-outside-owl2": (
        'g:read { id:weihai wkg:year "2024"^^xsd:gYear . }',
        "id:weihai",
    ),
    "empty-graph": (
        "g:evidence { g:empty a wkg:AssertedGraph ; prov:wasDerivedFrom q:a . }",
        "g:empty",
    ),
    "english-as-article": ('g:read { id:weihai rdfs:label "Weihai"@en . }', "id:weihai"),
    "follows-a-later-event": ("g:read { id:launch wkg:follows id:award . }", "id:launch"),
    "inferred-without-evidence": (
        "g:evidence { g:idle a wkg:InferredGraph ; prov:wasDerivedFrom g:nowhere . }",
        "g:idle",
    ),
    "justified-by-itself": (
        "g:evidence { g:inferred prov:wasDerivedFrom g:inferred . }",
        "g:inferred",
    ),
    "linked-to-itself": ("g:inferred { id:weihai wkg:linkedTo id:weihai . }", "id:weihai"),
    "located-in-itself": ("g:known { id:weihai wkg:locatedIn id:weihai . }", "id:weihai"),
    "never-named": ("g:inferred { id:ghost a wkg:Entity . }", "id:ghost"),
    "period-outside-its-year": ("g:known { id:day wkg:year 2023 . }", "id:day"),
    "planned-but-done": ('g:read { id:award wkg:status "completed" . }', "id:award"),
    "premise-without-evidence": (
        "g:evidence { g:inferred prov:wasDerivedFrom g:nowhere . }",
        "g:inferred",
    ),
    "quotation-not-in-article": (
        'g:evidence { q:b a wkg:Quotation ; oa:exact "毗連" ; oa:start 2 ; oa:end 4 ;'
        " prov:wasQuotedFrom article:a . g:read prov:wasDerivedFrom q:b . }",
        "q:b",
    ),
    "restates-itself": ("g:read { id:exact wkg:restates id:round . }", "id:exact"),
    "same-as-in-reasoned-data": (
        "g:read { id:weihai owl:sameAs <http://www.wikidata.org/entity/Q373023> . }",
        "id:weihai",
    ),
    "unjustified-statement": ("g:other { id:weihai wkg:adjacentTo id:launch . }", "id:weihai"),
    "unused-quotation": (
        'g:evidence { q:b a wkg:Quotation ; oa:exact "日韩" ; oa:start 4 ; oa:end 6 ;'
        " prov:wasQuotedFrom article:a . }",
        "q:b",
    ),
}


def _name(file: Path) -> str:
    return file.name.removesuffix("-violation.rq")


def _rows(file: Path, *parts: str) -> list[str]:
    """What a rule finds, with the default graph filled as in a release."""
    store = ox.Store()
    for part in parts:
        store.load((PREFIXES + part).encode(), format=ox.RdfFormat.TRIG)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    solutions = store.query(file.read_text("utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    return [str(solution["this"]) for solution in solutions]


def test_every_rule_has_a_fault_here() -> None:
    assert {_name(file) for file in CHECKS} == set(FAULTS)


@pytest.mark.parametrize("file", CHECKS, ids=_name)
def test_rule_begins_with_its_message(file: Path) -> None:
    first = file.read_text("utf-8").splitlines()[0]
    assert first.startswith("# message: ")
    assert first.endswith("."), "the message is a sentence that says what to do"


@pytest.mark.parametrize("file", CHECKS, ids=_name)
def test_rule_passes_sound_data(file: Path) -> None:
    assert _rows(file, SOUND) == []


@pytest.mark.parametrize("file", CHECKS, ids=_name)
def test_rule_sees_its_fault(file: Path) -> None:
    fault, about = FAULTS[_name(file)]
    prefix, _, name = about.partition(":")
    folder = {"id": "id", "g": "graph", "q": "quote"}[prefix]
    assert f"<{BASE}{folder}/{name}>" in _rows(file, SOUND, fault)
