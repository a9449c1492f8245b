"""Small ontologies and statements in Turtle, closed and held against owlrl."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph

from weihai_kg.reasoning.closure import Closure, Step, entail
from weihai_kg.reasoning.referee import by_owlrl
from weihai_kg.reasoning.rules import compile_rules
from weihai_kg.reasoning.terms import Triple

PREFIXES = """
@prefix : <urn:ex:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def parse(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def one(text: str) -> Triple:
    (triple,) = parse(text)

    return triple


def close(ontology: str, statements: str) -> Closure:
    return entail(set(parse(statements)), compile_rules(parse(ontology)))


def replayed(step: Step, triple: Triple) -> bool:
    """Whether owlrl, given the premises and the axiom alone, concludes the statement."""
    return triple in by_owlrl(step.premises, step.rule.axiom).statements


@pytest.fixture(scope="session")
def gives() -> Callable[[str, str, str, str], Step]:
    """Assert that a rule gives a statement, and that owlrl gives it from the same premises."""

    def check(name: str, ontology: str, statements: str, conclusion: str) -> Step:
        triple = one(conclusion)
        closure = close(ontology, statements)
        assert triple in closure.proofs, sorted(closure.proofs)
        step = closure.proofs[triple]
        assert step.rule.name == name
        assert all(premise in closure for premise in step.premises)
        assert replayed(step, triple)
        assert not closure.clashes

        return step

    return check


@pytest.fixture(scope="session")
def forbids() -> Callable[[str, str, str], tuple[Triple, ...]]:
    """Assert that a rule, and no other, gives false; the premises of its one clash."""

    def check(name: str, ontology: str, statements: str) -> tuple[Triple, ...]:
        (clash,) = close(ontology, statements).clashes
        assert clash.rule.name == name
        assert set(clash.leaves) <= set(parse(statements))

        return clash.premises

    return check


@pytest.fixture(scope="session", name="closed")
def closed_() -> Callable[[str, str], Closure]:
    return close


@pytest.fixture(scope="session", name="one")
def one_() -> Callable[[str], Triple]:
    return one


@pytest.fixture(scope="session", name="parse")
def parse_() -> Callable[[str], Graph]:
    return parse


@pytest.fixture(scope="session", name="replayed")
def replayed_() -> Callable[[Step, Triple], bool]:
    return replayed


@pytest.fixture(scope="session")
def project() -> Path:
    return Path(__file__).parents[2]
