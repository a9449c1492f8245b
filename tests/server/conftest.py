"""The service as processes: raw sockets, signals, and clients that misbehave."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

SMALL = "/sparql?query=" + quote("SELECT ?o { <http://example.org/e7> ?p ?o }")
LARGE = "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000")
LONG = "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 6000")
ENDLESS = "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
SLOW = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


def read_all(connection: socket.socket) -> tuple[bytes, bool]:
    """What came, and whether it ended with the end of a chunked body."""
    data = b""
    with contextlib.suppress(ConnectionResetError), connection:
        while block := connection.recv(1 << 20):
            data += block
            if data.endswith(b"\r\n0\r\n\r\n"):
                return data, True
    return data, False


def _children(process: int) -> list[int]:
    try:
        tasks = [*Path(f"/proc/{process}/task").iterdir()]
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []


class Service:
    """A running ``serve --dataset``, and what a client can do to it."""

    SMALL, LONG, LARGE, ENDLESS, SLOW = SMALL, LONG, LARGE, ENDLESS, SLOW

    def __init__(self, dataset: Path, *flags: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "weihai_kg", "serve",
             "--dataset", str(dataset), "--port", str(self.port), "--log-format", "none", *flags],
        )  # fmt: skip
        while True:
            with contextlib.suppress(OSError):
                self.get(SMALL)
                break
            assert self.process.poll() is None
            assert time.monotonic() - began < 60
            time.sleep(0.02)

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and whole body; IncompleteRead if the body is cut."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=30
            ) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def open(self, head: bytes | str, buffer: int = 0) -> socket.socket:
        """A raw connection on which something was sent."""
        connection = socket.socket()
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.connect(("127.0.0.1", self.port))
        connection.settimeout(30)
        connection.sendall(head if isinstance(head, bytes) else head.encode())
        return connection

    def exchange(self, data: bytes | str) -> bytes:
        """What comes back for raw bytes until the server closes."""
        with self.open(data) as connection:
            return read_all(connection)[0]

    @property
    def children(self) -> dict[str, list[int]]:
        """Process ids: the server processes, the launcher, and its fork servers and workers."""
        found: dict[str, list[int]] = {"server": [], "launcher": [], "engine": []}
        for each in _children(self.process.pid):
            command = Path(f"/proc/{each}/cmdline").read_bytes()
            found["launcher" if b"engine.launcher" in command else "server"].append(each)
        below = found["launcher"][:]
        while below:
            below = [child for each in below for child in _children(each)]
            found["engine"] += below
        return found

    @property
    def workers(self) -> list[int]:
        """Process ids of the query workers."""
        below = [child for each in self.children["launcher"] for child in _children(each)]
        return [child for each in below for child in _children(each)]

    @property
    def metrics(self) -> str:
        """What /metrics says."""
        return self.get("/metrics")[1].decode()

    def stop(self) -> float:
        """End the service by SIGTERM; the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0
        return time.monotonic() - began


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served") / "data.nt"
    path.write_text(
        "".join(
            f'<http://example.org/e{number}> <http://example.org/value> "{number}" .\n'
            for number in range(1000)
        )
    )
    return path


@pytest.fixture(scope="module")
def service(dataset: Path) -> Iterator[Service]:
    each = Service(dataset, "--query-timeout", "60", "--query-rows", "100000", "--grace", "5")
    yield each
    each.stop()


@pytest.fixture(scope="session")
def start(dataset: Path) -> Iterator[Callable[..., Service]]:
    """Start a service of one's own, with flags; it is ended at the latest with the tests."""
    started: list[Service] = []

    def start(*flags: str) -> Service:
        service = Service(dataset, *flags)
        started.append(service)
        return service

    yield start
    for service in started:
        if service.process.poll() is None:
            service.stop()
