"""Answers a why: a statement, a row, or a row that is missing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from rdflib import RDFS, SKOS, Literal, URIRef
from rdflib.term import Node

from weihai_kg.engine.nesting import check_nesting
from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.substitution import substitute
from weihai_kg.errors import QuerySyntaxError
from weihai_kg.explanation.alternatives import Alternatives
from weihai_kg.explanation.asking import Asker, QueryEngine, values
from weihai_kg.explanation.cursor import DEEPEST, UnreadableError
from weihai_kg.explanation.derivation import Deriver
from weihai_kg.explanation.evidence import Evidence
from weihai_kg.explanation.missing import Missing, check
from weihai_kg.explanation.model import Explanation, Failure, Justification, Question, Statement
from weihai_kg.explanation.nearness import Nearest
from weihai_kg.explanation.pattern import Query
from weihai_kg.explanation.proof import Rulebook
from weihai_kg.explanation.reading import read
from weihai_kg.explanation.terms import key, parse
from weihai_kg.namespaces import Namespaces

SHOWN = 50
MOST_SHOWN = 1000
_NAMES = (RDFS.label, SKOS.prefLabel)


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
        number: int | None = None, shown: int = SHOWN,
    ) -> Explanation:  # fmt: skip
        """Why a row is in the answer: the row of a number (from 1), or of these values.

        A value None says that the variable is unbound; a variable that is not given may have any
        value. A row that is not there is explained as missing.
        """
        query, text, asker = self._read(request)
        known: dict[str, Node | None] = dict(bindings or {})
        if number is not None:
            names, rows = asker.table(text)
            if not 1 <= number <= len(rows):
                raise QuerySyntaxError(
                    f"The answer has {len(rows)} rows; there is no row {number}."
                )
            known |= {name: rows[number - 1].get(name) for name in names}
        check(query, list(known))
        bound = {name: value for name, value in known.items() if value is not None}
        deriver = Deriver(asker, query, max(1, min(shown, MOST_SHOWN)))
        found = deriver.row(query, bound, frozenset(known.keys() - bound.keys()))
        if found is None:
            return self._missing(deriver, query, text, bound)
        evidence = self._evidence(asker.over(None))
        evidence.collect(found.statements())
        explanation = Explanation(
            Question.ROW, asker.version, query=text, row=found, asked=tuple(known.items())
        )
        return self._finish(explanation, asker.over(None), evidence)

    def missing(self, request: QueryRequest, wanted: Mapping[str, Node]) -> Explanation:
        """Why no row has these values; the reasons of the row, if there is one after all."""
        query, text, asker = self._read(request)
        check(query, list(wanted))
        return self._missing(Deriver(asker, query, SHOWN), query, text, dict(wanted))

    def _missing(
        self, deriver: Deriver, query: Query, text: str, wanted: dict[str, Node]
    ) -> Explanation:
        found = Missing(deriver, Nearest(deriver.asker)).of(query, wanted)
        everywhere = deriver.asker.over(None)
        evidence = self._evidence(everywhere)
        evidence.collect(found.statements())
        explanation = Explanation(
            Question.MISSING, everywhere.version, query=text, asked=tuple(wanted.items())
        )
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
        answer = self._engine.query(
            dataclasses.replace(
                request, text=text, substitutions={}, head_only=True, results=("json",),
                rdf=("nt",),
            )
        )  # fmt: skip
        answer.close()
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
            nodes |= {value for step in explanation.row.walk() for _, value in step.inputs}
        if explanation.failure is not None:
            for each in explanation.failure.walk():
                nodes |= {value for _, values_ in each.instead for value in values_}
                nodes |= {value for inputs in each.inputs for _, value in inputs}
        return dataclasses.replace(
            explanation,
            reasons=evidence.reasons,
            record=evidence.record(),
            labels=labels(asker, nodes),
            prefixes=self._ns.prefixes,
        )


def labels(asker: Asker, nodes: Iterable[Node | None]) -> dict[Node, dict[str, str]]:
    """The labels of IRIs by language; one without a language stands under an empty name."""
    found: dict[Node, dict[str, str]] = {}
    iris = sorted({node for node in nodes if isinstance(node, URIRef)}, key=key)
    for begin in range(0, len(iris), SHOWN * 10):
        given = values("t", ([each] for each in iris[begin : begin + SHOWN * 10]))
        for name in _NAMES:
            # One property at a time: with two VALUES the engine reads every label there is.
            rows = asker.rows(f"SELECT * {{ {given} ?t {key(name)} ?label }}")
            for row in sorted(rows, key=lambda row: key(row["label"])):
                label = row["label"]
                if isinstance(label, Literal):
                    found.setdefault(row["t"], {}).setdefault(label.language or "", str(label))
    return found
