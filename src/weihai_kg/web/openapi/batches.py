"""JSON Schemas of what the reconciliation service is asked: just the documents that it takes.

Reconciliation Service API 0.2 and the draft of 1.0, with the limits of this service.
"""

from __future__ import annotations

from typing import Any

from weihai_kg.web.openapi.schemas import Schema
from weihai_kg.web.reconcile.extending import ANY, MOST_PROPERTIES
from weihai_kg.web.reconcile.question import BATCH, LONGEST, MOST_CONDITIONS, MOST_VALUES

_TEXT: Schema = {"type": "string", "maxLength": LONGEST}
_COUNT: Schema = {"type": "number", "minimum": 1, "exclusiveMaximum": 2**53}


def _thing(required: list[str], /, **properties: Any) -> Schema:
    return {"type": "object", "required": required, "properties": properties}


def _one_or_some(*each: Schema) -> Schema:
    several = {"type": "array", "minItems": 1, "maxItems": MOST_VALUES, "items": {"anyOf": [*each]}}
    return {"anyOf": [*each, several]}


_VALUES = _one_or_some(_TEXT, {"type": "number"}, {"type": "boolean"}, _thing(["id"], id=_TEXT))
_TYPE: Schema = {"anyOf": [_TEXT, _thing(["id"], id=_TEXT)]}

QUERIES_02: Schema = {
    "type": "object",
    "maxProperties": BATCH,
    "additionalProperties": _thing(
        [],
        query=_TEXT,
        type={"anyOf": [*_TYPE["anyOf"], {"type": "array", "items": _TYPE}]},
        type_strict={"enum": ["any", "all", "should"]},
        limit=_COUNT,
        properties={
            "type": "array", "maxItems": MOST_CONDITIONS,
            "items": _thing(["pid", "v"], pid=_TEXT, v=_VALUES),
        },
    ) | {"anyOf": [
        {"required": ["query"]},
        {"required": ["properties"], "properties": {"properties": {"minItems": 1}}},
    ]},
}  # fmt: skip

_BY_NAME = _thing(
    ["matchType", "v"], matchType={"const": "name"}, v=_one_or_some(_TEXT, {"type": "number"})
)
_BY_PROPERTY = _thing(
    ["matchType", "pid", "v"], matchType={"const": "property"}, pid=_TEXT, v=_VALUES,
    required={"type": "boolean"}, matchQuantifier={"enum": ["any", "all", "none"]},
)  # fmt: skip
QUERIES_10 = _thing(["queries"], queries={
    "type": "array", "maxItems": BATCH,
    "items": _thing(
        ["conditions"],
        conditions={"type": "array", "minItems": 1, "maxItems": MOST_CONDITIONS,
                    "items": {"anyOf": [_BY_NAME, _BY_PROPERTY]}},
        type={"type": ["string", "null"], "maxLength": LONGEST},
        limit=_COUNT | {"type": ["number", "null"]},
    ),
})  # fmt: skip

EXTENSION = _thing(
    ["ids", "properties"],
    ids={"type": "array", "maxItems": BATCH, "items": {"type": "string"}},
    properties={"type": "array", "maxItems": MOST_PROPERTIES, "items": _thing(
        ["id"],
        id={"type": "string"},
        settings={"type": ["object", "null"], "properties": {
            "limit": {"anyOf": [{"type": "number", "minimum": 0, "exclusiveMaximum": 2**53},
                                {"type": "string", "pattern": "^[0-9]{0,9}$"}, {"type": "null"}]},
            "language": {"enum": [ANY, "zh", "en", "", None]},
        }},
    )},
)  # fmt: skip
