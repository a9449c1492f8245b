"""Things, types, properties and candidates as the API writes them."""

from __future__ import annotations

from typing import Any

from weihai_kg.web.reconcile.entity import Entity, Item
from weihai_kg.web.reconcile.index import Index
from weihai_kg.web.reconcile.matching import Candidate

_PLACES = ("locatedIn", "basedIn", "homeArea", "heldIn")
_FEATURES = {
    "name_similarity": ("名称相似度", "name similarity"),
    "same_name": ("名称相同", "same name"),
    "same_core": ("去掉“市”“有限公司”等字样后相同", "same name but for words of kind"),
    "alias": ("是别名", "by another name"),
    "explicit_name": ("名称无需解读", "name needs no reading"),
    "identifier": ("标识符", "identifier"),
    "type_match": ("类型相符", "type fits"),
}


def types(entity: Entity, index: Index, language: str) -> list[dict[str, str]]:
    """The types of a thing, the most specific first."""
    return [
        {"id": each, "name": index.types[each].name(language)}
        for each in entity.types
        if each in index.types
    ]


def description(entity: Entity, index: Index, language: str) -> str:
    """Of what kind a thing is and where it is, to tell namesakes apart."""
    said = [each["name"] for each in types(entity, index, language)[:1]]
    for pid in _PLACES:
        for term in entity.values.get(pid, ())[:1]:
            place = index.entity(term.value)
            if place is not None:
                said.append(place.name(language))
                return " · ".join(said)
    return " · ".join(said)


def feature_name(id_: str, index: Index, language: str) -> str:
    """What a matching feature says, in words."""
    if id_ in _FEATURES:
        return _FEATURES[id_][0 if language == "zh" else 1]
    item = index.item(id_.removeprefix("property:"), index.properties)
    return item.name(language) if item else id_


def candidate(found: Candidate, index: Index, language: str, *, draft: bool) -> dict[str, Any]:
    """A reconciliation candidate; the draft of 1.0 names its features and its language."""
    document: dict[str, Any] = {
        "id": found.entity.id,
        "name": found.entity.name(language),
        "description": description(found.entity, index, language),
        "type": types(found.entity, index, language),
        "score": found.score,
        "features": [{"id": id_, "value": value} for id_, value in found.features],
        "match": found.match,
    }
    for each in document["features"]:
        each["name"] = feature_name(each["id"], index, language)
    if draft:
        document["lang"] = language
    return document


def suggestion(entity: Entity, index: Index, language: str) -> dict[str, Any]:
    """A thing as a suggestion."""
    return {
        "id": entity.id,
        "name": entity.name(language),
        "description": description(entity, index, language),
        "notable": types(entity, index, language)[:1],
    }


def item(each: Item, language: str) -> dict[str, Any]:
    """A type or a property as a suggestion."""
    document: dict[str, Any] = {"id": each.id, "name": each.name(language)}
    definition = each.definitions.get(language)
    if definition:
        document["description"] = definition
    return document
