"""A reconciliation service over a slice of Wikidata, as a process; copies of the project."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from weihai_kg.cli import main

HERE = Path(__file__).parent
SLICE = HERE / "slice.tsv"
GOLD = HERE / "gold.tsv"


@dataclass(frozen=True)
class Running:
    """A running service: its address and the requests it got."""

    address: str
    file: Path

    @property
    def service(self) -> str:
        return self.address + "/{lang}/api"

    @property
    def api(self) -> str:
        return self.address + "/w/api.php"

    def faulty(self, plan: str) -> str:
        """The service, with the faults of a plan (see service.py)."""
        return f"{self.address}/faults/{plan}/{{lang}}/api"

    @property
    def requests(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Path], Running]]:
    """Start a service over a slice; it ends with the test."""
    started = []

    def start(data: Path = SLICE) -> Running:
        log = tmp_path / f"requests-{len(started)}.jsonl"
        log.touch()
        command = [sys.executable, str(HERE / "service.py"), str(data), str(log)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        return Running(f"http://127.0.0.1:{process.stdout.readline().strip()}", log)

    yield start
    for process in started:
        process.terminate()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.fixture
def service(serve: Callable[[Path], Running]) -> Running:
    """The service over the slice with homonyms."""
    return serve(SLICE)


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """A copy of the sources that a test may change."""
    folder = tmp_path / "project"
    for name in ("ontology", "data", "queries"):
        shutil.copytree(project / name, folder / name)
    return folder


@pytest.fixture
def command(project: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """A command line of this program; what it writes stays in the test's folder."""

    def build(name: str, *arguments: str, of: Path = project) -> list[str]:
        line = [name, *arguments, "--project", str(of)]
        return [*line, "--releases", str(tmp_path / "build")] if name == "link" else line

    return build


@pytest.fixture
def run(command: Callable[..., list[str]]) -> Callable[..., Result]:
    """Run a command to its end; an error that a user would see as a traceback fails the test."""

    def run(name: str, *arguments: str, **of: Path) -> Result:
        done = CliRunner().invoke(main, command(name, *arguments, **of))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run
