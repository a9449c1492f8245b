"""The OpenAPI 3.1 document, made from the saved queries and the tables of formats."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from weihai_kg import __version__
from weihai_kg.formats import RDF, RESULTS, Format
from weihai_kg.saved_queries.saved_query import GROUPS, SavedQuery
from weihai_kg.web.openapi import fixed
from weihai_kg.web.openapi.reconciliation import reconciliation
from weihai_kg.web.openapi.schemas import (
    COMPONENTS,
    LANG,
    PAGE,
    SIZE,
    Schema,
    format_parameter,
    in_query,
    of_parameter,
    ref,
)
from weihai_kg.web.queries.library import Library
from weihai_kg.web.tables.formats import HTML, of_query

_JSON_RESULTS = {"json"}


def document(library: Library, root: str, rules: Container[str]) -> Schema:
    """The description of a service at ``root``; ``rules`` are the addresses its pages have."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "weihai-kg",
            "summary": "Weihai's cooperation with Japan and Korea: a graph with its evidence.",
            "description": "Answers are whole or an error, never cut. A result that has several "
            "formats honours Accept and ?format=; every error is RFC 9457. In CSV files under "
            "/queries and /answers, text that a spreadsheet could take for a formula begins with "
            "an apostrophe; numbers are untouched; /sparql gives CSV exactly as the "
            "specification has it.",
            "version": library.version or __version__,
            "license": {"name": "CC BY 4.0",
                        "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": root}],
        "tags": [
            {"name": "SPARQL", "description": "SPARQL 1.1 Protocol"},
            *({"name": group, "description": f"{names['en']} / {names['zh']}"}
              for group, names in GROUPS.items()),
            {"name": "answers", "description": "Answers that can be cited"},
            {"name": "data", "description": "Things, the vocabulary and dumps"},
            {"name": "reconciliation", "description": "Names of a table to things of the graph"},
            {"name": "operation", "description": "For operators"},
        ],
        "paths": {
            **fixed.sparql(),
            **_lists(),
            **{f"/queries/{each.name}": {"get": _query(each)}
               for each in library.queries.values()},
            **_files(library),
            **fixed.doctor(rules),
            **fixed.answers(library),
            **reconciliation(rules),
            **fixed.rest(rules),
        },
        "components": {"schemas": COMPONENTS, "responses": fixed.RESPONSES},
    }  # fmt: skip


def _lists() -> Schema:
    words = in_query("q", {"type": "string"}, "Words that the questions must have.",
                     examples={"ports": {"value": "port"}})  # fmt: skip
    turtle = next(each for each in RDF if each.name == "ttl")
    return {
        "/queries": {"get": {
            "operationId": "listQueries",
            "tags": ["SPARQL"],
            "summary": "All saved queries",
            "parameters": [words, format_parameter(["json", "ttl"]), LANG],
            "responses": {
                "200": {"description": "The list.", "content": {
                    "application/json": {"schema": ref("QueryList")},
                    turtle.media_type: {}, HTML.media_type: {},
                }},
                **fixed.problems("400", "406"),
            },
        }},
        "/queries.ttl": {"get": {
            "operationId": "queryCatalogue",
            "tags": ["SPARQL"],
            "summary": "The saved queries as RDF (sh:SPARQLExecutable)",
            "responses": {
                "200": {"description": "The catalogue.", "content": {turtle.media_type: {}}},
                **fixed.problems("400", "404"),
            },
        }},
    }  # fmt: skip


def _query(query: SavedQuery) -> Schema:
    formats = of_query(query)
    parameters = [of_parameter(each, query.prefixes) for each in query.parameters]
    paging = [PAGE, SIZE] if "xlsx" in {each.name for each in formats} else []
    names = [each.name for each in formats]
    return {
        "operationId": query.name,
        "tags": [query.group],
        "summary": query.title["en"],
        "description": query.description["en"]
        + f"\n\n{query.title['zh']}：{query.description['zh']}"
        + (f"\n\nWhen there are no rows: {query.note['en']}" if query.note else ""),
        "parameters": [*parameters, *paging, format_parameter(names), LANG],
        "responses": {
            "200": {
                "description": "The whole answer, or the page of it that was asked for.",
                "headers": {"Link": {
                    "description": "The address for citing (cite-as), the release, other pages.",
                    "schema": {"type": "string"},
                }},
                "content": content((*formats, HTML)),
            },
            **fixed.problems("400", "404", "406", "413", *(["502", "504"] if query.remote else [])),
        },
    }  # fmt: skip


def _files(library: Library) -> Schema:
    """The addresses with an extension, for all queries together."""
    if not library.queries:
        return {}
    formats = {each.name: each for query in library.queries.values() for each in of_query(query)}
    name, extension = "places-on-the-map", "geojson"
    if name not in library.queries:
        name, extension = next(iter(library.queries)), "json"
    return {"/queries/{name}.{extension}": {"get": {
        "operationId": "queryFile",
        "tags": ["SPARQL"],
        "summary": "The answer to a saved query as a file",
        "parameters": [
            {"name": "name", "in": "path", "required": True,
             "schema": {"type": "string", "enum": list(library.queries)}, "example": name},
            {"name": "extension", "in": "path", "required": True,
             "schema": {"type": "string", "enum": list(formats)}, "example": extension},
        ],
        "responses": {
            "200": {"description": "The whole answer.", "content": content(formats.values())},
            **fixed.problems("400", "404", "413", "502", "504"),
        },
    }}}  # fmt: skip


def content(formats: Iterable[Format]) -> dict[str, Any]:
    """The ``content`` of a response that may come in several formats."""
    return {
        each.media_type: {"schema": ref("Results")}
        if each in RESULTS and each.name in _JSON_RESULTS
        else {}
        for each in formats
    }
