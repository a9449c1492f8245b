"""Answers that can be cited: one address, the same bytes while the release is kept."""

from __future__ import annotations

import base64
import hashlib
import re
import time

import pytest
import requests
import yaml

from weihai_kg.engine.request import QueryRequest
from weihai_kg.release import Release
from weihai_kg.settings import Settings
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.queries.archive import Archive
from weihai_kg.web.queries.library import Libraries
from weihai_kg.web.queries.permalink import Question, path_of, resolve

OLD = "0.9.0+old"


@pytest.fixture(scope="module")
def library(release):
    return Libraries().of(release.version, release)


def cited(answer):
    return re.search(r"</answers/([^>]*)>; rel=\"cite-as\"", answer.headers["Link"])[1]


@pytest.fixture(scope="module")
def record(server):
    address = cited(server.get("/queries/cities-in-a-country.json", country="japan"))
    return server.get(f"/answers/{address}").json()


def test_record_says_what_identifies_the_answer(server, record, release):
    assert record["complete"] is True
    assert record["release"] == release.version
    assert record["parameters"] == {"country": "japan"}
    assert record["rows"] == len(record["answer"]["results"]["bindings"]) > 0
    canonical = server.get(record["canonical"]).content
    assert hashlib.sha256(canonical).hexdigest() == record["sha256"]


def test_every_file_has_the_digest_that_is_stated(server, record):
    assert {each["format"] for each in record["files"]} == {"csv", "tsv", "json", "xml"}
    for each in record["files"]:
        answer = server.get(each["address"])
        assert hashlib.sha256(answer.content).hexdigest() == each["sha256"]
        digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
        assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
        assert "immutable" in answer.headers["Cache-Control"]
        again = requests.get(
            answer.url, headers={"If-None-Match": answer.headers["ETag"]}, timeout=10
        )
        assert again.status_code == 304


def test_default_answer_has_the_digest_of_the_build(server, release):
    for name in ("routes", "evidence-in-turtle", "is-south-korea-a-neighbour", "byline"):
        address = cited(server.get(f"/queries/{name}"))
        found = server.get(f"/answers/{address}").json()
        run = release.report()["queries"][name]
        assert (found["rows"], found["sha256"]) == (run["rows"], run["sha256"])


def test_citation(server, record):
    citation = record["citation"]
    for text in citation.values():
        assert record["sha256"] in text
        assert record["release"] in text
        assert record["address"] in text
    assert server.get(record["address"] + ".bib").text == citation["bibtex"]
    found = yaml.safe_load(server.get(record["address"] + ".cff").text)
    assert found["cff-version"] == "1.2.0"
    assert found["type"] == "dataset"
    page = server.page(record["address"]).text
    assert record["sha256"] in page
    assert "BibTeX" in page


def test_old_release_is_answered_beside_the_new_one(server, release):
    address = cited(server.get("/queries/search.json", text="Port of Weihai"))
    token = address.partition("@")[0]
    new, old = (server.get(f"/answers/{token}@{each}.csv") for each in (release.version, OLD))
    assert new.status_code == old.status_code == 200
    assert old.content != new.content
    assert server.get(f"/answers/{token}@{OLD}.csv").content == old.content
    page = server.page(f"/answers/{token}@{OLD}").text
    assert "earlier release" in page


def test_own_query_has_an_address_too(server):
    query = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c"
    answer = server.get("/answers", query=query)
    assert answer.history[0].status_code == 303
    assert answer.json()["sparql"] == query
    assert answer.json()["rows"] > 5
    assert server.get("/answers", query="ASK {}").json()["answer"]["boolean"] is True
    assert server.get("/answers", query="SELECT (NOW() AS ?n) {}").status_code == 400
    assert server.get("/answers", query="SELECT").status_code == 400
    assert server.get("/answers").status_code == 400


def test_broken_addresses_are_404(server, record):
    path = record["address"].removeprefix("/answers/")
    token, _, version = path.partition("@")
    wrong = [
        token, f"{token}@9.9.9", f"{token}@", f"x{token[1:]}@{version}", f"{token}x@{version}",
        f"{token[:-4]}@{version}", f"{token[:32]}@{version}", f"q.!!@{version}", f"@{version}",
        f"{token[:32]}.q.eJw@{version}", f"{token}@..", f"{token}@..%2F..",
        f"{token}@{version}.exe",
    ]  # fmt: skip
    for each in wrong:
        assert server.get(f"/answers/{each}").status_code == 404, each


def test_address_leads_back_to_the_question(library):
    question = Question(library.queries["search"], {"text": "=x&y\n名@"})
    path = path_of(question, library.version)
    token = path.removeprefix("/answers/").partition("@")[0]
    assert resolve(token, library) == question
    assert "@" not in token


def test_an_address_is_no_bomb(library):
    question = Question(None, text="ASK {} #" + " " * 10_000_000)
    token = path_of(question, "1").removeprefix("/answers/").partition("@")[0]
    assert len(token) < 20_000
    with pytest.raises(Problem) as refused:
        resolve(token, library)
    assert refused.value.status == 404


def test_engines_of_old_releases_are_few_and_end(kept, release):
    archive = Archive(Settings(releases=kept), most=1, idle=0.3)
    try:
        for version in (OLD, release.version):
            ask = archive.asker(Release(kept / "releases" / version))
            assert ask(QueryRequest("ASK {}")).version == version
            assert archive.versions == [version]
        deadline = time.monotonic() + 10
        while archive.versions and time.monotonic() < deadline:
            time.sleep(0.05)
        assert archive.versions == []
    finally:
        archive.close()
