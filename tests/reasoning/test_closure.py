"""The closure: what it never concludes, the order of its proofs, the ways to one statement."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from rdflib import OWL, RDF, BNode, Literal, URIRef

from weihai_kg.reasoning.closure import entail
from weihai_kg.reasoning.rules import RULES, compile_rules, sentence

ONTOLOGY = """
    :in a owl:TransitiveProperty ; owl:inverseOf :holds ; rdfs:domain :Place ; rdfs:range :Place .
    :near a owl:SymmetricProperty .
    :reaches owl:propertyChainAxiom (:reaches :in) .
    :City rdfs:subClassOf :Place .
    :Port owl:equivalentClass [
        owl:intersectionOf ( :Place [ owl:onProperty :by ; owl:hasValue :sea ] ) ] .
    :head a owl:FunctionalProperty .
"""
STATEMENTS = """
    :weihai a :City ; :in :shandong ; :by :sea ; :near :yantai ; :head :x , :y .
    :shandong :in :china . :china :in :asia . :line :reaches :weihai .
"""


def test_proofs_are_well_founded(closed):
    """Every premise is given or has a proof of its own, and no proof uses its conclusion."""
    closure = closed(ONTOLOGY, STATEMENTS)
    assert closure.proofs
    for triple, step in closure.proofs.items():
        assert all(premise in closure for premise in step.premises)
        whole = {p for inner in closure.proof(triple).values() for p in inner.premises}
        assert triple not in whole


def test_every_step_replays_in_owlrl(closed, replayed):
    """The premises and the axiom of each step, alone, give the conclusion."""
    closure = closed(ONTOLOGY, STATEMENTS)
    chosen = {step.rule: (step, triple) for triple, step in closure.proofs.items()}
    assert len(chosen) == 9
    for step, triple in chosen.values():
        assert replayed(step, triple), (triple, step)


def test_the_first_proof_is_a_shortest(closed, one):
    """What one step gives is not proved by two."""
    ontology = ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :p rdfs:domain :C ."
    step = closed(ontology, ":a a :A ; :p :b .").proofs[one(":a a :C .")]
    assert step.rule.name == "prp-dom"


def test_given_statements_have_no_proof(closed, one):
    """What was read is not inferred, even where it also follows."""
    closure = closed(":p a owl:SymmetricProperty .", ":a :p :b . :b :p :a .")
    assert not closure.proofs
    assert list(closure.steps(one(":a :p :b ."))) != []


def test_steps_gives_every_way_shortest_first(closed, one):
    """Alternatives, without those that go in a circle."""
    ontology = ":A rdfs:subClassOf :C . :B rdfs:subClassOf :C . :C rdfs:subClassOf :A ."
    closure = closed(ontology, ":a a :A , :B .")
    triple = one(":a a :C .")
    assert [step.premises for step in closure.steps(triple)] == [
        (one(":a a :A ."),),
        (one(":a a :B ."),),
    ]
    assert next(closure.steps(triple)) == closure.proofs[triple]


def test_steps_leaves_out_circles_unless_asked(closed, one):
    """A symmetric statement is no reason for itself."""
    closure = closed(":p a owl:SymmetricProperty .", ":a :p :b .")
    assert list(closure.steps(one(":a :p :b ."))) == []
    assert len(list(closure.steps(one(":a :p :b ."), circular=True))) == 1
    assert list(closure.steps(one(":a :p :unknown ."))) == []


def test_noise_is_never_concluded(closed):
    """No literal subjects, nothing the same as itself, no types that everything has, no bnodes."""
    ontology = """
        :p rdfs:range owl:Thing ; rdfs:domain rdfs:Resource ; owl:inverseOf :q .
        :C rdfs:subClassOf owl:Thing , [ owl:onProperty :p ; owl:hasValue 1 ] .
        :f a owl:FunctionalProperty .
    """
    closure = closed(ontology, ":a a :C ; :p 2 , :b ; :f :x , :y . :c :f 1 , 1.0 .")
    assert not closure.clashes
    for s, p, o in closure.proofs:
        assert not isinstance(s, Literal | BNode)
        assert not isinstance(o, BNode)
        assert isinstance(p, URIRef)
        assert o not in {OWL.Thing}
        assert p != OWL.sameAs or (s != o and not isinstance(o, Literal))


def test_an_empty_ontology_concludes_nothing(closed):
    assert not closed("", ":a :p :b .").proofs


@pytest.mark.parametrize(
    ("range_", "value"),
    [
        ("xsd:integer", "1.5"),
        ("xsd:integer", '"x"'),
        ("xsd:string", "1"),
        ("xsd:string", '"x"@en'),
        ("xsd:dateTime", '"2025-01-01"^^xsd:date'),
        ("xsd:nonNegativeInteger", "-1"),
        ("xsd:boolean", "1"),
    ],
)
def test_dt_not_type(forbids, range_, value):
    """A literal whose value is outside the range's datatype gives false (dt-not-type)."""
    forbids("prp-rng_dt-not-type", f":p rdfs:range {range_} .", f":a :p {value} .")


