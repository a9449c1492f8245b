"""What each axiom of the ontology earns: a statement that nobody wrote.

The answers are owlrl's, the reference reasoner, over a few statements of the kind the article
makes. That the published closure equals owlrl's is tested with the reasoner.
"""

from __future__ import annotations

from typing import Any

import owlrl
import pytest
from rdflib import Graph

PREFIXES = """
@prefix wkg: <https://w3id.org/weihai-kg/ontology#> .
@prefix id: <https://w3id.org/weihai-kg/id/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sem: <http://semanticweb.cs.vu.nl/2009/11/sem/> .
@prefix schema: <https://schema.org/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
"""
GIVEN = """
id:weihai-port wkg:locatedIn id:weihai .
id:weihai wkg:locatedIn id:shandong ; wkg:adjacentTo id:south-korea .
id:shandong wkg:locatedIn id:china .
id:incheon-port wkg:locatedIn id:incheon .
id:incheon wkg:locatedIn id:south-korea .
id:samsung-heavy-rongcheng wkg:basedIn id:weihai .

id:ferry wkg:origin id:weihai-port ; wkg:destination id:incheon-port ;
    wkg:transportMode id:mode-sea ; a wkg:Route .
id:express wkg:origin id:weihai-port ; wkg:via id:incheon-port ; wkg:destination id:tokyo .
id:flight a wkg:Route ; wkg:transportMode id:mode-air .

id:launch a wkg:Ceremony ; wkg:heldIn id:weihai .
id:visit wkg:participant id:incheon-government ; wkg:visitor id:delegation .
id:incheon-government wkg:governs id:incheon .
id:delegation wkg:represents id:weihai .
id:reception wkg:participant id:jeong-gi-myeong , id:korean-universities .
id:jeong-gi-myeong org:headOf id:yeosu-government .
id:yeosu-government wkg:governs id:yeosu .
id:korean-universities wkg:homeArea id:incheon .
id:conference-5 a wkg:Event .
id:contest wkg:subEventOf id:conference-5 ; wkg:participant id:japanese-teams .
id:award-meeting wkg:subEventOf id:contest ; a wkg:Event ; wkg:status "planned" .
id:conference-5 wkg:follows id:conference-4 ; wkg:editionOf id:series ; wkg:organizer id:weihai .
id:centre wkg:outcomeOf id:conference-4 .

id:weihai wkg:twinnedWith id:ube ; wkg:cooperatesWith id:jcea .
id:policy wkg:issuedBy id:departments .
id:vehicles wkg:partOfInitiative id:four-ports . id:four-ports wkg:partOfInitiative id:strategy .
id:practice wkg:hasAward id:best-practice .
id:project wkg:implementedIn id:weihai .
id:softbank-weihai wkg:investedBy id:softbank .
id:obs wkg:about id:weihai .
id:claim wkg:concerns id:weihai .
id:mechanism wkg:party id:jcea .
"""
EARNED = {
    "locatedIn is transitive": "id:weihai-port wkg:locatedIn id:china .",
    "contains is its inverse": "id:china wkg:contains id:weihai-port .",
    "adjacentTo is symmetric": "id:south-korea wkg:adjacentTo id:weihai .",
    "a company in Weihai is in China": "id:samsung-heavy-rongcheng wkg:basedIn id:china .",
    "baseOf is the inverse": "id:china wkg:baseOf id:samsung-heavy-rongcheng .",
    "a route links its ends": "id:weihai-port wkg:linkedTo id:incheon-port .",
    "... and the areas around them": "id:weihai wkg:linkedTo id:south-korea .",
    "... both ways, up to countries": "id:south-korea wkg:linkedTo id:china .",
    "a route links its start with what it passes": "id:weihai-port wkg:linkedTo id:incheon .",
    "a route by sea is a shipping route": "id:ferry a wkg:ShippingRoute .",
    "a route by air is an air route": "id:flight a wkg:AirRoute .",
    "held in Weihai is held in China": "id:launch wkg:heldIn id:china .",
    "hostsEvent is the inverse": "id:china wkg:hostsEvent id:launch .",
    "a visitor takes part": "id:delegation wkg:participatesIn id:visit .",
    "an organizer takes part": "id:conference-5 wkg:participant id:weihai .",
    "a city is involved through its government": "id:visit wkg:involves id:incheon .",
    "... and so is its country": "id:visit wkg:involves id:south-korea .",
    "a city is involved through its delegation": "id:visit wkg:involves id:weihai .",
    "a head represents what the body governs": "id:jeong-gi-myeong wkg:represents id:yeosu .",
    "a city is involved through its mayor": "id:reception wkg:involves id:yeosu .",
    "who comes from Incheon comes from Korea": (
        "id:korean-universities wkg:homeArea id:south-korea ."
    ),
    "a country is involved through its people": "id:reception wkg:involves id:south-korea .",
    "subEventOf is transitive": "id:award-meeting wkg:subEventOf id:conference-5 .",
    "who takes part in a part takes part": "id:conference-5 wkg:participant id:japanese-teams .",
    "what is planned is a planned event": "id:award-meeting a wkg:PlannedEvent .",
    "hasEdition is the inverse": "id:series wkg:hasEdition id:conference-5 .",
    "outcome is the inverse": "id:conference-4 wkg:outcome id:centre .",
    "twinnedWith is symmetric": "id:ube wkg:twinnedWith id:weihai .",
    "... and holds between cities": "id:ube a wkg:City .",
    "cooperatesWith is symmetric": "id:jcea wkg:cooperatesWith id:weihai .",
    "who issues a policy undertakes it": "id:departments wkg:undertakes id:policy .",
    "a part of a part is a part": "id:vehicles wkg:partOfInitiative id:strategy .",
    "awardedTo is the inverse": "id:best-practice wkg:awardedTo id:practice .",
    "settled in Weihai is settled in China": "id:project wkg:implementedIn id:china .",
    "investsIn is the inverse": "id:softbank wkg:investsIn id:softbank-weihai .",
    "hasObservation is the inverse": "id:weihai wkg:hasObservation id:obs .",
    "concernedBy is the inverse": "id:weihai wkg:concernedBy id:claim .",
    "partyTo is the inverse": "id:jcea wkg:partyTo id:mechanism .",
    "a head is a member (ORG)": "id:jeong-gi-myeong org:memberOf id:yeosu-government .",
    "an event has its place (SEM)": "id:launch sem:hasPlace id:china .",
    "an event has its actors (SEM)": "id:visit sem:hasActor id:delegation .",
    "a place is within another (GeoSPARQL)": "id:weihai-port geo:sfWithin id:china .",
    "a twin city is a city (schema.org)": "id:ube a schema:City .",
    "a government is an agent (PROV-O)": "id:incheon-government a prov:Agent .",
}
CONTRADICTIONS = {
    "a company is no place": "id:x a wkg:Company , wkg:Port .",
    "a group of firms is no company": "id:x a wkg:AgentGroup , wkg:Company .",
    "an event is no agreement": "id:x a wkg:Conference , wkg:Agreement .",
    "a claim is nothing that exists": "id:x a wkg:Claim , wkg:Event .",
    "a figure is no indicator": "id:x a wkg:Observation , wkg:Indicator .",
    "a topic is no entity": "id:x a wkg:Industry , wkg:Company .",
    "a region is no country": "id:x a wkg:Region , wkg:Country .",
    "no city is its own twin": "id:x wkg:twinnedWith id:x .",
    "no route ends where it starts": "id:x wkg:origin id:y ; wkg:destination id:y .",
    "no figure restates itself": "id:x wkg:restates id:x .",
    "a domain tells what an event is not": "id:x wkg:heldIn id:y . id:x a wkg:Vessel .",
    "evidence is no entity": "id:x a wkg:AssertedGraph , wkg:City .",
}
ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"


