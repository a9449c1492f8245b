"""The service as a process: its start, its answers, its end."""

from __future__ import annotations

import http.client
import json
import platform
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

HEAP = 64 * 1024 * 1024


def request(path):
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def test_service_answers(service):
    assert b'"7"' in service.get(service.SMALL)[1]


def test_large_answer_comes_whole(service):
    data = service.exchange(request(service.LARGE))
    assert data.startswith(b"HTTP/1.1 200 ")
    assert data.endswith(b"\r\n0\r\n\r\n")
    rows = json.loads(service.get(service.LARGE)[1])["results"]["bindings"]
    assert len(rows) == 60_000


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives threads heaps")
def test_threads_of_a_server_process_share_one_heap(service):
    """A heap of a thread is a reservation of 64 MiB, of which the first part is in use."""
    ends = [threading.Thread(target=service.get, args=(service.LARGE,)) for _ in range(8)]
    for each in ends:
        each.start()
    for each in ends:
        each.join()
    for process in service.children["server"]:
        regions = []
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            first, last = (int(end, 16) for end in line.split()[0].split("-"))
            regions.append((first, last, line.split()[1]))
        heaps = [
            first for (first, middle, used), (start, last, free) in pairwise(regions)
            if last - first == HEAP and middle == start and (used, free) == ("rw-p", "---p")
        ]  # fmt: skip
        assert not heaps


def test_answer_that_breaks_is_visibly_cut(service):
    with pytest.raises(http.client.IncompleteRead) as caught:
        service.get(service.ENDLESS)
    assert len(caught.value.partial) > 1_000_000


def test_answer_that_breaks_is_an_error_to_http_1_0(service):
    """HTTP/1.0 has no chunks: the end of the connection would be the end of the answer."""
    data = service.exchange(f"GET {service.ENDLESS} HTTP/1.0\r\n\r\n")
    assert data.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 503 "))
    assert b"query_rows" in data or b"query_timeout" in data


def test_long_answer_to_http_1_0_tells_its_length(service):
    data = service.exchange(f"GET {service.LARGE} HTTP/1.0\r\n\r\n")
    head, _, body = data.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert len(json.loads(body)["results"]["bindings"]) == 60_000


def test_data_that_cannot_be_loaded_end_the_service(tmp_path):
    broken = tmp_path / "broken.nt"
    broken.write_text("nonsense")
    done = subprocess.run(
        [sys.executable, "-m", "weihai_kg", "serve", "--dataset", broken, "--port", "0"],
        capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"broken.nt" in done.stderr


@pytest.mark.parametrize(
    "flags",
    [
        ("--workers", "0"),
        ("--query-timeout", "nan"),
        ("--rate-limit", "often"),
        ("--port", "99999"),
    ],
    ids=" ".join,
)
def test_setting_that_makes_no_sense_ends_the_service(dataset, flags):
    done = subprocess.run(
        [sys.executable, "-m", "weihai_kg", "serve", "--dataset", dataset, "--port", "0", *flags],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode in (1, 2)
    assert flags[1].encode() in done.stderr
    assert b"Traceback" not in done.stderr


def test_running_request_is_finished_on_sigterm(start):
    service = start("--query-timeout", "2", "--grace", "10")
    answers = []
    thread = threading.Thread(target=lambda: answers.append(service.get(service.SLOW)))
    thread.start()
    time.sleep(0.7)
    assert service.stop() < 8
    thread.join()
    assert len(answers) == 1
    assert b"query_timeout" in answers[0][1]


def test_get_answers_one_request_without_a_port(dataset):
    for path, code, words in (
        ("/sparql?query=SELECT*{<http://example.org/e7>?p?o}", 0, b'"7"'),
        ("/sparql?query=ASK", 1, b"error at"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "weihai_kg", "serve", "--dataset", dataset, "--get", path,
             "--log-format", "none"],
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert words in done.stdout
