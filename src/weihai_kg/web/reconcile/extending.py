"""Data extension: the values of properties of things, for the columns of a user's table."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from weihai_kg.web.http.problem import Problem
from weihai_kg.web.reconcile.entity import Entity, Item
from weihai_kg.web.reconcile.index import Index
from weihai_kg.web.reconcile.question import BATCH, wrong
from weihai_kg.web.things.terms import Term

MOST_PROPERTIES = 50
PROPOSED = 30
NAMES = {"label:zh": ("中文名称", "Chinese name"), "label:en": ("英文名称", "English name")}
ANY = "any"


@dataclass(frozen=True, slots=True)
class Column:
    """A property that is asked for, with its settings."""

    asked: str
    item: Item
    limit: int
    language: str


def settings(language: str) -> list[dict[str, Any]]:
    """The settings of a property, as the draft of 1.0 describes them."""
    zh = language == "zh"
    return [
        {"id": "limit", "type": "number", "default": 0,
         "name": "最多取几个值" if zh else "At most so many values",
         "helpText": "0 表示全部" if zh else "0 for all of them"},
        {"id": "language", "type": "select", "default": ANY,
         "name": "文字的语言" if zh else "Language of texts",
         "helpText": "没有语言标记的值总是给出" if zh
         else "Values without a language are always given",
         "choices": [{"value": ANY, "name": "全部" if zh else "any"},
                     {"value": "zh", "name": "中文"}, {"value": "en", "name": "English"}]},
    ]  # fmt: skip


def properties_of(type_: str, limit: int, index: Index) -> list[Item]:
    """The properties that things of a type have, the most used first; names before all."""
    item = index.item(type_, index.types) if type_ else None
    if type_ and item is None:
        return []
    ids = index.entities_of.get(item.id, []) if item else list(index.entities)
    used = Counter(pid for id_ in ids for pid in index.entities[id_].values)
    ranked = sorted(used, key=lambda pid: (-used[pid], pid))
    found = [*_names().values(), *(index.properties[pid] for pid in ranked
                                   if pid in index.properties)]  # fmt: skip
    return found[:limit]


def extend(document: Any, index: Index, language: str, *, draft: bool) -> dict[str, Any]:
    """The answer to a data extension query; raises Problem."""
    if not isinstance(document, dict):
        raise wrong("the data extension query is not an object")
    ids, properties = document.get("ids"), document.get("properties")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise wrong('"ids" is not an array of identifiers')
    if not isinstance(properties, list):
        raise wrong('"properties" is not an array')
    if len(ids) > BATCH or len(properties) > MOST_PROPERTIES:
        raise Problem(
            413, f"More than {BATCH:,} things or {MOST_PROPERTIES} properties are asked for.",
            todo="Ask for fewer at a time.",
        )  # fmt: skip
    columns = [_column(each, index) for each in properties]
    values = {
        id_: {column.asked: _values(index.entity(id_), column, index, language)
              for column in columns}
        for id_ in ids
    }  # fmt: skip
    meta = [{"id": each.asked, "name": each.item.name(language)} for each in columns]
    if not draft:
        for row in values.values():
            for found in row.values():
                for value in found:
                    value.pop("lang", None)  # only the draft of 1.0 has it
        return {"meta": meta, "rows": values}
    rows = [
        {"id": id_, "properties": [{"id": pid, "values": found} for pid, found in row.items()]}
        for id_, row in values.items()
    ]
    return {"meta": meta, "rows": rows}


def _names() -> dict[str, Item]:
    return {id_: Item(id_, id_, {"zh": zh, "en": en}) for id_, (zh, en) in NAMES.items()}


def _column(given: Any, index: Index) -> Column:
    if not isinstance(given, dict) or not isinstance(given.get("id"), str):
        raise wrong('a property has no "id"')
    asked = given["id"]
    item = _names().get(asked) or index.item(asked, index.properties)
    if item is None:
        raise Problem(
            400, f"There is no property {asked[:80]!r}.",
            todo="/reconcile/suggest/property lists the properties.",
        )  # fmt: skip
    options = {} if given.get("settings") is None else given["settings"]
    if not isinstance(options, dict):
        raise wrong(f'"settings" of {asked!r} is not an object')
    language = options.get("language")
    if language not in (None, "", ANY, "zh", "en"):
        raise wrong(f"a setting of {asked!r} is none that the manifest offers")
    return Column(asked, item, _limit(options.get("limit"), asked), language or ANY)


def _limit(given: Any, asked: str) -> int:
    """How many values; a form may send the number as a text."""
    if given is None or given == "":
        return 0
    if isinstance(given, str) and re.fullmatch("[0-9]{1,9}", given):
        return int(given)
    if isinstance(given, (int, float)) and not isinstance(given, bool) and 0 <= given < 2**53:
        return int(given)
    raise wrong(f'the setting "limit" of {asked!r} is not a number of at least 0')


def _values(
    entity: Entity | None, column: Column, index: Index, language: str
) -> list[dict[str, Any]]:
    if entity is None:
        return []
    if column.item.id in NAMES:
        wanted = column.item.id.partition(":")[2]
        labels = [each.text for each in entity.names
                  if each.language == wanted and not each.alias]  # fmt: skip
        return [{"str": text, "lang": wanted} for text in labels]
    terms = [
        term
        for term in entity.values.get(column.item.id, ())
        if column.language in (ANY, term.language) or not term.language
    ]
    found = [_value(term, index, language) for term in terms]
    return found[: column.limit] if column.limit else found


def _value(term: Term, index: Index, language: str) -> dict[str, Any]:
    """A value: a thing of this service with its name, a number, a date and time, else a text."""
    if term.is_iri:
        entity = index.entity(term.value)
        if entity is not None:
            return {"id": entity.id, "name": entity.name(language)}
        type_ = index.types.get(index.shorten(term.value))
        return {"str": type_.name(language) if type_ else term.value}
    kind = term.datatype.rpartition("#")[2]
    if kind == "integer":
        return {"int": int(term.value)}
    if kind in ("decimal", "double", "float"):
        return {"float": float(term.value)}
    if kind == "dateTime":
        return {"date": term.value}
    said = {"lang": term.language} if term.language else {}
    return {"str": term.value, **said}
