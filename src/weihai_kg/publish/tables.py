"""The tables of a release: each mapping table as SSSOM, and what Wikidata could take over."""

from __future__ import annotations

from weihai_kg.publish import quickstatements, sssom
from weihai_kg.release import QUICKSTATEMENTS, SSSOM
from weihai_kg.sources.corpus import Corpus
from weihai_kg.sources.named_graphs import NamedGraphs


def tables(read: NamedGraphs, corpus: Corpus, version: str) -> dict[str, list[str]]:
    """The lines of each table, by the name of its file."""
    ns, record = corpus.namespaces, corpus.dataset
    commands = quickstatements.commands(read, corpus.mapping_sets, ns)
    found = {QUICKSTATEMENTS: [f"{line}\n" for line in commands]}
    for each in corpus.mapping_sets:
        text = sssom.write(each, version, record["modified"].date(), ns, record["license"])
        found[each.name + SSSOM] = text.splitlines(keepends=True)
    return found
