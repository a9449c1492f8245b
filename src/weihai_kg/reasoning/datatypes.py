"""Values of literals, as far as one can be sure: what is in a datatype, what is equal.

Every function answers None where it does not know, and no rule fires on that. Value spaces: OWL 2
Syntax, section 4 (decimal, float and double are disjoint, 1.0 is an integer) and XML Schema 1.1
Datatypes for the others.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from rdflib import OWL, RDF, RDFS, XSD, Literal, URIRef
from rdflib.term import Node

_BOUNDS: dict[Node, tuple[int | None, int | None]] = {
    XSD.integer: (None, None),
    XSD.nonNegativeInteger: (0, None),
    XSD.positiveInteger: (1, None),
    XSD.nonPositiveInteger: (None, 0),
    XSD.negativeInteger: (None, -1),
    XSD.long: (-(2**63), 2**63 - 1),
    XSD.int: (-(2**31), 2**31 - 1),
    XSD.short: (-(2**15), 2**15 - 1),
    XSD.byte: (-(2**7), 2**7 - 1),
    XSD.unsignedLong: (0, 2**64 - 1),
    XSD.unsignedInt: (0, 2**32 - 1),
    XSD.unsignedShort: (0, 2**16 - 1),
    XSD.unsignedByte: (0, 2**8 - 1),
}
_STRINGS: dict[URIRef, str] = {
    XSD.string: r"(?s).*",
    XSD.normalizedString: r"[^\t\n\r]*",
    XSD.token: r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    XSD.language: r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    XSD.NMTOKEN: r"[\w.:·-]+",
    XSD.Name: r"[^\W\d][\w.:·-]*|[_:][\w.:·-]*",
    XSD.NCName: r"[^\W\d][\w.·-]*|_[\w.·-]*",
}
_FLOAT = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
_DATE = r"-?(?:[1-9]\d{3,}|0\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_OTHERS: dict[URIRef, tuple[str, str]] = {
    XSD.decimal: ("number", r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"),
    XSD.float: ("float", _FLOAT),
    XSD.double: ("double", _FLOAT),
    XSD.boolean: ("boolean", r"true|false|0|1"),
    XSD.dateTime: ("dateTime", f"{_DATE}T{_TIME}{_ZONE}?"),
    XSD.dateTimeStamp: ("dateTime", f"{_DATE}T{_TIME}{_ZONE}"),
    XSD.date: ("date", f"{_DATE}{_ZONE}?"),
    XSD.time: ("time", f"{_TIME}{_ZONE}?"),
    XSD.gYear: ("gYear", rf"-?(?:[1-9]\d{{3,}}|0\d{{3}}){_ZONE}?"),
    XSD.gYearMonth: ("gYearMonth", rf"-?(?:[1-9]\d{{3,}}|0\d{{3}})-(?:0[1-9]|1[0-2]){_ZONE}?"),
    XSD.hexBinary: ("hexBinary", r"(?:[0-9a-fA-F]{2})*"),
    XSD.base64Binary: ("base64Binary", r"[A-Za-z0-9+/= ]*"),
    XSD.anyURI: ("anyURI", r"(?s).*"),
    XSD.duration: ("duration", r"(?s)-?P.*"),
    XSD.dayTimeDuration: ("duration", r"(?s)-?P[^YM]*(?:T.*)?"),
    XSD.yearMonthDuration: ("duration", r"-?P(?:\d+Y)?(?:\d+M)?"),
}
_FORMS: dict[Node, tuple[str, re.Pattern[str]]] = {
    **{datatype: ("number", re.compile(r"[+-]?\d+")) for datatype in _BOUNDS},
    **{datatype: ("string", re.compile(form)) for datatype, form in _STRINGS.items()},
    **{datatype: (family, re.compile(form)) for datatype, (family, form) in _OTHERS.items()},
}
_WIDE: dict[Node, frozenset[str]] = {
    OWL.real: frozenset({"number"}),
    OWL.rational: frozenset({"number"}),
    RDF.PlainLiteral: frozenset({"string", "langString"}),
    RDF.langString: frozenset({"langString"}),
}


def is_datatype(term: Node) -> bool:
    """Whether the term is a datatype of OWL 2 or XML Schema, and so no class of individuals."""
    return term in _FORMS or term in _WIDE or term == RDFS.Literal or str(term).startswith(str(XSD))


def _family(literal: Literal) -> str | None:
    if literal.language:
        return "langString"
    return _FORMS.get(literal.datatype or XSD.string, (None,))[0]


@lru_cache(maxsize=100_000)
def ill_typed(literal: Literal) -> bool:
    """Whether the literal's text is surely no form of its datatype (dt-not-type)."""
    datatype = literal.datatype or XSD.string
    if literal.language or datatype not in _FORMS:
        return False
    text = str(literal) if datatype in _STRINGS else str(literal).strip(" \t\n\r")
    if not _FORMS[datatype][1].fullmatch(text):
        return True
    return datatype in _BOUNDS and not _within(Decimal(text), datatype)


def _within(number: Decimal, datatype: Node) -> bool:
    low, high = _BOUNDS[datatype]
    whole = number == number.to_integral_value()
    return whole and (low is None or number >= low) and (high is None or number <= high)


@lru_cache(maxsize=100_000)
def contains(datatype: Node, literal: Literal) -> bool | None:
    """Whether the literal's value is in the datatype's value space; None if that is not known."""
    if datatype == RDFS.Literal:
        return True
    family = _family(literal)
    if family is None or ill_typed(literal):
        return None
    if datatype in _WIDE:
        return family in _WIDE[datatype]
    if datatype not in _FORMS:
        return None
    if family != _FORMS[datatype][0]:
        return False
    if datatype in _BOUNDS:
        return _within(Decimal(str(literal).strip()), datatype)
    if family == "string":
        return datatype == literal.datatype or bool(_FORMS[datatype][1].fullmatch(str(literal)))
    if datatype in {XSD.dayTimeDuration, XSD.yearMonthDuration}:
        return True if literal.datatype == datatype else None
    return bool(_FORMS[datatype][1].fullmatch(str(literal).strip()))


def equal(one: Literal, other: Literal) -> bool | None:
    """Whether two literals have one value; None if that is not known."""
    if one == other:
        return True
    families = _family(one), _family(other)
    if None in families or ill_typed(one) or ill_typed(other):
        return None
    if families[0] != families[1]:
        return False
    first, second = str(one).strip(), str(other).strip()
    match families[0]:
        case "number":
            return Decimal(first) == Decimal(second)
        case "string" | "anyURI":
            return str(one) == str(other)
        case "langString":
            languages = {(one.language or "").lower(), (other.language or "").lower()}
            return str(one) == str(other) and len(languages) == 1
        case "boolean":
            return (first in {"true", "1"}) == (second in {"true", "1"})
        case "hexBinary":
            return first.lower() == second.lower()
        case "dateTime" | "date" | "time":
            return _equal_times(first, second)
    return None


def _equal_times(first: str, second: str) -> bool | None:
    """Plain forms of one length in one zone differ when their text does; no more is claimed."""
    plain = (
        len(first) == len(second) and "." not in first + second and "24:00" not in first + second
    )
    zones = [re.search(f"{_ZONE}$", text) for text in (first, second)]
    alike = len({zone and zone.group() for zone in zones}) == 1
    return first == second if plain and alike else None
