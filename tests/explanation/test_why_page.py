"""``/why`` and ``/whynot``, and ``weihai-kg why``."""

from __future__ import annotations

import io
import json
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from werkzeug.test import Client

from weihai_kg.cli.why import why as command
from weihai_kg.explanation import address
from weihai_kg.namespaces import Namespaces
from weihai_kg.settings import Settings
from weihai_kg.web.app import create_app, why
from weihai_kg.web.backend import Releases
from weihai_kg.web.wsgi import Application

QUERY = """PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>
PREFIX id: <https://w3id.org/weihai-kg/id/>
SELECT ?city ?country { ?city a wkg:City ; wkg:locatedIn ?country . ?country a wkg:Country }"""
NS = Namespaces()
STATEMENT = {"s": "id:weihai", "p": "wkg:linkedTo", "o": "id:japan"}


@pytest.fixture(scope="module")
def client(engine, releases):
    settings = Settings(releases=releases, log_format="none")
    backend = Releases(settings)
    pages = create_app(settings, engine, backend)
    if "why" not in pages.blueprints:
        pages.register_blueprint(why.bp)
    return Client(Application(engine, settings, pages=pages, log=io.StringIO()))


def get(client, path, accept="*/*", **parameters):
    return client.get(f"{path}?{urlencode(parameters)}", headers={"Accept": accept})


@pytest.mark.parametrize(("accept", "kind"), [
    ("text/html", "text/html"), ("application/json", "application/json"),
    ("application/trig", "application/trig"), ("text/plain", "text/plain"),
])  # fmt: skip
def test_statement_is_answered_in_four_formats(client, accept, kind):
    answer = get(client, "/why", accept, **STATEMENT)
    assert answer.status_code == 200, answer.text
    assert answer.content_type.startswith(kind)
    assert "Accept" in answer.headers["Vary"]
    assert "日本" in answer.text or "japan" in answer.text


def test_format_parameter_wins_and_an_unknown_one_is_406(client):
    assert get(client, "/why", format="json", **STATEMENT).json["question"] == "statement"
    assert get(client, "/why", format="pdf", **STATEMENT).status_code == 406
    assert get(client, "/why", "image/png", **STATEMENT).status_code == 406


def test_address_that_is_cited_gives_the_same_explanation(client):
    first = get(client, "/why", "application/json", query=QUERY, row="3")
    address = first.headers["Content-Location"]
    again = client.get(address, headers={"Accept": "application/json"})
    assert again.status_code == 200, again.text
    assert again.json["row"] == first.json["row"]
    assert again.headers["ETag"]


def test_statement_by_iris_and_labels(client):
    base = "https://w3id.org/weihai-kg/"
    answer = get(client, "/why", "application/json", s=base + "id/weihai",
                 p=base + "ontology#linkedTo", o=base + "id/japan", all="1")  # fmt: skip
    assert answer.json["alternatives"]
    assert get(client, "/why", "text/plain", s="威海", p="通达", o="日本").status_code == 200


def test_saved_query_by_name_with_a_parameter(client):
    answer = get(client, "/why", "application/json", query="cities-in-a-country", row="1",
                 **{"param-country": "id:south-korea"})  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert get(client, "/why", query="no-such-query", row="1").status_code == 404


def test_row_by_its_values(client):
    answer = get(client, "/why", "application/json", query=QUERY,
                 **{"binding-city": "<https://w3id.org/weihai-kg/id/tokyo>"})  # fmt: skip
    assert {v["name"]: v["value"] for v in answer.json["row"]["values"]}["country"]


def test_whynot(client):
    answer = get(client, "/whynot", "application/json", query=QUERY,
                 **{"binding-city": "id:tokyo", "binding-country": "id:china"})  # fmt: skip
    assert answer.json["failure"]["instead"]
    assert answer.json["stated"] is False


