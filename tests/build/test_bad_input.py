"""Every kind of mistake stops the build with file, line, what and what to do; nothing is written.

Each case plants one mistake in a copy of the real sources.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import pytest
from rdflib import XSD

from weihai_kg.build import build
from weihai_kg.errors import FindingsError
from weihai_kg.settings import Settings

TRANSPORT = "data/articles/weihai-japan-korea/transport.trig"
ARTICLE = "data/articles/weihai-japan-korea/article.txt"
LINKS = "data/mappings/wikidata.sssom.tsv"

BLOCK = """
g:planted a wkg:AssertedGraph ; wkg:certainty "explicit" ;
    wkg:quotes {quotes} .
g:planted {{ {statement} }}
"""
GOOD = '"威海—平泽集装箱班轮航线周班稳定运行"'


def planted(quotes: str = GOOD, statement: str = 'id:weihai wkg:status "ongoing" .') -> str:
    return BLOCK.format(quotes=quotes, statement=statement)


def replace(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def append(more: str) -> Callable[[str], str]:
    return lambda text: text + more


CASES = {
    "missing quotation": (TRANSPORT, append(planted('"威海港没有这句话"')), "is not in"),
    "ambiguous quotation": (TRANSPORT, append(planted('"威海港"')), "times in"),
    "quotation of the footer": (TRANSPORT, append(planted('"不代表本站观点"')), "is not in"),
    "wrong offset": (
        TRANSPORT,
        append(planted("[ oa:exact " + GOOD + " ; oa:start 7 ]")),
        "wrong offset",
    ),
    "unknown prefix": (TRANSPORT, append(planted(statement="id:weihai x:y id:china .")), "prefix"),
    "unknown property": (
        TRANSPORT,
        append(planted(statement="id:weihai wkg:lokatedIn id:china .")),
        "unknown term",
    ),
    "unknown class": (TRANSPORT, append(planted(statement="id:weihai a wkg:Town .")), "class <"),
    "literal of the wrong type": (
        TRANSPORT,
        append(planted(statement='id:obs-runs wkg:value "many" .')),
        "wrong type",
    ),
    "ill-formed literal": (
        TRANSPORT,
        append(planted(statement=f'id:obs-runs wkg:value "many"^^<{XSD.decimal}> .')),
        "not a value of",
    ),
    "dangling reference": (
        TRANSPORT,
        append(planted(statement="id:weihai wkg:locatedIn id:atlantis .")),
        "dangling reference",
    ),
    "broken line": (TRANSPORT, append("\ng:planted { id:weihai wkg:status ; }\n"), "not readable"),
    "shape violated": (
        TRANSPORT,
        append(planted(statement='id:obs-runs wkg:timeBasis "sometimes" .')),
        "shape violated",
    ),
    "graph without description": (
        TRANSPORT,
        append('\ng:planted { id:weihai wkg:status "ongoing" . }\n'),
        "no description",
    ),
    "inconsistency": (
        TRANSPORT,
        append(planted(statement="id:weihai-port a wkg:Airport .")),
        "inconsistent by cax-",
    ),
    "malformed QID": (LINKS, replace("wd:Q373023", "wd:373023"), "malformed identifier"),
    "link from nothing": (LINKS, replace("id:weihai\t", "id:atlantis\t"), "dangling reference"),
}  # fmt: skip


@pytest.fixture
def sources(project: Path, tmp_path: Path) -> Path:
    """A copy of the sources that a test may spoil."""
    root = tmp_path / "project"
    for name in ("ontology", "data", "queries"):
        shutil.copytree(project / name, root / name)
    return root


def settings(root: Path) -> Settings:
    return Settings(project=root, releases=root / "build")


def _places(text: str) -> set[tuple[str, int]]:
    return {(file, int(line)) for file, line in re.findall(r"(data/[\w./-]+):(\d+)", text)}


@pytest.mark.parametrize("case", CASES)
def test_build_refuses(case: str, sources: Path) -> None:
    file, edit, words = CASES[case]
    path = sources / file
    text = path.read_text("utf-8")
    spoiled = edit(text)
    path.write_text(spoiled, "utf-8")
    with pytest.raises(FindingsError) as caught:
        build(settings(sources))
    found = [each for each in caught.value.findings if words in each.what]
    assert found, caught.value
    before, after = text.splitlines(), spoiled.splitlines()
    pairs = enumerate(zip_longest(before, after), 1)
    changed = [number for number, (old, new) in pairs if old != new]
    lines = range(changed[0], changed[-1] + 2)
    named = {(found[0].file, found[0].line), *_places(found[0].what)}
    assert named & {(file, line) for line in lines}, caught.value
    assert found[0].todo
    assert not (sources / "build" / "current").exists()
    assert not list((sources / "build").glob("**/*.nq")) if (sources / "build").exists() else True


def test_build_refuses_changed_article(sources: Path) -> None:
    with (sources / ARTICLE).open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(FindingsError) as caught:
        build(settings(sources))
    assert any(each.file == ARTICLE and "bytes changed" in each.what
               for each in caught.value.findings)  # fmt: skip


def test_build_tells_all_findings_in_one_run(sources: Path) -> None:
    with (sources / TRANSPORT).open("a", encoding="utf-8") as stream:
        stream.write(planted('"威海港没有这句话"', "id:weihai wkg:locatedIn id:atlantis ."))
    text = (sources / LINKS).read_text("utf-8").replace("wd:Q373023", "wd:373023")
    (sources / LINKS).write_text(text, "utf-8")
    with pytest.raises(FindingsError) as caught:
        build(settings(sources))
    text = str(caught.value)
    assert all(word in text for word in ("is not in", "dangling reference", "malformed")), text


def test_failed_build_leaves_the_release_before_it(sources: Path) -> None:
    first, _ = build(settings(sources))
    before = {file.name: file.read_bytes() for file in first.path.iterdir()}
    with (sources / TRANSPORT).open("a", encoding="utf-8") as stream:
        stream.write("x")
    with pytest.raises(FindingsError):
        build(settings(sources))
    link = sources / "build" / "current"
    assert link.resolve() == first.path.resolve()
    assert {file.name: file.read_bytes() for file in first.path.iterdir()} == before
    assert [each.name for each in (sources / "build" / "releases").iterdir()] == [first.version]
    assert not list((sources / "build").glob(".building*"))


def test_command_prints_findings_and_exits_with_1(sources: Path) -> None:
    with (sources / TRANSPORT).open("a", encoding="utf-8") as stream:
        stream.write(planted('"威海港没有这句话"'))
    command = [sys.executable, "-m", "weihai_kg", "build", "--project", str(sources)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=sources, check=False)
    assert done.returncode == 1
    assert TRANSPORT in done.stderr
    assert "no release was written" in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
