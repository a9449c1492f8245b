"""What is served, and what answers for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weihai_kg.errors import NoReleaseError, UsageError
from weihai_kg.release import Release
from weihai_kg.settings import Settings
from weihai_kg.web.app import create_app, has_editor
from weihai_kg.web.backend import QueryEngine, Releases, WatchedEngine
from weihai_kg.web.queries.warming import keep_warm


def place_of(settings: Settings, dataset: Path | None) -> Path:
    """What is served: the data set, or the current release."""
    place = dataset or settings.current
    if not place.exists():
        raise NoReleaseError(f"{place} does not exist; run weihai-kg build, or give --dataset.")
    if dataset is None:
        _check_base(place, settings)
    return place


def _check_base(place: Path, settings: Settings) -> None:
    """Raise UsageError for a release under another base IRI: no address would be found."""
    try:
        base = Release(place).report().get("base", settings.base)
    except OSError:
        return  # what has no report was not built here, and says nothing of its base
    if base != settings.base:
        raise UsageError(
            f"base: this release was built for {base}, not for {settings.base}; serve it with "
            f"--base {base}, or run weihai-kg build --base {settings.base} first."
        )


def options(
    engine: QueryEngine, settings: Settings, dataset: Path | None, *, warm: bool = False
) -> dict[str, Any]:
    """What Service is made with, over an engine: all pages only where there is a release.

    ``warm`` keeps the saved queries warm, in a thread of the process that calls this.
    """
    pages = create_app(settings, WatchedEngine(engine), Releases(settings, dataset))
    if dataset is not None:
        return {"dataset": dataset, "pages": pages.wsgi_app}
    if warm:
        keep_warm(pages)
    return {"pages": pages.wsgi_app, "editor": has_editor(pages)}
