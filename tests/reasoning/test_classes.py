"""Tables 6 and 7: the semantics of classes and of class axioms."""

from __future__ import annotations

import pytest
from rdflib import BNode, Graph

from weihai_kg.reasoning.folding import CircularExpressionError
from weihai_kg.reasoning.rules import compile_rules


def test_cls_nothing2(forbids):
    """T(x type Nothing) gives false."""
    forbids("cls-nothing2", ":C rdfs:subClassOf owl:Nothing .", ":a a :C .")


def test_cls_int1(gives):
    """T(c intersectionOf (c1 ... cn)), T(y type c1) ... give T(y type c)."""
    gives("cls-int1", ":C owl:intersectionOf (:D :E) .", ":a a :D , :E .", ":a a :C .")


def test_cls_int2(gives):
    """T(c intersectionOf (c1 ... cn)), T(y type c) give T(y type ci)."""
    gives("cls-int2", ":C owl:intersectionOf (:D :E) .", ":a a :C .", ":a a :E .")


def test_cls_uni(gives):
    """T(c unionOf (c1 ... cn)), T(y type ci) give T(y type c)."""
    gives("cls-uni", ":C owl:unionOf (:D :E) .", ":a a :E .", ":a a :C .")


def test_cls_com(forbids):
    """T(c1 complementOf c2), T(x type c1), T(x type c2) give false."""
    forbids("cls-com", ":C owl:complementOf :D .", ":a a :C , :D .")


def test_cls_svf1(gives):
    """T(x someValuesFrom y), T(x onProperty p), T(u p v), T(v type y) give T(u type x)."""
    ontology = ":C owl:someValuesFrom :D ; owl:onProperty :p ."
    gives("cls-svf1", ontology, ":a :p :b . :b a :D .", ":a a :C .")


def test_cls_svf1_of_a_datatype(gives):
    """A literal is in its datatype (dt-type2), and so may be the value that is asked for."""
    ontology = ":C owl:someValuesFrom xsd:decimal ; owl:onProperty :p ."
    gives("dt-type2_cls-svf1", ontology, ':a :p 5 . :b :p "5" .', ":a a :C .")


def test_cls_svf2(gives):
    """T(x someValuesFrom Thing), T(x onProperty p), T(u p v) give T(u type x)."""
    ontology = ":C owl:someValuesFrom owl:Thing ; owl:onProperty :p ."
    gives("cls-svf2", ontology, ":a :p :b .", ":a a :C .")


def test_cls_avf(gives):
    """T(x allValuesFrom y), T(x onProperty p), T(u type x), T(u p v) give T(v type y)."""
    ontology = ":C owl:allValuesFrom :D ; owl:onProperty :p ."
    gives("cls-avf", ontology, ":a a :C ; :p :b .", ":b a :D .")


def test_cls_hv1(gives):
    """T(x hasValue y), T(x onProperty p), T(u type x) give T(u p y)."""
    gives("cls-hv1", ":C owl:hasValue :v ; owl:onProperty :p .", ":a a :C .", ":a :p :v .")


def test_cls_hv2(gives):
    """T(x hasValue y), T(x onProperty p), T(u p y) give T(u type x)."""
    gives("cls-hv2", ":C owl:hasValue :v ; owl:onProperty :p .", ":a :p :v .", ":a a :C .")


def test_cls_maxc1(forbids):
    """T(x maxCardinality 0), T(x onProperty p), T(u type x), T(u p y) give false."""
    ontology = ":C owl:maxCardinality 0 ; owl:onProperty :p ."
    forbids("cls-maxc1", ontology, ":a a :C ; :p :b .")


def test_cls_maxc2(gives):
    """T(x maxCardinality 1), T(x onProperty p), T(u type x) and two values make them the same."""
    ontology = ":C owl:maxCardinality 1 ; owl:onProperty :p ."
    gives("cls-maxc2", ontology, ":a a :C ; :p :b , :c .", ":b owl:sameAs :c .")


