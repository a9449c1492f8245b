"""Parameters of saved queries: from a text to an RDF term of the declared type, or a clear error.

The term is written in N-Triples form and bound by the engine (``QueryRequest.substitutions``): no
text of a user becomes part of a query. Parameters are projected, so that an answer says what was
asked, and stand in patterns and comparisons only, which every engine's own binding of variables
gets right too; ``tests/saved_queries/test_effect.py`` tries each.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from weihai_kg.errors import UsageError

XSD = "http://www.w3.org/2001/XMLSchema#"
MAX_LENGTH = 2000
"""Characters that an argument may have: longer than any IRI or name in the data."""

OWN = ("format", "lang", "page", "size")
"""Parameters of the pages themselves: no saved query may name one so."""


class InvalidParameterError(UsageError):
    """Raised when an argument does not fit its parameter; says which, why, and what is allowed."""

    def __init__(self, name: str, value: str, allowed: str) -> None:
        """Name the parameter, the value (cut when it is long) and what would be allowed."""
        self.name = name
        self.value = value
        self.allowed = allowed
        shown = value if len(value) <= 80 else value[:80] + "…"
        super().__init__(f"parameter {name}: {shown!r} is not allowed; give {allowed}.")


class Type(StrEnum):
    """The declared type of a parameter."""

    IRI = "iri"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    YEAR = "year"
    STRING = "string"
    LANGUAGE = "language"


NUMBERS = {Type.INTEGER, Type.DECIMAL, Type.YEAR}

DATATYPES = {
    Type.INTEGER: XSD + "integer",
    Type.YEAR: XSD + "integer",
    Type.DECIMAL: XSD + "decimal",
    Type.DATE: XSD + "date",
    Type.STRING: XSD + "string",
    Type.LANGUAGE: XSD + "string",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its type, default and what it may be.

    ``default`` is a text as a user would give it; None with ``required`` False leaves the variable
    unbound. ``class_`` is the class whose members an IRI should be chosen from, ``choices`` the
    texts allowed, ``choices_query`` SPARQL whose ``?value ?labelZh ?labelEn`` offers some.
    """

    name: str
    type: Type
    label: Mapping[str, str]
    default: str | None = None
    required: bool = False
    class_: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[str, ...] = ()
    choices_query: str | None = None

    def term(self, text: str, prefixes: Mapping[str, str]) -> str:
        """The text as an RDF term of this parameter's type, in N-Triples form.

        Raises InvalidParameterError.
        """
        if len(text) > MAX_LENGTH:
            raise self._error(text, f"at most {MAX_LENGTH} characters")
        if self.choices and text not in self.choices:
            raise self._error(text, f"one of {', '.join(self.choices)}")
        try:
            return _TERMS[self.type](self, text, prefixes)
        except _NotThisError as error:
            raise self._error(text, str(error)) from None

    def _error(self, text: str, allowed: str) -> InvalidParameterError:
        return InvalidParameterError(self.name, text, allowed)


class _NotThisError(Exception):
    """The text is no value of the type; says what is allowed."""


def bind(
    parameters: Iterable[Parameter], arguments: Mapping[str, str], prefixes: Mapping[str, str]
) -> dict[str, str]:
    """The terms of the arguments given, by variable; an unknown name is an error.

    An empty text counts as not given, since that is what an empty field of a form sends.
    """
    known = {each.name: each for each in parameters}
    for name, value in arguments.items():
        if name not in known:
            offered = ", ".join(known) or "none: this query has no parameters"
            raise InvalidParameterError(name, value, f"one of these parameters: {offered}")
    bound = {}
    for name, parameter in known.items():
        given = arguments.get(name, "")
        if given:
            bound[name] = parameter.term(given, prefixes)
        elif parameter.required and parameter.default is None:
            raise InvalidParameterError(name, given, f"a value ({parameter.type})")
    return bound


