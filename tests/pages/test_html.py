"""Every page against the Nu HTML Checker, in one run: no error in any of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.missing import missing

JAR = Path(sys.prefix) / "share/nu/node_modules/vnu-jar/build/dist/vnu.jar"
ARTICLE = "/article/weihai-japan-korea"
WHY = "/why?query=cities-in-a-country&binding-city=id:tokyo"
PAGES = [
    "/", "/figures", "/ontology", "/about", "/downloads", "/search", "/search?q=trade",
    "/search?q=%3Cb%3E&lang=zh", "/queries", "/queries?q=port", ARTICLE, f"{ARTICLE}/444-495",
    "/why", WHY, "/why?s=id:weihai&p=wkg:linkedTo&o=id:japan",
    "/whynot?query=cities-in-a-country&binding-city=id:tokyo&binding-country=id:china",
    "/page/hostile", "/page/graph/p44-tour-group-size", "/page/graph/links/wikidata",
    "/page/quote/weihai-japan-korea-3366-3384", "/page/source/geonames", "/page/rule/prp-spo2",
    "/docs", "/sparql", "/map", "/network", "/timeline", "/reconcile",
]  # fmt: skip
ERRORS = [
    "/page/nothing", "/nothing", "/search?format=pdf", "/queries/nothing", "/answers/x",
    "/queries/figures-above?minimum=%3Cscript%3E", "/why?s=%3Cb%3E", "/sparql?query=SELECT",
    "/article/nothing", "/downloads/0/x",
]  # fmt: skip
A_THING_OF_EACH_CLASS = """PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>
SELECT (MIN(STR(?thing)) AS ?first) WHERE {
  GRAPH <https://w3id.org/weihai-kg/graph/asserted> { ?thing a ?class }
  FILTER(STRSTARTS(STR(?thing), "https://w3id.org/weihai-kg/id/"))
} GROUP BY ?class ORDER BY ?first"""


WRONG = "wrong.html"


@pytest.fixture(scope="module")
def pages(site, store, release, tmp_path_factory):
    """Every kind of page in both languages, as files; the address of each by file name."""
    folder = tmp_path_factory.mktemp("html")
    things = ["/page/" + row["first"].value.rpartition("/")[2] for row in
              store.query(A_THING_OF_EACH_CLASS)]  # fmt: skip
    assert len(things) > 20
    questions = [f"/queries/{name}" for name in release.report()["queries"]]
    cited = site.get("/queries/routes.json").headers["Link"]
    answer = cited.partition("</answers/")[2].partition(">")[0]
    found = {}
    for path in [*PAGES, *ERRORS, *things, *questions, f"/answers/{answer}"]:
        for lang in ("zh", "en"):
            if path in questions and lang == ("zh", "en")[questions.index(path) % 2]:
                continue
            address = f"{path}{'&' if '?' in path else '?'}lang={lang}"
            response = site.get(address, headers={"Accept": "text/html"})
            if response.headers.get_content_type() != "text/html":
                assert path == "/sparql", path
                continue
            assert (response.status_code >= 400) == (path in ERRORS), (path, response.text)
            name = f"{len(found):04}.html"
            (folder / name).write_bytes(response.content)
            found[name] = address
    return folder, found


def test_every_page_is_valid_html(pages):
    folder, found = pages
    if not shutil.which("java"):
        missing("Java")
    if not JAR.is_file():
        missing("The Nu HTML Checker (npm package vnu-jar, see the Makefile)")
    (folder / WRONG).write_text("<!doctype html><html lang=en><title>x</title><ul><p>x</ul></html>")
    result = subprocess.run(
        ["java", "-Xss1m", "-jar", JAR, "--errors-only", "--format", "json", WRONG, *found],
        capture_output=True, text=True, cwd=folder, timeout=300,
    )  # fmt: skip
    messages = json.loads(result.stderr)["messages"]
    files = [Path(each["url"]).name for each in messages]
    assert WRONG in files, "the checker takes anything"
    told = [
        f"{found[file]}: {each['message']} {each.get('extract', '')!r}"
        for each in messages if (file := Path(each["url"]).name) != WRONG
    ]  # fmt: skip
    assert told == []
    assert len(found) > 200
