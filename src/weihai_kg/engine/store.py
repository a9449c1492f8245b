"""Evaluates one query over one store: the only module that asks the engine a query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyoxigraph

from weihai_kg.engine.datasets import DatasetSelector
from weihai_kg.engine.graph_scopes import check_subselects
from weihai_kg.engine.nesting import check_nesting
from weihai_kg.engine.outline import Outline, check_services, may_need_outline, outline
from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.engine.serialization import RDF, RESULTS, Sink, write_results, write_triples
from weihai_kg.engine.substitution import substitute
from weihai_kg.engine.tokens import decode_escapes
from weihai_kg.errors import (
    EvaluationError,
    FederationError,
    NotAcceptableError,
    QuerySyntaxError,
    UpdateNotAllowedError,
)
from weihai_kg.formats import BY_NAME

Results = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples
Relay = Callable[[list[str]], list[str]]


@dataclass(frozen=True, slots=True)
class Head:
    """The form and the format of an answer, known before its first byte."""

    form: Form
    format: str


@dataclass(frozen=True, slots=True)
class Evaluator:
    """A store with what is needed to answer queries over it.

    ``relay`` gives, for the endpoints that a query may call, the addresses at which the engine
    reaches them.
    """

    selector: DatasetSelector
    prefixes: Mapping[str, str]
    nesting: int
    allowed: frozenset[str]
    relay: Relay

    def answer(self, request: QueryRequest, begin: Callable[[Head], Sink]) -> None:
        """Evaluate a query; write its answer into the sink that ``begin`` gives."""
        text = checked_text(request, self.nesting)
        found = outline(text, request.base_iri) if may_need_outline(text) else None
        if found is not None:
            text = self._relayed(found) if found.services else found.text
        check_subselects(text)
        selection = self.selector.select(request, found, text)
        # Some paths are evaluated before the first row is asked for: a head needs no data.
        store = pyoxigraph.Store() if request.head_only else selection.store
        try:
            results = store.query(
                text,
                base_iri=request.base_iri,
                default_graph=selection.default,
                named_graphs=selection.named,
            )
            head = _head(results, request, found)
            self._write(results, head, begin(head), head_only=request.head_only)
        except SyntaxError as error:
            raise syntax_error(text, error) from None
        except RuntimeError as error:
            raise EvaluationError(str(error)) from None
        except OSError as error:
            raise FederationError(f"A SERVICE clause failed: {error}") from None
        except ValueError as error:
            raise QuerySyntaxError(str(error)) from None

    def _relayed(self, found: Outline) -> str:
        """The text with each allowed endpoint replaced by the address of its relay."""
        sites = check_services(found, self.allowed)
        addresses = self.relay([iri for _, iri in sites])
        text, position = found.text, 0
        pieces: list[str] = []
        for (target, _), address in zip(sites, addresses, strict=True):
            pieces += [text[position : target.start], f"<{address}>"]
            position = target.end
        return "".join([*pieces, text[position:]])

    def _write(self, results: Results, head: Head, sink: Sink, *, head_only: bool) -> None:
        if head_only:
            return
        if isinstance(results, pyoxigraph.QueryTriples):
            write_triples(results, head.format, self.prefixes, sink)
        else:
            write_results(results, head.format, sink)


def checked_text(request: QueryRequest, nesting: int) -> str:
    """The text of a query, fit for a parser: its escapes decoded, its parameters put in."""
    text = request.text
    if "\0" in text:
        raise QuerySyntaxError("The query holds a NUL character; remove it.")
    text = decode_escapes(text)
    check_nesting(text, nesting)
    return substitute(text, request.substitutions) if request.substitutions else text


def _head(results: Results, request: QueryRequest, found: Outline | None) -> Head:
    if isinstance(results, pyoxigraph.QueryTriples):
        described = found is not None and found.form == Form.DESCRIBE
        return choose_head(Form.DESCRIBE if described else Form.CONSTRUCT, request)
    solutions = isinstance(results, pyoxigraph.QuerySolutions)
    return choose_head(Form.SELECT if solutions else Form.ASK, request)


def choose_head(form: Form, request: QueryRequest) -> Head:
    """The form with the first format that its client accepts; NotAcceptableError for none."""
    graph = form in (Form.CONSTRUCT, Form.DESCRIBE)
    offered: Mapping[str, object] = RDF if graph else RESULTS
    for name in request.rdf if graph else request.results:
        if name in offered:
            return Head(form, name)
    raise NotAcceptableError(form, [BY_NAME[name].media_type for name in offered])


def syntax_error(text: str, error: SyntaxError) -> QuerySyntaxError | UpdateNotAllowedError:
    """What is wrong with a text that cannot be parsed as a query."""
    if outline(text).is_update:
        return UpdateNotAllowedError("This service answers queries; it takes no updates.")
    return QuerySyntaxError(str(error))
