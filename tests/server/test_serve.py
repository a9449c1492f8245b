"""The service as a process: raw sockets, signals, and clients that misbehave."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

SMALL = "/sparql?query=" + quote("SELECT ?o { <http://example.org/e7> ?p ?o }")
LARGE = "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000")
ENDLESS = "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
SLOW = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
SMALL_BUFFER = 4096


class Service:
    """A running ``serve --dataset``."""

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
            assert time.monotonic() - began < 20
            time.sleep(0.02)
        self.started_in = time.monotonic() - began

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

    def open(self, head: str, buffer: int = 0) -> socket.socket:
        """A raw connection on which something was sent."""
        connection = socket.socket()
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.connect(("127.0.0.1", self.port))
        connection.settimeout(30)
        connection.sendall(head.encode())
        return connection

    def stop(self) -> float:
        """End the service by SIGTERM; the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0
        return time.monotonic() - began


@pytest.fixture(scope="module")
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
    each = Service(dataset, "--query-timeout", "3", "--query-rows", "100000", "--grace", "5")
    yield each
    each.stop()


def children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(each) for task in tasks for each in (task / "children").read_text().split()]


def read_all(connection: socket.socket) -> tuple[bytes, bool]:
    """What came, and whether it ended with the end of a chunked body."""
    data = b""
    with contextlib.suppress(ConnectionResetError), connection:
        while block := connection.recv(1 << 20):
            data += block
            if data.endswith(b"\r\n0\r\n\r\n"):
                return data, True
    return data, False


def request(path: str) -> str:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_service_answers_soon_after_its_start(service: Service) -> None:
    assert service.started_in < 5
    assert b'"7"' in service.get(SMALL)[1]


def test_large_answer_comes_whole(service: Service) -> None:
    data, whole = read_all(service.open(request(LARGE)))
    assert data.startswith(b"HTTP/1.1 200 ")
    assert whole or b"content-length" in data.lower()
    rows = json.loads(service.get(LARGE)[1])["results"]["bindings"]
    assert len(rows) == 60_000


def test_answer_that_breaks_is_visibly_cut(service: Service) -> None:
    with pytest.raises(http.client.IncompleteRead) as caught:
        service.get(ENDLESS)
    assert len(caught.value.partial) > 1_000_000


def test_answer_that_breaks_is_an_error_to_http_1_0(service: Service) -> None:
    """HTTP/1.0 has no chunks: the end of the connection would be the end of the answer."""
    data, _ = read_all(service.open(f"GET {ENDLESS} HTTP/1.0\r\n\r\n"))
    assert data.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 503 "))
    assert b"query_rows" in data or b"query_timeout" in data


def test_long_answer_to_http_1_0_tells_its_length(service: Service) -> None:
    data, _ = read_all(service.open(f"GET {LARGE} HTTP/1.0\r\n\r\n"))
    head, _, body = data.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert len(json.loads(body)["results"]["bindings"]) == 60_000


def test_clients_that_leave_or_dawdle_hold_nobody_up(service: Service) -> None:
    readers = [service.open(request(LARGE), SMALL_BUFFER) for _ in range(30)]
    heads = [service.open("GET / HTTP/1.1\r\nHost: x\r\n") for _ in range(200)]
    bodies = [
        service.open("POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nq")
        for _ in range(60)
    ]
    for each in [service.open(request(LARGE)) for _ in range(30)]:
        each.close()
    time.sleep(0.5)
    times = []
    for number in range(20):
        began = time.monotonic()
        status, body = service.get(SMALL + f"&unique={number}")
        times.append(time.monotonic() - began)
        assert (status, b'"7"' in body) == (200, True)
    for each in (*readers, *heads, *bodies):
        each.close()
    assert sorted(times)[10] < 0.5, times


def test_killed_server_process_is_replaced(service: Service) -> None:
    for victim in children(service.process.pid):
        if b"launcher" not in Path(f"/proc/{victim}/cmdline").read_bytes():
            os.kill(victim, signal.SIGKILL)
            break
    time.sleep(2)
    for _ in range(20):
        assert service.get(SMALL)[0] == 200


def test_killed_supervisor_is_replaced(service: Service) -> None:
    (launcher,) = [
        each
        for each in children(service.process.pid)
        if b"weihai_kg.engine.launcher" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]
    os.kill(launcher, signal.SIGKILL)
    for number in range(20):
        assert service.get(f"{SMALL}&after={number}")[0] == 200
        time.sleep(0.05)


def test_data_that_cannot_be_loaded_end_the_service(tmp_path: Path) -> None:
    broken = tmp_path / "broken.nt"
    broken.write_text("nonsense")
    done = subprocess.run(
        [sys.executable, "-m", "weihai_kg", "serve", "--dataset", broken, "--port", "0"],
        capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"broken.nt" in done.stderr


def test_running_request_is_finished_on_sigterm(dataset: Path) -> None:
    service = Service(dataset, "--query-timeout", "2", "--grace", "10")
    answers: list[tuple[int, bytes]] = []
    thread = threading.Thread(target=lambda: answers.append(service.get(SLOW)))
    thread.start()
    time.sleep(0.7)
    assert service.stop() < 8
    thread.join()
    assert len(answers) == 1
    assert b"query_timeout" in answers[0][1]


def test_get_answers_one_request_without_a_port(dataset: Path) -> None:
    for path, code, words in ((SMALL, 0, b'"7"'), ("/sparql?query=ASK", 1, b"error at")):
        done = subprocess.run(
            [sys.executable, "-m", "weihai_kg", "serve", "--dataset", dataset, "--get", path,
             "--log-format", "none"],
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert words in done.stdout