def choices_query(parameter: Parameter) -> str | None:
    """SPARQL for what a form may offer (``?value ?labelZh ?labelEn``), if there is anything."""
    if parameter.choices_query or not parameter.class_:
        return parameter.choices_query
    return (
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        "SELECT DISTINCT ?value ?labelZh ?labelEn WHERE {\n"
        f"  ?value a <{parameter.class_}> ; rdfs:label ?labelZh , ?labelEn .\n"
        '  FILTER(LANG(?labelZh) = "zh" && LANG(?labelEn) = "en")\n'
        "} ORDER BY ?labelEn ?value"
    )


def literal(text: str, datatype: str = XSD + "string") -> str:
    """A literal in N-Triples form, everything escaped that could end it or is not printable."""
    escaped = "".join(_ESCAPES.get(letter) or _visible(letter) for letter in text)
    return f'"{escaped}"' if datatype == XSD + "string" else f'"{escaped}"^^<{datatype}>'


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _visible(letter: str) -> str:
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"


_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f-\x9f]+")
_PREFIXED = re.compile(r"([A-Za-z][\w-]*):([\w.%-]+)", re.ASCII)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""An answer says what was asked, and in every format."""
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_DIGITS = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})", re.ASCII)


def _iri(parameter: Parameter, text: str, prefixes: Mapping[str, str]) -> str:
    """An absolute IRI, a prefixed name, or the bare name of a thing of this graph."""
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed and prefixed[1] in prefixes:
        return f"<{prefixes[prefixed[1]]}{prefixed[2]}>"
    if _NAME.fullmatch(text) and "id" in prefixes:
        return f"<{prefixes['id']}{text}>"
    if _ABSOLUTE.fullmatch(text) and not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        return f"<{text}>"
    raise _NotThisError(
        "an absolute IRI, a prefixed name such as id:weihai, or a name such as weihai"
    )


def _number(parameter: Parameter, text: str, pattern: re.Pattern[str], kind: str) -> Decimal:
    low = "" if parameter.minimum is None else f", at least {parameter.minimum}"
    high = "" if parameter.maximum is None else f", at most {parameter.maximum}"
    allowed = _NotThisError(kind + low + high)
    if not pattern.fullmatch(text):
        raise allowed
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise allowed from None
    if parameter.minimum is not None and value < parameter.minimum:
        raise allowed
    if parameter.maximum is not None and value > parameter.maximum:
        raise allowed
    return value


def _integer(parameter: Parameter, text: str, prefixes: Mapping[str, str]) -> str:
    return literal(str(int(_number(parameter, text, _DIGITS, "a whole number"))), XSD + "integer")


def _year(parameter: Parameter, text: str, prefixes: Mapping[str, str]) -> str:
    if not re.fullmatch(r"\d{4}", text, re.ASCII):
        raise _NotThisError("a year of four digits, such as 2024")
    return _integer(parameter, text, prefixes)


def _decimal(parameter: Parameter, text: str, prefixes: Mapping[str, str]) -> str:
    value = _number(parameter, text, _DECIMAL, "a number, such as 12 or 0.5")
    plain = f"{value:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return literal("0" if plain in {"", "-0"} else plain, XSD + "decimal")


def _date(parameter: Parameter, text: str, prefixes: Mapping[str, str]) -> str:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise _NotThisError("a date, such as 2025-04-01") from None
    return literal(day.isoformat(), XSD + "date")


def _string(parameter: Parameter, text: str, prefixes: Mapping[str, str]) -> str:
    if found := _NOT_TEXT.search(text):
        raise _NotThisError(f"a text without U+{ord(found[0]):04X}, which no text of XML 1.0 holds")
    return literal(text)


def _language(parameter: Parameter, text: str, prefixes: Mapping[str, str]) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise _NotThisError("a language tag, such as zh or en")
    return literal(text.lower())


_TERMS: dict[Type, Callable[[Parameter, str, Mapping[str, str]], str]] = {
    Type.IRI: _iri,
    Type.INTEGER: _integer,
    Type.YEAR: _year,
    Type.DECIMAL: _decimal,
    Type.DATE: _date,
    Type.STRING: _string,
    Type.LANGUAGE: _language,
}
