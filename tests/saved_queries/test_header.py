"""Headers: what they say, and every way they can be wrong, with file and line."""

from __future__ import annotations

import pytest

from weihai_kg.engine.request import Form
from weihai_kg.saved_queries.consistency import projection
from weihai_kg.saved_queries.header import parse, parse_all
from weihai_kg.saved_queries.parameters import Type
from weihai_kg.saved_queries.saved_query import Expectation, View

GOOD = """\
#+ title: {zh: "城市", en: "Cities"}
#+ description:
#+   zh: "某国的城市?"
#+   en: "Cities of a country?"
#+ group: places-and-partners
#+ tags: [places, two-words]
#+ parameters:
#+   country:
#+     type: iri
#+     class: "wkg:Country"
#+     default: "id:japan"
#+     label: {zh: "国家", en: "Country"}
#+ view: table
#+ expect: rows
#+ answers: [CQ46]
PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>
PREFIX id: <https://w3id.org/weihai-kg/id/>

SELECT ?city ?country WHERE {
  VALUES ?country { id:japan }
  ?city a wkg:City ; wkg:locatedIn ?country .
} ORDER BY ?city
"""
FILE = "queries/cities.rq"


def test_good_header() -> None:
    query, findings = parse(GOOD, FILE)
    assert not findings
    assert query is not None
    assert (query.name, query.form, query.view) == ("cities", Form.SELECT, View.TABLE)
    assert query.title == {"zh": "城市", "en": "Cities"}
    assert query.tags == ("places", "two-words")
    assert query.expect is Expectation.ROWS
    assert query.body.startswith("PREFIX wkg:")
    (parameter,) = query.parameters
    assert parameter.type is Type.IRI
    assert parameter.class_ == "https://w3id.org/weihai-kg/ontology#Country"
    assert query.request().text == query.body
    assert query.request().substitutions == {}
    bound = query.request({"country": "south-korea"})
    assert bound.substitutions == {"country": "<https://w3id.org/weihai-kg/id/south-korea>"}
    assert "VALUES" not in bound.text


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("#+ view: table", "#+ veiw: table", 13, "unknown key 'veiw'"),
        ("#+     type: iri", "#+     typ: iri", 9, "unknown key 'typ'"),
        ("#+     type: iri", "#+     type: url", 9, "type 'url' of country is not known"),
        ("#+ view: table", "#+ view: pie", 13, "view 'pie' is not known"),
        ("#+ view: table", "#+ view: map", 13, "view map without ?latitude"),
        ("#+ expect: rows", "#+ expect: graph", 14, "expect graph does not fit SELECT"),
        ("#+ expect: rows", "#+ expect: none", 14, "expect none without a note"),
        ('en: "Cities"}', 'fr: "Villes"}', 1, "title is not in both languages"),
        ("places-and-partners", "places", 5, "group 'places' is not known"),
        ("[places, two-words]", "places", 6, "tags is not a list of names"),
        ('default: "id:japan"', 'default: "id:china"', 11, "the default of country is id:china"),
        ('default: "id:japan"', 'default: "a b"', 11, "parameter country: 'a b' is not allowed"),
        ('default: "id:japan"', "minimum: 3", 8, "minimum or maximum of country, which is no"),
        ('class: "wkg:Country"', 'class: "x:Country"', 10, "class 'x:Country' of country has no"),
        ("  VALUES ?country { id:japan }\n", "", 8, "parameter country has 0 lines with its"),
        ("SELECT ?city ?country", "SELECT ?city", 8, "parameter country is not projected"),
        (" ORDER BY ?city", "", 1, "no ORDER BY"),
        ("SELECT ?city ?country WHERE", "INSERT DATA", 1, "not a query"),
        ('class: "wkg:Country"', "choices: [japan, a b]", 10, "a choice does not fit: parameter c"),
        ("#+   country:", "#+   page:", 8, "parameter page: the page has one of this name"),
        ("PREFIX wkg:", "\n#+ tags: [late]\nPREFIX wkg:", 17, "a header line below the header"),
        ("#+ tags: [places", "#+ tags: " + "[" * 3000, 1, "the header nests too deep"),
        ("#+ tags:", "#+ title: x\n#+ tags:", 6, "key 'title' is there twice"),
        ("#+ tags: [places", "#+ tags: [places: [", 6, "the header is not YAML"),
    ],
)
def test_finding(old: str, new: str, line: int, what: str) -> None:
    assert old in GOOD
    query, findings = parse(GOOD.replace(old, new, 1), FILE)
    assert query is None
    found = [each for each in findings if each.what.startswith(what)]
    assert found, findings
    assert found[0].file == FILE
    assert found[0].line == line
    assert found[0].todo


@pytest.mark.parametrize(
    ("bounds", "line", "what"),
    [
        ("minimum: .nan", 10, "minimum of country is no number"),
        ("maximum: .inf", 10, "maximum of country is no number"),
        ("maximum: ten", 10, "maximum of country is no number"),
        ("minimum: 3\n#+     maximum: 1", 8, "minimum of country above its maximum"),
    ],
)
def test_finding_of_bounds(bounds: str, line: int, what: str) -> None:
    text = GOOD.replace("type: iri", "type: integer").replace('class: "wkg:Country"', bounds)
    query, findings = parse(text, FILE)
    assert query is None
    assert what in {each.what for each in findings if each.line == line}


def test_no_header_and_bad_name() -> None:
    _, findings = parse("SELECT * WHERE { ?s ?p ?o }", "queries/Bad_Name.rq")
    assert {each.what for each in findings} == {"no header", "file name 'Bad_Name'"}


def test_parse_all_sorts_and_collects() -> None:
    queries, findings = parse_all({"queries/b.rq": GOOD, "queries/a.rq": GOOD, "queries/c.rq": ""})
    assert [query.name for query in queries] == ["a", "b"]
    assert [finding.file for finding in findings] == ["queries/c.rq"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT ?from ?to WHERE { ?from ?p ?to }", ["from", "to"]),
        ("PREFIX a: <b:#>\n# SELECT ?x\nselect distinct ?a { ?a ?b ?c }", ["a"]),
        ("SELECT ?a (COUNT(DISTINCT ?b) AS ?n) WHERE { ?a ?b ?c } GROUP BY ?a", ["a", "n"]),
        ("SELECT (IF(?x, (?y), ?z) AS ?w) FROM <g:g> WHERE { ?a ?b ?c }", ["w"]),
        ("ASK { ?a ?b ?c }", []),
    ],
)
def test_projection(text: str, columns: list[str]) -> None:
    assert projection(text) == columns