def test_cls_maxqc1(forbids):
    """T(x maxQualifiedCardinality 0), T(x onClass c) and a value of the class give false."""
    ontology = ":C owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass :D ."
    forbids("cls-maxqc1", ontology, ":a a :C ; :p :b , :c . :b a :D .")


def test_cls_maxqc2(forbids):
    """T(x maxQualifiedCardinality 0), T(x onClass Thing) and any value give false."""
    ontology = ":C owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass owl:Thing ."
    forbids("cls-maxqc2", ontology, ":a a :C ; :p :b .")


def test_cls_maxqc3(gives):
    """T(x maxQualifiedCardinality 1), T(x onClass c) make two values of the class the same."""
    ontology = ":C owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass :D ."
    statements = ":a a :C ; :p :b , :c , :d . :b a :D . :c a :D ."
    gives("cls-maxqc3", ontology, statements, ":b owl:sameAs :c .")


def test_cls_maxqc4(gives):
    """T(x maxQualifiedCardinality 1), T(x onClass Thing) make two values the same."""
    ontology = ":C owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass owl:Thing ."
    gives("cls-maxqc4", ontology, ":a a :C ; :p :b , :c .", ":b owl:sameAs :c .")


def test_cls_oo(gives):
    """T(c oneOf (y1 ... yn)) gives T(yi type c), from the ontology alone."""
    step = gives("cls-oo", ":C owl:oneOf (:a :b) .", "", ":b a :C .")
    assert step.premises == ()


def test_cax_sco(gives):
    """T(c1 subClassOf c2), T(x type c1) give T(x type c2)."""
    gives("cax-sco", ":C rdfs:subClassOf :D .", ":a a :C .", ":a a :D .")


def test_cax_eqc1(gives):
    """T(c1 equivalentClass c2), T(x type c1) give T(x type c2)."""
    gives("cax-eqc1", ":C owl:equivalentClass :D .", ":a a :C .", ":a a :D .")


def test_cax_eqc2(gives):
    """T(c1 equivalentClass c2), T(x type c2) give T(x type c1)."""
    gives("cax-eqc2", ":C owl:equivalentClass :D .", ":a a :D .", ":a a :C .")


def test_cax_dw(forbids):
    """T(c1 disjointWith c2), T(x type c1), T(x type c2) give false."""
    forbids("cax-dw", ":C owl:disjointWith :D .", ":a a :C , :D .")


def test_cax_adc(forbids):
    """Two of the classes of AllDisjointClasses with one member give false."""
    forbids("cax-adc", "[] a owl:AllDisjointClasses ; owl:members (:C :D :E) .", ":a a :D , :E .")


DEFINED = """
    :Ship owl:equivalentClass [ a owl:Class ; owl:intersectionOf (
        :Route [ a owl:Restriction ; owl:onProperty :mode ; owl:hasValue :sea ] ) ] .
"""


def test_a_defined_class_is_reached_in_one_step(gives):
    """The nameless classes of a definition are folded away: premises are named statements."""
    step = gives("cls-hv2_cls-int1_cax-eqc2", DEFINED, ":a a :Route ; :mode :sea .", ":a a :Ship .")
    assert step.rule.names == ("cls-hv2", "cls-int1", "cax-eqc2")
    assert len(step.premises) == 2


def test_a_defined_class_gives_its_parts_in_one_step(gives):
    """The other way round: what a member of a defined class is and has."""
    gives("cax-eqc1_cls-int2", DEFINED, ":a a :Ship .", ":a a :Route .")
    gives("cax-eqc1_cls-int2_cls-hv1", DEFINED, ":a a :Ship .", ":a :mode :sea .")


