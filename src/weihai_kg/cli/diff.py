"""``weihai-kg diff``: what changed from one release to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from weihai_kg import release as releases
from weihai_kg.cli.options import with_settings
from weihai_kg.differences.difference import Difference, compare
from weihai_kg.differences.writing import to_json, to_text, to_turtle
from weihai_kg.errors import UsageError
from weihai_kg.release import CHECKSUMS, Release
from weihai_kg.settings import Settings

_WRITERS: Mapping[str, Callable[[Difference], str]] = {
    "text": to_text, "json": to_json, "ttl": to_turtle,
}  # fmt: skip


@click.command(
    epilog="""\b
    Examples:
      weihai-kg diff 1.0.0+2f17031ea2b8 current
      weihai-kg diff 1.0.0+2f17031ea2b8 1.0.0+fae9df48fd39 --format json
    """
)
@click.argument("before", metavar="RELEASE_A")
@click.argument("after", metavar="RELEASE_B")
@click.option("--format", "name", type=click.Choice(list(_WRITERS)), default="text")
@click.option("--summary", is_flag=True, help="Only the change note.")
@with_settings("releases", "query_timeout")
def diff(before: str, after: str, name: str, summary: bool, settings: Settings) -> None:
    """Show what changed from RELEASE_A to RELEASE_B.

    Statements added and removed, by named graph; saved queries whose answers changed, row by row.
    A release is named by its version, by its folder, or as `current`.
    """
    found = compare(_find(before, settings), _find(after, settings), settings)
    if summary:
        click.echo(found.note.text())
        return
    click.echo(_WRITERS[name](found), nl=False)


def _find(name: str, settings: Settings) -> Release:
    if name == "current":
        return releases.current(settings.releases)
    if (Path(name) / CHECKSUMS).is_file():
        return Release(Path(name).resolve())
    found = releases.find(settings.releases, name)
    if found is None:
        folder = settings.releases / "releases"
        there = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
        raise UsageError(f"there is no release {name!r}; there are: {', '.join(there) or 'none'}")
    return found
