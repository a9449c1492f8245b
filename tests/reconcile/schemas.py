"""What the Reconciliation Service API demands of its JSON documents, as JSON Schemas.

Written from the specifications, version 0.2 and the draft of 1.0, whose own schemas make the same
demands: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/,
https://reconciliation-api.github.io/specs/1.0-draft/.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INSTANT = (
    r"^-?\d{4,}-(1[0-2]|0[1-9])-(3[01]|0[1-9]|[12]\d)T(2[0-3]|[01]\d):[0-5]\d:[0-5]\d"
    r"(\.\d+)?(Z|[+-](2[0-3]|[01]\d):[0-5]\d)?$"
)


def thing(required: list[str], **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": required}


def closed(required: list[str], **properties: Schema) -> Schema:
    return thing(required, **properties) | {"additionalProperties": False}


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


LANGUAGE: Schema = {"type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"}
DIRECTION: Schema = {"enum": ["ltr", "rtl", "auto"]}
TYPE = thing(["id", "name"], id=STRING | {"minLength": 1}, name=STRING | {"minLength": 1})
ANY_TYPE: Schema = {"oneOf": [thing(["id"], id=STRING, name=STRING), STRING]}


def setting(id_: str, name: str, help_text: str) -> Schema:
    """A property setting, under the names of its fields in a version."""

    def kind(type_: str, default: Schema, *more: str, **properties: Schema) -> Schema:
        fields = {"type": {"const": type_}, "default": default, id_: STRING, name: STRING,
                  help_text: STRING, **properties}  # fmt: skip
        return {"type": "object", "properties": fields, "required": ["type", id_, name, *more]}

    choices = array(thing(["value", "name"], value=STRING, name=STRING))
    return {"oneOf": [
        kind("number", NUMBER), kind("text", STRING), kind("checkbox", {"type": "boolean"}),
        kind("select", STRING, "choices", choices=choices),
    ]}  # fmt: skip


def manifest(version: str, view: str, required: list[str], **properties: Schema) -> Schema:
    return thing(
        ["versions", "name", *required],
        versions=array(STRING) | {"contains": {"const": version}},
        name=STRING, documentation=STRING, logo=STRING, serviceVersion=STRING,
        batchSize={"type": "integer", "minimum": 1},
        defaultTypes=array(TYPE) | {"uniqueItems": True},
        view=thing(["url"], url={"type": "string", "pattern": view}),
        **properties,
    )  # fmt: skip


PATH = thing(["service_url", "service_path"], service_url=STRING, service_path=STRING)
SIZE: Schema = {"type": "integer", "minimum": 1}
TEMPLATE_02 = r"\{\{id\}\}"

MANIFEST_02 = manifest(
    "0.2", TEMPLATE_02, ["identifierSpace", "schemaSpace"],
    identifierSpace=STRING, schemaSpace=STRING,
    suggest=thing(["entity", "property", "type"], entity=PATH, property=PATH, type=PATH),
    preview=thing(["url", "width", "height"], width=SIZE, height=SIZE,
                  url={"type": "string", "pattern": TEMPLATE_02}),
    extend=thing([], propose_properties=PATH,
                 property_settings=array(setting("name", "label", "help_text"))),
)  # fmt: skip

BOOLEAN: Schema = {"type": "boolean"}
MANIFEST_10 = manifest(
    "1.0-draft", r"^[^{}]*\{id\}[^{}]*$", ["view"],
    suggest=closed(["entity", "property", "type"], entity=BOOLEAN, property=BOOLEAN, type=BOOLEAN),
    preview=closed(["width", "height"], width=SIZE, height=SIZE),
    extend=closed([], proposeProperties=BOOLEAN,
                  propertySettings=array(setting("id", "name", "helpText"))),
    lang=LANGUAGE, dir=DIRECTION, standardizedScore=BOOLEAN,
    identifierSpace={"not": {}}, schemaSpace={"not": {}},
)  # fmt: skip


def candidate(required: list[str], feature: list[str]) -> Schema:
    value: Schema = {"type": ["boolean", "number"]}
    return thing(
        required, id=STRING, name=STRING, description=STRING,
        score={"type": "number", "minimum": 0, "maximum": 100},
        features=array(thing(feature, id=STRING, name=STRING, value=value)),
        match=BOOLEAN, type=array(ANY_TYPE), lang=LANGUAGE,
    )  # fmt: skip


RESULTS_02: Schema = {
    "type": "object",
    "additionalProperties": thing(
        ["result"], result=array(candidate(["id", "name", "score"], ["id", "value"]))
    ),
}
RESULTS_10 = thing(
    ["results"],
    results=array(
        thing(
            ["candidates"],
            candidates=array(candidate(["id", "name"], ["id", "name", "value"])),
        )
    ),
)

SUGGESTION = thing(
    ["id", "name"], id=STRING, name=STRING, description=STRING, notable=array(ANY_TYPE)
)
SUGGESTIONS = thing(["result"], result=array(SUGGESTION))
PROPOSAL = thing(
    ["properties"], type=STRING, limit=NUMBER,
    properties=array(thing(["id", "name"], id=STRING, name=STRING)),
)  # fmt: skip

VALUE: Schema = {"oneOf": [
    closed([]) | {"maxProperties": 0},
    closed(["id", "name"], id=STRING, name=STRING, description=STRING),
    closed(["str"], str=STRING, lang=LANGUAGE),
    closed(["float"], float=NUMBER),
    closed(["int"], int={"type": "integer"}),
    closed(["date"], date={"type": "string", "pattern": INSTANT}),
]}  # fmt: skip
META = array(thing(["id", "name"], id=STRING, name=STRING))
EXTENSION_02 = thing(
    ["meta", "rows"], meta=META,
    rows={"type": "object", "additionalProperties": {
        "type": "object", "additionalProperties": array(VALUE),
    }},
)  # fmt: skip
EXTENSION_10 = thing(
    ["meta", "rows"], meta=META,
    rows=array(thing(["id", "properties"], id=STRING, properties=array(
        thing(["id", "values"], id=STRING, values=array(VALUE)),
    ))),
)  # fmt: skip
