"""An explanation as JSON; ``why.schema.json`` beside this module describes it."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from rdflib.term import Node

from weihai_kg.explanation.model import (
    Derivation,
    Explanation,
    Failure,
    Justification,
    Near,
    Quotation,
    RowReasons,
    Statement,
    Step,
)
from weihai_kg.explanation.phrases import phrase
from weihai_kg.explanation.terms import key


def render(explanation: Explanation) -> str:
    """The whole document."""
    return json.dumps(_Document(explanation).whole(), ensure_ascii=False, indent=1) + "\n"


def schema() -> str:
    """The JSON Schema of the document."""
    return resources.files(__package__).joinpath("why.schema.json").read_text("utf-8")


def _term(node: Node | None) -> str | None:
    return None if node is None else key(node)


def _texts(name: str, values: tuple[str, ...] = ()) -> dict[str, str]:
    return {language: phrase(name, language, *values) for language in ("zh", "en")}


class _Document:
    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation
        self.numbers = {each: n for n, each in enumerate(explanation.reasons, 1)}

    def whole(self) -> dict[str, Any]:
        explanation = self.explanation
        found: dict[str, Any] = {
            "question": explanation.question.value,
            "version": explanation.version,
            "stated": explanation.stated,
        }
        if explanation.statement is not None:
            found["statement"] = self.statement(explanation.statement)
        if explanation.query:
            found["query"] = explanation.query
            found["form"] = explanation.form
        if explanation.asked:
            found["asked"] = self.values(explanation.asked)
        if explanation.row is not None:
            found["row"] = self.row(explanation.row)
        if explanation.failure is not None:
            found["failure"] = self.failure(explanation.failure)
        if explanation.near:
            found["near"] = list(map(self.near, explanation.near))
        if explanation.alternatives:
            found["alternatives"] = list(map(self.justification, explanation.alternatives))
        found["statements"] = [
            {"number": number, **self.statement(reason.statement),
             "justifications": list(map(self.justification, reason.justifications))}
            for number, reason in enumerate(explanation.reasons.values(), 1)
        ]  # fmt: skip
        found["labels"] = {key(node): dict(texts) for node, texts in explanation.labels.items()}
        return found

    def statement(self, statement: Statement) -> dict[str, Any]:
        found = dict(zip(("subject", "predicate", "object"), map(key, statement.triple),
                         strict=True))  # fmt: skip
        return found if statement.graph is None else {**found, "graph": key(statement.graph)}

    def values(self, pairs: tuple[tuple[str, Node | None], ...]) -> list[dict[str, Any]]:
        return [{"name": name, "value": _term(value)} for name, value in pairs]

    def row(self, row: RowReasons) -> dict[str, Any]:
        return {
            "values": self.values(row.row),
            "grouped": row.grouped,
            "total": row.total,
            "modifiers": list(row.modifiers),
            "computations": list(map(self.step, row.computations)),
            "derivations": list(map(self.derivation, row.derivations)),
        }

    def derivation(self, derivation: Derivation) -> dict[str, Any]:
        return {
            "bindings": self.values(derivation.bindings),
            "steps": list(map(self.step, derivation.steps)),
        }

    def step(self, step: Step) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": step.kind.value, "text": step.text}
        if step.note:
            found["note"] = {"code": step.note, **_texts(step.note, step.note_values)}
        if step.statements:
            found["statements"] = [self.numbers.get(each, 0) for each in step.statements]
        if step.inputs:
            found["inputs"] = self.values(step.inputs)
        if step.result is not None:
            found["result"] = key(step.result)
        if step.steps:
            found["steps"] = list(map(self.step, step.steps))
        if step.remote:
            found["remote"] = list(map(self.statement, step.remote))
        if step.rows is not None:
            found["rows"] = self.row(step.rows)
        return found

    def near(self, near: Near) -> dict[str, Any]:
        return {"how": near.how, "statements": [self.numbers.get(e, 0) for e in near.statements]}

    def failure(self, failure: Failure) -> dict[str, Any]:
        found: dict[str, Any] = {
            "text": failure.text,
            "note": {"code": failure.note, **_texts(failure.note)},
            "passed": list(failure.passed),
            "wanted": self.values(failure.wanted),
        }
        if failure.before is not None:
            found["before"] = self.derivation(failure.before)
        if failure.instead:
            found["instead"] = [
                {"name": name, "values": list(map(key, values))} for name, values in failure.instead
            ]
        if failure.inputs:
            found["inputs"] = list(map(self.values, failure.inputs))
        if failure.found is not None:
            found["found"] = self.derivation(failure.found)
        if failure.near:
            found["near"] = list(map(self.near, failure.near))
        if failure.inner:
            found["inner"] = list(map(self.failure, failure.inner))
        return found

    def justification(self, each: Justification) -> dict[str, Any]:
        found: dict[str, Any] = {"graph": _term(each.graph), "ground": each.ground.value}
        if each.certainty:
            found["certainty"] = each.certainty
        if each.notes:
            found["notes"] = dict(each.notes)
        if each.quotations:
            found["quotations"] = list(map(self.quotation, each.quotations))
        if each.sources:
            found["sources"] = [
                {"iri": key(source.iri), "labels": dict(source.labels),
                 "quotations": list(map(self.quotation, source.quotations))}
                for source in each.sources
            ]  # fmt: skip
        if each.rule is not None:
            found["rule"] = {
                "iri": key(each.rule.iri), "name": each.rule.name,
                "sentences": dict(each.rule.sentences),
            }  # fmt: skip
            if each.rule.axioms:
                found["rule"]["axioms"] = [
                    self.statement(Statement(*axiom)) for axiom in each.rule.axioms
                ]
        if each.premises:
            found["premises"] = [self.numbers.get(premise, 0) for premise in each.premises]
        return found

    def quotation(self, quotation: Quotation) -> dict[str, Any]:
        return {
            "iri": key(quotation.iri), "exact": quotation.exact, "prefix": quotation.prefix,
            "suffix": quotation.suffix, "start": quotation.start, "end": quotation.end,
            "paragraph": quotation.paragraph, "article": _term(quotation.article),
        }  # fmt: skip
