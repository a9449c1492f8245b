"""Items of a Wikibase (Wikidata), read through its API, as values of a slice.

https://www.wikidata.org/w/api.php?action=help&modules=wbgetentities and, for the JSON of an entity,
https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html. Of a property's statements
those of the best rank are read, never deprecated ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from weihai_kg.linking.http import AnswerError, Web
from weihai_kg.linking.reconciliation import ITEMS_AT_ONCE, batches
from weihai_kg.linking.slices import CLASS, COORDINATES, COUNTRY, POPULATION, Value

DEFAULT = "https://www.wikidata.org/w/api.php"
NAMESPACE = "http://www.wikidata.org/entity/"
SOURCE = "wikidata"
LANGUAGES = {"zh": "zh", "zh-hans": "zh", "zh-cn": "zh", "en": "en", "ja": "ja", "ko": "ko"}
"""Languages asked for, each with the one it counts as."""
MISSING, REDIRECT = "missing", "redirect"
POINT_IN_TIME = "P585"


class Wikibase:
    """The API of a Wikibase at an address."""

    def __init__(self, web: Web, address: str = DEFAULT) -> None:
        """Nothing is asked yet."""
        self.address = address
        self._web = web

    def values(self, items: Iterable[str]) -> list[Value]:
        """Everything a slice holds of these items, and the names of their classes and countries.

        An item that is gone has the one value ``missing``, one that was merged ``redirect`` to the
        other. Raises AnswerError when the API answers with an error.
        """
        wanted = sorted(set(items), key=_number)
        values = list(self._read(wanted, claims=True))
        named = {each.text for each in values if each.property in {CLASS, COUNTRY}}
        values += self._read(sorted(named - set(wanted), key=_number), claims=False)
        return values

    def _read(self, items: list[str], *, claims: bool) -> Iterator[Value]:
        for part in batches(items, ITEMS_AT_ONCE):
            parameters = {
                "action": "wbgetentities",
                "ids": "|".join(part),
                "props": "labels|aliases|claims|info" if claims else "labels|aliases|info",
                "languages": "|".join(LANGUAGES),
                "format": "json",
            }
            answer = self._web.get(self.address, parameters)
            document = answer.document if isinstance(answer.document, dict) else {}
            if "error" in document or not isinstance(document.get("entities"), dict):
                raise AnswerError(f"{self.address} answered {document.get('error', document)!r}.")
            for item in part:
                entity = document["entities"].get(item, {"missing": ""})
                try:
                    found = list(_values(entity))
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    what = f"{self.address} answered {item} in a form that is not Wikibase's"
                    raise AnswerError(f"{what} ({error!r}).") from error
                for name, text in found:
                    yield Value(item, name, text, SOURCE, answer.fetched)


def metadata(address: str, day: str) -> dict[str, Any]:
    """What stands above a slice that was read from an API on a day (ISO 8601)."""
    return {
        "title": "Items of Wikidata that the graph is linked to",
        "identifiers": NAMESPACE,
        "date": day,
        "description": "Each row is one value of an item, with its source and the day it was read.",
        "sources": {SOURCE: f"Wikidata, read from {address}; CC0."},
    }


def _number(item: str) -> tuple[int, str]:
    digits = item[1:]
    return (int(digits) if digits.isdigit() else 0, item)


def _values(entity: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "missing" in entity:
        yield MISSING, "yes"
        return
    if "redirects" in entity:
        yield REDIRECT, str(entity["redirects"]["to"])
    claims = entity.get("claims") or {}
    for name, read in READERS.items():
        for statement in _best(claims.get(name, ())):
            text = read(statement)
            if text:
                yield name, text
    seen = set()
    for form, container in (("label", "labels"), ("alias", "aliases")):
        for language, found in sorted((entity.get(container) or {}).items()):
            for each in found if isinstance(found, list) else [found]:
                text = " ".join(str(each["value"]).split())
                known = LANGUAGES.get(language)
                if known and text and (known, text) not in seen:
                    seen.add((known, text))
                    yield f"{form}:{known}", text


def _best(statements: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found = [each for each in statements if each["mainsnak"]["snaktype"] == "value"]
    preferred = [each for each in found if each.get("rank") == "preferred"]
    return preferred or [each for each in found if each.get("rank") != "deprecated"]


def _value(statement: Mapping[str, Any]) -> Any:
    return statement["mainsnak"]["datavalue"]["value"]


def _item(statement: Mapping[str, Any]) -> str:
    return str(_value(statement)["id"])


def _coordinates(statement: Mapping[str, Any]) -> str:
    value = _value(statement)
    on_earth = str(value.get("globe", "Q2")).endswith("Q2")
    return f"{value['latitude']:.6f},{value['longitude']:.6f}" if on_earth else ""


def _population(statement: Mapping[str, Any]) -> str:
    amount = int(float(_value(statement)["amount"]))
    times = [
        snak["datavalue"]["value"]["time"][1:5]
        for snak in (statement.get("qualifiers") or {}).get(POINT_IN_TIME, ())
        if snak["snaktype"] == "value"
    ]
    return f"{amount} ({times[0]})" if times else str(amount)


READERS = {CLASS: _item, COUNTRY: _item, COORDINATES: _coordinates, POPULATION: _population}
