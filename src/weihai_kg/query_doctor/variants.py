"""Changes of a query that may give rows, the nearest first; nothing here says that they do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from weihai_kg.explanation import pattern as q
from weihai_kg.explanation import writing
from weihai_kg.explanation.asking import Asker, values
from weihai_kg.explanation.paths import TYPE
from weihai_kg.explanation.scope import in_scope
from weihai_kg.explanation.terms import askable, key
from weihai_kg.explanation.writing import Demand
from weihai_kg.query_doctor.advice import Advice, Edit, Suggestion
from weihai_kg.query_doctor.case import Case
from weihai_kg.query_doctor.terms import local_name
from weihai_kg.query_doctor.wording import brief, say

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_TRIED = 5000
_FEW = 2
_ALIKE = 0.5
_CONTAINS = re.compile(
    r"\b(CONTAINS|STRSTARTS|STRENDS)\s*\(\s*(\?\w+)\s*,\s*([\"'])([^\"'\\]*)\3", re.I
)
_REGEX = re.compile(r"\bREGEX\s*\([^()]*?,\s*([\"'])(?:[^\"'\\]|\\.)*\1(?=\s*\))", re.I)


class Variants:
    """Changes of one query."""

    def __init__(self, case: Case, asker: Asker, known: Sequence[Advice]) -> None:
        """``known`` is advice whose suggestions come first."""
        self._case = case
        self._asker = asker
        self._known = known

    def of(self, part: q.Part, done: tuple[q.Part, ...]) -> Iterator[Suggestion]:
        """What may help where ``part`` leaves nothing of the solutions of ``done``."""
        yield from self._together()
        for each in self._known:
            yield from each.suggestions
        if len(self._case.query.where.parts) == 1 and not isinstance(part, q.Triple):
            return
        match part:
            case q.Triple() if isinstance(part.subject, str) and isinstance(part.object, str):
                yield from self._of_triple(part, done)
            case q.Filter():
                yield from self._of_filter(part)
                yield from self._without(part)
            case q.Group() if part.source and part.parts and isinstance(part.parts[0], q.Triple):
                yield from self._of_removal(part.parts[0], part.text)
            case _:
                yield from self._without(part)

    def _together(self) -> Iterator[Suggestion]:
        """The first suggestion of each advice, all at once."""
        firsts = [each.suggestions[0] for each in self._known if each.suggestions]
        if len(firsts) > 1:
            edits = dict.fromkeys(edit for each in firsts for edit in each.edits)
            texts = {
                language: mark.join(each.text[language] for each in firsts)
                for language, mark in (("zh", ";"), ("en", "; "))
            }
            yield Suggestion(texts, tuple(edits))

    def _of_triple(self, part: q.Triple, done: tuple[q.Part, ...]) -> Iterator[Suggestion]:
        turned = self._turned(part)
        if turned is not None:
            yield turned
        if part.path != TYPE:
            yield from self._replaced(part, done, "object")
            yield from self._replaced(part, done, "subject")
        yield from self._replaced(part, done, "path")
        if self._others(part):
            yield from self._of_removal(part, part.text)

    def _others(self, part: q.Triple) -> bool:
        """Whether the query's variables get values from other patterns, too."""
        others = [each for each in self._case.query.where.parts
                  if each is not part and not isinstance(each, q.Filter)]  # fmt: skip
        return bool(in_scope(others) & in_scope((part,)))

    def _turned(self, part: q.Triple) -> Suggestion | None:
        start, _ = part.span
        if not isinstance(part.path, str) or part.path.startswith("?") or part.path == TYPE:
            return None
        if not self._case.text.startswith(part.path, start) or str(part.object).startswith('"'):
            return None
        after = self._case.text[start + len(part.path) :].lstrip()[:1]
        if after in {"/", "|", "*", "+"}:
            return None
        return Suggestion(say("turn", property=part.path), (Edit(start, start, "^"),))

    def _replaced(self, part: q.Triple, done: tuple[q.Part, ...], end: str) -> Iterator[Suggestion]:
        """Another term in the place of a constant, of those that fit there; the likest first."""
        old = getattr(part, end)
        if not isinstance(old, str) or old.startswith("?"):
            return
        variable = f"?{self._case.query.prefix}v"
        text = writing.solutions(
            self._case.query, (*done, _with(part, end, variable)), Demand({}), _TRIED
        )
        text = text.replace("SELECT *", f"SELECT DISTINCT {variable}", 1)
        found = [row[variable[1:]] for row in self._asker.rows(text) if variable[1:] in row]
        found = [each for each in found if askable(each)]
        labels = self._labels([each for each in found if isinstance(each, URIRef)])
        name = local_name(self._case.iri(old)) if self._case.iri(old) else old.strip("\"'")
        scored = sorted(
            (-max(_likeness(name, other) for other in _names(each, labels)), key(each), each)
            for each in found
        )
        for score, _, each in scored[:_FEW]:
            if -score >= _ALIKE or (end == "object" and isinstance(each, URIRef)):
                yield self._put(part, old, end, each, labels)

    def _put(
        self, part: q.Triple, old: str, end: str, new: Node, labels: dict[Node, dict[str, str]]
    ) -> Suggestion:
        written, declared = _written(self._case, new)
        if end == "subject":
            edits = self._case.put(old, written)
        else:
            start, stop = part.span
            at = start if end == "path" else self._case.text.rfind(old, start, stop)
            shown = "a" if self._case.text[start : start + 2].strip() == "a" else old
            size = len(shown) if end == "path" else len(old)
            edits = (Edit(at, at + size, written),) if at >= 0 else ()
        text = {
            language: say("use-term", term=brief(written), old=brief(old),
                          label=labels.get(new, {}).get(language) or brief(written))[language]
            for language in ("zh", "en")
        }  # fmt: skip
        return Suggestion(text, (*declared, *edits))

    def _labels(self, terms: list[URIRef]) -> dict[Node, dict[str, str]]:
        if not terms:
            return {}
        given = values(["x"], ([each] for each in terms))
        found: dict[Node, dict[str, str]] = {}
        for row in self._asker.rows(f"SELECT ?x ?label {{ {given} ?x {_LABEL} ?label }}"):
            language = getattr(row["label"], "language", None) or ""
            found.setdefault(row["x"], {})[language] = str(row["label"])
        return found

    def _of_filter(self, part: q.Filter) -> Iterator[Suggestion]:
        """The same condition whatever the case of letters."""
        start = self._case.find(part.text)
        if start < 0:
            return
        for found in _CONTAINS.finditer(part.text):
            text = f'{found[1]}(LCASE(STR({found[2]})), "{found[4].lower()}"'
            edit = Edit(start + found.start(), start + found.end(), text)
            yield Suggestion(say("ignore-case", part=brief(text + ")")), (edit,))
        for found in _REGEX.finditer(part.text):
            edit = Edit(start + found.end(), start + found.end(), ', "i"')
            yield Suggestion(say("ignore-case", part=brief(f'{found[0]}, "i")')), (edit,))

    def _without(self, part: q.Part) -> Iterator[Suggestion]:
        start = self._case.find(part.text)
        if start >= 0 and part.text:
            edit = Edit(start, start + len(part.text), "")
            yield Suggestion(say("drop", part=brief(part.text)), (edit,))

    def _of_removal(self, part: q.Triple, shown: str) -> Iterator[Suggestion]:
        """Without the pattern, or with it as an OPTIONAL at the end of its block."""
        cut = _cut(self._case, part)
        if cut is None:
            return
        start, end, subject = cut
        kept = self._case.text[part.span[0] : part.span[1]]
        at = _end_of_block(self._case, part)
        if at > 0:
            put = f"\n  OPTIONAL {{ {subject} {kept} }}"
            edits = (Edit(start, end, ""), Edit(at, at, put))
            yield Suggestion(say("make-optional", part=brief(shown)), edits)
        yield Suggestion(say("drop", part=brief(shown)), (Edit(start, end, ""),))


