"""The project's saved queries and ways to ask them, without the service around the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from weihai_kg.engine.request import Answer, Form, QueryRequest
from weihai_kg.errors import EvaluationError, QuerySyntaxError
from weihai_kg.saved_queries.header import parse_all
from weihai_kg.saved_queries.saved_query import SavedQuery

QUERIES = Path(__file__).parents[2] / "queries"


def load() -> dict[str, SavedQuery]:
    """Every query of the project by name; what is wrong with their headers fails here."""
    files = {f"queries/{file.name}": file.read_text("utf-8") for file in QUERIES.glob("*.rq")}
    queries, findings = parse_all(files)
    assert not findings, "\n".join(map(str, findings))
    assert queries
    return {query.name: query for query in queries}


def local() -> dict[str, SavedQuery]:
    """Those that the release alone answers; tests/federation asks the others."""
    return {name: query for name, query in load().items() if not query.remote}


def term(text: str) -> ox.NamedNode | ox.Literal:
    """A term from its N-Triples form."""
    line = f"<a:s> <a:p> {text} .".encode()
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    return quad.object


def substitutions(request: QueryRequest) -> dict[ox.Variable, ox.NamedNode | ox.Literal]:
    """What the engine gets for the bound parameters."""
    return {ox.Variable(name): term(text) for name, text in request.substitutions.items()}


def asker(store: ox.Store) -> Callable[[QueryRequest], Answer]:
    """Answers requests from a store, as the engine's service does."""

    def ask(request: QueryRequest) -> Answer:
        try:
            found = store.query(request.text, substitutions=substitutions(request))
        except SyntaxError as error:
            raise QuerySyntaxError(str(error)) from error
        except RuntimeError as error:
            raise EvaluationError(str(error)) from error
        if isinstance(found, ox.QueryTriples):
            form, name = Form.CONSTRUCT, "nt"
            body = found.serialize(format=ox.RdfFormat.N_TRIPLES)
        else:
            form = Form.ASK if isinstance(found, ox.QueryBoolean) else Form.SELECT
            name, body = "json", found.serialize(format=ox.QueryResultsFormat.JSON)
        assert body is not None
        return Answer(form, name, body, iter(()), lambda: None)

    return ask


@pytest.fixture(scope="session")
def queries() -> Mapping[str, SavedQuery]:
    return local()


@pytest.fixture(scope="session")
def ask(store: ox.Store) -> Callable[[QueryRequest], Answer]:
    return asker(store)
