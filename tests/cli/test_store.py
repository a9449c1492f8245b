"""``--store``: another endpoint answers, and its failures are told."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from weihai_kg.cli import main


@pytest.fixture
def nowhere() -> str:
    """An address at which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/query"


def test_query_tells_that_the_store_failed(releases: Path, nowhere: str) -> None:
    arguments = ["query", "ASK {}", "--store", nowhere, "--releases", str(releases)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert f"The store <{nowhere}> failed" in done.output


def test_serve_answers_502_when_the_store_failed(releases: Path, nowhere: str) -> None:
    arguments = ["serve", "--get", "/sparql?query=ASK%7B%7D", "--store", nowhere]
    done = CliRunner().invoke(main, [*arguments, "--releases", str(releases)])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["status"] == 502
    assert nowhere in json.loads(done.stdout)["detail"]


def test_a_dataset_and_a_store_exclude_each_other(tmp_path: Path, nowhere: str) -> None:
    dataset = tmp_path / "data.nt"
    dataset.write_text("")
    done = CliRunner().invoke(main, ["serve", "--dataset", str(dataset), "--store", nowhere])
    assert done.exit_code == 2
    assert "exclude each other" in done.output
