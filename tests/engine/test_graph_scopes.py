"""A sub-SELECT in GRAPH ?g is answered as the standard says, or refused with what to do."""

from __future__ import annotations

import pytest
from tests.engine.conftest import EX, ask

from weihai_kg.engine.graph_scopes import check_subselects
from weihai_kg.engine.service import Engine
from weihai_kg.errors import UntrueAnswerError

P = f"<{EX}p>"

# Graphs g1, g2 and g3 hold two, two and one statements.
ANSWERED = {
    f"SELECT ?g ?n {{ GRAPH ?g {{ SELECT ?g (COUNT(*) AS ?n) {{ ?s {P} ?o }} GROUP BY ?g }} }}": 3,
    f"SELECT * {{ GRAPH ?g {{ {{ SELECT ?g ?o {{ ?s {P} ?o }} }} }} }}": 5,
    f"SELECT * {{ GRAPH ?g {{ {{ SELECT DISTINCT ?g ?s {{ ?s {P} ?o }} }} }} }}": 3,
    f"SELECT ?o {{ GRAPH ?g {{ {{ SELECT ?o {{ ?s {P} ?o }} }} }} }}": 5,
    f"SELECT ?o {{ GRAPH $g {{ {{ SELECT * {{ ?s {P} ?o }} }} }} }}": 5,
    f"SELECT * {{ GRAPH <{EX}g1> {{ SELECT (COUNT(*) AS ?n) {{ ?s {P} ?o }} }} }}": 1,
    "SELECT * { { SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g } }": 3,
    f"SELECT * {{ GRAPH ?g {{ ?s {P} ?o }} {{ SELECT (1 AS ?x) {{ }} LIMIT 1 }} }}": 5,
    f"SELECT ?o {{ GRAPH ?g {{ ?s {P} ?o FILTER(?o != 'SELECT') }} }} # SELECT": 5,
}

REFUSED = {
    "SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }": "taken together",
    "SELECT ?n { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }": "taken together",
    "SELECT * { graph $g { { select distinct ?p { ?s ?p ?o } } } }": "taken together",
    "ASK { GRAPH ?g { SELECT ?g ?s { ?s ?p ?o } LIMIT 1 } }": "LIMIT",
    "SELECT * { GRAPH ?g { { SELECT ?s { ?s ?p ?o } } } }": "unbound",
    "SELECT ?s ?g { GRAPH ?g { { SELECT ?s { ?s ?p ?o } } } }": "unbound",
    "SELECT ?s { GRAPH ?g { ?s ?p ?o { SELECT ?s { ?s ?p ?o } } } }": "unbound",
    "SELECT ?s { GRAPH ?g { { SELECT ?s { ?s ?p ?o } } ?s ?p ?o } }": "unbound",
    "SELECT ?s { GRAPH ?g { ?s ?p ?o OPTIONAL { SELECT ?o { ?s ?p ?o } } } }": "unbound",
    "SELECT ?s { GRAPH ?g { { SELECT ?s { ?s ?p ?g } } } GRAPH ?g { ?s ?p ?o } }": "unbound",
    "SELECT ?s { \\u0047RAPH ?g { SELECT (MAX(?o) AS ?m) { ?s ?p ?o } } }": "taken together",
}


@pytest.mark.parametrize("text", ANSWERED)
def test_answer_is_that_of_the_standard(engine: Engine, text: str) -> None:
    assert len(ask(engine, text).splitlines()) - 1 == ANSWERED[text]


@pytest.mark.parametrize("text", REFUSED)
def test_untrue_answer_is_refused(engine: Engine, text: str) -> None:
    with pytest.raises(UntrueAnswerError, match=f"GRAPH .g on line 1 .*{REFUSED[text]}"):
        ask(engine, text)


@pytest.mark.parametrize(
    "text", ["", "GRAPH", "GRAPH ?g", "} GRAPH ?g { SELECT", "{ GRAPH ?g { { SELECT * { ?g"]
)
def test_broken_text_is_left_to_the_parser(text: str) -> None:
    check_subselects(text)
