"""Statements about statements (RDF 1.2) in queries, and the release's dump with reifiers."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from jsonschema import Draft202012Validator
from rdflib import URIRef

from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.explanation import dataset, document, page, plain
from weihai_kg.explanation.explainer import Explainer
from weihai_kg.explanation.model import Ground, Kind, Statement
from weihai_kg.explanation.terms import TripleTerm, key, parse
from weihai_kg.namespaces import Namespaces
from weihai_kg.settings import Settings

from .conftest import alone, explainer_of, row_of, rows_of, small
from .test_docs import QUERIES

DATA = """
<e:a> <e:p> <e:b> ~ <e:r> {| <e:by> <e:ann> ; <e:year> 2025 |} .
<e:a> <e:p> <e:c> ~ <e:r> .
<e:a> <e:q> <e:d> {| <e:by> <e:bob> |} .
<< <e:b> <e:p> <e:d> ~ <e:s> >> <e:by> <e:ann> .
<e:x> <e:says> <<( <e:a> <e:p> <e:b> )>> .
<e:y> <e:says> <<( <e:a> <e:p> <<( <e:b> <e:p> 1 )>> )>> .
<e:a> a <e:K> ~ <e:k> {| <e:by> <e:ann> |} .
"""
NS = Namespaces()

TEXTS = [
    "SELECT ?o ?who { <e:a> <e:p> ?o {| <e:by> ?who |} }",
    "SELECT ?o ?r ?y { <e:a> <e:p> ?o ~ ?r {| <e:by> ?who ; <e:year> ?y |} }",
    "SELECT ?s ?o { << ?s <e:p> ?o >> <e:by> <e:ann> }",
    "SELECT ?s ?o ?r { << ?s <e:p> ?o ~ ?r >> <e:by> <e:ann> . FILTER(?s != <e:z>) }",
    "SELECT ?r { << <e:a> <e:p> <e:c> ~ ?r >> FILTER(isIRI(?r)) }",
    "SELECT ?t { ?x <e:says> ?t }",
    "SELECT ?x ?s { ?x <e:says> <<( ?s <e:p> ?o )>> }",
    "SELECT ?x ?i { ?x <e:says> <<( ?s ?p <<( ?i <e:p> 1 )>> )>> }",
    "SELECT ?s { ?r <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( ?s ?p ?o )>> }",
    "SELECT ?x (SUBJECT(?t) AS ?s) { ?x <e:says> ?t FILTER(isTRIPLE(?t)) }",
    "SELECT ?x { VALUES ?t { <<( <e:a> <e:p> <e:b> )>> } ?x <e:says> ?t }",
    "SELECT ?x ?t { ?x <e:says> ?y BIND(<<( ?x <e:of> ?y )>> AS ?t) }",
    "SELECT ?c { <e:a> a ?c ~ ?k {| <e:by> ?who |} }",
    "SELECT ?who (COUNT(*) AS ?n) { ?s ?p ?o {| <e:by> ?who |} } GROUP BY ?who",
    "SELECT ?o ?who { <e:a> <e:q> ?o OPTIONAL { << <e:a> <e:q> ?o >> <e:by> ?who } }",
    "SELECT ?o { <e:a> <e:p> ?o ~ ?r1 ~ ?r2 {| <e:by> ?z |} , <e:c> }",
]


@pytest.mark.parametrize("text", TEXTS)
def test_row_of_statements_about_statements_replays(text):
    data = small(DATA)
    rows = rows_of(data.store, text)
    assert rows
    explainer = explainer_of(data)
    for number in range(1, len(rows) + 1):
        found = explainer.row(QueryRequest(text), number=number)
        assert found.row is not None
        assert not [step for step in found.row.walk() if step.kind is Kind.UNEXPLAINED]
        wanted = row_of(found.row.row)
        assert wanted in rows
        assert wanted in rows_of(alone(found.row.statements()), text)
        again = explainer.row(QueryRequest(text), dict(found.row.row))
        assert again.row is not None
        assert again.row.row == found.row.row
        for language in ("zh", "en"):
            assert plain.render(found, language)
            assert page.standalone(found, language)
        Draft202012Validator(json.loads(document.schema())).validate(
            json.loads(document.render(found))
        )
        assert list(ox.parse(dataset.render(found, NS), format=ox.RdfFormat.TRIG))


@pytest.mark.parametrize("text", [
    "<<( <e:a> <e:p> <e:b> )>>", '<<(<e:a> <e:p> "x )>> y"@en)>>',
    "<<( <e:a> <e:p> <<( _:b <e:p> 'no' )>> )>>", "<<( <e:a> <e:p> )>>", "<<( <e:a>", "<<(" * 300,
    "<<( <e:a> <e:p> <e:b> )>> more",
])  # fmt: skip
def test_triple_term_is_read_as_the_engine_reads_it(text):
    line = f"<t:s> <t:p> {text} ."
    try:
        wanted = f"<<( {next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))).object} )>>"
    except SyntaxError:
        with pytest.raises(Exception, match="N-Triples"):
            parse(text)
        return
    found = parse(text)
    assert isinstance(found, TripleTerm)
    assert key(found) == wanted
    assert parse(key(found)) == found


@pytest.fixture(scope="module")
def reified(release):
    """The engine over the dump with reifiers, as ``serve --dataset`` has it."""
    engine = Engine.start(
        release.path / "weihai-kg-rdf12.ttl", Settings(workers=1, log_format="none")
    )
    yield Explainer(engine, NS, seconds=20)
    engine.close()


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_row_over_the_dump_with_reifiers_is_explained_down_to_the_words(reified, number):
    found = reified.row(QueryRequest(QUERIES[number]), number=1)
    assert found.row is not None
    assert not [step for step in found.row.walk() if step.kind is Kind.UNEXPLAINED]
    store = alone(found.row.statements())
    assert row_of(found.row.row) in rows_of(store, QUERIES[number])
    words = [
        quotation.exact
        for reason in found.reasons.values()
        for each in reason.justifications
        for quotation in (*each.quotations, *(q for s in each.sources for q in s.quotations))
    ]
    assert words
    stated = [
        each for each in found.row.statements() if not str(each.predicate).endswith("reifies")
    ]
    assert all(found.reasons[each].justifications for each in stated)


def test_statement_of_the_dump_has_the_words_of_the_release(reified, explainer):
    statement = Statement(NS.id["international-liner-routes"], NS.wkg.destination, NS.id.japan)
    here, there = (each.statement(statement).reasons[statement] for each in (reified, explainer))
    assert [j.quotations for j in here.justifications] == [
        j.quotations for j in there.justifications
    ]
    linked = Statement(NS.id.weihai, NS.wkg.linkedTo, NS.id.japan)
    first = reified.statement(linked).reasons[linked].justifications[0]
    assert first.ground is Ground.INFERRED
    assert first.rule is not None
    assert first.rule.name == "prp-spo2"
    assert any(source.quotations for source in first.sources)
    assert isinstance(linked.subject, URIRef)
