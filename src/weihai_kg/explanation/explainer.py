"""Answers a why: a statement, a row, or a row that is missing."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping, Sequence
from typing import TypeVar

from rdflib.term import Node

from weihai_kg.engine.nesting import check_nesting
from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.substitution import substitute
from weihai_kg.errors import (
    FederationError,
    LimitExceededError,
    NoRowError,
    QueryError,
    QuerySyntaxError,
)
from weihai_kg.explanation import forms
from weihai_kg.explanation.alternatives import Alternatives
from weihai_kg.explanation.asking import Asker, QueryEngine
from weihai_kg.explanation.cursor import DEEPEST, UnreadableError
from weihai_kg.explanation.derivation import Deriver
from weihai_kg.explanation.evidence import Evidence
from weihai_kg.explanation.labels import labels
from weihai_kg.explanation.missing import Missing, check
from weihai_kg.explanation.model import (
    Explanation,
    Failure,
    Justification,
    Kind,
    Question,
    RowReasons,
    Statement,
    Step,
)
from weihai_kg.explanation.nearness import Nearest
from weihai_kg.explanation.pattern import Query
from weihai_kg.explanation.proof import Rulebook
from weihai_kg.explanation.reading import read
from weihai_kg.explanation.remote import without_services
from weihai_kg.explanation.terms import askable, components, key, parse, same, triple_key
from weihai_kg.explanation.volatility import is_volatile
from weihai_kg.namespaces import Namespaces

SHOWN = 50
MOST_SHOWN = 3000
CHECKED = 0.4
"""Seconds in which the whole answer is asked for again, to see that it has a row."""
_Row = TypeVar("_Row")


class Explainer:
    """Explains what an engine answers; may be used by many threads."""

    def __init__(self, engine: QueryEngine, namespaces: Namespaces, *, seconds: float) -> None:
        """``seconds`` is the time that one explanation may take."""
        self._engine = engine
        self._ns = namespaces
        self._seconds = seconds
        self._rulebooks: dict[str, Rulebook] = {}

    @property
    def namespaces(self) -> Namespaces:
        """The namespaces that names are read and shown with."""
        return self._ns

    def asker(self, request: QueryRequest | None = None) -> Asker:
        """A new asker, whose time begins."""
        return Asker(self._engine, seconds=self._seconds, request=request)

    def statement(self, statement: Statement, *, alternatives: bool = False) -> Explanation:
        """Why a statement holds; what is near, if it does not."""
        asker = self.asker()
        evidence = self._evidence(asker)
        pattern = " ".join(map(key, statement.triple))
        if statement.graph is not None:
            pattern = f"GRAPH {key(statement.graph)} {{ {pattern} }}"
        if "_:" in pattern and any(key(each).startswith("_:") for each in statement.triple):
            raise QuerySyntaxError("A blank node cannot be asked for: it has no name of its own.")
        if not asker.holds(f"ASK {{ {{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }} }}"):
            near = Nearest(asker).of(statement.triple)
            evidence.collect(each for every in near for each in every.statements)
            return self._finish(
                Explanation(Question.STATEMENT, asker.version, statement, False, near),
                asker, evidence,
            )  # fmt: skip
        evidence.collect([statement])
        others: tuple[Justification, ...] = ()
        if alternatives:
            others = Alternatives(asker, evidence, self._rulebook(asker)).of(statement)
        found = Explanation(Question.STATEMENT, asker.version, statement, True, alternatives=others)
        return self._finish(found, asker, evidence)

    def row(
        self, request: QueryRequest, bindings: Mapping[str, Node | None] | None = None, *,
        number: int | None = None, statement: Statement | None = None, shown: int = SHOWN,
    ) -> Explanation:  # fmt: skip
        """Why a row is in the answer: the row of a number (from 1), or of these values.

        A value None says that the variable is unbound; a variable that is not given may have any
        value. Of a CONSTRUCT or a DESCRIBE a row is a ``statement`` of its answer (their numbers
        follow the order of their terms), of an ASK its one answer. A row that is not there is
        explained as missing.
        """
        query, text, asker = self._read(request)
        known: dict[str, Node | None] = dict(bindings or {})
        if number is not None and query.form == "SELECT":
            names, rows = asker.table(text)
            row = _numbered(rows, number)
            known |= {name: row.get(name) for name in names}
        elif number is not None and query.form != "ASK":
            statement = Statement(*_numbered(forms.answered(asker.graph(text)), number))
        check(query, list(known))
        bound = {name: value for name, value in known.items() if value is not None}
        without = frozenset(known.keys() - bound.keys())
        deriver = Deriver(asker, query, max(1, min(shown, MOST_SHOWN)))
        if statement is not None:
            found = forms.made(deriver, query, statement)
        else:
            found = self._served(deriver, bound, without)
        known_there = number is not None and query.form != "ASK"
        cut = found is not None and query.sliced and number is None and query.form != "ASK"
        if cut and not self._keeps(asker, text, known, statement):
            return self._missing(deriver, text, known, statement, cut=True)
        if found is None and (known_there or (known and self._answers(asker, text, known))):
            step = Step(Kind.UNEXPLAINED, text.strip(), note="not-again")
            found = RowReasons(tuple(known.items()), (), 0, computations=(step,))
        if found is None:
            return self._missing(deriver, text, known, statement)
        evidence = self._evidence(asker.over(None))
        evidence.collect(found.statements())
        explanation = Explanation(
            Question.ROW, asker.version, statement, query=text, form=query.form, row=found,
            asked=tuple(known.items()),
        )  # fmt: skip
        return self._finish(explanation, asker.over(None), evidence)

    def _served(
        self, deriver: Deriver, known: Mapping[str, Node], without: frozenset[str]
    ) -> RowReasons | None:
        """The reasons of a row, with other servers asked again, or without if that fails."""
        try:
            return deriver.row(deriver.query, dict(known), without)
        except FederationError:
            deriver.query = dataclasses.replace(
                deriver.query, where=without_services(deriver.query.where)
            )
            return deriver.row(deriver.query, dict(known), without)

    def _keeps(
        self, asker: Asker, text: str, known: Mapping[str, Node | None],
        statement: Statement | None,
    ) -> bool:  # fmt: skip
        """Whether LIMIT and OFFSET leave a row in; taken for true if that takes long to tell."""
        try:
            return self._answers(asker.within(CHECKED), text, known, statement)
        except LimitExceededError:
            return True

    def _answers(
        self, asker: Asker, text: str, known: Mapping[str, Node | None],
        statement: Statement | None = None,
    ) -> bool:  # fmt: skip
        """Whether the answer has a row of these values, or a statement, after all."""
        if is_volatile(text):
            return True
        try:
            if statement is not None:
                given = forms.answered(asker.graph(text))
                blank = not all(map(askable, statement.triple))  # another name each time
                return blank or any(triple_key(each) == triple_key(statement.triple)
                                    for each in given)  # fmt: skip
            _, rows = asker.table(text)
        except LimitExceededError:
            raise
        except QueryError:
            return False
        return any(all(same(row.get(n), v) for n, v in known.items()) for row in rows)

    def missing(self, request: QueryRequest, wanted: Mapping[str, Node | None]) -> Explanation:
        """Why no row has these values (None: unbound); the reasons of the row, if there is one."""
        query, text, asker = self._read(request)
        check(query, list(wanted))
        return self._missing(Deriver(asker, query, SHOWN), text, dict(wanted), None)

    def _missing(
        self, deriver: Deriver, text: str, wanted: dict[str, Node | None],
        statement: Statement | None, *, cut: bool = False,
    ) -> Explanation:  # fmt: skip
        """``cut`` says that it is known to be cut off by LIMIT or OFFSET."""
        query = deriver.query
        if statement is not None:
            wanted = dict(forms.wanted(deriver, query, statement))
        bound = {name: value for name, value in wanted.items() if value is not None}
        found: Failure | RowReasons
        if statement is not None and not forms.fits(deriver, query, statement):
            found = Failure(query.head, "no-template")
        elif cut:
            found = Failure(" ".join(query.modifiers), "sliced", wanted=tuple(wanted.items()))
        else:
            nearest = Nearest(deriver.asker)
            found = Missing(deriver, nearest).of(query, bound, frozenset(wanted.keys() - bound))
            if statement is not None and isinstance(found, RowReasons):
                near = nearest.of(statement.triple)
                found = Failure(query.head, "described-not-stated", near=near)
        everywhere = deriver.asker.over(None)
        evidence = self._evidence(everywhere)
        evidence.collect(found.statements())
        explanation = Explanation(
            Question.MISSING, everywhere.version, statement, query=text, form=query.form,
            asked=tuple(wanted.items()),
        )  # fmt: skip
        if isinstance(found, Failure):
            explanation = dataclasses.replace(explanation, stated=False, failure=found)
        else:
            explanation = dataclasses.replace(explanation, row=found)
        return self._finish(explanation, everywhere, evidence)

    def _read(self, request: QueryRequest) -> tuple[Query, str, Asker]:
        """The query with its substitutions put in, once the engine has taken it."""
        text = request.text
        if request.substitutions:
            terms = {name: key(parse(term)) for name, term in request.substitutions.items()}
            check_nesting(text, DEEPEST)
            text = substitute(text, terms)
        asker = self.asker(request)
        judged = dataclasses.replace(
            request, text=text, substitutions={}, head_only=True, results=("json",), rdf=("nt",)
        )
        # A server that may not be asked is told in its place; the rest is explained.
        with contextlib.suppress(FederationError):
            self._engine.query(judged).close()
        check_nesting(text, DEEPEST)
        try:
            return read(text), text, asker
        except RecursionError:
            raise UnreadableError("The query nests too deep to be explained.") from None

    def _rulebook(self, asker: Asker) -> Rulebook:
        """The rules of the ontology that is served."""
        version = asker.version
        if version not in self._rulebooks:
            graph = key(self._ns.graph.ontology)
            ontology = asker.graph(
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
            )
            self._rulebooks = {version: Rulebook.of(ontology)}
        return self._rulebooks[version]

    def _evidence(self, asker: Asker) -> Evidence:
        return Evidence(asker, self._ns, self._rulebook(asker))

    def _finish(self, explanation: Explanation, asker: Asker, evidence: Evidence) -> Explanation:
        """The explanation with its reasons, and the labels of all that it names."""
        evidence.keep(explanation.named())
        nodes = {term for each in evidence.reasons for term in each}
        nodes |= set(explanation.statement or ())
        nodes |= {value for _, value in explanation.asked}
        if explanation.row is not None:
            nodes |= {value for _, value in explanation.row.row}
            for step in explanation.row.walk():
                nodes |= {value for _, value in step.inputs} | {step.result}
                nodes |= {term for each in step.remote for term in each}
        if explanation.failure is not None:
            for each in explanation.failure.walk():
                nodes |= {value for _, value in each.wanted}
                nodes |= {value for _, values_ in each.instead for value in values_}
                for derivation in (each.before, each.found):
                    nodes |= {value for _, value in derivation.bindings} if derivation else set()
                nodes |= {value for inputs in each.inputs for _, value in inputs}
        return dataclasses.replace(
            explanation,
            reasons=evidence.reasons,
            record=evidence.record(),
            labels=labels(asker, {each for node in nodes for each in components(node)}),
            prefixes=self._ns.prefixes,
        )


def _numbered(rows: Sequence[_Row], number: int) -> _Row:
    """The row of a number, counted from 1."""
    if not 1 <= number <= len(rows):
        raise NoRowError(number, len(rows))
    return rows[number - 1]
