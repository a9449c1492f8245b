"""Where owlrl departs from the specification, and what is done instead. Each test shows one."""

from __future__ import annotations

import pytest

from weihai_kg.reasoning.closure import entail
from weihai_kg.reasoning.referee import by_owlrl, by_reasonable, differences
from weihai_kg.reasoning.rules import compile_rules


@pytest.fixture
def three(parse):
    """Our closure, owlrl's verdict and reasonable's of one input."""

    def run(ontology, statements):
        axioms, given = parse(ontology), set(parse(statements))
        closure = entail(given, compile_rules(axioms))
        return closure, by_owlrl(given, axioms), by_reasonable(given, axioms)

    return run


def test_owlrl_does_not_compare_the_last_property_of_a_key(three, one):
    """prp-key asks that all values agree; owlrl merges two things with different numbers."""
    closure, owlrl, _ = three(":C owl:hasKey (:p) .", ":a a :C ; :p 1 . :b a :C ; :p 2 .")
    assert not closure.proofs
    assert one(":a owl:sameAs :b .") in owlrl.statements
    assert one(":a owl:sameAs :b .") in {d.statement for d in differences(closure, owlrl).missing}


def test_owlrl_makes_two_values_the_same(three, one):
    """prp-fp with dt-diff is false; owlrl gives everything that had one value the other too."""
    closure, owlrl, _ = three(":p a owl:FunctionalProperty .", ":a :p 1 , 2 . :b :q 1 .")
    assert [clash.rule.name for clash in closure.clashes] == ["prp-fp_dt-diff_eq-diff1"]
    assert not owlrl.errors
    assert one(":b :q 2 .") in owlrl.statements


def test_owlrl_does_not_see_the_last_of_all_disjoint_properties(three):
    """prp-adp holds for every pair; owlrl never looks at the last property."""
    ontology = "[] a owl:AllDisjointProperties ; owl:members (:p :q) ."
    closure, owlrl, _ = three(ontology, ":a :p :b ; :q :b .")
    assert [clash.rule.name for clash in closure.clashes] == ["prp-adp"]
    assert not owlrl.errors


def test_owlrl_does_not_see_the_last_of_all_different(three):
    """eq-diff2 and eq-diff3 hold for every pair; owlrl never looks at the last thing."""
    ontology = "[] a owl:AllDifferent ; owl:members (:a :b) ."
    closure, owlrl, _ = three(ontology, ":a owl:sameAs :b .")
    assert [clash.rule.name for clash in closure.clashes] == ["eq-diff2"]
    assert not owlrl.errors


def test_owlrl_does_not_report_a_value_outside_its_range(three):
    """dt-not-type: a string is no integer; owlrl gives the literal both types and goes on."""
    closure, owlrl, _ = three(":p rdfs:range xsd:integer .", ':a :p "x" .')
    assert [clash.rule.name for clash in closure.clashes] == ["prp-rng_dt-not-type"]
    assert not owlrl.errors


def test_owlrl_goes_by_the_declared_datatype(three, one):
    """dt-type2 goes by the value, and 1.0 is an integer."""
    ontology = ":C owl:someValuesFrom xsd:integer ; owl:onProperty :p ."
    closure, owlrl, _ = three(ontology, ":a :p 1.0 .")
    (extra,) = differences(closure, owlrl).extra
    assert extra.statement == one(":a a :C .")
    assert "dt-type2" in extra.reason


def test_owlrl_reports_contradictions_as_errors(three):
    """The error triples of owlrl are surfaced in its verdict."""
    closure, owlrl, reasonable = three(":C owl:disjointWith :D .", ":a a :C , :D .")
    assert len(closure.clashes) == len(owlrl.errors) == 1
    assert "isjoint" in owlrl.errors[0]
    assert reasonable.errors == ()


def test_reasonable_does_not_apply_chains(three, one):
    """prp-spo2 is missing in reasonable, and so is all that follows from it."""
    ontology = ":q owl:propertyChainAxiom (:p :p) . :q rdfs:domain :C ."
    closure, owlrl, reasonable = three(ontology, ":a :p :b . :b :p :c .")
    assert not differences(closure, owlrl)
    found = differences(closure, reasonable)
    assert not found.missing
    assert {d.statement for d in found.extra} == {one(":a :q :c ."), one(":a a :C .")}
    assert {d.reason for d in found.extra} == {"reasonable does not apply prp-spo2"}


@pytest.mark.parametrize(
    ("name", "ontology", "statements"),
    [
        ("prp-key", ":C owl:hasKey (:p :q) .", ":a a :C ; :p 1 ; :q 1 . :b a :C ; :p 1 ; :q 1 ."),
        ("cls-maxc2", ":C owl:maxCardinality 1 ; owl:onProperty :p .", ":a a :C ; :p :b , :c ."),
        ("cls-oo", ":C owl:oneOf (:a) .", ":a :p :b ."),
    ],
)
def test_reasonable_lacks(three, name, ontology, statements):
    """Rules that owlrl applies as we do, and reasonable does not."""
    closure, owlrl, reasonable = three(ontology, statements)
    assert not differences(closure, owlrl)
    found = differences(closure, reasonable)
    assert found.extra
    assert {d.reason for d in found.extra} == {f"reasonable does not apply {name}"}
