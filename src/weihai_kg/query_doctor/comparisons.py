"""Literals that cannot equal what they are compared with: no language, or another type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import XSD, Literal, URIRef

from weihai_kg.engine.tokens import Token
from weihai_kg.explanation.asking import Asker
from weihai_kg.explanation.pattern import Closure
from weihai_kg.explanation.terms import key, parse
from weihai_kg.query_doctor.advice import Advice, Edit, Level, Suggestion
from weihai_kg.query_doctor.case import Case
from weihai_kg.query_doctor.statistics import NUMBERS, PLAIN, Kinds, Statistics
from weihai_kg.query_doctor.wording import brief, say

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = str(XSD.date)
_FORMS = {
    _DATE: r"-?\d{4,}-\d\d-\d\d",
    str(XSD.dateTime): r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d.*",
    str(XSD.gYear): r"-?\d{4,}",
    str(XSD.gYearMonth): r"-?\d{4,}-\d\d",
    str(XSD.duration): r"-?P.+",
    str(XSD.anyURI): r"\S+",
}
_OPERATORS = frozenset({"=", "!=", "<", ">", "<=", ">="})


class Comparisons:
    """Looks at the literals of one query."""

    def __init__(self, case: Case, statistics: Statistics, asker: Asker) -> None:
        """The values of a variable are those of the properties that it is the object of."""
        self._case = case
        self._statistics = statistics
        self._asker = asker
        self._values = self._bound()

    def advice(self) -> Iterator[Advice]:
        """Advice on every literal in a pattern or a comparison."""
        yield from self._patterns()
        tokens = self._case.tokens
        start = len(self._case.query.prologue)
        for number, token in enumerate(tokens):
            if token.kind == "mark" and token.text in _OPERATORS and token.start >= start:
                yield from self._comparison(number, -1)
                yield from self._comparison(number, 1)

    def _bound(self) -> dict[str, tuple[str, Kinds]]:
        """The variables that are bound by properties alone, and what their values are."""
        found: dict[str, tuple[str, Kinds]] = {}
        other: set[str] = set()
        for place in self._case.places:
            triple = place.triple
            iri = "" if isinstance(triple.path, Closure) else self._case.iri(triple.path)
            other.add(place.subject)
            if isinstance(triple.path, str):
                other.add(triple.path)
            kinds = self._statistics.kinds.get(iri)
            if kinds is None:
                other.add(place.object)
                continue
            name, before = found.get(place.object, (str(triple.path), Kinds()))
            found[place.object] = name, before | kinds
        tokens = self._case.tokens
        for number, token in enumerate(tokens):
            word = token.text.upper()
            if token.kind == "word" and word == "AS" and number + 1 < len(tokens):
                other.add(tokens[number + 1].text)
            if token.kind == "word" and word == "VALUES":
                for each in tokens[number + 1 :]:
                    if each.text == "{":
                        break
                    other.add(each.text)
        return {name: each for name, each in found.items()
                if name.startswith("?") and name not in other}  # fmt: skip

    def _patterns(self) -> Iterator[Advice]:
        """Literals as objects of patterns."""
        for place in self._case.places:
            triple = place.triple
            if not isinstance(triple.path, str) or not place.object.startswith(('"', "'")):
                continue
            kinds = self._statistics.kinds.get(self._case.iri(triple.path))
            if kinds is None or (kinds.iris and not kinds.languages and not kinds.datatypes):
                continue
            begin = self._case.text.find(place.object, triple.span[0], triple.span[1])
            if begin < 0:
                continue
            pair = begin, begin + len(place.object)
            yield from self._literal(place.object, pair, triple.path, kinds, "")

    def _comparison(self, number: int, side: int) -> Iterator[Advice]:
        """What stands on one side of an operator, against the literal on the other."""
        tokens = self._case.tokens
        place = number - side
        if not 0 <= place < len(tokens) or not 0 <= number + side < len(tokens):
            return
        literal, pair = self._literal_at(place, side)
        if not literal:
            return
        token = tokens[number + side]
        if token.kind == "variable" and token.text in self._values:
            if not _ends(tokens, number + side, side):
                return
            name, kinds = self._values[token.text]
            yield from self._literal(literal, pair, name, kinds, token.text)
        elif side == -1 and token.text == ")" and _is_call(tokens, number - 4, "STR"):
            if "@" in literal[len(_quoted(literal)) :]:
                words = _quoted(literal)
                text = say("tagged-text", literal=brief(literal))
                shown = Suggestion(say("use-literal", literal=brief(words)), (Edit(*pair, words),))
                yield Advice("tagged-text", Level.WARNING, text, *pair, (shown,))
        elif side == -1 and token.text == ")" and _is_call(tokens, number - 4, "LANG"):
            yield from self._language(tokens[number - 2].text, literal, pair)

    def _literal_at(self, place: int, side: int) -> tuple[str, tuple[int, int]]:
        """A literal beside an operator, and where it stands; empty if there is none alone."""
        tokens = self._case.tokens
        first = last = place
        if side == 1:  # the literal stands before the operator
            if tokens[place].kind == "language":
                first = place - 1
            elif place > 1 and tokens[place - 1].text == "^^":
                first = place - 2
        else:
            after = tokens[place + 1 : place + 2]
            if after and after[0].kind == "language":
                last = place + 1
            elif after and after[0].text == "^^":
                last = min(place + 2, len(tokens) - 1)
        if first < 0 or tokens[first].kind not in {"string", "number"}:
            return "", (0, 0)
        if not _ends(tokens, first if side == 1 else last, -side):
            return "", (0, 0)
        start, end = tokens[first].start, tokens[last].end
        return self._case.text[start:end], (start, end)

    def _literal(
        self, literal: str, pair: tuple[int, int], name: str, kinds: Kinds, variable: str
    ) -> Iterator[Advice]:
        if literal[0] not in "\"'":
            yield from self._bare_number(literal, pair, name, kinds)
            return
        words, rest = _quoted(literal), literal[len(_quoted(literal)) :]
        if rest.startswith("@"):
            if kinds.languages and rest[1:].casefold() not in _folded(kinds.languages):
                there = ", ".join(sorted(kinds.languages))
                text = say("wrong-language", property=name, language=rest[1:], there=there)
                shown = self._tagged(words, pair, name, kinds)
                yield Advice("wrong-language", Level.WARNING, text, *pair, shown)
        elif rest or kinds.iris or PLAIN in kinds.datatypes:
            return
        elif kinds.languages and not kinds.datatypes:
            shown = self._tagged(words, pair, name, kinds)
            if not shown and variable:
                place = next(each for each in self._case.tokens
                             if each.text == variable and abs(each.start - pair[0]) < 200
                             and _beside(self._case.text, each, pair))  # fmt: skip
                text = say("compare-text", text=f"STR({variable})")
                shown = (Suggestion(text, (Edit(place.start, place.end, f"STR({variable})"),)),)
            text = say("no-language", property=name, literal=brief(literal))
            yield Advice("no-language", Level.WARNING, text, *pair, shown)
        elif kinds.datatypes and not kinds.languages:
            yield from self._typed(words, pair, name, kinds)

    def _tagged(
        self, words: str, pair: tuple[int, int], name: str, kinds: Kinds
    ) -> tuple[Suggestion, ...]:
        """The same words with a tag, if the graph has them so."""
        found = []
        iri = self._case.iri(name)
        for language in sorted(kinds.languages):
            value = key(Literal(str(parse(_short_quotes(words))), lang=language))
            if self._asker.holds(f"ASK {{ ?s {key(URIRef(iri))} {value} }}"):
                put = f"{words}@{language}"
                found.append(
                    Suggestion(say("use-literal", literal=brief(put)), (Edit(*pair, put),))
                )
        return tuple(found)

    def _typed(
        self, words: str, pair: tuple[int, int], name: str, kinds: Kinds
    ) -> Iterator[Advice]:
        value = str(parse(_short_quotes(words)))
        if kinds.datatypes <= NUMBERS:
            shown: tuple[Suggestion, ...] = ()
            if _NUMBER.fullmatch(value):
                shown = (Suggestion(say("use-literal", literal=value), (Edit(*pair, value),)),)
            text = say("string-number", property=name, literal=brief(words))
            yield Advice("string-number", Level.WARNING, text, *pair, shown)
            return
        if not kinds.datatypes <= _FORMS.keys():
            return
        yield self._dated(words, value, pair, name, kinds)

    def _dated(
        self, words: str, value: str, pair: tuple[int, int], name: str, kinds: Kinds
    ) -> Advice:
        found = []
        for datatype in sorted(kinds.datatypes):
            midnight = datatype == str(XSD.dateTime) and re.fullmatch(_FORMS[_DATE], value)
            if midnight or re.fullmatch(_FORMS[datatype], value):
                written, declared = self._case.written(datatype)
                put = f'"{value}T00:00:00"^^{written}' if midnight else f"{words}^^{written}"
                found.append(Suggestion(
                    say("use-literal", literal=brief(put)), (*declared, Edit(*pair, put))
                ))  # fmt: skip
        types = ", ".join(map(self._case.short, sorted(kinds.datatypes)))
        text = say("string-date", property=name, datatype=types, literal=brief(words))
        return Advice("string-date", Level.WARNING, text, *pair, tuple(found))

    def _bare_number(
        self, literal: str, pair: tuple[int, int], name: str, kinds: Kinds
    ) -> Iterator[Advice]:
        if kinds.datatypes and not kinds.iris and not kinds.languages and (
            kinds.datatypes <= _FORMS.keys() - {str(XSD.anyURI)}
        ):  # fmt: skip
            yield self._dated(f'"{literal}"', literal, pair, name, kinds)

    def _language(self, variable: str, literal: str, pair: tuple[int, int]) -> Iterator[Advice]:
        """``LANG(?x) = "en"`` with a tag that no value has."""
        if variable not in self._values or literal[0] not in "\"'":
            return
        name, kinds = self._values[variable]
        words = literal[1:-1]
        if kinds.languages and words and words not in kinds.languages and not kinds.datatypes:
            there = ", ".join(sorted(kinds.languages))
            text = say("wrong-language", property=name, language=words, there=there)
            shown = tuple(
                Suggestion(say("use-literal", literal=f'"{each}"'), (Edit(*pair, f'"{each}"'),))
                for each in sorted(kinds.languages)
            )
            yield Advice("wrong-language", Level.WARNING, text, *pair, shown)


def _folded(words: frozenset[str]) -> set[str]:
    return {each.casefold() for each in words}


def _quoted(literal: str) -> str:
    """The string of a literal with its quotes, without tag or type."""
    mark = literal[:3] if literal[:3] in {'"""', "'''"} else literal[0]
    return literal[: literal.rindex(mark) + len(mark)]


