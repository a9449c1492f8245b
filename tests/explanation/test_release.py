"""The proofs of the release, and the rows of every saved query, held to the truth."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.explanation.evidence import Evidence
from weihai_kg.explanation.explainer import MOST_SHOWN
from weihai_kg.explanation.model import Ground, Kind, Statement
from weihai_kg.explanation.reading import read
from weihai_kg.explanation.terms import key
from weihai_kg.namespaces import Namespaces
from weihai_kg.saved_queries.header import parse_all

from .conftest import alone, row_of, rows_of

NS = Namespaces()
LEAVES = {Ground.QUOTED, Ground.BACKGROUND, Ground.ONTOLOGY, Ground.COMPUTED}
CAP = 30


@pytest.fixture(scope="module")
def evidence(explainer):
    """The reasons for every inferred statement of the release."""
    asker = explainer.asker()
    found = Evidence(asker, NS, explainer._rulebook(asker))
    rows = asker.rows(f"SELECT * {{ ?g a <{NS.wkg.InferredGraph}> GRAPH ?g {{ ?s ?p ?o }} }}")
    found.collect(Statement(row["s"], row["p"], row["o"]) for row in rows)
    return found


def inferred(evidence):
    return [
        (reason.statement, each)
        for reason in evidence.reasons.values()
        for each in reason.justifications
        if each.ground is Ground.INFERRED
    ]


def test_every_inferred_statement_has_its_premises_and_its_rule(evidence):
    found = inferred(evidence)
    assert len(found) > 1000
    for statement, each in found:
        assert each.premises, statement
        assert each.rule is not None
        assert all(each.rule.sentences[language] for language in ("zh", "en")), each.rule


def test_leaves_of_every_proof_are_quoted_background_computed_or_ontology(evidence):
    sound: dict[Statement, bool] = {}

    def ends_in_leaves(statement, above):
        assert statement not in above, "a circle"
        if statement not in sound:
            ways = evidence.reasons[statement].justifications
            assert ways, statement
            first = ways[0]
            if first.premises:
                for premise in first.premises:
                    ends_in_leaves(premise, above | {statement})
            else:
                assert first.ground in LEAVES, (statement, first.ground)
                assert first.quotations or first.sources or first.ground is Ground.ONTOLOGY
            sound[statement] = True

    for statement, _ in inferred(evidence):
        ends_in_leaves(statement, frozenset())


def test_premises_stand_in_the_graphs_that_the_release_names(evidence, store):
    derived = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    for statement, each in inferred(evidence):
        graph = ox.NamedNode(str(each.graph))
        named = {quad.object for quad in store.quads_for_pattern(graph, derived, None, None)}
        for premise in each.premises:
            s, p, o = (next(iter(ox.parse(
                f"<t:s> <t:p> {key(term)} .".encode(), format=ox.RdfFormat.N_TRIPLES
            ))).object for term in premise.triple)  # fmt: skip
            held = {quad.graph_name for quad in store.quads_for_pattern(s, p, o, None)}
            assert held & named, (statement, premise)


def test_each_kind_of_step_is_replayed_by_owlrl_on_premises_and_axioms_alone(evidence, explainer):
    rulebook = explainer._rulebook(explainer.asker())
    seen: Counter[str] = Counter()
    for statement, each in inferred(evidence):
        step = rulebook.step(
            each.rule.name, statement.triple, [URIRef("t:g")],
            {URIRef("t:g"): [premise.triple for premise in each.premises]},
        )  # fmt: skip
        assert step is not None
        rule = step[0]
        kind = (rule.name, str(statement.predicate))
        seen[kind] += 1
        if seen[kind] > 2 or sum(n for (name, _), n in seen.items() if name == rule.name) > 6:
            continue
        graph = Graph()
        for triple in (*rule.axiom, *(premise.triple for premise in each.premises)):
            graph.add(triple)
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
        assert statement.triple in graph, (statement, rule)
        # Without its first premise the step does not go through.
        less = Graph()
        for triple in (*rule.axiom, *(premise.triple for premise in each.premises[1:])):
            less.add(triple)
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(less)
        assert statement.triple not in less, (statement, rule)
    assert len({name for name, _ in seen}) >= 8


def required(query):
    """The texts of the patterns that stand outside of OPTIONAL and UNION."""
    return {part.text for part in query.where.parts if type(part).__name__ == "Triple"}


def names_of_queries():
    folder = Path(__file__).parents[2] / "queries"
    saved, _ = parse_all({path.name: path.read_text("utf-8") for path in folder.glob("*.rq")})
    return [each.name for each in saved if each.form is Form.SELECT and not each.remote]


@pytest.mark.parametrize("name", names_of_queries())
def test_rows_of_saved_query_replay_from_their_why(name, saved, explainer, store):
    request = saved[name].request()
    text = request.text
    names, rows = explainer.asker().table(text)
    tree = read(text)
    for row in rows[:CAP]:
        bindings = {each: row.get(each) for each in names}
        found = explainer.row(request, bindings, shown=MOST_SHOWN)
        assert found.row is not None, (name, row)
        assert not [s for s in found.row.walk() if s.kind is Kind.UNEXPLAINED]
        assert dict(found.row.row) == bindings
        assert found.row.total == len(found.row.derivations)
        wanted = row_of(found.row.row)
        statements = set(found.row.statements())
        assert wanted in rows_of(alone(statements), text), (name, wanted)
        if found.row.grouped:
            continue
        own = found.row.derivations[0]
        witness = set(own.statements())
        assert wanted in rows_of(alone(witness), text), (name, wanted)
        for step in own.steps:
            if step.kind is Kind.PATTERN and step.text in required(tree):
                less = witness - set(step.statements)
                assert wanted not in rows_of(alone(less), text), (name, step.text)


def test_row_by_number_is_the_row_of_the_answer(saved, explainer):
    request = saved["cities-in-a-country"].request({"country": "id:south-korea"})
    found = explainer.row(request, number=2)
    assert found.row is not None
    assert str(dict(found.row.row)["country"]) == str(NS.id["south-korea"])
    assert isinstance(request, QueryRequest)
