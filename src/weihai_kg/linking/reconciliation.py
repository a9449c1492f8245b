"""A client of Reconciliation Services (W3C community group, API 0.2).

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/: the manifest
(section 3), queries in batches (4), the data extension service (7).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from weihai_kg.linking.http import AnswerError, Web

DEFAULT = "https://wikidata.reconci.link/{lang}/api"
QUERIES_AT_ONCE = 10
ITEMS_AT_ONCE = 50

Item = TypeVar("Item")


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in their order, ``size`` at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate of an answer, as the service gives it."""

    id: str
    name: str
    score: float
    types: tuple[tuple[str, str], ...]
    description: str
    fetched: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a service says of itself."""

    name: str
    identifiers: str
    extends: bool
    batch: int


class Service:
    """A Reconciliation Service at an address; ``{lang}`` in it stands for a language."""

    def __init__(self, web: Web, address: str) -> None:
        """Nothing is asked yet."""
        self.address = address
        self._web = web

    def url(self, language: str) -> str:
        """The address for a language."""
        return self.address.replace("{lang}", language)

    def manifest(self, language: str = "en") -> Manifest:
        """What the service says of itself; raises AnswerError when that is not a manifest."""
        found = self._web.get(self.url(language), {}).document
        if not isinstance(found, dict) or not isinstance(found.get("identifierSpace"), str):
            what = "no identifierSpace in its manifest"
            raise AnswerError(f"{self.url(language)} is not a Reconciliation Service: {what}.")
        batch = found.get("batchSize")
        return Manifest(
            name=str(found.get("name", "")),
            identifiers=found["identifierSpace"],
            extends="extend" in found,
            batch=batch if isinstance(batch, int) and batch > 0 else QUERIES_AT_ONCE,
        )

    def candidates(
        self, names: Sequence[str], language: str, *, limit: int, batch: int = QUERIES_AT_ONCE
    ) -> list[list[Match]]:
        """For each name the candidates of the service, as many as ``limit``, in its own order."""
        found: list[list[Match]] = []
        for part in batches(names, batch):
            queries = {f"q{n}": {"query": name, "limit": limit} for n, name in enumerate(part)}
            form = {"queries": json.dumps(queries, ensure_ascii=False)}
            answer = self._web.post(self.url(language), form)
            for key in queries:
                found.append(self._matches(answer.document, key, answer.fetched))
        return found

    def _matches(self, document: Any, key: str, fetched: str) -> list[Match]:
        try:
            return [_match(each, fetched) for each in document[key]["result"]]
        except (KeyError, TypeError, ValueError) as error:
            raise AnswerError(
                f"{self.address} gave no result for a query ({error!r} is missing or malformed)."
            ) from error

    def extend(
        self, items: Iterable[str], properties: Sequence[str], language: str
    ) -> dict[str, dict[str, list[Any]]]:
        """The values of properties of items: by item, then by property, as the service has them."""
        rows: dict[str, dict[str, list[Any]]] = {}
        for part in batches(sorted(set(items)), ITEMS_AT_ONCE):
            query = {"ids": part, "properties": [{"id": each} for each in properties]}
            answer = self._web.post(self.url(language), {"extend": json.dumps(query)})
            try:
                rows |= {item: _cells(row) for item, row in answer.document["rows"].items()}
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise AnswerError(f"{self.address} gave no rows for a data extension.") from error
        return rows


def _cells(row: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The values of each property; what is no JSON object is no value (section 7.4)."""
    return {
        name: [value for value in values if isinstance(value, dict)] for name, values in row.items()
    }


def _match(found: Mapping[str, Any], fetched: str) -> Match:
    types = [each if isinstance(each, dict) else {"id": each} for each in found.get("type") or ()]
    return Match(
        id=str(found["id"]),
        name=str(found.get("name", "")),
        score=float(found.get("score") or 0),
        types=tuple((str(each["id"]), str(each.get("name", each["id"]))) for each in types),
        description=str(found.get("description") or ""),
        fetched=fetched,
    )
