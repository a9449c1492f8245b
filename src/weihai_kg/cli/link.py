"""``weihai-kg link``: candidates for links, their review, acceptance, and the slice of checks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from weihai_kg.cli.options import with_settings
from weihai_kg.errors import FindingsError, UsageError
from weihai_kg.linking import (
    acceptance,
    evaluation,
    proposals,
    reconciliation,
    review,
    slices,
    wikibase,
)
from weihai_kg.linking.candidates import Gatherer
from weihai_kg.linking.evaluation import Figures
from weihai_kg.linking.http import TIMEOUT_SECONDS, UnreachableError, Web
from weihai_kg.linking.profile import Profile
from weihai_kg.linking.reconciliation import Manifest, Service
from weihai_kg.linking.review import Review
from weihai_kg.linking.subjects import Subjects
from weihai_kg.namespaces import Namespaces
from weihai_kg.settings import Settings
from weihai_kg.sources import corpus as sources
from weihai_kg.sources.corpus import Corpus
from weihai_kg.sources.mappings import MappingSet

WIDTH = 160


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as display:
        task = display.add_task("", total=total)
        yield lambda done: display.advance(task, done)


@click.command(
    epilog="""\b
    Examples:
      weihai-kg link                              candidates for every entity without a link
      weihai-kg link softbank-weihai mofcom       for these two
      weihai-kg link --service http://127.0.0.1:8000/reconcile --all
      weihai-kg link --accept build/link-review.tsv --author orcid:0000-0002-1825-0097
      weihai-kg link --evaluate                   precision and recall on the links that stand
      weihai-kg link --refresh                    read the linked items of Wikidata again
    """
)
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every entity, also those that have a link.")
@click.option(
    "--service",
    default=reconciliation.DEFAULT,
    show_default=True,
    help="A Reconciliation Service (API 0.2); {lang} stands for the language.",
)
@click.option("--review", "file", type=click.Path(path_type=Path, dir_okay=False),
              help="The review file.  [default: build/link-review.tsv]")  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 50), default=10, show_default=True,
              help="Candidates to ask for, for each name.")  # fmt: skip
@click.option("--accept", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Move the accepted rows of a review file into the mapping table.")  # fmt: skip
@click.option("--author", default="", help="Who accepts: orcid:… or wd:… (with --accept).")
@click.option("--author-name", default="", help="The name of who accepts.")
@click.option("--evaluate", is_flag=True,
              help="Print precision and recall on the links that stand.")  # fmt: skip
@click.option("--gold", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="A table of subjects and their items to evaluate with.")  # fmt: skip
@click.option("--refresh", is_flag=True, help="Read the linked items again, for check --links.")
@click.option("--wikibase", "api", default=wikibase.DEFAULT, show_default=True,
              help="The API that --refresh reads.")  # fmt: skip
@click.option("--cache-days", type=click.FloatRange(0), default=30.0, show_default=True,
              help="How long an answer is kept and not asked for again; 0 for never.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=TIMEOUT_SECONDS,
              show_default=True, help="Seconds before another try.")  # fmt: skip
@click.option(
    "--contact", default="", help="Said to services in User-Agent.  [default: the base IRI]"
)
@with_settings("project", "releases", "base")
def link(
    names: tuple[str, ...], every: bool, service: str, file: Path | None, limit: int,
    accept: Path | None, author: str, author_name: str, evaluate: bool, gold: Path | None,
    refresh: bool, api: str, cache_days: float, timeout: float,
    contact: str, settings: Settings,
) -> None:  # fmt: skip
    """Find candidates for links to Wikidata, with the features behind each score.

    NAMES are entities (weihai, id:weihai); without any, every entity that has no link. Candidates
    go to a review file, a table: write accepted or rejected into its first column, then --accept
    it. A run that was broken off goes on where it was.
    """
    if sum((accept is not None, evaluate or gold is not None, refresh)) > 1:
        raise UsageError("--accept, --evaluate and --refresh are three things: give one of them.")
    who = acceptance.author(author, author_name) if accept is not None else None
    corpus = _read(settings)
    if accept is not None and who is not None:
        _accept(corpus, accept, who)
        return
    cache = settings.releases / "cache" / "link" if cache_days and not refresh else None
    contact = contact or settings.base
    with Web(contact=contact, cache=cache, days=cache_days, timeout=timeout) as web:
        if refresh:
            _refresh(corpus, web, api)
            return
        asked = Service(web, service)
        manifest = asked.manifest()
        gatherer = Gatherer(asked, manifest, limit)
        if evaluate or gold:
            _evaluate(corpus, gatherer, manifest, gold)
            return
        subjects = _subjects(corpus, manifest, names, every)
        into = file or settings.releases / "link-review.tsv"
        _propose(corpus, subjects, gatherer, manifest, service, into)


def _read(settings: Settings) -> Corpus:
    corpus, findings = sources.read(settings.project, Namespaces(settings.base))
    if findings:
        raise FindingsError(findings)
    return corpus


def _set(corpus: Corpus, identifiers: str) -> MappingSet | None:
    """The table whose links go to the identifiers of a service."""
    return next(
        (
            each
            for each in corpus.mapping_sets
            if any(link.object.startswith(identifiers) for link in each.mappings)
        ),
        None,
    )


def _subjects(
    corpus: Corpus, manifest: Manifest, names: tuple[str, ...], every: bool
) -> list[Profile]:
    subjects = Subjects(corpus)
    if names:
        return subjects.named(names)
    mapping_set = _set(corpus, manifest.identifiers)
    linked = {str(each.subject) for each in mapping_set.mappings} if mapping_set else set()
    return [each for each in subjects if every or each.id not in linked]


def _propose(
    corpus: Corpus, subjects: list[Profile], gatherer: Gatherer, manifest: Manifest,
    address: str, file: Path,
) -> None:  # fmt: skip
    def name(profile: Profile) -> str:
        return "id:" + profile.id.removeprefix(corpus.namespaces.id)

    into = proposals.begin(file, address, manifest)
    wanted = {name(each) for each in subjects}
    kept = len(wanted & into.subjects)
    try:
        with _progress(len(subjects)) as progress:
            proposals.propose(
                subjects, gatherer, into, file, manifest.identifiers, name=name, progress=progress
            )
    except UnreachableError as error:
        done = len(wanted & into.subjects)
        raise UnreachableError(
            f"{error}\n{done} of {len(wanted)} entities are in {file}."
        ) from error
    _show(into, wanted)
    before = f" ({kept} of them from before)" if kept else ""
    todo = "write accepted or rejected into the column decision, then --accept it"
    click.echo(f"{len(wanted)} entities{before} in {file}; {todo}.")


def _show(into: Review, wanted: set[str]) -> None:
    rows = [row for row in into.rows if row["subject"] in wanted and row["target"]]
    table = Table(box=None, pad_edge=False)
    for heading in ("entity", "candidate", "score", "verdict", "why"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"score", "verdict"})
    for row in rows:
        entity = f"{row['subject']} {row['subject_label']}"
        candidate = f"{row['target'].rpartition('/')[2]} {row['target_label']}"
        table.add_row(entity, candidate, row["score"], row["verdict"], row.features)
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(table, markup=False, highlight=False) if rows else None
    subjects = {row["subject"] for row in rows}
    strong = sum(row["verdict"] == "strong" for row in rows)
    none = len(wanted) - len(subjects)
    click.echo(f"{len(rows)} candidates, {strong} of them strong; none for {none} entities.")


def _accept(corpus: Corpus, file: Path, who: acceptance.Author) -> None:
    today = datetime.now(UTC).date()
    rest, counts = acceptance.accept(corpus, review.read(file), str(file), who, today)
    if not counts:
        click.echo(f"{file}: no row is marked {review.ACCEPTED}; nothing was changed.")
        return
    rest.save(file)
    for name, number in counts.items():
        click.echo(f"{number} link{'' if number == 1 else 's'} -> {corpus.root / name}")
    click.echo(f"{len(rest.rows)} rows stay in {file}.")


def _refresh(corpus: Corpus, web: Web, api: str) -> None:
    mapping_set = _set(corpus, wikibase.NAMESPACE)
    if mapping_set is None:
        raise UsageError(f"no mapping table has links to {wikibase.NAMESPACE}.")
    items = {str(link.object).removeprefix(wikibase.NAMESPACE) for link in mapping_set.mappings}
    values = wikibase.Wikibase(web, api).values(items)
    gone = [each for each in values if each.property in {wikibase.MISSING, wikibase.REDIRECT}]
    metadata = wikibase.metadata(api, min(each.read for each in values))
    slices.write(corpus.root / slices.FILE, metadata, values)
    click.echo(f"{len(items)} items, {len(values)} values of {metadata['date']} -> {slices.FILE}")
    for each in gone:
        click.echo(f"{each.item}: {each.property} {each.text}")


def _evaluate(corpus: Corpus, gatherer: Gatherer, manifest: Manifest, gold: Path | None) -> None:
    if gold:
        known = evaluation.of_table(gold)
    else:
        mapping_set = _set(corpus, manifest.identifiers)
        if mapping_set is None:
            raise UsageError(f"no mapping table has links to {manifest.identifiers}.")
        known = evaluation.of_graph(Subjects(corpus), mapping_set, manifest.identifiers)
    with _progress(len(known)) as progress:
        found = []
        for part in reconciliation.batches([each.subject for each in known], 5):
            found += gatherer.gather(part)
            progress(len(part))
    _figures(evaluation.measure(known, found))


def _figures(figures: Figures) -> None:
    def ratio(value: float | None) -> str:
        return "-" if value is None else f"{value:.3f}"

    without = len(figures.outcomes) - figures.linked
    click.echo(f"{len(figures.outcomes)} entities asked for: {figures.linked} with a known item, "
               f"{without} known to have none.")  # fmt: skip
    click.echo(f"among the candidates  {figures.among_candidates}")
    click.echo(f"put first             {figures.first} (recall {ratio(figures.recall_first)})")
    both = f"precision {ratio(figures.precision)}, recall {ratio(figures.recall)}"
    click.echo(f"strong                {figures.strong}, right {figures.strong_right} ({both})")
    for each in figures.errors:
        proposed = each.proposed or "nothing"
        verdict = f", {each.best.verdict} {each.best.score:.2f}" if each.best else ""
        known = each.known.target or "none"
        where = "" if each.found or not each.known.target else "; it was not among the candidates"
        click.echo(f"  {each.known.subject.label('zh', 'en')}: known {known}, "
                   f"proposed {proposed}{verdict}{where}")  # fmt: skip
        for feature in each.best.features if each.best else ():
            if feature.value is not None:
                click.echo(f"      {feature.name} {feature.value:.2f} {feature.reason}")
