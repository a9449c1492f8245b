"""``docs/why.md`` says what is so: its queries have answers, its commands run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from weihai_kg.cli.why import why

TEXT = (Path(__file__).parents[2] / "docs" / "why.md").read_text("utf-8")
QUERIES = re.findall(r"```sparql\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [
    line for line in TEXT.splitlines()
    if line.startswith("weihai-kg why ") and ".rq" not in line
]  # fmt: skip


@pytest.fixture(scope="module")
def reified(release):
    store = ox.Store()
    store.load(path=str(release.path / "weihai-kg-rdf12.ttl"), format=ox.RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_query_with_reifiers_has_answers(reified, number):
    assert len(QUERIES) == 3
    assert list(reified.query(QUERIES[number]))


def test_reifiers_and_named_graphs_tell_the_same_words(reified, store):
    words = {str(row["words"]) for row in reified.query(QUERIES[0])}
    named = store.query(
        QUERIES[0].replace(
            "id:international-liner-routes wkg:destination id:japan {| "
            "prov:wasDerivedFrom ?quotation |} .",
            "GRAPH ?g { id:international-liner-routes wkg:destination id:japan } "
            "?g prov:wasDerivedFrom ?quotation .",
        )
    )
    assert words == {str(row["words"]) for row in named}


@pytest.mark.parametrize("line", COMMANDS)
def test_command_of_the_page_runs(releases, line):
    arguments = shlex.split(line)
    assert arguments[:2] == ["weihai-kg", "why"]
    found = CliRunner().invoke(why, [*arguments[2:], "--releases", str(releases)])
    assert found.exit_code == (1 if "--not" in arguments else 0), found.output
    assert found.output