def test_expressions_within_expressions(gives):
    """Some value that is one of two things, or of a class: nested three deep."""
    ontology = """
        [ owl:onProperty :p ; owl:someValuesFrom [ owl:unionOf ( [ owl:oneOf (:x :y) ] :D ) ] ]
            rdfs:subClassOf [
                owl:onProperty :q ; owl:allValuesFrom [ owl:intersectionOf (:E :F) ] ] .
    """
    first = gives(
        "cls-oo_cls-uni_cls-svf1_cax-sco_cls-avf_cls-int2",
        ontology,
        ":a :p :y ; :q :b .",
        ":b a :F .",
    )
    assert len(first.premises) == 2
    gives(
        "cls-uni_cls-svf1_cax-sco_cls-avf_cls-int2",
        ontology,
        ":a :p :z ; :q :b . :z a :D .",
        ":b a :E .",
    )


def test_scm_svf1(gives):
    """One restriction below another: T(c1 someValuesFrom y1), y1 below y2, on one property."""
    ontology = """
        :A rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :C ] .
        [ owl:onProperty :p ; owl:someValuesFrom :D ] rdfs:subClassOf :B .
        :C rdfs:subClassOf :M . :M rdfs:subClassOf :D .
    """
    gives("cax-sco_scm-svf1_cax-sco_cax-sco", ontology, ":a a :A .", ":a a :B .")


def test_scm_svf2(gives):
    """The same for one class and a property below another."""
    ontology = """
        :A rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :C ] .
        [ owl:onProperty :q ; owl:someValuesFrom :C ] rdfs:subClassOf :B .
        :p rdfs:subPropertyOf :q .
    """
    gives("cax-sco_scm-svf2_cax-sco_cax-sco", ontology, ":a a :A .", ":a a :B .")


def test_scm_avf1(gives):
    """T(c1 allValuesFrom y1), y1 below y2, on one property."""
    ontology = """
        :A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :C ] .
        [ owl:onProperty :p ; owl:allValuesFrom :D ] rdfs:subClassOf :B .
        :C rdfs:subClassOf :D .
    """
    gives("cax-sco_scm-avf1_cax-sco_cax-sco", ontology, ":a a :A .", ":a a :B .")


def test_scm_avf2(gives):
    """All values for the wider property are of a class, so those for the narrower are."""
    ontology = """
        :A rdfs:subClassOf [ owl:onProperty :q ; owl:allValuesFrom :C ] .
        [ owl:onProperty :p ; owl:allValuesFrom :C ] rdfs:subClassOf :B .
        :p rdfs:subPropertyOf :q .
    """
    gives("cax-sco_scm-avf2_cax-sco_cax-sco", ontology, ":a a :A .", ":a a :B .")


@pytest.mark.parametrize(
    ("ontology", "conclusion"),
    [
        (":p rdfs:domain :C . :C rdfs:subClassOf :D .", ":a a :D ."),
        (":p rdfs:subPropertyOf :q . :q rdfs:domain :D .", ":a a :D ."),
        (":p rdfs:range :C . :C owl:equivalentClass :D .", ":b a :D ."),
        (":p owl:equivalentProperty :q . :q rdfs:range :D .", ":b a :D ."),
    ],
    ids=["scm-dom1", "scm-dom2", "scm-rng1", "scm-rng2"],
)
def test_inherited_domains_and_ranges_need_no_schema_closure(ontology, conclusion, closed, one):
    """Where table 9 shortens the way, the rules walk it step by step."""
    assert one(conclusion) in closed(ontology, ":a :p :b .").proofs


def test_a_class_that_is_defined_by_itself_is_refused():
    """A nameless class inside itself is no class expression of OWL 2."""
    node = BNode()
    graph = Graph().parse(
        data="""
            @prefix owl: <http://www.w3.org/2002/07/owl#> .
            @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
            <urn:r> owl:onProperty <urn:p> ; owl:someValuesFrom <urn:r> ; rdfs:subClassOf <urn:C> .
        """,
        format="turtle",
    )
    looped = [tuple(node if str(t) == "urn:r" else t for t in triple) for triple in graph]
    with pytest.raises(CircularExpressionError, match="give the class a name"):
        compile_rules(looped)
