"""The JSON Schemas of the OpenAPI document: parameters of saved queries, errors, results."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from weihai_kg.namespaces import Namespaces
from weihai_kg.saved_queries.parameters import MAX_LENGTH, Parameter, Type
from weihai_kg.web.http.negotiation import LANGUAGES
from weihai_kg.web.tables.formats import HTML

Schema = dict[str, Any]

_LARGEST = 10**18 - 1

# Part of RFC 3987: plain enough for clients and generators; the service takes every IRI.
_LETTER = r"A-Za-z0-9._~!$&'()*+,;=:@-"
_IRI = rf"[A-Za-z][A-Za-z0-9+.-]*:(?://[A-Za-z0-9.-]+/|[{_LETTER}])[/?{_LETTER}]*"
_NAME = "[A-Za-z0-9_.-]+"
_DECIMAL = r"^[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})$"
_LANGUAGE = r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"

PROBLEM: Schema = {
    "description": "RFC 9457: what went wrong, where, and what to do.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "todo": {"type": "string"},
        "instance": {"type": "string"},
        "parameter": {"type": "string"},
        "value": {},
        "allowed": {"type": "string"},
        "limit": {"type": "string"},
        "request_id": {"type": "string"},
    },
    "examples": [{
        "type": "about:blank", "title": "Bad Request", "status": 400,
        "detail": "parameter minimum: 'x' is not allowed; give a whole number, at least 0.",
        "todo": "Give a whole number, at least 0.",
        "parameter": "minimum", "value": "x", "allowed": "a whole number, at least 0",
    }],
}  # fmt: skip

_TEXTS: Schema = {
    "type": "object",
    "required": ["zh", "en"],
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
}
ADVICE: Schema = {
    "description": "What is likely wrong with a query, each with its place and what may help.",
    "type": "object",
    "required": ["release", "advice"],
    "properties": {
        "release": {"type": "string"},
        "advice": {"type": "array", "items": {
            "type": "object",
            "required": ["code", "level", "message", "start", "end", "line", "column",
                         "suggestions"],
            "properties": {
                "code": {"type": "string"},
                "level": {"enum": ["error", "warning", "note"]},
                "message": _TEXTS,
                "start": {"type": "integer"}, "end": {"type": "integer"},
                "line": {"type": "integer"}, "column": {"type": "integer"},
                "suggestions": {"type": "array", "items": {
                    "type": "object",
                    "required": ["label", "query", "rows"],
                    "properties": {
                        "label": _TEXTS,
                        "query": {"type": "string"},
                        "rows": {"type": ["integer", "null"]},
                    },
                }},
            },
        }},
    },
}  # fmt: skip

RESULTS: Schema = {
    "description": "SPARQL 1.1 Query Results JSON Format.",
    "type": "object",
    "required": ["head"],
    "properties": {
        "head": {"type": "object"},
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
        },
        "boolean": {"type": "boolean"},
    },
    "examples": [
        {"head": {"vars": ["name", "city"]}, "results": {"bindings": [{
            "name": {"type": "literal", "value": "Tokyo", "xml:lang": "en"},
            "city": {"type": "uri", "value": f"{Namespaces().id}tokyo"},
        }]}},
        {"head": {}, "boolean": True},
    ],
}  # fmt: skip

QUERY_LIST: Schema = {
    "type": "object",
    "required": ["release", "queries"],
    "properties": {
        "release": {"type": "string"},
        "queries": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "address", "title", "formats", "sparql"],
                "properties": {
                    "name": {"type": "string"},
                    "address": {"type": "string"},
                    "rows": {"type": ["integer", "null"]},
                    "formats": {"type": "array", "items": {"type": "string"}},
                    "sparql": {"type": "string"},
                },
            },
        },
    },
}

ANSWER: Schema = {
    "type": "object",
    "required": ["address", "release", "sparql", "rows", "complete", "sha256", "citation"],
    "properties": {
        "address": {"type": "string"},
        "release": {"type": "string"},
        "query": {"type": ["string", "null"]},
        "rows": {"type": "integer", "minimum": 0},
        "complete": {"const": True},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "files": {"type": "array", "items": {"type": "object"}},
        "citation": {"type": "object", "required": ["text", "bibtex", "cff"]},
    },
}

COMPONENTS: dict[str, Schema] = {
    "Problem": PROBLEM, "Results": RESULTS, "QueryList": QUERY_LIST, "Answer": ANSWER,
    "Advice": ADVICE,
}  # fmt: skip


def ref(name: str) -> Schema:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def in_query(name: str, schema: Schema, text: str, **more: Any) -> Schema:
    """A parameter of the query string."""
    return {"name": name, "in": "query", "description": text, "schema": schema, **more}


PAGE = in_query("page", {"type": "integer", "minimum": 1, "maximum": 999_999},
                "Which page of the rows; without page and size the whole answer.")  # fmt: skip
SIZE = in_query("size", {"type": "integer", "minimum": 1, "maximum": 10_000}, "Rows of a page.")
LANG = in_query("lang", {"type": "string", "enum": list(LANGUAGES)}, "The language of the page.")


def format_parameter(names: list[str]) -> Schema:
    """``?format=``, which beats Accept."""
    return in_query("format", {"type": "string", "enum": [*names, HTML.name]}, "Beats Accept.")


def of_parameter(parameter: Parameter, prefixes: Container[str]) -> Schema:
    """A parameter of a saved query, with just the values that the service takes."""
    schema = _schema(parameter, prefixes)
    if parameter.default is not None:
        number = schema.get("type") == "integer"
        schema["default"] = int(parameter.default) if number else parameter.default
        schema["examples"] = [schema["default"]]
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required and parameter.default is None,
        "description": f"{parameter.label['en']} / {parameter.label['zh']}"
        + (f" (a {parameter.class_})" if parameter.class_ else ""),
        "schema": schema,
    }


def _schema(parameter: Parameter, prefixes: Container[str]) -> Schema:
    if parameter.choices:
        return {"type": "string", "enum": list(parameter.choices)}
    if parameter.type in (Type.INTEGER, Type.YEAR):
        year = parameter.type is Type.YEAR
        low, high = parameter.minimum, parameter.maximum
        least = max(-_LARGEST if low is None else int(low), 1000 if year else -_LARGEST)
        most = min(_LARGEST if high is None else int(high), 9999 if year else _LARGEST)
        return {"type": "integer", "minimum": least, "maximum": most}
    if parameter.type is Type.DATE:
        return {"type": "string", "format": "date"}
    iri = f"^(?:{_IRI}|{_NAME})$" if "id" in prefixes else f"^(?:{_IRI})$"
    pattern = {
        Type.DECIMAL: _DECIMAL, Type.LANGUAGE: _LANGUAGE, Type.IRI: iri,
        Type.STRING: r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+$",
    }[parameter.type]  # fmt: skip
    return {"type": "string", "pattern": pattern, "maxLength": MAX_LENGTH}
