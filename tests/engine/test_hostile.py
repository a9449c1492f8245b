"""Each input that kills or hangs the bare engine ends in a clear error; others notice nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.conftest import Bystander, ask, running

from weihai_kg.engine.service import Engine
from weihai_kg.errors import LimitExceededError, QuerySyntaxError

HOSTILE = {
    "2,335 nested braces": ("ASK " + "{" * 2335 + "}" * 2335, "query_nesting"),
    "20,000 nested braces": ("ASK " + "{" * 20_000 + "}" * 20_000, "query_nesting"),
    "5,000 nested parentheses": (
        "ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
        "query_nesting",
    ),
    "10,000 negations": ("ASK { FILTER(" + "!" * 10_000 + "true) }", "query_nesting"),
    "negations within what looks like an IRI": (
        "ASK { FILTER(?a<" + "!(" * 5000 + "1>2" + ")" * 5000 + ") }",
        "query_nesting",
    ),
    "20,000 ||": ("ASK { FILTER(" + "||".join(["?x"] * 20_000) + ") }", "query_nesting"),
    "20,000 UNION": (
        "ASK { " + " UNION ".join(["{ ?s ?p ?o }"] * 20_000) + " }",
        "query_nesting",
    ),
    "20,000 steps of a path": (
        "ASK { ?s " + "/".join(["<a:p>"] * 20_000) + " ?o }",
        "query_nesting",
    ),
    "20,000 nested paths": (
        "ASK { ?s " + "(" * 20_000 + "<a:p>" + ")*" * 20_000 + " ?o }",
        "query_nesting",
    ),
    "20,000 nested sub-SELECTs": ("SELECT * {" * 20_000 + "}" * 20_000, "query_nesting"),
    "20,000 triple patterns": ("ASK { " + "?s ?p ?o ." * 20_000 + " }", "query_nesting"),
    "20,000 OPTIONALs": ("ASK { " + "OPTIONAL { ?s ?p ?o }" * 20_000 + " }", "query_nesting"),
    "a string doubled 30 times": (
        "SELECT (STRLEN(?x30) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?x0) "
        + "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(30))
        + "}",
        "query_memory query_timeout",
    ),
    "a count over a four-way cross product": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
        "query_timeout",
    ),
    "an unbound path": (
        "SELECT (COUNT(*) AS ?n) { ?a <http://example.org/next>* ?b }",
        "query_timeout query_memory",
    ),
    "DISTINCT and ORDER BY over a cross product": (
        "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a",
        "query_timeout query_memory",
    ),
    "a query of 10 MB": ("ASK { } #" + "x" * 10_000_000, "query_length"),
    "a large answer": ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "query_rows query_bytes"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_query_ends_in_the_limit_it_crosses(engine: Engine, name: str) -> None:
    text, limits = HOSTILE[name]
    with Bystander(engine) as other, pytest.raises(LimitExceededError) as caught:
        ask(engine, text)
    assert caught.value.limit in limits.split(), str(caught.value)
    assert caught.value.limit in str(caught.value)
    assert not other.failures
    if caught.value.limit == "query_timeout":
        # if each waited for the end of the hostile query it would be one
        assert len(other.times) > 10, other.times


@pytest.mark.parametrize(
    "text",
    ["ASK { ?s ?p '\0' }", "ASK { ?s ?p '\ud800' }", "ASK { \\uDFFF }",
     "ASK { ?s ?p '\\uD800' }", "\0", "", "\ufeff{", "ASK { ?s ?p 'open }", "ASK { '''open }"],
    ids=ascii,
)  # fmt: skip
def test_text_that_is_no_text_is_a_syntax_error(engine: Engine, text: str) -> None:
    with pytest.raises(QuerySyntaxError):
        ask(engine, text)


def test_processor_limit_is_told_from_the_others(dataset: Path) -> None:
    with running(dataset, query_cpu=1, query_timeout=30.0) as engine:
        with pytest.raises(LimitExceededError) as caught:
            ask(engine, HOSTILE["a count over a four-way cross product"][0])
        assert caught.value.limit == "query_cpu"
        assert engine.stats()["kills"]["query_cpu"] == 1
        assert b'"7"' in ask(engine, "SELECT ?o { <http://example.org/e7> ?p ?o }")
