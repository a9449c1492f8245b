"""What the engine answers otherwise than by the standard, as docs/endpoint.md says.

When one of these is passed at last, its line there goes.
"""

from __future__ import annotations

import pytest
from tests.engine.conftest import ask

from weihai_kg.engine.service import Engine
from weihai_kg.errors import EvaluationError, FederationError, UntrueAnswerError, UnwritableError

RDF_XML = {"rdf": ("rdf",)}


@pytest.mark.xfail(strict=True, reason="the engine looks for the constant in the data first")
def test_path_of_length_zero_begins_anywhere(engine: Engine) -> None:
    """SPARQL 1.1 Query, section 18.4, ZeroLengthPath."""
    assert b"<http://example.org/nowhere>" in ask(
        engine, "SELECT ?x { <http://example.org/nowhere> <http://example.org/next>* ?x }"
    )


@pytest.mark.xfail(strict=True, reason="the engine binds the graph by triple patterns alone")
def test_graph_around_values_binds_its_variable(engine: Engine) -> None:
    """SPARQL 1.1 Query, section 18.6: once for each named graph."""
    assert b"<http://example.org/g1>" in ask(engine, "SELECT ?g { GRAPH ?g { VALUES ?x { 1 } } }")


@pytest.mark.parametrize(
    ("text", "options", "error"),
    [
        ("SELECT (<http://example.org/f>(1) AS ?x) {}", {}, EvaluationError),
        ("ASK { SERVICE SILENT <http://example.org/> {} }", {}, FederationError),
        ("ASK { ?s ?p ?e SERVICE ?e {} }", {}, FederationError),
        ("ASK { GRAPH ?g { SELECT ?g { ?s ?p ?o } LIMIT 1 } }", {}, UntrueAnswerError),
        ("CONSTRUCT { <a:s> <http://example.org/> 1 } {}", RDF_XML, UnwritableError),
    ],
)
def test_refusals_that_the_page_names(
    engine: Engine, text: str, options: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        ask(engine, text, **options)
