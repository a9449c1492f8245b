"""The files of a release: first the dumps, which need no verdict, then what tells of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import SH

from weihai_kg import release as releases
from weihai_kg.publish import (
    articles,
    description,
    dumps,
    figures,
    names,
    nquads,
    tables,
    views,
)
from weihai_kg.publish.assembly import Assembly
from weihai_kg.publish.void import Subject
from weihai_kg.saved_queries.catalogue import catalogue
from weihai_kg.saved_queries.runs import Run
from weihai_kg.sources.corpus import Corpus
from weihai_kg.sources.named_graphs import NamedGraphs

Progress = Callable[[str], None]
_CATALOGUE = "queries.ttl"


@dataclass(frozen=True, slots=True)
class Draft:
    """Sources that were read and reasoned over."""

    corpus: Corpus
    version: str
    read: NamedGraphs
    inferred: NamedGraphs
    assembled: Assembly


def write_dumps(folder: Path, draft: Draft, progress: Progress) -> None:
    """Write every dump but that of the saved queries, with its compressed twins."""
    corpus, assembled = draft.corpus, draft.assembled
    ns = corpus.namespaces
    whole = NamedGraphs()
    for graphs in (draft.read, draft.inferred):
        whole.update(graphs)
    parts = {
        "weihai-kg.ttl": views.flat(draft.read, ns),
        "weihai-kg-inferred.ttl": assembled.inferred,
        "weihai-kg-rdf12.ttl": views.rdf12(whole, ns),
        "wikidata-links.ttl": assembled.links,
        **tables.tables(draft.read, corpus, draft.version),
        "ontology.ttl": assembled.ontology,
    }
    listed = [name for name in dict.fromkeys((*releases.DUMPS, *parts)) if name != _CATALOGUE]
    dumps.write(
        folder, assembled.quads, parts, ns, listed, lambda name: progress(f"writing {name}")
    )
    progress("compressing")
    dumps.compress(folder, listed)


def complete(folder: Path, draft: Draft, runs: Iterable[Run], progress: Progress) -> None:
    """Write the saved queries with their runs, the descriptions, the report and the checksums."""
    corpus, assembled, runs = draft.corpus, draft.assembled, list(runs)
    ns = corpus.namespaces
    lines = nquads.triple_lines(
        catalogue([run.query for run in runs], ns, f"{ns.base}sparql", runs)
    )
    dumps.write(folder, assembled.quads, {_CATALOGUE: lines}, ns, [_CATALOGUE])
    dumps.compress(folder, [_CATALOGUE])
    progress("describing")
    sets = tuple(corpus.mapping_sets)
    description.write(Subject(folder, draft.version, corpus.dataset, assembled.default, sets, ns))
    report = {
        "version": draft.version,
        "base": ns.base,
        "modified": corpus.dataset["modified"].isoformat(),
        "default_graph": len(assembled.default),
        "quads": len(assembled.quads),
        **figures.count(corpus, draft.read, draft.inferred),
        "queries": {
            run.name: {"rows": run.rows, "sha256": run.digest} for run in runs if run.digest
        },
        "checks": {
            "shapes": len(set(corpus.shapes.subjects(SH.targetClass, None))),
            "rules": len(corpus.checks),
            "findings": 0,
        },
    }
    named = names.index(assembled.default, draft.read, ns)
    for name, document in (
        (releases.REPORT, report), (releases.QUERIES, corpus.queries), (releases.NAMES, named),
    ):  # fmt: skip
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
    articles.write(folder, corpus.articles)
    dumps.checksums(folder)
