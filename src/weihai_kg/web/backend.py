"""What the web layer asks of an engine, and the release that its answers come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from email.utils import formatdate
from pathlib import Path
from typing import Any, Protocol

from weihai_kg import release
from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.release import Release
from weihai_kg.settings import Settings


class QueryEngine(Protocol):
    """The face of ``weihai_kg.engine.service.Engine`` that requests need."""

    @property
    def version(self) -> str:
        """The version of the release that new queries are answered from."""

    def query(self, request: QueryRequest) -> Answer:
        """The answer, or a QueryError."""

    def graphs(self) -> Iterable[str]:
        """The IRIs of the named graphs."""

    def stats(self) -> Mapping[str, Any]:
        """Counters for /metrics."""


client_gone: ContextVar[Callable[[], bool] | None] = ContextVar("client_gone", default=None)


class WatchedEngine:
    """An engine that gives a query up when the client it is asked for has gone."""

    def __init__(self, engine: QueryEngine) -> None:
        """``client_gone`` says, in whatever asks, whose client is meant."""
        self._engine = engine

    @property
    def version(self) -> str:
        """The version of the release that new queries are answered from."""
        return self._engine.version

    def query(self, request: QueryRequest) -> Answer:
        """The answer, or a QueryError."""
        if request.abandoned is None and (gone := client_gone.get()) is not None:
            request = dataclasses.replace(request, abandoned=gone)
        return self._engine.query(request)

    def graphs(self) -> Iterable[str]:
        """The IRIs of the named graphs."""
        return self._engine.graphs()

    def stats(self) -> Mapping[str, Any]:
        """Counters for /metrics."""
        return self._engine.stats()


class Releases:
    """Where releases lie, and what a response says about the one it comes from."""

    def __init__(self, settings: Settings, dataset: Path | None = None) -> None:
        """``dataset`` is the file that is served instead of a release."""
        self._folder = settings.releases
        self._dataset = dataset
        self._known: dict[str, tuple[str, str]] = {}

    def find(self, version: str) -> Release | None:
        """The release of this version, if there is one and it is complete."""
        if self._dataset is not None or version in ("", ".", "..") or "/" in version:
            return None
        return release.find(self._folder, version)

    @property
    def instead(self) -> bool:
        """Whether a file is served instead of a release: nothing of a release is there."""
        return self._dataset is not None

    @property
    def all(self) -> list[Release]:
        """The releases there are, newest first."""
        folder = self._folder / "releases"
        if self._dataset is not None or not folder.is_dir():
            return []
        found = [each for name in folder.iterdir() if (each := self.find(name.name)) is not None]
        return sorted(found, key=lambda each: (_modified(each), each.version), reverse=True)

    def changes(self, version: str) -> Path | None:
        """What changed when a release was built, as a JSON file; None if nothing came before."""
        return release.changes_to(self._folder, version) if self.find(version) else None

    def headers(self, version: str) -> tuple[str, str]:
        """``Last-Modified`` (empty if unknown) and ``Link`` of an answer from this release."""
        known = self._known.get(version)
        if known is None:
            known = self._known[version] = self._describe(version)
        return known

    def _describe(self, version: str) -> tuple[str, str]:
        if self._dataset is not None:
            modified = formatdate(self._dataset.stat().st_mtime, usegmt=True)
            return modified, '</sparql>; rel="service-desc"'
        found = self.find(version)
        return formatdate(_modified(found), usegmt=True) if found else "", (
            f"</downloads/{version}/{release.NQUADS}>; "
            'rel="http://www.w3.org/ns/prov#wasDerivedFrom", '
            f'</downloads/{version}/{release.VOID}>; rel="describedby"; type="text/turtle", '
            '</downloads>; rel="version-history", '
            '</sparql>; rel="service-desc"'
        )


def _modified(found: Release) -> float:
    return (found.path / release.CHECKSUMS).stat().st_mtime
