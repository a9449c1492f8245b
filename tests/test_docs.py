"""What the documents say is true: commands, queries with their answers, figures."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from weihai_kg.cli import COMMANDS, main
from weihai_kg.release import Release
from weihai_kg.settings import Settings

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def table_after(document: str, position: int) -> list[list[str]]:
    """The cells of the first table after a position, its head first."""
    rows: list[list[str]] = []
    for line in document[position:].splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            break
    return [row for row in rows if not set("".join(row)) <= set("-: ")]


@pytest.mark.parametrize("name", READMES)
def test_query_of_readme_gives_the_answer_shown(name: str, store: ox.Store) -> None:
    document = text(name)
    found = list(re.finditer(r"```sparql\n(.*?)```", document, re.DOTALL))
    assert found
    for match in found:
        head, *rows = table_after(document, match.end())
        solutions = store.query(match[1])
        assert isinstance(solutions, ox.QuerySolutions)
        assert [[solution[column].value for column in head] for solution in solutions] == rows


def test_figures_of_readme_are_those_of_the_report(release: Release) -> None:
    report = release.report()
    statements = report["statements"]
    share = report["articles"]["weihai-japan-korea"]["share"]
    counted = [
        f"{statements['AssertedGraph']:,}",
        f"{report['quotations']:,}",
        f"{share * 100:.1f} %",
        f"{statements['InferredGraph']:,}",
        f"{statements['BackgroundGraph']:,}",
        f"{statements['LinkGraph']:,}",
        f"{len(report['queries']):,}",
    ]
    document = text("README.md")
    shown = [row[-1] for row in table_after(document, document.index("<!-- figures -->"))]
    assert [each for each in shown if each] == counted


def test_changelog_counts_terms_and_questions(release: Release) -> None:
    report = release.report()
    terms = report["ontology"]
    properties = sum(terms[f"{kind}Property"] for kind in ("Object", "Datatype"))
    assert f"{terms['Class']} classes" in text("CHANGELOG.md")
    assert properties <= 90
    assert f"{len(report['queries'])} saved questions" in text("CHANGELOG.md")


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_command_teaches_with_an_example_and_is_in_the_readme(command: str) -> None:
    shown = CliRunner().invoke(main, [command, "--help"])
    assert shown.exit_code == 0
    assert re.search(r"Examples?:", shown.output), shown.output
    assert f"weihai-kg {command}" in shown.output
    assert f"`{command}`" in text("README.md") or f"weihai-kg {command}" in text("README.md")


def test_every_setting_is_explained_by_the_command_that_takes_it() -> None:
    helps = "".join(CliRunner().invoke(main, [name, "--help"]).output for name in COMMANDS)
    for name in Settings.__dataclass_fields__:
        assert f"--{name.replace('_', '-')}" in helps, name


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_between_documents_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text(name)):
        assert (ROOT / target).exists(), f"{name}: {target}"


def test_commands_of_readme_exist() -> None:
    for document in READMES:
        for command in re.findall(r"weihai-kg (\w+)", text(document)):
            assert command in COMMANDS or command in {"cd"}, command
        targets = set(re.findall(r"^make (\w+)", text(document), re.MULTILINE))
        assert targets <= set(re.findall(r"^(\w+):", text("Makefile"), re.MULTILINE))
