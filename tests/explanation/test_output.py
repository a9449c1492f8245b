"""Statements, names, and the four forms an explanation is written in."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest
from jsonschema import Draft202012Validator
from rdflib import RDF

from weihai_kg.engine.request import QueryRequest
from weihai_kg.errors import QuerySyntaxError
from weihai_kg.explanation import dataset, document, grounds, page, plain
from weihai_kg.explanation.model import Ground, Kind, Statement
from weihai_kg.explanation.names import Names
from weihai_kg.explanation.phrases import PHRASES
from weihai_kg.namespaces import Namespaces

NS = Namespaces()
LINKED = Statement(NS.id.weihai, NS.wkg.linkedTo, NS.id.japan)


@pytest.fixture(scope="module")
def names(explainer):
    return Names(explainer.asker(), NS.prefixes)


@pytest.fixture(scope="module")
def explanations(explainer, saved):
    """One of each kind."""
    wanted = {"city": NS.id.tokyo, "country": NS.id["south-korea"]}
    return [
        explainer.statement(LINKED, alternatives=True),
        explainer.statement(Statement(NS.id.weihai, NS.wkg.twinnedWith, NS.id.tokyo)),
        explainer.row(saved["all-figures"].request(), number=1),
        explainer.row(saved["rules-used"].request(), number=1, shown=3),
        explainer.missing(saved["cities-in-a-country"].request(), wanted),
    ]


@pytest.mark.parametrize("text", [
    "id:weihai wkg:linkedTo id:japan",
    "'Weihai' 'linked to' 'Japan'",
    "威海 通达 日本",
    "weihai 'LINKED TO' japan .",
    f"<{NS.id.weihai}> <{NS.wkg.linkedTo}> <{NS.id.japan}>",
    f"{NS.id.weihai} {NS.wkg.linkedTo} {NS.id.japan}",
])  # fmt: skip
def test_statement_is_named_in_many_ways(names, text):
    assert names.statement(text) == LINKED


def test_literal_is_found_by_its_text(names):
    found = names.statement("id:weihai rdfs:label 威海")
    assert found.object.language == "zh"


@pytest.mark.parametrize("text", ["", "a", "a b c d", "nothing-of-the-kind wkg:linkedTo id:japan"])
def test_what_names_no_statement_is_told(names, text):
    with pytest.raises(QuerySyntaxError):
        names.statement(text)


def test_inferred_statement_is_explained_down_to_its_words(explanations):
    found = explanations[0]
    first = found.reasons[LINKED].justifications[0]
    assert first.ground is Ground.INFERRED
    assert first.rule is not None
    assert first.rule.name == "prp-spo2"
    assert "通达" in first.rule.sentences["zh"]
    leaves = [each for reason in found.reasons.values() for each in reason.justifications
              if not each.premises]  # fmt: skip
    assert any(each.quotations and each.certainty for each in leaves)
    assert found.alternatives
    for way in found.alternatives:
        assert LINKED not in way.premises


def test_quotation_stands_where_it_says(explanations, project):
    text = (project / "data/articles/weihai-japan-korea/article.txt").read_text("utf-8")
    seen = 0
    for reason in explanations[0].reasons.values():
        for each in reason.justifications:
            for words in each.quotations:
                assert text[words.start : words.end] == words.exact
                assert text[: words.start].endswith(words.prefix)
                seen += 1
    assert seen


def test_statement_that_is_not_there_gets_the_nearest(explanations):
    found = explanations[1]
    assert not found.stated
    assert {near.how for near in found.near} >= {"same-subject-predicate", "same-subject-object"}
    assert "does not state this" in plain.render(found)


def test_unknown_thing_gets_things_spelled_alike(explainer):
    found = explainer.statement(Statement(NS.id["weihai-prt"], NS.wkg.linkedTo, NS.id.japan))
    assert "spelled-alike" in {near.how for near in found.near}


def test_row_is_told_with_its_words_first_and_each_note_once(explanations):
    found = explanations[2]
    text = plain.render(found, "zh")
    rests = grounds.of(found)
    assert rests.words
    assert rests.sources
    words, how = text.index("所依据的原文"), text.index("查询如何得出它")
    for quotation, numbers in rests.words.items():
        assert words < text.index(quotation.exact, words) < how
        assert numbers
    notes = [
        each.notes["zh"] for reason in found.reasons.values() for each in reason.justifications
        if "zh" in each.notes
    ]  # fmt: skip
    assert len(notes) > len(set(notes))
    assert all(text.count(note) == 1 for note in set(notes))
    assert '<ul class="words">' in page.standalone(found, "zh")


def test_words_behind_a_row_are_those_of_its_shortest_proofs(explainer):
    text = f"SELECT ?o {{ <{NS.id.weihai}> <{NS.wkg.linkedTo}> ?o }}"
    found = explainer.row(QueryRequest(text), {"o": NS.id.japan})
    (words,) = grounds.of(found).words
    assert words.exact == "威海开通了通往韩国、日本等地18条国际班轮航线"


def test_terms_of_rdf_and_articles_are_plain_words(explainer):
    found = explainer.statement(Statement(NS.id.tokyo, RDF.type, NS.wkg.AdministrativeArea))
    assert "Tokyo — is a — administrative area" in plain.render(found, "en")
    assert "东京 — 是一种 — " in plain.render(found, "zh")
    assert "is an “administrative area”" in plain.render(found, "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_text_tells_every_statement_once(explanations, language):
    for found in explanations:
        text = plain.render(found, language)
        for number in range(1, len(found.reasons) + 1):
            assert f"[{number}]" in text
        assert not re.search(r"\{\d\}", text)


def test_json_is_what_the_schema_says(explanations):
    schema = json.loads(document.schema())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for found in explanations:
        whole = json.loads(document.render(found))
        validator.validate(whole)
        count = len(whole["statements"])
        for each in whole["statements"]:
            for way in each["justifications"]:
                assert all(1 <= number <= count for number in way.get("premises", ()))


def test_schema_describes_every_kind_and_every_property():
    schema = json.loads(document.schema())
    for name, rule in [("", schema), *schema["$defs"].items()]:
        for inner, property_ in rule.get("properties", {}).items():
            assert property_.get("description"), (name, inner)
    assert set(schema["$defs"]["step"]["properties"]["kind"]["enum"]) == set(Kind)
    assert set(schema["$defs"]["justification"]["properties"]["ground"]["enum"]) == set(Ground)
    assert set(Ground) <= PHRASES.keys()


def test_trig_is_a_part_of_the_release(explanations, store):
    for found in explanations:
        quads = list(ox.parse(dataset.render(found, NS), format=ox.RdfFormat.TRIG))
        assert bool(quads) or not found.stated
        blank = [
            quad
            for quad in quads
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
        ]
        for quad in quads:
            assert quad in blank or quad in store, quad
        if blank:  # the axioms of a rule, whose blank nodes have other names there
            found_ = " ".join(
                f"GRAPH {quad.graph_name} {{ {quad.subject} {quad.predicate} {quad.object} }}"
                for quad in blank
            ).replace("_:", "?")
            assert bool(store.query(f"ASK {{ {found_} }}"))
    default = [q for q in ox.parse(dataset.render(explanations[0], NS), format=ox.RdfFormat.TRIG)
               if isinstance(q.graph_name, ox.DefaultGraph)]  # fmt: skip
    assert any(str(quad.predicate).endswith("linkedTo>") for quad in default)


class Balanced(HTMLParser):
    """Checks that every element ends, and that no script came in."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert tag != "script"
        if tag not in {"meta", "br", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["zh", "en"])
def test_html_folds_without_a_script(explanations, language):
    for found in explanations:
        text = page.standalone(found, language)
        reader = Balanced()
        reader.feed(text)
        assert not reader.open
    assert "<details" in page.standalone(explanations[0], language)
    assert "<mark>" in page.standalone(explanations[0], language)


def test_html_escapes_what_a_query_holds(explainer):
    text = 'SELECT ?x ("<script>alert(1)</script>" AS ?y) { ?x a ?z } LIMIT 1'
    found = explainer.row(QueryRequest(text), number=1)
    assert "<script>" not in page.standalone(found, "en")


def test_same_question_gives_the_same_bytes(explainer):
    first, second = (explainer.statement(LINKED) for _ in range(2))
    assert document.render(first) == document.render(second)
    assert dataset.render(first, NS) == dataset.render(second, NS)
