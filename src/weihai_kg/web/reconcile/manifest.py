"""The service manifests: what the service offers, in the words of each version of the API."""

from __future__ import annotations

from typing import Any

from weihai_kg.namespaces import Namespaces
from weihai_kg.web.reconcile import extending
from weihai_kg.web.reconcile.entity import Item
from weihai_kg.web.reconcile.index import Index
from weihai_kg.web.reconcile.question import BATCH

ROOT = "/reconcile"
DRAFT = "/reconcile/1.0-draft"
WIDTH, HEIGHT = 420, 260
_DEFAULT = ("Place", "Organization", "Person", "Event", "Topic")


def _types(index: Index, language: str) -> list[dict[str, str]]:
    known = [index.types[each] for each in _DEFAULT if each in index.types]
    return [{"id": each.id, "name": each.name(language)} for each in known]


def _common(root: str, index: Index, language: str) -> dict[str, Any]:
    zh = language == "zh"
    return {
        "name": "weihai-kg:威海对日韩合作知识图谱" if zh
        else "weihai-kg: Weihai's cooperation with Japan and South Korea",
        "documentation": f"{root}{ROOT}?format=html",
        "logo": f"{root}/static/icon.svg",
        "serviceVersion": index.version,
        "defaultTypes": _types(index, language),
        "batchSize": BATCH,
    }  # fmt: skip


def manifest_02(root: str, ns: Namespaces, index: Index, language: str) -> dict[str, Any]:
    """The manifest of version 0.2, for the service at an address."""
    here = root + ROOT
    return {
        "versions": ["0.1", "0.2"],
        **_common(root, index, language),
        "identifierSpace": str(ns.id),
        "schemaSpace": str(ns.wkg),
        "view": {"url": f"{root}/id/{{{{id}}}}"},
        "preview": {
            "url": f"{here}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT,
        },
        "suggest": {
            kind: {"service_url": here, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/extend/propose"},
            "property_settings": [_setting_02(each) for each in extending.settings(language)],
        },
    }  # fmt: skip


def _setting_02(setting: dict[str, Any]) -> dict[str, Any]:
    """A property setting under the names that version 0.2 gives its fields."""
    names = {"id": "name", "name": "label", "helpText": "help_text"}
    return {names.get(key, key): value for key, value in setting.items()}


def manifest_10(root: str, index: Index, language: str) -> dict[str, Any]:
    """The manifest of the draft of 1.0, for the service at an address."""
    return {
        "versions": ["1.0-draft"],
        **_common(root, index, language),
        "view": {"url": f"{root}/id/{{id}}"},
        "preview": {"width": WIDTH, "height": HEIGHT},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {
            "proposeProperties": True,
            "propertySettings": extending.settings(language),
        },
        "lang": language,
        "dir": "ltr",
        "standardizedScore": True,
    }


def items(found: list[Item], language: str) -> list[dict[str, str]]:
    """Properties as a proposal lists them."""
    return [{"id": each.id, "name": each.name(language)} for each in found]
