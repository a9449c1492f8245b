"""An explanation as HTML: a tree that folds without JavaScript, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from rdflib import URIRef
from rdflib.term import Node

from weihai_kg.explanation import grounds
from weihai_kg.explanation.model import (
    Derivation,
    Explanation,
    Failure,
    Justification,
    Near,
    Question,
    Quotation,
    RowReasons,
    Statement,
    Step,
)
from weihai_kg.explanation.wording import Wording

_DEEPEST = 60


def heading(explanation: Explanation, language: str) -> str:
    """The title of a page for this explanation."""
    return Wording(explanation, language).heading()


def fragment(explanation: Explanation, language: str) -> str:
    """The explanation as the inner part of a page, without a heading."""
    return _Page(explanation, language).whole()


def standalone(explanation: Explanation, language: str) -> str:
    """A page of its own."""
    title = escape(heading(explanation, language))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head><body><main><h1>{title}</h1>"
        f"{fragment(explanation, language)}</main></body></html>\n"
    )


class _Page:
    def __init__(self, explanation: Explanation, language: str) -> None:
        self.explanation = explanation
        self.w = Wording(explanation, language)
        self.told: set[Statement] = set()

    def say(self, name: str, *values: object) -> str:
        return escape(self.w.say(name, *values))

    def whole(self) -> str:
        explanation = self.explanation
        parts: list[str] = []
        if explanation.query:
            parts.append(
                f'<details class="query"><summary>{self.say("query")}</summary>'
                f"<pre>{escape(explanation.query.strip())}</pre></details>"
            )
        if explanation.question is Question.STATEMENT:
            parts.append(self.statement())
        elif explanation.statement is not None:
            parts.append(f"<p>{self.sentence(explanation.statement)}</p>")
        if explanation.failure is not None:
            parts.append(self.values(explanation.asked, self.w.say("wanted")))
            parts.append(self.failure(explanation.failure))
        if explanation.row is not None:
            parts.append(self.values(explanation.row.row))
            parts.append(self.grounds())
            parts.append(f"<h2>{self.say('how-found')}</h2>")
            parts.append(self.row(explanation.row))
        if explanation.alternatives:
            ways = "".join(map(self.justification, explanation.alternatives))
            parts.append(f"<h2>{self.say('alternatives')}</h2><ul>{ways}</ul>")
        return "\n".join(parts)

    def grounds(self) -> str:
        """The words and the sources that everything rests on."""
        found = grounds.of(self.explanation)
        parts = []
        if found.words:
            words = "".join(
                f"<li>{self.quotation(quotation)} {self.links(numbers)}</li>"
                for quotation, numbers in found.words.items()
            )
            parts.append(f'<h2>{self.say("words-behind")}</h2><ul class="words">{words}</ul>')
        beside = [
            f"<li>{escape(self.w.text(source.labels) or self.w.label(source.iri))} "
            f"{self.links(numbers)}</li>"
            for source, numbers in found.sources
        ]
        beside += [
            f"<li>{self.say(ground)} {self.links(numbers)}</li>"
            for ground, numbers in found.others.items()
        ]
        if beside:
            parts.append(f"<h2>{self.say('sources-behind')}</h2><ul>{''.join(beside)}</ul>")
        return "".join(parts)

    def links(self, numbers: Iterable[int]) -> str:
        return " ".join(f'<a href="#s{number}">[{number}]</a>' for number in numbers)

    def statement(self) -> str:
        explanation = self.explanation
        statement = explanation.statement
        if statement is None:
            return ""
        if explanation.stated:
            return f'<ul class="why">{self.reason(statement, 0, is_open=True)}</ul>'
        near = "".join(map(self.near, explanation.near))
        found = f"<p>{self.say('nearest')}</p><ul>{near}</ul>" if near else ""
        said = f"<p><strong>{self.say('not-stated')}</strong></p>"
        return f"<p>{self.sentence(statement)}</p>{said}{found}"

    def term(self, node: Node | None) -> str:
        """A term with its label; an IRI of this graph is a link to its why-page's neighbour."""
        shown = escape(self.w.label(node))
        if isinstance(node, URIRef):
            return f'<span title="{escape(str(node))}">{shown}</span>'
        return shown

    def sentence(self, statement: Statement) -> str:
        words = " — ".join(map(self.term, statement.triple))
        where = "" if statement.graph is None else (
            " " + self.say("in-graph", self.w.short(statement.graph))
        )  # fmt: skip
        return f"{words} <code>{escape(self.w.turtle(statement))}</code>{where}"

    def reason(self, statement: Statement, depth: int, *, is_open: bool = False) -> str:
        number = self.w.number(statement)
        if statement in self.told or depth > _DEEPEST:
            link = f'<a href="#s{number}">{self.say("see", number)}</a>' if number else ""
            return f"<li>{self.sentence(statement)} {link}</li>"
        self.told.add(statement)
        reason = self.explanation.reasons.get(statement)
        if reason is None or not reason.justifications:
            return f'<li id="s{number}">{self.sentence(statement)} ({self.say("no-reason")})</li>'
        inner = "".join(self.justification(each, depth + 1) for each in reason.justifications)
        state = " open" if is_open or (depth < 2 and len(self.explanation.reasons) < 30) else ""
        return (
            f'<li id="s{number}"><details{state}><summary>[{number}] {self.sentence(statement)}'
            f"</summary><ul>{inner}</ul></details></li>"
        )

    def justification(self, each: Justification, depth: int = 1) -> str:
        words = [self.say(each.ground)]
        if each.certainty:
            words.append(self.say(each.certainty))
        if each.rule is not None:
            name = escape(each.rule.name)
            words.append(f'<span class="rule">{self.say("by-rule", name)}</span>')
        graph = (
            f' <code class="graph">{escape(self.w.short(each.graph))}</code>'
            if each.graph is not None else ""
        )  # fmt: skip
        parts = [", ".join(words) + graph]
        if each.rule is not None:
            parts.append(f'<p class="sentence">{escape(self.w.text(each.rule.sentences))}</p>')
        parts += map(self.quotation, each.quotations)
        for source in each.sources:
            label = escape(self.w.text(source.labels) or self.w.label(source.iri))
            parts.append(f"<p>{self.say('source')}: {label} <code>"
                         f"{escape(self.w.short(source.iri))}</code></p>")  # fmt: skip
            parts += map(self.quotation, source.quotations)
        if each.notes:
            parts.append(f"<p>{self.say('note')}: {escape(self.w.text(each.notes))}</p>")
        if each.premises:
            inner = "".join(self.reason(premise, depth + 1) for premise in each.premises)
            parts.append(f'<ul class="premises">{inner}</ul>')
        return f'<li class="{each.ground}">{"".join(parts)}</li>'

    def quotation(self, each: Quotation) -> str:
        return (
            f'<blockquote lang="zh"><span class="around">…{escape(each.prefix)}</span>'
            f'<mark>{escape(each.exact)}</mark><span class="around">{escape(each.suffix)}…</span> '
            f'<a href="{escape(self.w.article_address(each))}">{escape(self.w.place(each))}</a>'
            "</blockquote>"
        )

    def row(self, row: RowReasons) -> str:
        parts = [f"<p>{self.say('noted', each)}</p>" for each in row.modifiers]
        if row.computations:
            parts.append(f'<ul class="steps">{"".join(map(self.step, row.computations))}</ul>')
        parts.append(f"<p>{escape(self.w.counted(row))}</p>")
        title = "member" if row.grouped else "solution"
        for number, derivation in enumerate(row.derivations, 1):
            state = " open" if number == 1 else ""
            parts.append(
                f"<details{state}><summary>{self.say(title, number)}</summary>"
                f"{self.derivation(derivation)}</details>"
            )
        return "\n".join(parts)

    def derivation(self, derivation: Derivation) -> str:
        return f'<ul class="steps">{"".join(map(self.step, derivation.steps))}</ul>'

    def step(self, step: Step) -> str:
        text = step.text or ("{ }" if step.kind == "group" else step.kind.upper())
        parts = [f"<code>{escape(self.w.code(text))}</code>"]
        if step.note:
            parts.append(f'<span class="note">{self.say(step.note, *step.note_values)}</span>')
        if step.inputs:
            parts.append(self.values(step.inputs))
        if step.result is not None:
            parts.append(f"<p>{self.say('gives')} {self.term(step.result)}</p>")
        if step.statements:
            inner = "".join(self.reason(each, 0) for each in step.statements)
            parts.append(f'<ul class="why">{inner}</ul>')
        if step.remote:
            told = "".join(f"<li>{self.sentence(each)}</li>" for each in step.remote)
            parts.append(f'<ul class="remote">{told}</ul>')
        if step.steps:
            parts.append(f'<ul class="steps">{"".join(map(self.step, step.steps))}</ul>')
        if step.rows is not None:
            inner = self.values(step.rows.row) + self.row(step.rows)
            parts.append(f'<div class="rows">{inner}</div>')
        return f'<li class="{step.kind}">{" ".join(parts)}</li>'

    def values(self, pairs: Iterable[tuple[str, Node | None]], title: str = "") -> str:
        items = []
        for name, value in pairs:
            shown = f"?{name}" if name.replace("_", "a").isalnum() else name
            label = escape(f"{title} {shown}".strip())
            items.append(f"<dt>{label}</dt><dd>{self.term(value)}</dd>")
        return f"<dl>{''.join(items)}</dl>" if items else ""

    def near(self, near: Near) -> str:
        inner = "".join(self.reason(each, 1) for each in near.statements)
        return f"<li>{self.say(near.how)}<ul>{inner}</ul></li>"

    def failure(self, failure: Failure) -> str:
        parts = []
        if failure.passed:
            passed = "".join(f"<li>✓ <code>{escape(self.w.code(each))}</code></li>"
                             for each in failure.passed)  # fmt: skip
            parts.append(f"<p>{self.say('passed')}:</p><ul>{passed}</ul>")
        parts.append(
            f"<p><strong>{self.say('fails-at')}</strong> <code>"
            f"{escape(self.w.code(failure.text))}</code> — {self.say(failure.note)}</p>"
        )
        if failure.before is not None:
            parts.append(self.values(failure.before.bindings))
        parts.append(self.values(failure.wanted, self.w.say("wanted")))
        for name, values in failure.instead:
            shown = ", ".join(map(self.term, values))
            parts.append(f"<p>{self.say('instead')} <code>?{escape(name)}</code>: {shown}</p>")
        parts += [self.values(inputs) for inputs in failure.inputs]
        if failure.found is not None:
            parts.append(f"<p>{self.say('found')}:</p>{self.derivation(failure.found)}")
        if failure.near:
            near = "".join(map(self.near, failure.near))
            parts.append(f"<p>{self.say('nearest')}</p><ul>{near}</ul>")
        parts += map(self.failure, failure.inner)
        return f'<div class="failure">{"".join(parts)}</div>'
