"""Proofs as named graphs: the statement, its rule, its sources."""

from __future__ import annotations

from hashlib import sha256

import pytest
from rdflib import DCTERMS, PROV, RDF, RDFS, Literal, URIRef

from weihai_kg.namespaces import Namespaces
from weihai_kg.reasoning.proofs import (
    UnknownPremiseError,
    evidence_quads,
    inferred_graph,
    justify,
    n_triples,
    rule_quads,
    used_rules,
)
from weihai_kg.sources.named_graphs import NamedGraphs

NS = Namespaces()
G = NS.graph
ONTOLOGY = """
    :in a owl:TransitiveProperty ; rdfs:domain :Place .
    :Home owl:oneOf (:weihai) .
"""


def test_a_graph_is_named_after_its_statement():
    triple = (NS.id.a, NS.wkg.note, Literal('线"路\n', lang="zh"))
    line = f'<{NS.id.a}> <{NS.wkg.note}> "线\\"路\\n"@zh .'
    assert n_triples(triple) == line
    name = sha256(line.encode()).hexdigest()[:16]
    assert inferred_graph(triple, NS) == URIRef(f"{G}inferred-{name}")


def test_evidence_of_an_inferred_statement(closed, one):
    """The rule by its name, and one graph for each premise: background after the others."""
    closure = closed(ONTOLOGY, ":weihai :in :shandong . :shandong :in :china .")
    holders = {
        one(":weihai :in :shandong ."): [G["p2"], G["p1"]],
        one(":shandong :in :china ."): [G["a-background"], G["p3"]],
    }
    conclusion = one(":weihai :in :china .")
    graph = inferred_graph(conclusion, NS)
    quads = list(evidence_quads(closure, holders, NS, background={G["a-background"]}))
    assert (*conclusion, graph) in quads
    assert [quad[1:] for quad in quads if quad[0] == graph] == [
        (RDF.type, NS.wkg.InferredGraph, G.evidence),
        (PROV.wasGeneratedBy, NS.rule["prp-trp"], G.evidence),
        (PROV.wasDerivedFrom, G["p1"], G.evidence),
        (PROV.wasDerivedFrom, G["p3"], G.evidence),
    ]


def test_what_the_ontology_alone_gives_is_derived_from_it(closed, one):
    """cls-oo has no premise among the statements."""
    quads = list(evidence_quads(closed(ONTOLOGY, ""), {}, NS))
    graph = inferred_graph(one(":weihai a :Home ."), NS)
    assert (graph, PROV.wasDerivedFrom, G.ontology, G.evidence) in quads


def test_a_premise_in_no_graph_is_refused(closed):
    closure = closed(ONTOLOGY, ":weihai :in :shandong .")
    with pytest.raises(UnknownPremiseError, match="name the graph it was read from"):
        list(evidence_quads(closure, {}, NS))


def test_each_used_rule_is_described(closed):
    """Labels and sentences in both languages; a folded rule names its parts."""
    ontology = """
        :Ship owl:equivalentClass [ owl:intersectionOf (
            :Route [ owl:onProperty :mode ; owl:hasValue :sea ] ) ] .
    """
    closure = closed(ontology, ":a a :Route ; :mode :sea .")
    quads = list(rule_quads(used_rules(closure), NS))
    folded = NS.rule["cls-hv2_cls-int1_cax-eqc2"]
    assert {o for s, p, o, _ in quads if (s, p) == (folded, DCTERMS.hasPart)} == {
        NS.rule["cls-hv2"], NS.rule["cls-int1"], NS.rule["cax-eqc2"],
    }  # fmt: skip
    for subject in {s for s, _, _, _ in quads}:
        for predicate in (RDFS.label, RDFS.comment):
            words = [o for s, p, o, _ in quads if (s, p) == (subject, predicate)]
            assert {word.language for word in words} == {"zh", "en"}
        assert (subject, RDF.type, NS.wkg.InferenceRule, G.evidence) in quads
    assert {graph for *_, graph in quads} == {G.evidence}


def test_justify_keeps_links_and_evidence_out(parse, one):
    """Nothing follows from links or from what is said of the evidence; clashes there are found."""
    read = NamedGraphs()
    read.add(G["p1"], one(":a :in :b ."))
    read.add(G["links/wikidata"], one(":a owl:sameAs :elsewhere ."))
    read.add(G.evidence, one(":quotation :in :article ."))
    inferred, clashes = justify(read, parse(ONTOLOGY), NS)
    statements = {triple for graph, triple in inferred if graph != G.evidence}
    assert statements == {one(":a a :Place ."), one(":weihai a :Home .")}
    assert clashes == ()
    read.add(G.evidence, one(":quotation owl:differentFrom :quotation ."))
    assert len(justify(read, parse(ONTOLOGY), NS)[1]) == 1
