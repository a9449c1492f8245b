"""``weihai-kg build`` and ``weihai-kg check``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from weihai_kg import build as pipeline
from weihai_kg.cli.link_report import check_links
from weihai_kg.cli.options import with_settings
from weihai_kg.ntriples import statement
from weihai_kg.reasoning.referee import Differences
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


@click.command(
    epilog="""\b
    Examples:
      weihai-kg check && git commit
      weihai-kg check --referee owlrl
      weihai-kg check --links --report links.tsv
    """
)
@click.option(
    "--referee",
    type=click.Choice(["owlrl", "reasonable"]),
    help="Hold the closure against that of another OWL 2 RL reasoner and list the differences.",
)
@click.option(
    "--links",
    is_flag=True,
    help="Hold the linked entities against the slice of Wikidata kept with the data.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --links: write every comparison into this file (.json or .tsv).",
)
@with_settings("project", "base")
def check(settings: Settings, referee: str | None, links: bool, report: Path | None) -> None:
    """Do every check of a build, but write no release.

    Prints every finding with file, line, what is wrong and what to do, and exits with 1 if there
    is any. With --links it tells where a linked entity and its item agree and differ, and exits
    with 1 if that puts a link in serious doubt.
    """
    if report is not None and not links:
        raise click.UsageError("--report belongs to --links.")
    with _progress() as progress:
        checked = pipeline.check(settings, progress)
        judged = pipeline.referee(checked, referee) if referee else None
    click.echo(
        f"{checked.version}: no findings in {len(checked.corpus.statements)} statements of "
        f"{len({each.file for each in checked.corpus.statements})} files, "
        f"{len(checked.inferred.graphs)} inferences, {len(checked.corpus.checks)} rules."
    )
    sound = check_links(checked.corpus, report) if links else True
    if judged is not None:
        _judged(judged, str(referee))
    if not sound:
        raise SystemExit(1)


def _judged(judged: Differences, referee: str) -> None:
    """Print where the other reasoner differs; exit with 1 where the reason is not known."""
    click.echo(f"{referee}: {len(judged.missing)} missing here, {len(judged.extra)} more here.")
    for sign, found in (("-", judged.missing), ("+", judged.extra)):
        for each in found:
            click.echo(f"{sign} {statement(each.statement)}  [{each.reason or 'reason unknown'}]")
    if any(each.reason is None for each in (*judged.missing, *judged.extra)):
        raise SystemExit(1)