@pytest.mark.parametrize(
    ("range_", "value"),
    [
        ("xsd:integer", "1.0"),
        ("xsd:decimal", "1"),
        ("xsd:string", '"x"^^xsd:token'),
        ("xsd:integer", '"x"^^:unknown'),
        (":unknown", "1"),
        ("rdfs:Literal", "1"),
        ("rdf:langString", '"x"@en'),
        ("xsd:dateTimeStamp", '"2025-01-01T00:00:00Z"^^xsd:dateTime'),
    ],
)
def test_dt_not_type_only_where_it_is_sure(closed, range_, value):
    """1.0 is an integer; of an unknown datatype nothing is claimed."""
    assert not closed(f":p rdfs:range {range_} .", f":a :p {value} .").clashes


def test_dt_not_type_of_values_from(forbids):
    """The same for owl:allValuesFrom."""
    ontology = ":C rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom xsd:integer ] ."
    forbids("cax-sco_cls-avf_dt-not-type", ontology, ':a a :C ; :p "x" .')


@pytest.mark.parametrize(
    "literal",
    ['"x"^^xsd:integer', '"2025-13-01T00:00:00"^^xsd:dateTime', '"-1"^^xsd:unsignedByte'],
)
def test_dt_not_type_of_an_ill_typed_literal(literal):
    """A literal whose text is no form of its own datatype gives false."""
    text, _, datatype = literal.partition("^^xsd:")
    term = Literal(text.strip('"'), datatype=URIRef(f"http://www.w3.org/2001/XMLSchema#{datatype}"))
    closure = entail([(URIRef("urn:a"), URIRef("urn:p"), term)], compile_rules([]))
    (clash,) = closure.clashes
    assert clash.rule.name == "dt-not-type"


def test_clashes_name_the_given_statements(closed, parse):
    """The leaves of a clash are what was read, also where inferred statements clash."""
    closure = closed(
        "[] a owl:AllDisjointClasses ; owl:members (:C :D) . :p rdfs:domain :C ; rdfs:range :D .",
        ":a :p :b . :b :p :c .",
    )
    (clash,) = closure.clashes
    assert set(clash.leaves) == set(parse(":a :p :b . :b :p :c ."))
    assert all(p == RDF.type for _, p, _ in clash.premises)


SCRIPT = f"""
from rdflib import Graph
from weihai_kg.reasoning.closure import entail
from weihai_kg.reasoning.rules import compile_rules
PREFIXES = '''@prefix : <urn:ex:> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .'''
rules = compile_rules(Graph().parse(data=PREFIXES + '''{ONTOLOGY}'''))
closure = entail(set(Graph().parse(data=PREFIXES + '''{STATEMENTS}''')), rules)
for rule in rules:
    print(rule.name, rule.body, rule.head)
for triple, step in closure.proofs.items():
    print(triple, step.rule.name, step.premises)
    for way in closure.steps(triple):
        print(way.rule.name, way.premises)
"""


def test_the_same_in_every_run():
    """Rules, proofs and alternatives in one order, whatever the hash seed and the blank nodes."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 1000


def test_every_rule_has_its_sentence(closed):
    """In both languages, with the axiom's terms or with letters."""
    for rule in compile_rules([]):
        assert set(rule.names) <= set(RULES)
    for name, rule in RULES.items():
        assert 4 <= rule.table <= 9
        for language in ("zh", "en"):
            assert sentence(name, language).endswith(("。", "."))
            assert "{" not in sentence(name, language)
    closure = closed(":p owl:propertyChainAxiom (:q :r) .", ":a :q :b . :b :r :c .")
    (step,) = closure.proofs.values()
    (part,) = step.rule.parts
    label = {URIRef(f"urn:ex:{letter}"): letter for letter in "pqr"}.__getitem__
    assert sentence("prp-spo2", "en", part, label) == "The chain q, r makes p."
