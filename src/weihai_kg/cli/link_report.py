"""The comparison of links with a slice: a table on the terminal, JSON or TSV in a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from weihai_kg.errors import UsageError
from weihai_kg.linking import comparison, slices
from weihai_kg.linking.comparison import Comparison, Link
from weihai_kg.linking.slices import Slice
from weihai_kg.linking.subjects import Subjects
from weihai_kg.sources.corpus import Corpus

WIDTH = 160
COLUMNS = tuple(field.name for field in fields(Comparison))


def check_links(corpus: Corpus, report: Path | None) -> bool:
    """Compare the links with the project's slice, print the differences, write a report if asked.

    Gives whether no link is in serious doubt. Raises SliceError when there is no slice, UsageError
    when the report's name ends neither in ``.json`` nor in ``.tsv``.
    """
    if report is not None and report.suffix not in {".json", ".tsv"}:
        raise UsageError(f"--report {report}: the name has to end in .json or .tsv")
    against = slices.read(corpus.root / slices.FILE)
    namespace = str(against.metadata.get("identifiers", ""))
    subjects = Subjects(corpus)
    links = [
        link
        for mapping_set in corpus.mapping_sets
        if any(each.object.startswith(namespace) for each in mapping_set.mappings)
        for link in comparison.compare(mapping_set, subjects, against)
    ]
    _show(links, against)
    if report is not None:
        text = _json(links, against) if report.suffix == ".json" else _tsv(links)
        report.write_text(text, "utf-8")
        click.echo(f"report -> {report}")
    return all(link.doubt < comparison.SERIOUS for link in links)


def _show(links: Sequence[Link], against: Slice) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    differing = [
        each for link in links for each in link.comparisons if each.state == comparison.DIFFER
    ]
    if differing:
        table = _table("doubt", "entity", "item", "property", "here", "there", "why", "source")
        for each in differing:
            table.add_row(
                f"{each.doubt:.2f}", each.label, each.target, each.property, each.here, each.there,
                each.note, f"{each.source} {each.read}",
            )  # fmt: skip
        console.print(table, markup=False, highlight=False)
    states = (comparison.AGREE, comparison.DIFFER, comparison.HERE, comparison.THERE)
    table = _table("property", *states)
    for name, counted in comparison.counts(links).items():
        table.add_row(name, *(str(counted[state]) for state in states))
    console.print(table, markup=False, highlight=False)
    doubtful = [link for link in links if link.doubt >= comparison.SERIOUS]
    click.echo(
        f"{len(links)} links against the slice of {against.metadata.get('date')}: "
        f"{len(differing)} differences, {len(doubtful)} links in serious doubt."
    )
    for link in doubtful:
        click.echo(f"{link.subject} -> {link.target}: doubt {link.doubt:.2f}")


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _json(links: Sequence[Link], against: Slice) -> str:
    document = {
        "slice": {key: against.metadata.get(key) for key in ("title", "date", "identifiers")},
        "counts": comparison.counts(links),
        "links": [
            {
                "subject": link.subject,
                "target": link.target,
                "doubt": link.doubt,
                "comparisons": [asdict(each) for each in link.comparisons],
            }
            for link in links
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _tsv(links: Sequence[Link]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow((*COLUMNS, "link_doubt"))
    for link in links:
        for each in link.comparisons:
            cells = (getattr(each, name) for name in COLUMNS)
            writer.writerow((*cells, f"{link.doubt:.2f}"))
    return text.getvalue()
