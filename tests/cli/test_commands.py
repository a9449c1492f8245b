"""The commands as a user types them: real processes, real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest


@pytest.fixture(scope="session")
def weihai_kg(project: Path, releases: Path):
    """Run a command on the project's release; gives the finished process."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"WEIHAI_KG_RELEASES": str(releases)}
        environment["WEIHAI_KG_PROJECT"] = str(project)
        command = [sys.executable, "-m", "weihai_kg", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, check=False, timeout=120
        )

    return run


def test_help_lists_every_command(weihai_kg) -> None:
    done = weihai_kg("--help")
    assert done.returncode == 0
    for name in ("build", "check", "cite", "query", "dump", "serve"):
        assert f"\n  {name} " in done.stdout


def test_build_again_says_unchanged(weihai_kg) -> None:
    done = weihai_kg("build")
    assert done.returncode == 0, done.stderr
    assert "statements read from" in done.stdout
    assert not done.stderr  # quiet in a pipe: no progress display


@pytest.mark.parametrize("referee", ["owlrl", "reasonable"])
def test_check_with_referee_lists_every_difference_with_its_reason(weihai_kg, referee: str) -> None:
    done = weihai_kg("check", "--referee", referee)
    assert done.returncode == 0, done.stdout
    assert f"{referee}: 0 missing here" in done.stdout
    assert "reason unknown" not in done.stdout
    if referee == "owlrl":
        assert "0 more here" in done.stdout


def test_cite_unique_words_prints_block_that_the_build_accepts(weihai_kg) -> None:
    done = weihai_kg("cite", "威海—平泽集装箱班轮航线")
    assert done.returncode == 0, done.stderr
    assert "line 27" in done.stdout
    assert 'wkg:quotes "威海—平泽集装箱班轮航线" .' in done.stdout
    prefixes = "@prefix g: <http://g/> . @prefix wkg: <http://w/> . @prefix oa: <http://oa/> .\n"
    list(ox.parse(f"{prefixes}{done.stdout}".encode(), format=ox.RdfFormat.TRIG))


def test_cite_repeated_words_lists_places_and_at_chooses_one(weihai_kg) -> None:
    listed = weihai_kg("cite", "27对")
    assert listed.returncode == 1
    assert listed.stdout.count("line ") == 2
    assert "--at" in listed.stderr
    chosen = weihai_kg("cite", "27对", "--at", "2")
    assert chosen.returncode == 0, chosen.stderr
    assert 'oa:exact "27对"' in chosen.stdout
    assert "oa:prefix" in chosen.stdout or "oa:suffix" in chosen.stdout


def test_cite_words_that_are_not_there_says_what_is(weihai_kg) -> None:
    done = weihai_kg("cite", "27对国际友好城市")
    assert done.returncode == 1
    assert "27对国际友" in done.stderr
    assert "Traceback" not in done.stderr


def test_query_saved_question_with_parameter_prints_csv_to_a_pipe(weihai_kg) -> None:
    done = weihai_kg("query", "cities-in-a-country", "--param", "country=id:japan")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("nameZh,nameEn")
    assert "宇部,Ube" in done.stdout


def test_query_text_in_a_format(weihai_kg) -> None:
    done = weihai_kg("query", "ASK { ?s ?p ?o }", "--format", "json")
    assert json.loads(done.stdout)["boolean"] is True
    turtle = weihai_kg("query", "DESCRIBE <https://w3id.org/weihai-kg/id/yeosu>")
    assert "id:yeosu" in turtle.stdout


def test_query_file(weihai_kg, tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_text("SELECT (1 + 1 AS ?two) { }")
    assert weihai_kg("query", str(file)).stdout.split() == ["two", "2"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("query", "citys-in-a-country"), 2, "Did you mean cities-in-a-country"),
        (("query", "cities-in-a-country", "--param", "country"), 2, "NAME=VALUE"),
        (("query", "search", "--param", "text=a", "--param", "text=b"), 2, "give it once"),
        (("query", "cities-in-a-country", "--param", "land=id:japan"), 2, "country"),
        (("query", "SELECT * { ?s ?p "), 1, "1:"),
        (("query", "SELECT * { ?s ?p ?o }", "--format", "nonsense"), 2, "nonsense"),
        (("dump", "--graph", "g:nothing"), 2, "no graph"),
        (("serve", "--port", "many"), 2, "port"),
        (("check", "--project", "/nonexistent"), 1, "this file is missing"),
        (("serve", "--releases", "/nonexistent"), 1, "weihai-kg build"),
        (("serve", "--public-url", "https://kg.example/weihai"), 2, "a host of its own"),
        (("serve", "--public-url", "kg.example"), 2, "scheme://host"),
        (("serve", "--base", "https://kg.example/"), 2, "--base https://w3id.org/weihai-kg/"),
    ],
)
def test_wrong_usage_is_explained(weihai_kg, arguments, code: int, words: str) -> None:
    done = weihai_kg(*arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_dump_one_graph_as_turtle(weihai_kg, store: ox.Store) -> None:
    done = weihai_kg("dump", "--format", "nt", "--graph", "g:calendar")
    graph = ox.NamedNode("https://w3id.org/weihai-kg/graph/calendar")
    assert len(done.stdout.splitlines()) == len(
        list(store.quads_for_pattern(None, None, None, graph))
    )


def test_serve_get_answers_one_request_without_a_port(weihai_kg) -> None:
    done = weihai_kg(
        "serve", "--get", "/sparql?query=ASK%7B%7D&format=json", "--log-format", "none"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["boolean"] is True
    missing = weihai_kg("serve", "--get", "/nothing-here", "--log-format", "none")
    assert missing.returncode == 1
