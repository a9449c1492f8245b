"""One running service that holds the data of all tests, each file in a graph named by its IRI."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from tests.w3c.manifests import AS_DEFAULT, BASE, Case, cases, path_of

QUERY = "application/sparql-query"


class Endpoint:
    """A running ``serve --dataset``, and one connection to it."""

    def __init__(self, dataset: Path, *flags: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/sparql"
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "weihai_kg", "serve", "--dataset", str(dataset), "--port",
                str(self.port), "--processes", "1", "--log-format", "none", "--federation",
                f"http://127.0.0.1:{self.port}", *flags,
            ],
        )  # fmt: skip
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        end = time.monotonic() + 30
        while True:
            try:
                self.ask("ASK {}", "application/sparql-results+json")
                break
            except OSError:
                self._connection.close()
                assert self.process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.05)

    def ask(
        self, text: str, accept: str, dataset: Iterable[tuple[str, str]] = ()
    ) -> tuple[int, bytes]:
        """Status and body of one query."""
        parameters = urlencode(list(dataset))
        self._connection.request(
            "POST", "/sparql" + (f"?{parameters}" if parameters else ""), text.encode(),
            {"Content-Type": QUERY, "Accept": accept},
        )  # fmt: skip
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def release(self) -> str:
        """What the service says its answers come from."""
        with urllib.request.urlopen(f"{self.address}?query=ASK%7B%7D", timeout=30) as answer:
            return str(answer.headers["ETag"])

    def stop(self) -> None:
        """End it."""
        self._connection.close()
        self.process.terminate()
        assert self.process.wait(30) == 0


def quads(graph: str) -> Iterator[ox.Quad]:
    """The data of one file in a graph of its own, with blank nodes of its own."""
    iri = graph.removesuffix(AS_DEFAULT)
    path = path_of(iri)
    format_ = ox.RdfFormat.from_extension(path.suffix[1:])
    for quad in ox.parse(path=path, format=format_, base_iri=iri, rename_blank_nodes=True):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph))


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    path = tmp_path_factory.mktemp("w3c") / "suites.nq"
    graphs = {graph for case in cases() for graph in case.graphs}
    with path.open("wb") as stream:
        for graph in sorted(graphs):
            ox.serialize(quads(graph), stream, ox.RdfFormat.N_QUADS)
    with running(path) as each:
        yield each


@contextmanager
def running(dataset: Path) -> Iterator[Endpoint]:
    """A service of a file."""
    endpoint = Endpoint(dataset)
    try:
        yield endpoint
    finally:
        endpoint.stop()


def write_file(case: Case, path: Path) -> None:
    """Replace a TriG file by one with the dataset of a test."""

    def dataset() -> Iterator[ox.Quad]:
        for iri in case.default:
            for quad in quads(iri + AS_DEFAULT):
                yield ox.Quad(quad.subject, quad.predicate, quad.object)
        for iri in case.named:
            yield from quads(iri)

    partial = path.with_suffix(".partial")
    ox.serialize(dataset(), str(partial), ox.RdfFormat.TRIG)
    partial.replace(path)


def text_of(case: Case, address: str) -> str:
    """The query with the base IRI of its file; endpoints are played by the service itself."""
    text = case.text
    for service, data in case.services:
        played = f"{address}?{urlencode([('default-graph-uri', data)])}"
        text = text.replace(f"<{service}>", f"<{played}>")
    return f"BASE <{case.query}>\n{text}"


def dataset_of(case: Case) -> list[tuple[str, str]]:
    """The protocol's parameters; none where the query has a FROM."""
    if case.chosen:
        return []
    given = [("default-graph-uri", iri + AS_DEFAULT) for iri in case.default]
    given += [("named-graph-uri", iri) for iri in case.named]
    return given or [("default-graph-uri", f"{BASE}empty")]
