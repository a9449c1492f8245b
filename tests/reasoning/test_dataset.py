"""The project's own ontology and data: our conclusions are owlrl's, and every step replays."""

from __future__ import annotations

import pytest

from weihai_kg.namespaces import Namespaces
from weihai_kg.reasoning.closure import entail
from weihai_kg.reasoning.referee import REASONERS, by_owlrl, by_reasonable, differences
from weihai_kg.reasoning.rules import compile_rules
from weihai_kg.reasoning.vocabulary import instance_statements
from weihai_kg.sources import corpus as sources
from weihai_kg.sources import evidence


@pytest.fixture(scope="module")
def dataset(project):
    """The ontology, and the statements from which the build concludes."""
    namespaces = Namespaces()
    corpus, _ = sources.read(project, namespaces)
    read, _ = evidence.weave(corpus)
    links, about = str(namespaces.graph.links), namespaces.graph.evidence
    statements = {t for g, t in read if g != about and not str(g).startswith(links)}
    ontology = set(corpus.ontology)
    assert len(ontology) > 1000
    assert len(statements) > 1000

    return ontology, statements | instance_statements(ontology)


@pytest.fixture(scope="module")
def closure(dataset):
    ontology, statements = dataset

    return entail(statements, compile_rules(ontology))


def test_it_is_consistent(closure):
    assert closure.clashes == ()


def test_owlrl_concludes_the_same(closure, dataset):
    """Equal statements about things: nothing missing, nothing more."""
    ontology, statements = dataset
    verdict = by_owlrl(statements, ontology)
    assert verdict.errors == ()
    found = differences(closure, verdict)
    assert not found, found


def test_reasonable_lacks_only_what_chains_give(closure, dataset):
    """Every difference has its reason."""
    ontology, statements = dataset
    found = differences(closure, by_reasonable(statements, ontology))
    assert not found.missing
    assert {d.reason for d in found.extra} == {"reasonable does not apply prp-spo2"}


def test_each_kind_of_step_replays_in_owlrl(closure, replayed):
    """For every rule in use one statement: premises and axiom alone give it."""
    samples = {}
    for triple, step in closure.proofs.items():
        samples.setdefault(step.rule.name, (step, triple))
    assert len(samples) >= 5
    for step, triple in samples.values():
        assert replayed(step, triple), (triple, step)


def test_the_reasoners_can_be_chosen_by_name(parse):
    """All three agree on what none of them lacks."""
    ontology, given = parse(":C rdfs:subClassOf :D ."), set(parse(":a a :C ."))
    verdicts = {name: reason(given, ontology) for name, reason in REASONERS.items()}
    assert list(verdicts) == ["justified", "owlrl", "reasonable"]
    assert len({verdict.statements for verdict in verdicts.values()}) == 1
    assert {verdict.reasoner for verdict in verdicts.values()} == set(REASONERS)
