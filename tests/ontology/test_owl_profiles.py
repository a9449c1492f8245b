"""The ontology, alone, aligned and with the data, is OWL 2 DL, OWL 2 RL and consistent.

The OWL API and HermiT judge it: both are independent of everything this project runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ONTOLOGY = Path(__file__).parents[2] / "ontology"
CORE = ONTOLOGY / "weihai-kg.ttl"
ALIGNMENTS = sorted((ONTOLOGY / "alignments").glob("*.ttl"))
WHOLES = ["core", "core with alignments", "core with alignments and data"]


@pytest.fixture(scope="module", params=WHOLES)
def verdict(request: pytest.FixtureRequest, owl_api: Any) -> dict[str, Any]:
    """What the OWL API and HermiT say of each of the three wholes."""
    if request.param == "core":
        return owl_api.judge(CORE)
    if request.param == "core with alignments":
        return owl_api.judge(CORE, *ALIGNMENTS)
    return owl_api.judge(CORE, *ALIGNMENTS, more=request.getfixturevalue("data"))


@pytest.mark.parametrize("profile", ["OWL2DL", "OWL2RL"])
def test_in_profile(profile: str, verdict: dict[str, Any]) -> None:
    found = verdict[profile]
    assert not found, f"{len(found)} violations of {profile}:\n" + "\n".join(found)


def test_consistent(verdict: dict[str, Any]) -> None:
    assert verdict["consistent"], "HermiT: the statements contradict one another"


def test_every_class_can_have_instances(verdict: dict[str, Any]) -> None:
    assert verdict["unsatisfiable"] == []


def test_the_judges_see_what_is_wrong(owl_api: Any, tmp_path: Path) -> None:
    """A checker that finds nothing anywhere would prove nothing."""
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        """@prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <urn:bad> a owl:Ontology .
        <urn:p> a owl:DatatypeProperty ; rdfs:domain owl:Thing ; rdfs:range xsd:date .
        <urn:A> a owl:Class ; owl:disjointWith <urn:B> . <urn:B> a owl:Class .
        <urn:x> a <urn:A> , <urn:B> .""",
        encoding="utf-8",
    )
    verdict = owl_api.judge(bad)
    assert any("xsd:date" in each for each in verdict["OWL2DL"])
    assert verdict["OWL2RL"]
    assert not verdict["consistent"]


def test_the_judges_see_a_class_without_instances(owl_api: Any, tmp_path: Path) -> None:
    empty = tmp_path / "empty.ttl"
    empty.write_text(
        """@prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <urn:empty> a owl:Ontology .
        <urn:A> a owl:Class ; owl:disjointWith <urn:B> . <urn:B> a owl:Class .
        <urn:C> a owl:Class ; rdfs:subClassOf <urn:A> , <urn:B> .""",
        encoding="utf-8",
    )
    assert owl_api.judge(empty)["unsatisfiable"] == ["<urn:C>"]