def _closure(ontology: Graph, turtle: str) -> Graph:
    graph = Graph(bind_namespaces="none")
    graph += ontology
    graph.parse(data=PREFIXES + turtle, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def _errors(graph: Graph) -> list[str]:
    return [str(value) for _, predicate, value in graph if str(predicate) == ERROR]


@pytest.fixture(scope="module")
def logic(aligned: Any) -> Graph:
    """The axioms without the annotations, which no rule needs."""
    annotations = set(aligned.annotation_properties)
    graph = Graph(bind_namespaces="none")
    for statement in aligned.graph:
        if statement[1] not in annotations and not statement[1].endswith(("#label", "#comment")):
            graph.add(statement)
    return graph


@pytest.fixture(scope="module")
def closure(logic: Graph) -> Graph:
    return _closure(logic, GIVEN)


def test_what_is_given_is_consistent(closure: Graph) -> None:
    assert not _errors(closure)


@pytest.mark.parametrize("axiom", EARNED)
def test_axiom_earns_its_inference(axiom: str, closure: Graph) -> None:
    wanted = Graph().parse(data=PREFIXES + EARNED[axiom], format="turtle")
    given = Graph().parse(data=PREFIXES + GIVEN, format="turtle")
    assert not [statement for statement in wanted if statement in given], "given, so not earned"
    assert not [statement for statement in wanted if statement not in closure]


@pytest.mark.parametrize("axiom", CONTRADICTIONS)
def test_axiom_refuses_a_contradiction(axiom: str, logic: Graph) -> None:
    assert _errors(_closure(logic, CONTRADICTIONS[axiom])), "nothing contradicts this"
