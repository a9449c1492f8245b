"""The part of the OpenAPI document that does not depend on the saved queries."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from weihai_kg.formats import RDF, RESULTS
from weihai_kg.web.openapi.schemas import LANG, Schema, in_query, ref
from weihai_kg.web.queries.library import Library
from weihai_kg.web.queries.permalink import Question, path_of
from weihai_kg.web.tables.formats import HTML

_ERROR = {"content": {
    "application/problem+json": {"schema": ref("Problem")}, "text/html": {}, "text/plain": {},
}}  # fmt: skip
_MEANINGS = {
    "400": "The request is not right; the problem names the parameter, its value, what is allowed.",
    "403": "This service is read-only.",
    "404": "There is no such thing; the problem names the nearest.",
    "406": "Nothing that you accept is offered; the problem lists what is.",
    "413": "A limit of size was crossed; the problem names it.",
    "415": "The body is of no type that is understood.",
    "502": "A remote endpoint failed.",
    "503": "A limit of time or memory was crossed, or too many ask; the problem names it.",
    "504": "A remote endpoint took too long.",
}
RESPONSES: Schema = {
    f"problem-{status}": {"description": text, **_ERROR} for status, text in _MEANINGS.items()
}
_EXAMPLE = "SELECT ?thing ?label WHERE {\n  ?thing <http://www.w3.org/2000/01/rdf-schema#label> " \
    "?label\n} LIMIT 5"  # fmt: skip
_SPARQL_FORMATS = (*RESULTS, *RDF)


def problems(*statuses: str) -> Schema:
    """The responses that are errors; 503 can always happen."""
    return {
        status: {"$ref": f"#/components/responses/problem-{status}"}
        for status in (*statuses, "503")
    }


def sparql() -> Schema:
    """The SPARQL 1.1 Protocol."""
    iris = {"type": "array", "items": {"type": "string", "format": "iri"}}
    fields: Schema = {
        "default-graph-uri": iris,
        "named-graph-uri": iris,
        "infer": {"type": "string", "enum": ["true", "false"]},
        "format": {"type": "string", "enum": [each.name for each in _SPARQL_FORMATS]},
    }
    texts = {
        "default-graph-uri": "A graph of the default graph; may be repeated.",
        "named-graph-uri": "A named graph; may be repeated.",
        "infer": "Whether inferred statements belong to the default graph.",
        "format": "Beats Accept.",
    }
    query: Schema = {"type": "string", "contentMediaType": "application/sparql-query"}
    responses = {
        "200": {"description": "The whole answer.", "content": {
            **{each.media_type: {"schema": ref("Results")} if each.name == "json" else {}
               for each in _SPARQL_FORMATS},
            "text/html": {},
        }},
        **problems("400", "403", "406", "413", "415", "502", "504"),
    }  # fmt: skip
    examples = {"labels": {"summary": "Things and their names", "value": _EXAMPLE},
                "ask": {"summary": "Is there anything?", "value": "ASK { ?s ?p ?o }"}}  # fmt: skip
    return {"/sparql": {
        "get": {
            "operationId": "sparqlGet",
            "tags": ["SPARQL"],
            "summary": "Ask a SPARQL query",
            "description": "Without query: the service description; the editor for browsers. With "
            "timeout=SECONDS it gives up early, with 503.",
            "parameters": [
                in_query("query", query, "The query.", required=True, examples=examples),
                *(in_query(name, schema, texts[name]) for name, schema in fields.items()),
            ],
            "responses": responses,
        },
        "post": {
            "operationId": "sparqlPost",
            "tags": ["SPARQL"],
            "summary": "Ask a SPARQL query, of any length",
            "requestBody": {"required": True, "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "required": ["query"],
                               "properties": {"query": query, **fields}},
                    "examples": {name: {"value": {"query": each["value"]}}
                                 for name, each in examples.items()},
                },
                "application/sparql-query": {"schema": {"type": "string"}, "examples": examples},
            }},
            "responses": responses,
        },
    }}  # fmt: skip


def doctor(rules: Container[str]) -> Schema:
    """What is likely wrong with a query."""
    if "/doctor" not in rules:
        return {}
    query: Schema = {"type": "string", "minLength": 1, "pattern": r"\S"}
    ran: Schema = {"type": "string", "enum": ["true", "false"], "default": "false"}
    example = "SELECT ?x { ?x <http://www.w3.org/2000/01/rdf-schema#labels> ?l }"
    responses = {
        "200": {"description": "The advice; none for a query with nothing to find fault with.",
                "content": {"application/json": {"schema": ref("Advice")}}},
        **problems("400", "413"),
    }  # fmt: skip
    text = (
        "Parts with no join, terms that are not in the graph, literals that equal nothing, "
        "variables without a value. With ran=true also why the answer is empty; each change that "
        "is suggested there was run, and rows says how many rows it gave."
    )
    told = {"tags": ["SPARQL"], "summary": "What is likely wrong with a query",
            "description": text, "responses": responses}  # fmt: skip
    return {"/doctor": {
        "get": told | {"operationId": "doctorGet", "parameters": [
            in_query("query", query, "The query.", required=True,
                     examples={"misspelt": {"value": example}}),
            in_query("ran", ran, "Whether to ask the query and examine its answer."),
        ]},
        "post": told | {"operationId": "doctorPost", "requestBody": {"required": True, "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "required": ["query"],
                           "properties": {"query": query, "ran": ran}},
                "examples": {"misspelt": {"value": {"query": example}}},
            },
        }}},
    }}  # fmt: skip


def answers(library: Library) -> Schema:
    """Answers that can be cited."""
    example = "digest@version"
    if library.queries:
        path = path_of(Question(next(iter(library.queries.values()))), library.version)
        example = path.removeprefix("/answers/")
    address = _in_path("address", "The digest of query and parameters, @, the release; "
                       "an extension names the format.", example)  # fmt: skip
    return {
        "/answers": {"get": {
            "operationId": "citeQuery",
            "tags": ["answers"],
            "summary": "The address of the answer to a SPARQL query in the current release",
            "parameters": [in_query(
                "query", {"type": "string", "minLength": 1}, "The query.", required=True,
                examples={"ask": {"value": "ASK { ?s ?p ?o }"}},
            ), LANG],
            "responses": {
                "303": {"description": "To its address."},
                **_record(),
            },
        }},
        "/answers/{address}": {"get": {
            "operationId": "citedAnswer",
            "tags": ["answers"],
            "summary": "An answer, the same as long as its release is kept",
            "parameters": [address, LANG],
            "responses": _record(),
        }},
    }  # fmt: skip


def _record() -> Schema:
    return {
        "200": {"description": "The record of the answer with row count, SHA-256, citation; or "
                "its bytes in another format.",
                "content": {"application/json": {"schema": ref("Answer")}, "text/html": {},
                            "*/*": {}}},
        **problems("400", "404", "406", "413"),
    }  # fmt: skip


VOID = "/void.<any(ttl,nt,rdf,jsonld,trig,nq):name>"


def _in_path(name: str, text: str, example: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "description": text,
            "schema": {"type": "string"}, "example": example}  # fmt: skip


def _get(name: str, tag: str, text: str, responses: Schema, *parameters: Schema) -> Schema:
    return {"get": {
        "operationId": name, "tags": [tag], "summary": text, "parameters": list(parameters),
        "responses": responses,
    }}  # fmt: skip


def _ok(text: str, *media_types: str) -> Schema:
    return {"200": {"description": text, "content": {each: {} for each in media_types}}}


def rest(rules: Container[str]) -> Schema:
    """The other addresses, as far as the pages have them."""
    rdf = [each.media_type for each in RDF]
    name = _in_path("name", "The last part of the thing's IRI.", "weihai")
    see_other: dict[str, Any] = {"303": {"description": "To its page or its data."}}
    pages: dict[str, tuple[str, Schema]] = {
        "/id/{name}": ("/id/<path:name>", _get(
            "thing", "data", "A thing: to its page or its data, by Accept",
            {**see_other, **_ok("After the redirect.", HTML.media_type, *rdf),
             **problems("400", "404", "406")}, name)),
        "/data/{file}": ("/data/<path:name>", _get(
            "thingData", "data", "The statements about a thing, in the format of the extension",
            {**_ok("The statements.", *rdf), **problems("400", "404", "406")},
            _in_path("file", "Name and extension.", "weihai.ttl"))),
        "/void.{format}": (VOID, _get(
            "void", "data", "What is here: VoID and DCAT",
            {**_ok("The description.", *rdf), **problems("400", "404", "406")},
            _in_path("format", "ttl, nt, rdf, jsonld, trig or nq.", "ttl"))),
        "/mappings/{table}": ("/mappings/<name>", _get(
            "mappings", "data", "The links to another data set, each with its reason",
            {**see_other, **_ok("After the redirect.", "*/*"), **problems("400", "404", "406")},
            _in_path("table", "The data set.", "wikidata"))),
        "/downloads": ("/downloads", _get(
            "downloads", "data", "Every release with its files",
            {**_ok("The page.", HTML.media_type), **problems("400")})),
        "/downloads/latest/{file}": ("/downloads/latest/<name>", _get(
            "latestDump", "data", "To a file of the release that is served",
            {"302": {"description": "To the file."}, **_ok("After the redirect.", "*/*"),
             **problems("404")}, _in_path("file", "The file.", "void.ttl"))),
        "/downloads/{version}/{file}": ("/downloads/<version>/<name>", _get(
            "dump", "data", "A file of a release",
            {**_ok("The file.", "*/*"), "206": {"description": "A range of it."},
             **problems("404")},
            _in_path("version", "The release.", "latest"), _in_path("file", "", "void.ttl"))),
    }  # fmt: skip
    found = {path: item for path, (rule, item) in pages.items() if rule in rules}
    return found | {
        "/healthz": _get("healthz", "operation", "Is the process alive?",
                         _ok("It is.", "text/plain")),
        "/readyz": _get("readyz", "operation", "Is it ready for queries?",
                        {**_ok("It is.", "text/plain"), **problems()}),
        "/metrics": _get("metrics", "operation", "Counters for Prometheus",
                         _ok("The counters.", "text/plain")),
    }  # fmt: skip
