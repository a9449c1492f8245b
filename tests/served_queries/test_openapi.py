"""The description of the service: valid, true, and a page that shows it offline."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from weihai_kg.saved_queries.parameters import OWN
from weihai_kg.web import app as web

HERE = Path(__file__).parent
VENDOR = Path(web.__file__).parent / "static" / "docs" / "vendor"

# One query of each kind; all of them where CI is set.
KINDS = (
    "figures-above|search|cities-in-a-country|trade-in-a-year|places-on-the-map|claims|why"
    "|is-south-korea-a-neighbour|evidence-in-turtle|how-many-companies-named|import-fair-month"
)


@pytest.fixture(scope="module")
def document(server):
    return server.get("/openapi.json").json()


def test_document_is_valid(document):
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["openapi"].startswith("3.1")


def test_document_has_every_query_with_its_parameters(document, release):
    for name in release.report()["queries"]:
        assert f"/queries/{name}" in document["paths"]
    parameters = document["paths"]["/queries/figures-above"]["get"]["parameters"]
    minimum = next(each for each in parameters if each["name"] == "minimum")
    assert minimum["schema"] == {
        "type": "integer", "minimum": 0, "maximum": 10**18 - 1, "default": 1000,
        "examples": [1000],
    }  # fmt: skip
    for path in ("/sparql", "/queries", "/answers/{address}", "/doctor", "/downloads", "/healthz"):
        assert path in document["paths"]


def test_examples_work(server, document):
    query = document["paths"]["/sparql"]["get"]["parameters"][0]
    for example in query["examples"].values():
        assert server.get("/sparql", query=example["value"]).status_code == 200
    address = document["paths"]["/answers/{address}"]["get"]["parameters"][0]["example"]
    assert server.get(f"/answers/{address}").status_code == 200


def test_no_parameter_of_a_query_has_a_name_of_the_pages(server):
    for query in server.get("/queries").json()["queries"]:
        assert not {each["name"] for each in query["parameters"]} & {*OWN, "q"}


def test_schemathesis_finds_nothing(server, tmp_path):
    only = [] if os.environ.get("CI") else [
        "--include-path-regex",
        rf"^/(sparql|doctor|queries|queries\.ttl|queries/\{{.*|queries/({KINDS})|answers.*|reconcile.*"
        r"|.*z|downloads.*)$",
    ]  # fmt: skip
    # One worker: before Python 3.11.5 ast.parse() in two threads may fail (python/cpython#106905).
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"),
        "run", server.url + "/openapi.json", "--max-examples", "3", "--seed", "1", "--workers", "1",
        "--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--no-color", *only,
    ]  # fmt: skip
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=300, cwd=tmp_path, check=False,
        env=os.environ | {"SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py")},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert re.search(r"\d+ generated", run.stdout)


def test_page_has_nothing_inline_and_all_from_here(server):
    answer = server.page("/docs")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    addresses = re.findall(r'(?:src|href)="([^"]*)"', answer.text)
    assert all(each.startswith("/") and not each.startswith("//") for each in addresses)
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=", answer.text)
    for each in addresses:
        if each.startswith("/static"):
            assert server.get(each).status_code == 200


def test_vendored_files_are_those_that_are_pinned():
    pinned = json.loads((VENDOR / "vendor.json").read_text("utf-8"))
    there = {
        str(each.relative_to(VENDOR)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in VENDOR.glob("*/*")
    }
    assert there == pinned["files"]
    assert "swagger-ui/LICENSE" in there
    assert "renew" in (VENDOR / "README.md").read_text("utf-8").lower()


@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium here")
def test_page_shows_the_operations_in_a_browser(server, tmp_path):
    run = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
         "--disable-background-networking", "--enable-logging=stderr",
         f"--user-data-dir={tmp_path}", "--virtual-time-budget=10000", "--dump-dom",
         server.url + "/docs"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Trade and figures" in run.stdout
    assert "Content Security Policy" not in run.stderr
