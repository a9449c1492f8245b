"""``weihai-kg diff``: statements by graph, answers row by row; as text, JSON and RDF."""

from __future__ import annotations

import json
import shutil

import pytest
import rdflib
from click.testing import CliRunner

from weihai_kg.cli.diff import diff
from weihai_kg.differences import history
from weihai_kg.differences.difference import compare
from weihai_kg.differences.statements import by_graph
from weihai_kg.differences.writing import to_json, to_text, to_turtle
from weihai_kg.release import NQUADS, QUERIES, REPORT, Release, make_current, sha256
from weihai_kg.settings import Settings
from weihai_kg.web.backend import Releases

NEW = "9.9.9+new"
QUERY = """#+ title: {zh: "题", en: "Title"}
#+ description: {zh: "述", en: "What it is"}
#+ group: links
#+ view: table
#+ expect: rows
SELECT ?s WHERE { ?s a <http://example.org/New> } ORDER BY ?s
"""
ADDED = '<https://w3id.org/weihai-kg/id/x> <http://example.org/p> "a . b\\"c"@en'
GRAPH = "https://w3id.org/weihai-kg/graph/test"


@pytest.fixture(scope="module")
def folder(releases, release, tmp_path_factory):
    """Two releases: the later has lost one port's English name and gained a query and a graph."""
    root = tmp_path_factory.mktemp("two")
    (root / "releases").mkdir()
    shutil.copytree(release.path, root / "releases" / release.version)
    path = root / "releases" / NEW
    shutil.copytree(release.path, path)
    lines = (path / NQUADS).read_text("utf-8").splitlines(keepends=True)
    name = (
        f"<{release.report()['base']}id/weihai-port> <http://www.w3.org/2000/01/rdf-schema#label>"
    )
    lines = [each for each in lines if not (each.startswith(name) and "@en" in each)]
    lines += [f"{ADDED} <{GRAPH}> .\n", f"{ADDED} .\n"]
    (path / NQUADS).write_text("".join(lines), "utf-8")
    queries = json.loads((path / QUERIES).read_text("utf-8"))
    byline = next(file for file in queries if file.endswith("byline.rq"))
    queries[byline.replace("byline", "new-things")] = QUERY
    del queries[byline]
    (path / QUERIES).write_text(json.dumps(queries), "utf-8")
    report = json.loads((path / REPORT).read_text("utf-8"))
    for each in ("routes", "search"):
        report["queries"][each]["sha256"] = "0" * 64
    (path / REPORT).write_text(json.dumps(report), "utf-8")
    (root / "current").symlink_to("releases/" + NEW)
    return root


@pytest.fixture(scope="module")
def found(folder, release):
    return compare(
        Release(folder / "releases" / release.version), Release(folder / "releases" / NEW)
    )


def test_statements_by_named_graph(found, release):
    graphs = {each.graph: each for each in found.graphs}
    assert graphs[GRAPH].added == (ADDED,)
    assert graphs[GRAPH].removed == ()
    assert graphs[""].added == (ADDED,)
    assert len(graphs[""].removed) == 1
    assert any(each.removed for each in found.graphs if each.graph not in ("", GRAPH))


def test_answers_row_by_row(found):
    answers = {each.name: each for each in found.answers}
    assert answers["new-things"].before is None
    assert answers["byline"].after is None
    assert answers["routes"].removed
    assert "Port of Weihai" in "".join(answers["routes"].removed)


def test_answer_that_is_the_same_after_all_is_not_told(found):
    assert "search" not in {each.name for each in found.answers}


def test_note_counts(found, folder, release):
    note = found.note
    assert (note.statements_added, note.statements_removed) == (1, 1)
    assert note.queries_added == ("new-things",)
    assert note.queries_removed == ("byline",)
    assert "routes" in note.answers_changed
    assert "1 statements added and 1 removed" in note.text()
    assert "新增陈述 1 条" in note.text("zh")
    assert not note.is_empty


