"""An explanation as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib.term import Node

from weihai_kg.explanation import grounds
from weihai_kg.explanation.model import (
    Derivation,
    Explanation,
    Failure,
    Ground,
    Justification,
    Near,
    Question,
    Quotation,
    RowReasons,
    Statement,
    Step,
)
from weihai_kg.explanation.wording import Wording

_INDENT = "  "
_DEEPEST = 60


def render(explanation: Explanation, language: str = "en") -> str:
    """The whole text, which ends with a line break."""
    return "\n".join(_Text(explanation, language).lines()) + "\n"


class _Text:
    def __init__(self, explanation: Explanation, language: str) -> None:
        self.explanation = explanation
        self.w = Wording(explanation, language)
        self.told: set[Statement] = set()
        self.quoted: dict[Node, int] = {}

    def lines(self) -> Iterator[str]:
        explanation, w = self.explanation, self.w
        yield w.heading()
        if explanation.question is Question.STATEMENT:
            yield from self.statement()
        elif explanation.statement is not None:
            yield self.told_of(explanation.statement)
        if explanation.failure is not None:
            yield from self.wanted(explanation.asked)
            yield from self.failure(explanation.failure, 0)
        if explanation.row is not None:
            yield from self.columns(explanation.row, 0)
            yield from self.grounds()
            yield ""
            yield w.say("how-found")
            yield from self.row(explanation.row, 0)
        if explanation.reasons.keys() - self.told:
            yield ""
            yield w.say("reasons")
            for statement in explanation.reasons:
                if statement not in self.told:
                    yield from self.reason(statement, 0)

    def statement(self) -> Iterator[str]:
        explanation, w = self.explanation, self.w
        statement = explanation.statement
        if statement is None:
            return
        if not explanation.stated:
            yield self.told_of(statement)
            yield w.say("not-stated")
            if explanation.near:
                yield w.say("nearest")
                yield from self.near(explanation.near, 1)
            return
        yield from self.reason(statement, 0)
        if explanation.alternatives:
            yield ""
            yield w.say("alternatives")
            for each in explanation.alternatives:
                yield from self.justification(each, 1, 0)

    def told_of(self, statement: Statement) -> str:
        where = self.where(statement)
        return f"{self.w.sentence(statement)}   ({self.w.turtle(statement)}){where}"

    def where(self, statement: Statement) -> str:
        """In which graph it stands, unless that is the default graph."""
        if statement.graph is None:
            return ""
        return " " + self.w.say("in-graph", self.w.short(statement.graph))

    def reason(self, statement: Statement, depth: int) -> Iterator[str]:
        w, pad = self.w, _INDENT * depth
        number = w.number(statement)
        yield f"{pad}[{number}] {self.told_of(statement)}"
        if statement in self.told or depth > _DEEPEST:
            yield f"{pad}    {w.say('see', number)}"
            return
        self.told.add(statement)
        reason = self.explanation.reasons.get(statement)
        if reason is None or not reason.justifications:
            yield f"{pad}    {w.say('no-reason')}"
            return
        for each in reason.justifications:
            yield from self.justification(each, depth + 2, number)

    def justification(self, each: Justification, depth: int, number: int) -> Iterator[str]:
        w, pad = self.w, _INDENT * depth
        words = [w.say(each.ground)]
        if each.certainty:
            words.append(w.say(each.certainty))
        if each.rule is not None:
            words.append(w.say("by-rule", each.rule.name))
        graph = f"  <{w.short(each.graph)}>" if each.graph is not None else ""
        if not each.premises and each.graph in self.quoted:
            before = self.quoted[each.graph]
            yield f"{pad}{', '.join(words)}{graph}  {w.say('as-told', before)}"
            return
        if each.graph is not None and each.ground is not Ground.RECORD:
            self.quoted[each.graph] = number
        yield f"{pad}{', '.join(words)}{graph}"
        if each.rule is not None:
            yield f"{pad}{_INDENT}{w.text(each.rule.sentences)}"
        yield from self.quotations(each.quotations, depth + 1)
        for source in each.sources:
            label = w.text(source.labels) or w.label(source.iri)
            yield f"{pad}{_INDENT}{w.say('source')}: {label} <{w.short(source.iri)}>"
            yield from self.quotations(source.quotations, depth + 2)
        if each.notes:
            yield f"{pad}{_INDENT}{w.say('note')}: {w.text(each.notes)}"
        for premise in each.premises:
            yield from self.reason(premise, depth + 1)

    def quotations(self, found: Iterable[Quotation], depth: int) -> Iterator[str]:
        for each in found:
            before, after = (text.replace("\n", " ") for text in (each.prefix, each.suffix))
            words = each.exact.replace("\n", " ")
            yield f"{_INDENT * depth}…{before}「{words}」{after}…  ({self.w.place(each)})"

    def grounds(self) -> Iterator[str]:
        """The words and the sources that everything rests on, before the proofs."""
        w, found = self.w, grounds.of(self.explanation)
        if found.words:
            yield ""
            yield w.say("words-behind")
            for quotation, numbers in found.words.items():
                (line,) = self.quotations([quotation], 1)
                yield f"{line} {_listed(numbers)}"
        if found.sources or found.others:
            yield ""
            yield w.say("sources-behind")
            for source, numbers in found.sources:
                label = w.text(source.labels) or w.label(source.iri)
                yield f"{_INDENT}{label} {_listed(numbers)}"
            for ground, numbers in found.others.items():
                yield f"{_INDENT}{w.say(ground)} {_listed(numbers)}"

    def columns(self, row: RowReasons, depth: int) -> Iterator[str]:
        for name, value in row.row:
            yield f"{_INDENT * (depth + 1)}?{name} = {self.w.named(value)}"

    def row(self, row: RowReasons, depth: int) -> Iterator[str]:
        w, pad = self.w, _INDENT * depth
        for modifier in row.modifiers:
            yield f"{pad}{w.say('noted', w.code(modifier))}"
        for step in row.computations:
            yield from self.step(step, depth)
        yield f"{pad}{w.counted(row)}"
        title = "member" if row.grouped else "solution"
        for number, derivation in enumerate(row.derivations, 1):
            if len(row.derivations) > 1 or row.grouped:
                yield f"{pad}{w.say(title, number)}"
            yield from self.derivation(derivation, depth + 1)

    def derivation(self, derivation: Derivation, depth: int) -> Iterator[str]:
        for step in derivation.steps:
            yield from self.step(step, depth)

    def step(self, step: Step, depth: int) -> Iterator[str]:
        w, pad = self.w, _INDENT * depth
        line = w.code(step.text)
        if not line:
            line = "{ }" if step.kind == "group" else step.kind.upper()
        if step.note:
            line += f"   — {w.say(step.note, *step.note_values)}"
        yield pad + line
        if step.inputs:
            yield f"{pad}{_INDENT}{w.say('with')} {self.values(step.inputs)}"
        if step.result is not None:
            yield f"{pad}{_INDENT}{w.say('gives')} {w.named(step.result)}"
        for statement in step.statements:
            words = f"{w.sentence(statement)}{self.where(statement)}"
            yield f"{pad}{_INDENT}[{w.number(statement)}] {words}"
        for statement in step.remote:
            yield f"{pad}{_INDENT}{self.told_of(statement)}"
        for inner in step.steps:
            yield from self.step(inner, depth + 1)
        if step.rows is not None:
            yield from self.columns(step.rows, depth + 1)
            yield from self.row(step.rows, depth + 1)

    def values(self, inputs: Iterable[tuple[str, Node | None]]) -> str:
        shown = []
        for name, value in inputs:
            named = f"?{name}" if name.replace("_", "a").isalnum() else name
            shown.append(f"{named} = {self.w.named(value)}" if named else self.w.named(value))
        return ", ".join(shown)

    def near(self, found: Iterable[Near], depth: int) -> Iterator[str]:
        w, pad = self.w, _INDENT * depth
        for each in found:
            yield f"{pad}{w.say(each.how)}:"
            for statement in each.statements:
                number = w.number(statement)
                yield f"{pad}{_INDENT}[{number}] {self.told_of(statement)}"

    def wanted(self, asked: Iterable[tuple[str, Node | None]]) -> Iterator[str]:
        for name, value in asked:
            yield f"{_INDENT}{self.w.say('wanted')} ?{name} = {self.w.named(value)}"

    def failure(self, failure: Failure, depth: int) -> Iterator[str]:
        w, pad = self.w, _INDENT * depth
        if failure.passed:
            yield f"{pad}{w.say('passed')}:"
            for text in failure.passed:
                yield f"{pad}{_INDENT}✓ {w.code(text)}"
        line = w.code(failure.text)
        yield f"{pad}{w.say('fails-at')}: {line}   — {w.say(failure.note)}"
        if failure.before is not None and failure.before.bindings:
            yield f"{pad}{_INDENT}{w.say('with')} {self.values(failure.before.bindings)}"
        for name, value in failure.wanted:
            yield f"{pad}{_INDENT}{w.say('wanted')} ?{name} = {w.named(value)}"
        for name, values in failure.instead:
            shown = ", ".join(map(w.named, values))
            yield f"{pad}{_INDENT}{w.say('instead')} ?{name} = {shown}"
        for inputs in failure.inputs:
            yield f"{pad}{_INDENT}{w.say('with')} {self.values(inputs)}"
        if failure.found is not None:
            yield f"{pad}{_INDENT}{w.say('found')}:"
            yield from self.derivation(failure.found, depth + 2)
        if failure.near:
            yield f"{pad}{_INDENT}{w.say('nearest')}"
            yield from self.near(failure.near, depth + 2)
        for inner in failure.inner:
            yield from self.failure(inner, depth + 1)


def _listed(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)
