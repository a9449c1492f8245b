"""``weihai-kg build`` and ``weihai-kg check``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from weihai_kg import build as pipeline
from weihai_kg.cli.options import with_settings
from weihai_kg.settings import Settings


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A line that says which step is done, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as display:
        task = display.add_task("starting", total=None)
        yield lambda step: display.update(task, description=step)


@click.command(epilog="Example: weihai-kg build --base https://data.example.org/weihai/")
@with_settings("project", "releases", "base")
def build(settings: Settings) -> None:
    """Make a release from the sources, and make it the current one.

    Reads ontology/, data/ and queries/, finds the quotations, infers, validates, describes and
    writes every dump. If anything is wrong, it prints every finding (file, line, what, what to do),
    writes nothing and exits with 1. The same sources give the same bytes; sources that did not
    change are not built again.
    """
    began = time.perf_counter()
    with _progress() as progress:
        release, fresh = pipeline.build(settings, progress)
    report = release.report()
    seconds = time.perf_counter() - began
    done = f"built in {seconds:.1f} s" if fresh else "unchanged"
    statements = report["statements"]
    click.echo(
        f"{release.version} ({done}): "
        f"{statements.get('AssertedGraph', 0)} statements read from "
        f"{report['quotations']} quotations, "
        f"{statements.get('InferredGraph', 0)} inferred -> {release.path}"
    )


@click.command(epilog="Example: weihai-kg check && git commit")
@with_settings("project", "base")
def check(settings: Settings) -> None:
    """Do every check of a build, but write no release.

    Prints every finding with file, line, what is wrong and what to do, and exits with 1 if there
    is any.
    """
    with _progress() as progress:
        checked = pipeline.check(settings, progress)
    click.echo(
        f"{checked.version}: no findings in {len(checked.corpus.statements)} statements of "
        f"{len({each.file for each in checked.corpus.statements})} files, "
        f"{len(checked.inferred.graphs)} inferences, {len(checked.corpus.checks)} rules."
    )
