"""The doctor: a bank of faulty queries with the advice for each, and silence on good ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weihai_kg.namespaces import Namespaces
from weihai_kg.query_doctor.advice import Level

PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in Namespaces().prefixes.items())

# The query, the codes of the advice, and what a suggestion must put there ("" for none).
BEFORE = [
    ("SELECT ?x { ?x a wkg:Citty }", ["unknown-class"], "a wkg:City"),
    ("SELECT ?x { ?x a wkg:city }", ["unknown-class"], "a wkg:City"),
    ("SELECT ?x { ?x a wkg:城市 }", ["unknown-class"], "a wkg:City"),
    ("SELECT ?x { ?x wkg:linkdTo id:japan }", ["unknown-property"], "wkg:linkedTo"),
    ("SELECT ?x { ?x wkg:linked_to id:japan }", ["unknown-property"], "wkg:linkedTo"),
    ("SELECT ?x { ?x rdfs:labels ?l }", ["unknown-property"], "rdfs:label ?l"),
    ("SELECT ?x { ?x rdf:label ?l }", ["unknown-property"], "rdfs:label ?l"),
    ("SELECT ?x { ?x a <http://schema.org/City> }", ["unknown-class"], "<https://schema.org/City>"),
    ("SELECT ?x { ?x wkg:linkedTo+/wkg:lokatedIn ?y }", ["unknown-property"], "wkg:locatedIn"),
    ("SELECT ?x { ?x (wkg:linkdTo)+ id:japan }", ["unknown-property"], "(wkg:linkedTo)+"),
    ("ASK { id:weihay wkg:linkedTo id:japan }", ["unknown-thing"], "id:weihai wkg:linkedTo"),
    ("SELECT ?x { ?x wkg:linkedTo id:koreaa }", ["unknown-thing"], "id:south-korea"),
    ("SELECT ?x { ?x wkg:linkedTo id:日本 }", ["unknown-thing"], "id:japan"),
    ("SELECT ?c ?p { ?c a wkg:City . ?p a wkg:Port }", ["product"], ""),
    ("SELECT * { ?c a wkg:City { ?p a wkg:Company } }", ["product"], ""),
    ("SELECT * { ?c a wkg:City OPTIONAL { ?p a wkg:Company } }", ["product"], ""),
    ("SELECT ?x { ?x rdfs:label \"威海\" }", ["no-language"], '"威海"@zh'),
    ("SELECT ?x { ?x rdfs:label 'Weihai' }", ["no-language"], "'Weihai'@en"),
    ("SELECT ?x { ?x rdfs:label ?l FILTER(?l = \"Weihai\") }", ["no-language"], '"Weihai"@en'),
    ("SELECT ?x { ?x rdfs:label ?l FILTER(\"Weihai\" = ?l) }", ["no-language"], '"Weihai"@en'),
    ("SELECT ?x { ?x rdfs:label ?l FILTER(?l = \"No such\") }", ["no-language"], "STR(?l) ="),
    ("SELECT ?x { ?x rdfs:label \"威海\"@cn }", ["wrong-language"], '"威海"@zh'),
    ("SELECT ?x { ?x rdfs:label ?l FILTER(LANG(?l) = \"cn\") }", ["wrong-language"], '= "zh"'),
    ("SELECT ?x { ?x rdfs:label ?l FILTER(STR(?l) = 'Weihai'@en) }", ["tagged-text"], "'Weihai')"),
    ("SELECT ?o { ?o wkg:value ?v FILTER(?v > \"25\") }", ["string-number"], "?v > 25)"),
    ("SELECT ?o { ?o wkg:value \"25\" }", ["string-number"], "wkg:value 25 }"),
    ("SELECT ?o { ?o wkg:value ?v FILTER(?v = 'many') }", ["string-number"], ""),
    ("SELECT ?g { ?g wkg:year ?y FILTER(?y = \"2024\") }", ["string-number"], "?y = 2024"),
    ("SELECT ?e { ?e wkg:startsAt ?d FILTER(?d > \"2024-01-01\") }", ["string-date"],
     '"2024-01-01T00:00:00"^^xsd:dateTime'),
    ("SELECT ?citty { ?city a wkg:City ; rdfs:label ?l }", ["never-bound"], "SELECT ?city {"),
    ("SELECT ?city ?Name { ?city a wkg:City ; rdfs:label ?name }", ["never-bound"], "?city ?name"),
    ("SELECT ?city { ?city a wkg:City } ORDER BY ?name", ["never-bound"], ""),
    ("SELECT ?city { ?city a wkg:City FILTER(?size > 3) }", ["never-bound"], ""),
    ("SELECT ?country { ?country a wkg:Country . id:weihai wkg:linkedTo ?coutnry }",
     ["misspelt"], "linkedTo ?country"),
    ("SELECT ?x { OPTIONAL { ?x rdfs:label ?l } ?x a wkg:City }", ["optional-first"],
     "?x a wkg:City  OPTIONAL"),
    ("SELECT ?x { ?x a wkg:City ; wkg:value ?v }", ["wrong-domain"], ""),
    ("SELECT ?x { ?x a wkg:Observation . ?c wkg:linkedTo ?x }", ["wrong-range"], ""),
    ("SELECT ?i { ?i a wkg:Indicator ; wkg:indicator ?o . ?o a wkg:Observation }",
     ["wrong-direction"], "^wkg:indicator"),
    ("SELECT ?q { ?q wkg:lable ?l . ?q a wkg:Cyty }", ["unknown-property", "unknown-class"], ""),
]  # fmt: skip

# Empty answers: the query, the advice, and what the first suggestion must hold.
EMPTY = [
    ("SELECT ?x { ?x a wkg:Place ; wkg:linkdTo id:日本 }", "empty-alone", "id:japan"),
    ("SELECT ?x { id:japan wkg:locatedIn ?x }", "empty-alone", "^wkg:locatedIn"),
    ("SELECT ?x { ?x a wkg:City ; wkg:value ?v }", "empty", "OPTIONAL { ?x wkg:value ?v }"),
    ("SELECT ?x { ?x a wkg:City ; rdfs:label ?l FILTER(CONTAINS(?l, \"WEIHAI\")) }", "empty",
     'LCASE(STR(?l)), "weihai"'),
    ("SELECT ?x { ?x a wkg:City ; rdfs:label ?l FILTER(REGEX(?l, \"^WEIHAI\")) }", "empty",
     '"^WEIHAI", "i"'),
    ("SELECT ?x { ?x rdfs:label \"威海市\"@zh }", "empty-alone", "skos:altLabel"),
    ("SELECT (COUNT(*) AS ?n) { ?x a wkg:City ; wkg:locatedIn id:jeju-island }", "empty-alone",
     "id:"),
    ("ASK { ?x a wkg:Port ; wkg:year ?y }", "empty", "wkg:Port"),
    ("SELECT ?v { ?p wkg:year 1999 ; rdfs:label ?v }", "empty-alone", "wkg:year 2"),
]  # fmt: skip

SILENT = [
    "SELECT * { ?s ?p ?o } LIMIT 10",
    "SELECT ?x ?y { ?x a wkg:City ; rdfs:label ?l . ?y rdfs:label ?m FILTER(STR(?l) = STR(?m)) }",
    'SELECT ?x { ?x rdfs:label ?l FILTER(STR(?l) = "Weihai") }',
    'SELECT ?x { ?x rdfs:label ?l FILTER(LANG(?l) = "zh" && CONTAINS(?l, "威海")) }',
    "SELECT ?x ?z { VALUES ?z { 1 2 3 } ?x a wkg:City }",
    "SELECT ?x { ?x a wkg:City FILTER NOT EXISTS { ?x wkg:value ?v } }",
    "SELECT ?name1 ?name2 { ?city rdfs:label ?name1 , ?name2 }",
    "SELECT ?x (SUM(?v) AS ?total) { ?x wkg:value ?v } GROUP BY ?x HAVING(?total > 3)",
    'SELECT ?o { ?o wkg:valueText "729.5亿元" }',
    "SELECT ?l { GRAPH ?g { ?x rdfs:label ?l } ?g prov:wasDerivedFrom ?q }",
    "SELECT ?x { { ?x a wkg:City } UNION { ?y a wkg:Port . BIND(?y AS ?x) } }",
    "SELECT ?a { ?a wkg:linkedTo ?b { SELECT ?b { ?b a wkg:City } } }",
    "CONSTRUCT { ?x a wkg:Place } WHERE { ?x a wkg:City }",
    "DESCRIBE id:weihai",
    "SELECT ?x { ?x wkg:linkedTo* id:weihai OPTIONAL { ?x rdfs:label ?l } }",
]


def codes(advice):
    return [each.code for each in advice]


@pytest.mark.parametrize(("query", "expected", "put"), BEFORE, ids=[each[0] for each in BEFORE])
def test_fault_is_found_before_the_query_runs(doctor, query, expected, put):
    text = PREFIXES + query
    advice = doctor.before(text)
    assert codes(advice) == expected
    assert all(each.text["zh"] and each.text["en"] for each in advice)
    assert all(text[each.start : each.end].strip() for each in advice)
    changed = [one.apply(text) for each in advice for one in each.suggestions]
    if put:
        assert any(put in each for each in changed), changed
        best = next(each for each in changed if put in each)
        assert not codes(doctor.before(best)), "the change must mend what it is offered for"


@pytest.mark.parametrize(("query", "expected", "put"), EMPTY, ids=[each[0] for each in EMPTY])
def test_empty_answer_is_explained_and_each_suggestion_gives_rows(
    doctor, store, query, expected, put
):
    advice = doctor.after(PREFIXES + query)
    found = next(each for each in advice if each.code.startswith("empty"))
    assert found.code == expected
    texts = [each.apply(PREFIXES + query) for each in found.suggestions]
    assert any(put in each for each in texts), texts
    assert [one for each in advice if each is not found for one in each.suggestions] == []
    for text, suggestion in zip(texts, found.suggestions, strict=True):
        answer = store.query(text.replace("COUNT(*) AS ?n", "?x AS ?n"))
        rows = bool(answer) if type(answer).__name__ == "QueryBoolean" else next(answer, None)
        assert rows
        assert suggestion.rows


@pytest.mark.parametrize("query", SILENT)
def test_sound_query_is_left_alone(doctor, query):
    assert codes(doctor.before(PREFIXES + query)) == []


def test_saved_queries_are_left_alone(doctor, saved):
    found = {each.name: codes(doctor.before(each.body)) for each in saved}
    assert {name: each for name, each in found.items() if each} == {}


def test_answers_of_saved_queries_are_left_alone(doctor, saved):
    """A query whose note says that there is nothing is told why; no other is told anything."""
    for query in saved:
        found = codes(doctor.after(query.body))
        assert all(each.startswith("empty") and query.note for each in found), query.name


def test_what_the_engine_refuses_is_told_with_its_place(doctor):
    (found,) = doctor.before("SELECT * {\n  ?s ?p }")
    assert (found.code, found.level) == ("syntax", Level.ERROR)
    assert "SELECT * {\n  ?s ?p }"[found.start :] == "}"
    (update,) = doctor.before("DELETE WHERE { ?s ?p ?o }")
    assert update.code == "syntax"


REFUSED = [
    ("SELECT * { ?s ?p ?o ", "syntax", "closing } is missing", None),
    ("SELECT (COUNT(?x) AS ?n { ?x ?p ?o }", "syntax", ") is missing", None),
    ("SELECT ?x ?o { ?x a ?o } GROUP BY ?x", "not-grouped", "?o", "GROUP BY ?o ?x"),
    ("SELECT ?x (COUNT(*) AS ?n) { ?x a ?o }", "not-grouped", "?x", "} GROUP BY ?x"),
]


@pytest.mark.parametrize(("query", "code", "words", "put"), REFUSED)
def test_refusal_is_told_in_words(doctor, query, code, words, put):
    (found,) = doctor.before(query)
    assert found.code == code
    assert words in found.text["en"]
    for one in found.suggestions:
        assert put in one.apply(query)
        assert doctor.before(one.apply(query)) == []


def test_prefix_is_filled_in(doctor):
    (found,) = doctor.before("SELECT ?x { ?x a wkg:City }")
    assert found.code == "no-prefix"
    assert doctor.before(found.suggestions[0].apply("SELECT ?x { ?x a wkg:City }")) == []
    (other,) = doctor.before("SELECT ?x { ?x a nosuch:City }")
    assert other.suggestions == ()


def test_limit_that_cuts_is_told_and_one_that_does_not_is_not(doctor):
    cut = PREFIXES + "SELECT ?x { ?x a wkg:City } LIMIT 3"
    (found,) = doctor.after(cut)
    assert (found.code, found.level) == ("limit-order", Level.NOTE)
    assert "ORDER BY ?x LIMIT 3" in found.suggestions[0].apply(cut)
    assert doctor.after(cut.replace("LIMIT 3", "LIMIT 3000")) == []
    assert doctor.after(cut.replace("LIMIT 3", "ORDER BY ?x LIMIT 3")) == []


def test_product_tells_its_size(doctor, store):
    text = PREFIXES + "SELECT * { ?c a wkg:City . ?p a wkg:Port }"
    (found,) = doctor.before(text)
    size = sum(1 for _ in store.query(text))
    assert f"= {size:,})" in found.text["en"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet='{}()[]<>?:.;,"@^|/*+-\\ aSELECTx1\n', max_size=80))
def test_whatever_is_typed_gives_advice_and_no_failure(doctor, text):
    for query in (text, f"SELECT * {{ {text} }}"):
        for each in doctor.before(query):
            assert 0 <= each.start <= each.end <= len(query)
            assert all(isinstance(one.apply(query), str) for one in each.suggestions)


def test_over_http(site):
    query = PREFIXES + "SELECT ?x { ?x a wkg:Citty }"
    found = site.get("/doctor", params={"query": query}).json()["advice"]
    assert found[0]["code"] == "unknown-class"
    lines = query.split("\n")
    assert lines[found[0]["line"] - 1][found[0]["column"] - 1 :].startswith("wkg:Citty")
    assert "wkg:City " in found[0]["suggestions"][0]["query"]
    ran = site.get("/doctor", params={"query": query, "ran": "true"}).json()["advice"]
    assert ran[-1]["suggestions"][0]["rows"] > 0
    for wrong in ({}, {"query": "ASK {}", "ran": "perhaps"}, {"query": " "}):
        answer = site.get("/doctor", params={**wrong, "x": "1"})
        assert (answer.status_code, json.loads(answer.content)["status"]) == (400, 400)


def test_a_remote_endpoint_is_not_asked_for_advice(doctor, remote):
    """A query with SERVICE is read, not run: this engine would refuse to, or call."""
    text = PREFIXES + f"SELECT ?x ?n {{ SERVICE <{remote}/sparql> {{ ?x ?p ?y }} }} LIMIT 1"
    assert codes(doctor.after(text)) == ["never-bound"]
