"""One test per construct of SPARQL: what is found for it, and that it gives the row again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rdflib import Literal, URIRef

from weihai_kg.engine.request import QueryRequest
from weihai_kg.errors import NoRowError, QuerySyntaxError
from weihai_kg.explanation import plain
from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.derivation import Deriver
from weihai_kg.explanation.model import Kind
from weihai_kg.explanation.pattern import Unexplained
from weihai_kg.explanation.reading import read
from weihai_kg.explanation.terms import key

from .conftest import alone, explainer_of, row_of, rows_of, small

DATA = """
<e:a> <e:knows> <e:b> , <e:c> ; <e:age> 30 ; <e:name> "Ann"@en .
<e:b> <e:knows> <e:c> ; <e:age> 25 .
<e:c> <e:knows> <e:d> ; <e:likes> <e:a> .
<e:g1> { <e:a> <e:knows> <e:b> . <e:d> <e:in> <e:e> }
<e:g2> { <e:c> <e:knows> <e:d> . <e:d> <e:in> <e:f> . <e:f> <e:in> <e:g> }
<e:list> <e:holds> ( 1 2 ) .
"""


@pytest.fixture(scope="module")
def engine():
    return small(DATA)


def why(engine, text, number=1, **options):
    found = explainer_of(engine).row(QueryRequest(text), number=number, **options)
    assert found.row is not None
    return found


def replayed(engine, text, **options):
    found = why(engine, text, **options)
    wanted = row_of(found.row.row)
    assert wanted in rows_of(engine.store, text)
    assert wanted in rows_of(alone(found.row.statements()), text)
    return found


def kinds(found):
    return [step.kind for step in found.row.walk()]


def of(found, kind):
    return next(step for step in found.row.walk() if step.kind is kind)


def triples(found):
    return {(str(s), str(p), str(o)) for s, p, o, _ in found.row.statements()}


def test_pattern_gives_its_statement(engine):
    found = replayed(engine, "SELECT ?x { <e:b> <e:knows> ?x }")
    assert triples(found) == {("e:b", "e:knows", "e:c")}


def test_variable_that_is_not_shown_is_found_by_asking_the_engine(engine):
    found = replayed(engine, "SELECT ?x { ?x <e:knows> ?y . ?y <e:likes> ?x }")
    assert triples(found) == {("e:a", "e:knows", "e:c"), ("e:c", "e:likes", "e:a")}


def test_optional_that_matched(engine):
    text = "SELECT ?age { ?x <e:likes> ?y OPTIONAL { ?y <e:age> ?age } }"
    assert of(replayed(engine, text), Kind.OPTIONAL).note == "optional-found"


def test_optional_that_found_nothing(engine):
    text = "SELECT ?x ?age { ?x <e:likes> ?y OPTIONAL { ?x <e:age> ?age } }"
    found = replayed(engine, text)
    assert of(found, Kind.OPTIONAL).note == "optional-nothing"
    assert dict(found.row.row)["age"] is None


def test_union_names_the_branch(engine):
    text = "SELECT ?y { { ?x <e:none> ?y } UNION { ?x <e:likes> ?y } }"
    assert of(replayed(engine, text), Kind.UNION).note_values == ("2", "2")


def test_graph_with_a_name_and_with_a_variable(engine):
    found = replayed(engine, "SELECT ?x { GRAPH <e:g1> { <e:d> <e:in> ?x } }")
    assert next(found.row.statements()).graph == URIRef("e:g1")
    found = replayed(engine, "SELECT ?g { GRAPH ?g { <e:f> <e:in> ?x } }")
    assert next(found.row.statements()).graph == URIRef("e:g2")


def test_path_of_a_sequence_an_inverse_and_an_alternative(engine):
    text = "SELECT ?x { ?x (<e:knows>/^<e:likes>)|<e:none> <e:zz> }"
    assert not rows_of(engine.store, text)
    found = replayed(engine, "SELECT ?x { <e:b> <e:knows>/<e:likes>/^<e:likes> ?x }")
    assert triples(found) == {("e:b", "e:knows", "e:c"), ("e:c", "e:likes", "e:a")}
    found = replayed(engine, "SELECT ?x { <e:c> <e:none>|<e:likes> ?x }")
    assert of(found, Kind.PATH).note_values == ("2", "2")


def test_path_closure_is_the_shortest_chain(engine):
    text = "SELECT ?x { <e:a> <e:knows>+ ?x FILTER(?x = <e:d>) }"
    found = replayed(engine, text)
    assert triples(found) == {("e:a", "e:knows", "e:c"), ("e:c", "e:knows", "e:d")}
    assert of(found, Kind.PATH).note_values == ("2",)


def test_path_closure_within_a_graph(engine):
    text = "SELECT ?x { GRAPH <e:g2> { <e:d> <e:in>+ ?x } FILTER(?x = <e:g>) }"
    found = replayed(engine, text)
    assert {str(each.graph) for each in found.row.statements()} == {"e:g2"}
    assert len(set(found.row.statements())) == 2


def test_path_of_length_zero_shows_that_the_term_is_there(engine):
    text = "SELECT ?x { ?x <e:likes>* ?y FILTER(?x = ?y && ?x = <e:b>) }"
    assert of(replayed(engine, text), Kind.PATH).note == "path-zero"


def test_path_closure_over_a_path(engine):
    text = "SELECT ?x { <e:a> (<e:knows>/<e:likes>)+ ?x }"
    assert len(triples(replayed(engine, text))) == 2


def test_path_of_a_negated_set(engine):
    replayed(engine, "SELECT ?x { <e:c> !(<e:knows>) ?x }")
    replayed(engine, "SELECT ?x { <e:d> !(<e:in>|^<e:likes>) ?x }")


def test_count_lists_its_members(engine):
    text = "SELECT ?x (COUNT(?y) AS ?n) { ?x <e:knows> ?y } GROUP BY ?x ORDER BY DESC(?n)"
    found = replayed(engine, text)
    step = of(found, Kind.AGGREGATE)
    assert found.row.grouped
    assert found.row.total == len(step.inputs) == int(str(step.result)) == 2
    assert found.row.modifiers == ("ORDER BY DESC(?n)",)


def test_distinct_count_counts_each_value_once(engine):
    text = "SELECT (COUNT(DISTINCT ?y) AS ?n) { ?x <e:knows> ?y }"
    step = of(replayed(engine, text), Kind.AGGREGATE)
    assert {str(value) for _, value in step.inputs} == {"e:b", "e:c", "e:d"}


def test_count_of_an_empty_group(engine):
    found = replayed(engine, "SELECT (COUNT(*) AS ?n) { ?x <e:none> ?y }")
    assert found.row.total == 0
    assert dict(found.row.row)["n"] == Literal(0)


def test_having_shows_the_value_it_judged(engine):
    text = "SELECT ?x { ?x <e:knows> ?y } GROUP BY ?x HAVING (COUNT(*) > 1)"
    step = of(replayed(engine, text), Kind.HAVING)
    assert [str(value) for _, value in step.inputs] == ["2"]


def test_group_by_an_expression(engine):
    text = "SELECT ?k (SUM(?age * 2) AS ?n) { ?x <e:age> ?age } GROUP BY (?age > 26 AS ?k)"
    for number in (1, 2):
        replayed(engine, text, number=number)


def test_filter_bind_and_values_are_computations(engine):
    text = (
        "SELECT ?x ?twice { VALUES ?x { <e:a> <e:b> } ?x <e:age> ?age "
        "BIND(?age * 2 AS ?twice) FILTER(?twice > 55) }"
    )
    found = replayed(engine, text)
    assert of(found, Kind.FILTER).inputs == (("twice", Literal(60)),)
    assert of(found, Kind.BIND).result == Literal(60)
    assert of(found, Kind.VALUES).inputs == (("x", URIRef("e:a")),)


def test_exists_gives_what_was_found(engine):
    text = "SELECT ?x { ?x <e:age> ?age FILTER EXISTS { ?x <e:name> ?name } }"
    assert len(triples(replayed(engine, text))) == 2


def test_not_exists_and_minus_say_that_nothing_was_found(engine):
    found = why(engine, "SELECT ?x { ?x <e:age> ?a FILTER NOT EXISTS { ?x <e:name> ?n } }")
    assert of(found, Kind.NOT_EXISTS).note == "exists-nothing"
    found = why(engine, "SELECT ?x { ?x <e:age> ?a MINUS { ?x <e:name> ?n } }")
    assert of(found, Kind.MINUS).note == "minus-nothing"


def test_subquery_is_explained_in_turn(engine):
    text = (
        "SELECT ?x ?n { ?x <e:age> ?age { SELECT ?x (COUNT(*) AS ?n) { ?x <e:knows> ?y } "
        "GROUP BY ?x } } ORDER BY DESC(?n)"
    )
    found = replayed(engine, text)
    inner = of(found, Kind.SUBQUERY).rows
    assert inner is not None
    assert inner.grouped
    assert inner.total == 2


def test_computed_column(engine):
    step = of(replayed(engine, "SELECT (?age + 1 AS ?next) { <e:b> <e:age> ?age }"), Kind.COLUMN)
    assert step.result == Literal(26)
    assert step.inputs == (("age", Literal(25)),)


def test_blank_nodes_and_lists_in_patterns(engine):
    replayed(engine, "SELECT ?x { ?x <e:knows> [ <e:likes> ?x ] }")
    found = why(engine, "SELECT ?last { <e:list> <e:holds> ( 1 ?last ) }")
    assert Kind.UNEXPLAINED not in kinds(found)
    assert len(triples(found)) == 5


def test_value_that_is_a_blank_node(engine):
    found = why(engine, "SELECT ?l { <e:list> <e:holds> ?l }")
    assert len(triples(found)) == 1


def test_all_solutions_or_the_first_are_shown_and_it_says_which(engine):
    text = "SELECT DISTINCT ?x { ?x <e:knows> ?y } ORDER BY ?x"
    found = why(engine, text)
    assert found.row.total == len(found.row.derivations) == 2
    found = why(engine, text, shown=1)
    assert (found.row.total, len(found.row.derivations)) == (2, 1)
    assert "DISTINCT" in found.row.modifiers


def test_ask_and_construct_are_explained_by_their_patterns(engine):
    explainer = explainer_of(engine)
    for text in ("ASK { ?x <e:likes> ?y }", "CONSTRUCT { ?y <e:of> ?x } WHERE { ?x <e:likes> ?y }"):
        found = explainer.row(QueryRequest(text), {})
        assert triples(found) == {("e:c", "e:likes", "e:a")}


def test_what_is_not_explained_says_so_and_the_rest_is_explained(engine):
    text = "SELECT ?x { ?x <e:likes> ?y . ?y <e:knows> ?z }"
    query = read(text)
    part = Unexplained("?y <e:knows> ?z .", "syntax", ("y", "z"))
    query = replace(query, where=replace(query.where, parts=(query.where.parts[0], part)))
    deriver = Deriver(Asker(engine, seconds=5), query, 5)
    found = deriver.row(query, {"x": URIRef("e:c")}, frozenset())
    assert found is not None
    assert {step.note for step in found.walk() if step.kind is Kind.UNEXPLAINED} == {"syntax"}
    assert {str(each.object) for each in found.statements()} == {"e:a"}


def test_row_that_is_not_there_is_explained_as_missing(engine):
    found = explainer_of(engine).row(
        QueryRequest("SELECT ?x { ?x <e:likes> ?y }"), {"x": URIRef("e:b")}
    )
    assert found.failure is not None


def test_substitutions_are_put_in(engine):
    request = QueryRequest("SELECT ?x ?y { ?x <e:knows> ?y }", substitutions={"x": "<e:c>"})
    found = explainer_of(engine).row(request, number=1)
    assert triples(found) == {("e:c", "e:knows", "e:d")}


def test_wrong_row_and_wrong_column_are_told(engine):
    explainer, request = explainer_of(engine), QueryRequest("SELECT ?x { ?x <e:likes> ?y }")
    with pytest.raises(NoRowError, match="1 row; there is no row 7"):
        explainer.row(request, number=7)
    with pytest.raises(QuerySyntaxError, match=r"no column \?z"):
        explainer.row(request, {"z": URIRef("e:b")})


# What keeps a row out of an answer.

MISSING = {
    "SELECT ?x { ?x <e:likes> ?y }": ("?x <e:likes> ?y", "nothing-fits"),
    "SELECT ?x { ?x <e:age> ?a FILTER(?a > 28) }": ("FILTER(?a > 28)", "filter-false"),
    "SELECT ?x { ?x <e:age> ?a FILTER NOT EXISTS { ?x <e:knows> <e:c> } }":
        ("FILTER NOT EXISTS { ?x <e:knows> <e:c> }", "exists-found-unwanted"),
    "SELECT ?x { ?x <e:age> ?a MINUS { ?x <e:knows> <e:c> } }":
        ("MINUS { ?x <e:knows> <e:c> }", "minus-found"),
    "SELECT ?x { { ?x <e:likes> ?y } UNION { ?x <e:none> ?y } }":
        ("{ ?x <e:likes> ?y } UNION { ?x <e:none> ?y }", "no-branch"),
    "SELECT ?x { ?x <e:knows> ?y } GROUP BY ?x HAVING (COUNT(*) > 1)":
        ("HAVING (COUNT(*) > 1)", "having-false"),
    "SELECT ?x { ?x <e:age> ?a } ORDER BY DESC(?a) LIMIT 1":
        ("ORDER BY DESC(?a) LIMIT 1", "sliced"),
    "SELECT ?x { VALUES ?x { <e:a> } ?x <e:age> ?a }": ("VALUES ?x { <e:a> }", "nothing-fits"),
    "SELECT ?x { GRAPH ?g { ?x <e:in> ?y } }": ("GRAPH ?g { ?x <e:in> ?y }", "nothing-fits"),
}  # fmt: skip


@pytest.mark.parametrize("text", MISSING)
def test_missing_row_names_the_first_part_that_fails(engine, text):
    found = explainer_of(engine).missing(QueryRequest(text), {"x": URIRef("e:b")})
    assert found.failure is not None
    assert (found.failure.text.strip("() ") + ")").startswith(MISSING[text][0][:12].strip("() "))
    assert found.failure.note == MISSING[text][1]
    for language in ("zh", "en"):
        assert plain.render(found, language)


def test_missing_pattern_shows_what_is_near(engine):
    found = explainer_of(engine).missing(
        QueryRequest("SELECT ?x ?y { ?x <e:knows> ?y . ?x <e:age> ?a }"),
        {"x": URIRef("e:b"), "y": URIRef("e:d")},
    )
    assert found.failure is not None
    near = {each.how: each.statements for each in found.failure.near}
    assert near["same-subject-predicate"][0].object == URIRef("e:c")
    assert near["same-predicate-object"][0].subject == URIRef("e:c")
    assert dict(found.failure.instead)


def test_missing_value_of_an_aggregate_shows_the_value_there_is(engine):
    found = explainer_of(engine).missing(
        QueryRequest("SELECT ?x (COUNT(*) AS ?n) { ?x <e:knows> ?y } GROUP BY ?x"),
        {"x": URIRef("e:a"), "n": Literal(5)},
    )
    assert found.failure is not None
    assert found.failure.note == "column-differs"
    assert found.failure.instead == (("n", (Literal(2),)),)


def test_missing_row_that_is_there_after_all_gets_its_reasons(engine):
    found = explainer_of(engine).missing(
        QueryRequest("SELECT ?x { ?x <e:likes> ?y }"), {"x": URIRef("e:c")}
    )
    assert found.row is not None
    assert found.failure is None


# What is near to what is not there.

ALIKE = """
<e:tokyo> <e:in> <e:japan> ; a <e:City> ; <http://www.w3.org/2000/01/rdf-schema#label> "Tokyo"@en .
<e:kyoto> <e:in> <e:japan> ; a <e:City> ; <e:motto> "Old and new" .
<e:japan> a <e:Country> .
"""
NEAR = {
    # the wrong direction, language, class; a typing error in a property, a thing, a class, a text
    "SELECT ?x { <e:japan> <e:in> ?x }": ("reversed", "<e:tokyo> <e:in> <e:japan>"),
    'SELECT ?x { ?x <http://www.w3.org/2000/01/rdf-schema#label> "Tokyo" }':
        ("same-text", '<e:tokyo> <http://www.w3.org/2000/01/rdf-schema#label> "Tokyo"@en'),
    'SELECT ?x { ?x <http://www.w3.org/2000/01/rdf-schema#label> "Tokyo"@ja }':
        ("same-text", '<e:tokyo> <http://www.w3.org/2000/01/rdf-schema#label> "Tokyo"@en'),
    "SELECT ?x { ?x a <e:Country> }":
        ("same-subject-predicate",
         "<e:tokyo> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <e:City>"),
    "SELECT ?x { ?x <e:inn> <e:japan> }": ("spelled-alike", "<e:kyoto> <e:in> <e:japan>"),
    "SELECT ?x { ?x <e:in> <e:japn> }":
        ("spelled-alike",
         "<e:japan> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <e:Country>"),
    'SELECT ?x { ?x <http://www.w3.org/2000/01/rdf-schema#label> "Tokio"@en }':
        ("spelled-alike", '<e:tokyo> <http://www.w3.org/2000/01/rdf-schema#label> "Tokyo"@en'),
}  # fmt: skip


@pytest.mark.parametrize("text", NEAR)
def test_what_is_near_tells_the_likely_mistake(text):
    how, wanted = NEAR[text]
    found = explainer_of(small(ALIKE)).missing(QueryRequest(text), {"x": URIRef("e:tokyo")})
    assert found.failure is not None
    near = {each.how: each.statements for each in found.failure.near}
    assert wanted in {" ".join(map(key, each.triple)) for each in near[how]}, near
    for language in ("zh", "en"):
        assert plain.render(found, language)


def test_name_that_nothing_has_gets_names_spelled_alike():
    found = explainer_of(small(ALIKE)).missing(
        QueryRequest("SELECT ?x { ?x a <e:City> }"), {"x": Literal("Tokio")}
    )
    assert found.failure is not None
    near = {each.how: each.statements for each in found.failure.near}
    assert {each.subject for each in near["spelled-alike"]} == {URIRef("e:tokyo")}


@pytest.mark.parametrize(("condition", "note"), [
    ('?l = "Tokyo"', "filter-text"), ('?l = "Tokyo"@ja', "filter-text"),
    ('?l = "Kyoto"@en', "filter-false"), ('LANG(?l) = "ja"', "filter-false"),
])  # fmt: skip
def test_condition_that_fails_by_a_language_says_so(condition, note):
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    found = explainer_of(small(ALIKE)).missing(
        QueryRequest(f"SELECT ?x {{ ?x {label} ?l FILTER({condition}) }}"), {"x": URIRef("e:tokyo")}
    )
    assert found.failure is not None
    assert found.failure.note == note


def test_chain_is_the_shortest_in_a_large_graph_looked_for_from_both_ends():
    steps = {n: sorted({n * 7 % 997, n * 3 % 997, (n + 1) % 997}) for n in range(997)}
    engine = small("".join(f"<e:{n}> <e:to> <e:{m}> .\n" for n in steps for m in steps[n]))
    level, depth = {1}, {1: 0}
    while level:
        level = {m for n in level for m in steps[n]} - depth.keys()
        depth |= dict.fromkeys(level, max(depth.values()) + 1)
    for goal in (2, 500, max(depth, key=lambda n: depth[n])):
        found = why(engine, f"SELECT ?x {{ <e:1> <e:to>+ ?x FILTER(?x = <e:{goal}>) }}")
        chain = [(str(s), str(o)) for s, _, o, _ in found.row.statements()]
        assert len(chain) == depth[goal]
        assert [one for _, one in chain[:-1]] == [other for other, _ in chain[1:]]
        assert (chain[0][0], chain[-1][1]) == ("e:1", f"e:{goal}")
