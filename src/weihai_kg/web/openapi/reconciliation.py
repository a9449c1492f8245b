"""The reconciliation service in the OpenAPI document.

The manifests say the same in the words of the Reconciliation Service API.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from weihai_kg.web.http.negotiation import LANGUAGES
from weihai_kg.web.openapi.batches import EXTENSION, QUERIES_02, QUERIES_10
from weihai_kg.web.openapi.fixed import problems
from weihai_kg.web.openapi.schemas import Schema, in_query

ROOT, DRAFT = "/reconcile", "/reconcile/1.0-draft"
_QUERIES = '{"q0": {"query": "威海市", "type": "City"}}'
_EXTEND = '{"ids": ["weihai"], "properties": [{"id": "locatedIn"}]}'
_JSON = "application/json"
_LANG = in_query(
    "lang", {"type": "string"},
    "The language of names: zh or en; any other leaves it to Accept-Language.",
    examples={each: {"value": each} for each in LANGUAGES},
)  # fmt: skip


def reconciliation(rules: Container[str]) -> Schema:
    """The addresses of both versions; none where the pages do not have the service."""
    if ROOT not in rules:
        return {}
    text = {"type": "string"}
    queries_ = text | {"contentMediaType": _JSON, "contentSchema": QUERIES_02}
    extend_ = text | {"contentMediaType": _JSON, "contentSchema": EXTENSION}
    batch = in_query("queries", queries_, "A query batch of version 0.2, as JSON.",
                     examples={"city": {"value": _QUERIES}})  # fmt: skip
    extend = in_query("extend", extend_,
                      "A data extension query of version 0.2, as JSON; not beside queries.",
                      examples={"place": {"value": _EXTEND}})  # fmt: skip
    form = {"required": True, "content": {"application/x-www-form-urlencoded": {
        "schema": {
            "type": "object", "properties": {"queries": queries_, "extend": extend_},
            "anyOf": [{"required": ["queries"]}, {"required": ["extend"]}],
        },
        "examples": {"city": {"value": {"queries": _QUERIES}}},
    }}}  # fmt: skip
    paths: dict[str, Any] = {
        ROOT: {
            "get": _operation("manifest", "The manifest, version 0.2; queries and data extension",
                              [batch, extend, _LANG], "400", "413"),
            "post": _operation("reconcile", "Queries or data extension, version 0.2",
                               [_LANG], "400", "413") | {"requestBody": form},
        },
        DRAFT: {"get": _operation("manifestDraft", "The manifest, draft of 1.0", [_LANG], "400")},
        f"{DRAFT}/reconcile": {"post": _posted(
            "reconcileDraft", "Queries, draft of 1.0", QUERIES_10,
            {"queries": [{"type": "City", "conditions": [{"matchType": "name", "v": "威海市"}]}]},
        )},
        f"{DRAFT}/extend": {"post": _posted(
            "extendDraft", "Data extension, draft of 1.0", EXTENSION,
            {"ids": ["weihai"], "properties": [{"id": "locatedIn"}]},
        )},
    }  # fmt: skip
    kind = {"name": "kind", "in": "path", "required": True, "example": "entity",
            "schema": {"type": "string", "enum": ["entity", "property", "type"]}}  # fmt: skip
    whole = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
    prefix = in_query("prefix", text | {"maxLength": 200}, "What was typed.", example="Wei")
    cursor = in_query("cursor", whole, "How many suggestions to leave out.")
    type_ = in_query("type", text, "A type.", example="City")
    limit = in_query("limit", whole, "How many properties at most.")
    id_ = in_query("id", text, "A thing.", example="weihai", required=True)
    for root, name in ((ROOT, ""), (DRAFT, "Draft")):
        paths[f"{root}/suggest/{{kind}}"] = {"get": _operation(
            "suggest" + name, "Things, types or properties whose name begins so",
            [kind, prefix, cursor, _LANG], "400", "404",
        )}  # fmt: skip
        paths[f"{root}/extend/propose"] = {"get": _operation(
            "propose" + name, "The properties that things of a type have",
            [type_, limit, _LANG], "400",
        )}  # fmt: skip
        paths[f"{root}/preview"] = {"get": _operation(
            "preview" + name, "A small page about a thing", [id_, _LANG], "400", "404",
            media_type="text/html",
        )}  # fmt: skip
    return paths


def _operation(
    name: str, text: str, parameters: list[Schema], *statuses: str, media_type: str = _JSON
) -> Schema:
    return {
        "operationId": name, "tags": ["reconciliation"], "summary": text,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer.", "content": {media_type: {}, "text/html": {}}},
            **problems(*statuses),
        },
    }  # fmt: skip


def _posted(name: str, text: str, schema: Schema, example: Schema) -> Schema:
    body = {"required": True, "content": {_JSON: {
        "schema": schema, "examples": {"one": {"value": example}},
    }}}  # fmt: skip
    return _operation(name, text, [_LANG], "400", "413", "415") | {"requestBody": body}