def _short_quotes(words: str) -> str:
    """The string in the quotes that N-Triples knows."""
    size = 3 if words[:3] in {'"""', "'''"} else 1
    inner = words[size:-size]
    if words[0] == '"' and size == 1:
        return words
    inner = inner.replace("\r", "\\r").replace("\n", "\\n")
    return '"' + re.sub(r'(?<!\\)"', r"\"", inner) + '"'


def _is_call(tokens: list[Token], number: int, name: str) -> bool:
    """Whether ``name ( ?variable )`` begins with this token."""
    return (
        number >= 0
        and tokens[number].text.upper() == name
        and tokens[number + 1].text == "("
        and tokens[number + 2].kind == "variable"
    )


def _ends(tokens: list[Token], number: int, side: int) -> bool:
    """Whether an operand ends here: what is beyond it belongs to no larger expression."""
    beyond = number + side
    if not 0 <= beyond < len(tokens):
        return True
    return tokens[beyond].text in {"(", ")", "&&", "||", ",", "{", "}", ".", "!"} or (
        tokens[beyond].kind == "word"
    )


def _beside(text: str, token: Token, pair: tuple[int, int]) -> bool:
    """Whether only an operator stands between a token and a literal."""
    first, last = sorted(((token.start, token.end), pair))
    return text[first[1] : last[0]].strip() in _OPERATORS
