"""An engine over the release, and engines over small data sets; replaying of what was explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from weihai_kg.engine.request import Answer, Form, QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.errors import FederationError, QuerySyntaxError
from weihai_kg.explanation.explainer import Explainer
from weihai_kg.explanation.model import Statement
from weihai_kg.explanation.terms import key
from weihai_kg.namespaces import Namespaces
from weihai_kg.release import Release
from weihai_kg.settings import Settings

Row = dict[str, str]


class StoreEngine:
    """An engine of a test's own, in its process: for many small data sets."""

    version = "test"

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def query(self, request: QueryRequest) -> Answer:
        try:
            found = self.store.query(request.text, base_iri=request.base_iri)
        except SyntaxError as error:
            raise QuerySyntaxError(str(error)) from None
        try:
            if request.head_only:
                body = b""
            elif isinstance(found, ox.QueryTriples):
                body = found.serialize(format=ox.RdfFormat.N_TRIPLES)
            else:
                body = found.serialize(format=ox.QueryResultsFormat.JSON)
        except OSError as error:
            raise FederationError(str(error)) from None
        return Answer(Form.SELECT, "json", body or b"", iter(()), lambda: None, self.version)


def small(trig: str) -> StoreEngine:
    """An engine over a data set in TriG."""
    store = ox.Store()
    store.load(trig.encode(), format=ox.RdfFormat.TRIG)
    return StoreEngine(store)


def explainer_of(engine: StoreEngine, seconds: float = 20) -> Explainer:
    return Explainer(engine, Namespaces(), seconds=seconds)


@pytest.fixture(scope="session")
def engine(releases: Path) -> Iterator[Engine]:
    """The real engine, with its killable workers."""
    engine = Engine.start(releases / "current", Settings(workers=2, log_format="none"))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def explainer(engine: Engine) -> Explainer:
    explainer = Explainer(engine, Namespaces(), seconds=20)
    explainer.row(QueryRequest("SELECT ?s { ?s ?p ?o } LIMIT 1"), number=1)
    return explainer


@pytest.fixture(scope="session")
def saved(release: Release):
    """The saved queries by name."""
    from weihai_kg.saved_queries.header import parse_all

    queries, findings = parse_all(release.queries())
    assert queries
    assert not findings
    return {query.name: query for query in queries}


def rows_of(store: ox.Store, text: str) -> list[Row]:
    """The rows of a SELECT, each term in N-Triples form."""
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    names = [each.value for each in found.variables]
    return [
        {name: str(value) for name in names if (value := row[name]) is not None} for row in found
    ]


def alone(statements: Iterable[Statement]) -> ox.Store:
    """The statements taken alone as a data set."""
    store = ox.Store()
    lines = {
        " ".join(key(each) for each in (*statement.triple, statement.graph) if each is not None)
        + " ."
        for statement in statements
    }
    store.load("\n".join(sorted(lines)).encode(), format=ox.RdfFormat.N_QUADS)
    return store


def row_of(values: Iterable[tuple[str, object]]) -> Row:
    """The values of an explained row as ``rows_of`` gives them."""
    return {name: str(ox_term(key(value))) for name, value in values if value is not None}


def ox_term(text: str) -> object:
    line = f"<t:s> <t:p> {text} ."
    return next(iter(ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES))).object


Replay = Callable[[str, Iterable[Statement]], list[Row]]
HERE = Path(__file__).parent