def test_a_release_and_itself_are_the_same(release):
    note = compare(release, release).note
    assert note.is_empty
    assert "neither" in note.text()
    assert "均无变化" in note.text("zh")


def test_text(found):
    text = to_text(found)
    assert f"graph {GRAPH}: +1 -0" in text
    assert f"  + {ADDED}" in text
    assert "query new-things: none -> 0 rows" in text


def test_json(found):
    document = json.loads(to_json(found))
    assert document["after"] == NEW
    assert document["summary"]["statements_added"] == 1
    assert {each["name"] for each in document["queries"]} >= {"routes", "byline", "new-things"}


def test_rdf(found):
    graph = rdflib.Graph().parse(data=to_turtle(found), format="turtle")
    changes = rdflib.Namespace("http://purl.org/vocab/changeset/schema#")
    sets = list(graph.subjects(changes.subjectOfChange, rdflib.URIRef(GRAPH)))
    statement = graph.value(sets[0], changes.addition)
    assert graph.value(statement, rdflib.RDF.object) == rdflib.Literal('a . b"c', lang="en")
    assert to_turtle(found) == to_turtle(found)


def run(*arguments):
    return CliRunner().invoke(diff, [*map(str, arguments)])


def test_command(folder, release):
    done = run(release.version, "current", "--releases", folder, "--summary")
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"Since {release.version}: 1 statements added")


@pytest.mark.parametrize("name", ["text", "json", "ttl"])
def test_command_writes_each_format(folder, name):
    done = run(folder / "releases" / NEW, "current", "--releases", folder, "--format", name)
    assert done.exit_code == 0, done.output
    assert done.output


def test_command_names_the_releases_there_are(folder):
    done = run("1.2.3", "current", "--releases", folder)
    assert done.exit_code == 2
    assert NEW in done.output


@pytest.mark.parametrize(
    ("line", "graph", "statement"),
    [
        ('<s> <p> "a <b> ." <g> .\n', "g", '<s> <p> "a <b> ."'),
        ('<s> <p> "1"^^<http://t> .\n', "", '<s> <p> "1"^^<http://t>'),
        ('<s> <p> "a\\" <g> ."@en-GB <g> .\n', "g", '<s> <p> "a\\" <g> ."@en-GB'),
        ("_:b <p> _:c <g> .\n", "g", "_:b <p> _:c"),
    ],
)
def test_quads(line, graph, statement):
    assert by_graph([line, "# comment\n", "\n"]) == {graph: {statement}}


def test_what_is_no_statement_is_an_error():
    with pytest.raises(ValueError, match="line 1"):
        by_graph(["nonsense\n"])


def test_files_of_the_fixture_differ(folder, release):
    assert sha256(folder / "current" / NQUADS) != sha256(release.path / NQUADS)


def test_what_changed_is_kept_beside_the_releases_and_in_neither(folder, release, tmp_path):
    shutil.copytree(folder / "releases", tmp_path / "releases")
    settings = Settings(releases=tmp_path)
    old, new = (Release(tmp_path / "releases" / each) for each in (release.version, NEW))
    history.keep(old, settings)
    assert Releases(settings).changes(release.version) is None
    make_current(tmp_path, old)
    history.keep(old, settings)
    assert Releases(settings).changes(release.version) is None
    history.keep(new, settings)
    kept = Releases(settings).changes(NEW)
    assert kept == tmp_path / "changes" / f"{release.version}..{NEW}.json"
    summary = json.loads(kept.read_text("utf-8"))["summary"]
    assert summary["queries_added"] == ["new-things"]
    assert summary["before"] == release.version
    assert set(old.files()) == set(release.files())


def test_a_damaged_release_is_not_compared_with(folder, release, tmp_path):
    shutil.copytree(folder / "releases", tmp_path / "releases")
    make_current(tmp_path, Release(tmp_path / "releases" / NEW))  # its checksums are the old ones
    history.keep(Release(tmp_path / "releases" / release.version), Settings(releases=tmp_path))
    assert not (tmp_path / "changes").exists()