def _with(part: q.Triple, end: str, variable: str) -> q.Triple:
    """The pattern with a variable at one end."""
    match end:
        case "subject":
            return replace(part, subject=variable)
        case "path":
            return replace(part, path=variable)
    return replace(part, object=variable)


def _written(case: Case, term: Node) -> tuple[str, tuple[Edit, ...]]:
    """A term as people write it, and the edits that this needs."""
    if isinstance(term, URIRef):
        return case.written(str(term))
    if isinstance(term, Literal) and str(term.datatype) in (str(XSD.integer), str(XSD.decimal)):
        return str(term), ()
    if isinstance(term, Literal) and term.datatype is not None and term.datatype != XSD.string:
        datatype, declared = case.written(str(term.datatype))
        return f"{key(Literal(str(term)))}^^{datatype}", declared
    return key(term), ()


def _likeness(one: str, other: str) -> float:
    if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other):
        return 1 / (1 + abs(float(one) - float(other)) / (abs(float(one)) + 1))
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def _names(term: Node, labels: dict[Node, dict[str, str]]) -> list[str]:
    own = local_name(str(term)) if isinstance(term, URIRef) else str(term)
    return [own, *labels.get(term, {}).values()]


def _cut(case: Case, part: q.Triple) -> tuple[int, int, str] | None:
    """The characters to leave out for a pattern to be gone, and its subject as written."""
    tokens = case.tokens
    begin = next((n for n, each in enumerate(tokens) if each.start == part.span[0]), 0)
    last = next((n for n, each in enumerate(tokens) if each.end == part.span[1]), 0)
    if not begin or not last or str(part.subject).startswith(f"?{case.query.prefix}"):
        return None
    before, after = tokens[begin - 1], tokens[last + 1] if last + 1 < len(tokens) else None
    if after is None or after.text == "," or before.text == ",":
        return None
    if before.text == ";":
        return before.start, part.span[1], str(part.subject)
    if before.text != part.subject:
        return None
    if after.text == ";":
        return part.span[0], after.end, str(part.subject)
    end = after.end if after.text == "." else part.span[1]
    return before.start, end, str(part.subject)


def _end_of_block(case: Case, part: q.Triple) -> int:
    """Where the block of patterns ends that this one stands in."""
    depth = 0
    for each in case.tokens:
        if each.start < part.span[1]:
            continue
        if each.text in {"[", "("}:
            depth += 1
        elif each.text in {"]", ")"}:
            depth -= 1
        elif depth == 0 and each.text == ".":
            return each.end
        elif depth == 0 and (each.text in {"}", "{"} or each.kind == "word"):
            return each.start
    return -1
