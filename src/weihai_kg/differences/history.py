"""What changed from each release to the next, kept beside them: in neither, for both are fixed."""

from __future__ import annotations

import os

from weihai_kg import release as releases
from weihai_kg.differences.difference import compare
from weihai_kg.differences.writing import to_json
from weihai_kg.errors import NoReleaseError
from weihai_kg.release import Release
from weihai_kg.settings import Settings


def keep(release: Release, settings: Settings) -> None:
    """Keep what changed since the current release, if that is another one, and intact."""
    try:
        before = releases.current(settings.releases)
    except NoReleaseError:
        return
    if before.version == release.version or not before.intact():
        return
    file = releases.change_file(settings.releases, before.version, release.version)
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_name(f".{os.getpid()}")
    fresh.write_text(to_json(compare(before, release, settings)), encoding="utf-8")
    fresh.replace(file)
