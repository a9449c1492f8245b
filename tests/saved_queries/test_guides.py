"""The guides are true: their Python runs against an endpoint, their queries parse."""

from __future__ import annotations

import re
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

GUIDES = sorted((Path(__file__).parents[2] / "docs/guides").glob("*.md"))
ADDRESS = "http://127.0.0.1:8000"
FORMATS = {
    "text/csv": ox.QueryResultsFormat.CSV,
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}


def snippets(guide: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", guide.read_text("utf-8"), re.DOTALL)


PYTHON = [guide for guide in GUIDES if snippets(guide, "python")]


@pytest.fixture(scope="module")
def endpoint(store: ox.Store) -> Iterator[str]:
    """The address of a small SPARQL endpoint."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self, fields: str) -> None:
            query = urllib.parse.parse_qs(fields)["query"][0]
            accept = self.headers.get("Accept", "")
            media_type = next((each for each in FORMATS if each in accept), list(FORMATS)[1])
            found = store.query(query)
            assert isinstance(found, ox.QuerySolutions)
            body = found.serialize(format=FORMATS[media_type])
            assert body is not None
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.answer(urllib.parse.urlsplit(self.path).query)

        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("guide", PYTHON, ids=[guide.stem for guide in PYTHON])
def test_python_of_the_guide_runs(guide: Path, endpoint: str) -> None:
    if guide.stem == "pandas":
        pytest.importorskip("pandas")
    for snippet in snippets(guide, "python"):
        assert ADDRESS in snippet
        assert "assert" in snippet
        exec(compile(snippet.replace(ADDRESS, endpoint), str(guide), "exec"), {})


@pytest.mark.parametrize("guide", GUIDES, ids=[guide.stem for guide in GUIDES])
def test_queries_of_the_guide_give_rows(guide: Path, store: ox.Store) -> None:
    text = guide.read_text("utf-8")
    texts = re.findall(r"^\s*(?:query <- '\n)?((?:\s*PREFIX .*\n)+\s*SELECT (?:.|\n)*?\})[`'\n ]",
                       text, re.MULTILINE)  # fmt: skip
    texts += [urllib.parse.unquote(query) for query in re.findall(r"[?&]query=(PREFIX\S+)", text)]
    for query in texts:
        if "FILTER" not in query or query.count("{") == query.count("}"):
            found = store.query(query)
            assert isinstance(found, ox.QuerySolutions)
            assert next(found, None) is not None, query


def test_guides_name_queries_that_exist(project: Path) -> None:
    for guide in GUIDES:
        for name in re.findall(r"queries/([a-z0-9-]+\.rq)", guide.read_text("utf-8")):
            assert (project / "queries" / name).is_file(), (guide, name)


def test_every_guide_is_listed() -> None:
    listed = (GUIDES[0].parent / "README.md").read_text("utf-8")
    assert all(f"({guide.name})" in listed for guide in GUIDES if guide.name != "README.md")