def test_form_for_people(client):
    for path in ("/why", "/whynot"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert "<form" in answer.text


def test_page_is_in_both_languages(client):
    for language in ("zh", "en"):
        answer = get(client, "/why", "text/html", lang=language, **STATEMENT)
        assert answer.headers["Content-Language"] == language
        assert "<details" in answer.text
        assert "<script>" not in answer.text


def test_long_query_by_post(engine, releases):
    settings = Settings(releases=releases, log_format="none")
    pages = create_app(settings, engine, Releases(settings))
    if "why" not in pages.blueprints:
        pages.register_blueprint(why.bp)
    answer = Client(pages).post("/why", data={"query": QUERY, "row": "1", "format": "json"})
    assert answer.status_code == 200, answer.text


def test_schema_is_served(client):
    assert json.loads(client.get("/why/schema.json").data)["$defs"]


@pytest.mark.parametrize("parameters", [
    {"s": "id:weihai"}, {"query": "SELECT * {", "row": "1"}, {"query": QUERY, "row": "x"},
    {"query": QUERY, "row": "99999"}, {"query": QUERY, "binding-none": "id:japan"},
    {"query": "SELECT * { " + "{" * 300 + "}" * 300 + " }", "row": "1"},
    {"query": "INSERT DATA { <t:a> <t:b> <t:c> }", "row": "1"},
    {"s": "\0", "p": "a", "o": "b"}, {"s": "x" * 20_000, "p": "a", "o": "b"},
    {"s": "_:b", "p": "rdf:type", "o": "id:japan"},
])  # fmt: skip
def test_wrong_request_is_told_what_is_wrong(client, parameters):
    answer = get(client, "/why", "application/json", **parameters)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json["detail"]


def run(releases, *arguments):
    found = CliRunner().invoke(command, [*arguments, "--releases", str(releases)])
    return found.exit_code, found.output


def test_command_explains_a_statement(releases):
    code, text = run(releases, "id:weihai wkg:linkedTo id:japan")
    assert code == 0, text
    assert "prp-spo2" in text
    assert "「" in text
    code, text = run(releases, "威海", "通达", "日本", "--lang", "zh")
    assert code == 0
    assert "属性链" in text


def test_command_explains_a_row_and_a_missing_row(releases):
    code, text = run(releases, "cities-in-a-country", "--row", "1", "--format", "json")
    assert code == 0
    assert json.loads(text)["row"]
    code, text = run(releases, "--query", QUERY, "--row", "1", "--format", "trig")
    assert code == 0
    assert list(ox.parse(text.encode(), format=ox.RdfFormat.TRIG))
    code, text = run(releases, "cities-in-a-country", "--not", "city=Tokyo", "--not",
                     "country=id:south-korea")  # fmt: skip
    assert code == 1
    assert "It fails at" in text
    code, text = run(releases, "id:weihai wkg:linkedTo id:japan", "--format", "html")
    assert code == 0
    assert text.startswith("<!doctype html>")


@pytest.mark.parametrize("arguments", [
    (), ("--row", "1"), ("--query", "no-such", "--row", "1"), ("a", "b", "--row", "1"),
    ("cities-in-a-country", "--not", "city"), ("--row", "0", "--query", QUERY),
    ("id:weihai wkg:linkedTo",),
])  # fmt: skip
def test_command_used_wrongly_says_how(releases, arguments):
    code, text = run(releases, *arguments)
    assert code in {1, 2}, text
    assert "Error" in text


CONSTRUCT = """PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>
CONSTRUCT { ?country wkg:cityOf ?city } WHERE { ?city a wkg:City ; wkg:locatedIn ?country }"""


def test_statement_of_an_answer_is_explained_and_can_be_cited(client):
    base = "https://w3id.org/weihai-kg/"
    place = {"s": f"<{base}id/japan>", "p": f"<{base}ontology#cityOf>", "o": f"<{base}id/tokyo>"}
    answer = get(client, "/why", "application/json", query=CONSTRUCT, **place)
    assert answer.status_code == 200, answer.text
    assert answer.json["row"]["computations"][0]["kind"] == "template"
    again = client.get(answer.headers["Content-Location"], headers={"Accept": "application/json"})
    assert again.json == answer.json
    place["o"] = f"<{base}id/weihai>"
    assert get(client, "/why", "application/json", query=CONSTRUCT, **place).json["failure"]


def test_json_names_its_schema(client):
    answer = get(client, "/why", "application/json", **STATEMENT)
    assert answer.headers["Link"] == '</why/schema.json>; rel="describedby"'
    schema = client.get("/why/schema.json").json or json.loads(client.get("/why/schema.json").data)
    Draft202012Validator(schema).validate(answer.json)


def test_address_of_a_row_explains_that_row(client):
    row = {"city": NS.id.tokyo, "country": "<https://w3id.org/weihai-kg/id/japan>"}
    answer = client.get(address.of_row(QUERY, row), headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    assert {v["name"] for v in answer.json["row"]["values"]} == {"city", "country"}
    saved = address.of_row(
        "cities-in-a-country", {"city": NS.id.incheon}, {"country": "id:south-korea"}
    )
    answer = client.get(saved, headers={"Accept": "application/json"})
    assert answer.json["row"], answer.text
    unbound = address.of_row(f"{QUERY[:-1]} OPTIONAL {{ ?city wkg:none ?n }} }}", {"n": None})
    assert "binding-n=" in unbound


def test_command_explains_a_statement_of_a_construct(releases):
    code, text = run(releases, "id:japan wkg:cityOf id:tokyo", "--query", CONSTRUCT)
    assert code == 0, text
    assert "this line of the template" in text


def test_row_that_there_is_not_is_not_found(client):
    answer = get(client, "/why", "application/json", query=f"{QUERY} #", row=9999)
    assert answer.status_code == 404
    assert "from 1 to" in answer.json["todo"]
    answer = get(client, "/why", "application/json", query="SELECT * { ?s <x:none> ?o }", row=1)
    assert answer.status_code == 404
    assert "/whynot" in answer.json["todo"]


def test_head_of_an_answer_stays_short(client):
    form = {"query": f"{QUERY} # {'x' * 20_000}", "row": "1", "format": "json"}
    answer = client.post("/why", data=form)
    assert answer.status_code == 200
    assert sum(len(name) + len(value) for name, value in answer.headers) < 4000


def test_page_leads_to_all_members_of_a_group(client):
    page = get(client, "/why", "text/html", query="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", row=1)
    assert "shown=3000" in page.text
    assert "shown=" not in get(client, "/why", "text/html", query=QUERY, row=1).text


def test_whynot_of_a_value_that_is_wanted_unbound(client):
    query = f"{QUERY[:-1]} OPTIONAL {{ ?city a ?type }} }}".replace(
        "?country {", "?country ?type {"
    )
    city = "<https://w3id.org/weihai-kg/id/tokyo>"
    answer = get(client, "/whynot", "application/json", query=query,
                 **{"binding-city": city, "binding-type": ""})  # fmt: skip
    assert answer.json["failure"]["note"]["code"] == "optional-differs", answer.text


def test_row_over_the_data_that_the_request_chooses(client):
    query = f"""PREFIX wkg: <{NS.prefixes["wkg"]}> PREFIX id: <{NS.prefixes["id"]}>
        SELECT ?x {{ id:weihai wkg:linkedTo ?x }}"""
    japan = {"binding-x": "id:japan"}
    assert get(client, "/why", "application/json", query=query, **japan).json["row"]
    # What was inferred is not in the data without inferences, nor in the graph of a quotation.
    for chosen in ({"infer": "false"}, {"default-graph-uri": str(NS.graph["p27-liner-routes"])}):
        answer = get(client, "/why", "application/json", query=query, **japan, **chosen)
        assert answer.json["failure"], answer.text
        cited = answer.headers["Content-Location"]
        assert client.get(cited, headers={"Accept": "application/json"}).json == answer.json
    assert get(client, "/why", query=query, infer="perhaps", row=1).status_code == 400
