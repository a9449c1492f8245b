"""Saved queries that ask Wikidata as well, against a second server that plays it."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

import pyoxigraph as ox
import pytest

from weihai_kg.engine.origins import mirrors
from weihai_kg.errors import UsageError
from weihai_kg.release import Release
from weihai_kg.saved_queries.header import parse, parse_all

SLICE = Path(__file__).parent / "wikidata.trig"
QUERIES = Path(__file__).parents[2] / "queries"
REMOTE = "https://query.wikidata.org"


def remote_queries() -> dict[str, str]:
    files = {f"queries/{each.name}": each.read_text("utf-8") for each in QUERIES.glob("*.rq")}
    queries, findings = parse_all(files)
    assert not findings
    return {each.name: each.body for each in queries if each.remote}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """``weihai-kg serve`` with these options, in a process of its own; its address."""
    port, log = free_port(), folder / "log"
    command = [sys.executable, "-m", "weihai_kg", "serve", "--port", str(port), "--processes", "1",
               "--workers", "2", "--log-format", "none", *options]  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert process.poll() is None, log.read_text()
            try:
                if get(f"http://127.0.0.1:{port}/readyz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(15)


def get(address: str, accept: str = "*/*") -> tuple[int, str, Message]:
    request = urllib.request.Request(address, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


@pytest.fixture(scope="module")
def wikidata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("remote"), "--dataset", str(SLICE)) as address:
        yield address


@pytest.fixture(scope="module")
def service(
    release: Release, wikidata: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = release.path.parents[1]
    options = ("--releases", str(folder), "--federation", f"{REMOTE}={wikidata}")
    with serving(tmp_path_factory.mktemp("own"), *options) as address:
        yield address


@pytest.fixture(scope="module")
def alone(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service while nobody is there where Wikidata should be."""
    folder, nobody = release.path.parents[1], f"http://127.0.0.1:{free_port()}"
    options = ("--releases", str(folder), "--federation", f"{REMOTE}={nobody}")
    with serving(tmp_path_factory.mktemp("alone"), *options) as address:
        yield address


def rows(service: str, name: str) -> list[dict[str, str]]:
    status, body, _ = get(f"{service}/queries/{name}.csv")
    assert status == 200, body
    return list(csv.DictReader(io.StringIO(body)))


def test_population_comes_from_the_remote_and_the_names_from_here(service: str) -> None:
    found = {row["nameEn"]: row for row in rows(service, "population-from-wikidata")}
    assert found.keys() == {"Japan", "South Korea"}
    assert found["Japan"]["value"] == "126264931"
    assert found["Japan"]["nameZh"] == "日本"
    assert found["Japan"]["counted"].startswith("2019")


def test_coordinates_stand_beside_those_of_the_graph(service: str) -> None:
    found = {row["nameEn"]: row for row in rows(service, "coordinates-from-wikidata")}
    assert found.keys() == {"Incheon", "Gunsan", "Yeosu", "Weihai", "Ube"}
    east, north = re.findall(r"[\d.]+", found["Yeosu"]["coordinates"])
    assert abs(float(east) - float(found["Yeosu"]["longitude"])) < 0.1
    assert abs(float(north) - float(found["Yeosu"]["latitude"])) < 0.1


def test_articles_are_those_of_four_wikipedias(service: str) -> None:
    (row,) = rows(service, "articles-in-wikipedia")
    assert row["page"] == "https://zh.wikipedia.org/wiki/Q42125"
    assert row["nameEn"] == "Yeosu"


def test_answer_with_a_remote_part_is_not_kept(service: str) -> None:
    for form in (".csv", ""):
        _, _, headers = get(f"{service}/queries/coordinates-from-wikidata{form}", "text/html")
        assert headers["Cache-Control"] == "no-cache"
        assert "cite-as" not in headers.get("Link", "")


@pytest.mark.parametrize("name", sorted(remote_queries()))
def test_remote_that_is_down_is_told_and_is_no_empty_table(alone: str, name: str) -> None:
    for form in (".csv", ".json"):
        status, body, headers = get(f"{alone}/queries/{name}{form}")
        assert status == 502
        assert headers["Content-Type"] == "application/problem+json"
        assert f"SERVICE <{REMOTE}/sparql> failed" in json.loads(body)["detail"]
    status, body, _ = get(f"{alone}/queries/{name}?lang=en", "text/html")
    assert status == 502
    assert "query.wikidata.org" in body
    assert f"SERVICE &lt;{REMOTE}/sparql&gt; failed" in body
    assert "No answer." in body
    assert "complete" not in body
    assert "<table" not in body
    assert "SELECT" in body  # the question is there still, to be read and asked elsewhere


def test_page_says_that_a_remote_is_asked(service: str) -> None:
    status, body, _ = get(f"{service}/queries/population-from-wikidata?lang=en", "text/html")
    assert status == 200
    assert "also asks a remote endpoint" in body


@pytest.mark.parametrize(("name", "body"), sorted(remote_queries().items()))
def test_items_that_are_asked_for_are_those_that_places_are_linked_to(
    name: str, body: str, store: ox.Store
) -> None:
    kind = re.search(r"\?place a wkg:(\w+)", body)
    assert kind
    query = f"""PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT DISTINCT ?item {{ ?place a wkg:{kind[1]} ; skos:exactMatch ?item
            FILTER(STRSTARTS(STR(?item), "http://www.wikidata.org/entity/Q")) }}"""
    linked = {row["item"].value.rsplit("/", 1)[1] for row in store.query(query)}
    assert set(re.findall(r"\bwd:(Q\d+)", body)) == linked


def test_build_asked_nobody(release: Release) -> None:
    report = release.report()
    assert remote_queries()
    assert not set(remote_queries()) & set(report["queries"])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("#+ remote: [https://query.wikidata.org/sparql]\n", ""), "remote does not name"),
        (("query.wikidata.org/sparql]", "other.example/sparql]"), "remote does not name"),
        (("SERVICE <", "SERVICE SILENT <"), "SERVICE SILENT"),
    ],
)
def test_header_and_service_clauses_must_agree(change: tuple[str, str], complaint: str) -> None:
    text = (QUERIES / "population-from-wikidata.rq").read_text("utf-8").replace(*change)
    _, findings = parse(text, "queries/x.rq")
    assert any(complaint in each.what for each in findings)


def test_mirrors_are_read_from_the_setting() -> None:
    setting = "https://a.org=http://127.0.0.1:7001 http://b.org"
    assert mirrors(setting) == {
        "https://a.org:443": "http://127.0.0.1:7001", "http://b.org:80": "http://b.org:80",
    }  # fmt: skip
    for wrong in ("https://a.org=x", "=http://b.org", "https://a.org=http://b.org/x"):
        with pytest.raises(UsageError):
            mirrors(wrong)
