"""One release with a small, awkward dataset; the real engine behind it; clients for both ways in.

``client`` calls the WSGI application in this process, ``server`` is the real server on a port.
"""

from __future__ import annotations

import dataclasses
import io
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph
import pytest
from werkzeug.test import Client

from weihai_kg.engine.service import Engine
from weihai_kg.settings import Settings
from weihai_kg.web.app import create_app, has_editor
from weihai_kg.web.backend import Releases
from weihai_kg.web.wsgi import Application

VERSION = "1.0.0+test"
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def releases(tmp_path_factory):
    """A folder with one release, as a build leaves it."""
    root = tmp_path_factory.mktemp("build")
    folder = root / "releases" / VERSION
    folder.mkdir(parents=True)
    store = pyoxigraph.Store()
    store.load(path=str(HERE / "dataset.trig"))
    dump = store.dump(format=pyoxigraph.RdfFormat.N_QUADS)
    lines = sorted(dump.splitlines(keepends=True))
    (folder / "weihai-kg.nq").write_bytes(b"".join(lines))
    (folder / "void.ttl").write_text("<http://example.org/> a <http://example.org/D> .\n")
    (folder / "weihai-kg.nq.gz").write_bytes(b"\x1f\x8b-not-really")
    (folder / "SHA256SUMS").write_text(
        "abc123  weihai-kg.nq\ndef456  void.ttl\n012345  weihai-kg.nq.gz\n"
    )
    (root / "current").symlink_to(Path("releases") / VERSION)
    return root


@pytest.fixture(scope="session")
def settings(releases):
    return Settings(releases=releases, log_format="none", workers=2, query_timeout=5.0)


@pytest.fixture(scope="session")
def engine(releases, settings):
    """The real engine, shared by all tests of this folder."""
    engine = Engine.start(releases / "current", settings)
    yield engine
    engine.close()


def build(engine, settings, **options):
    """A fresh application, with its own cache and counts, on an engine."""
    pages = create_app(settings, engine, Releases(settings))
    return Application(engine, settings, pages=pages, editor=has_editor(pages), **options)


@pytest.fixture
def make(engine, settings):
    """Make a client of a fresh application, with settings changed at will."""

    def make(log=None, engine=engine, **changes):
        changed = dataclasses.replace(settings, **changes)
        return Client(build(engine, changed, log=log or io.StringIO()))

    return make


@pytest.fixture
def client(make):
    return make()


@dataclasses.dataclass(frozen=True)
class Server:
    """The real server on a port of this machine."""

    port: int

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def send(self, data, *, timeout=10.0):
        """Send raw bytes; everything that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            connection.sendall(data)
            pieces = []
            while piece := connection.recv(65536):
                pieces.append(piece)
        return b"".join(pieces)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def server(releases, tmp_path_factory):
    """``weihai-kg serve`` with two server processes."""
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log"
    command = [
        sys.executable, "-c", "from weihai_kg.cli.serve import serve; serve()",
        "--releases", str(releases),
        "--port", str(port), "--log-format", "none", "--workers", "2", "--query-timeout", "5",
    ]  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait_until_ready(process, port, log)
        yield Server(port)
    finally:
        process.terminate()
        process.wait(15)


def wait_until_ready(process, port, log):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            answer = Server(port).send(b"GET /readyz HTTP/1.0\r\n\r\n")
        except OSError:
            answer = b""
        if b" 200 " in answer[:20]:
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())
