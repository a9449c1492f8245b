"""Clients that go, dawdle or flood, and processes that are killed: what others notice of it."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

CROWD = 300
BUFFER = 4096
BOUND = 2.0  # a request that is held up waits for the end of a slow query, 8 s, or for ever


def get(path, *headers):
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers, "", ""])


def others(service, count=30):
    """What half of the ordinary requests take at most, each to be evaluated anew."""
    times = []
    for _ in range(count):
        began = time.monotonic()
        status, body = service.get(f"{service.SMALL}%23{time.monotonic_ns()}")
        times.append(time.monotonic() - began)
        assert (status, b'"7"' in body) == (200, True)
    return statistics.median(times)


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def kills(service, reason):
    found = re.findall(rf'engine_kills{{reason="{reason}"}} (\S+)', service.metrics)
    return sum(map(float, found))


@pytest.fixture(scope="module")
def service(start):
    each = start("--query-timeout", "8", "--query-rows", "100000", "--grace", "5")
    yield each
    each.stop()


@pytest.mark.parametrize("what", ["heads", "bodies", "readers", "requests of one byte"])
def test_slow_clients_hold_nobody_up(service, what):
    body = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    data, buffer = {
        "heads": ("GET / HTTP/1.1\r\nHost: x\r\n", 0),
        "bodies": (body + "Content-Length: 90\r\n\r\nASK", 0),
        "readers": (get(service.LONG), BUFFER),
        "requests of one byte": ("G", 0),
    }[what]
    with contextlib.ExitStack() as stack:
        for _ in range(CROWD):
            stack.enter_context(service.open(data, buffer))
        assert others(service) < BOUND


def test_slow_reader_gets_the_whole_answer_in_the_end(service):
    with service.open(get(service.LARGE, "Connection: close"), BUFFER) as connection:
        pieces = []
        while piece := connection.recv(65_536):
            if len(pieces) < 20:
                time.sleep(0.05)
            pieces.append(piece)
    assert b"".join(pieces).endswith(b"\r\n0\r\n\r\n")


def test_clients_that_go_free_their_workers(service):
    before = kills(service, "abandoned")
    for _ in range(8):
        service.open(get(f"{service.SLOW}%23{time.monotonic_ns()}")).close()
    wait_until(lambda: kills(service, "abandoned") >= before + 8)
    assert others(service, 5) < BOUND


def test_clients_that_go_in_the_middle_of_an_answer_free_their_workers(service):
    for _ in range(8):
        with service.open(get(f"{service.ENDLESS}%23{time.monotonic_ns()}"), BUFFER) as connection:
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert others(service, 5) < BOUND
    wait_until(lambda: "engine_busy 0.0" in service.metrics)


def test_clients_that_go_before_the_body_is_whole(service):
    for _ in range(20):
        service.open(
            "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            "Content-Length: 1000\r\n\r\nASK {"
        ).close()
    assert others(service, 5) < BOUND


def test_flood_of_slow_queries_is_refused_at_once(service):
    def ask(number):
        began = time.monotonic()
        return service.get(f"{service.SLOW}%23{number}")[0], time.monotonic() - began

    with ThreadPoolExecutor(200) as pool:
        asked = [pool.submit(ask, number) for number in range(200)]
        time.sleep(0.5)
        assert others(service, 20) < BOUND
        answers = [each.result() for each in asked]
    assert {status for status, _ in answers} == {503}


@pytest.mark.parametrize("victims", ["server", "workers", "engine", "launcher"])
def test_kill_in_the_middle_of_an_answer_is_seen_and_survived(service, victims):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", f"{service.ENDLESS}%23{victims}")
        response = connection.getresponse()
        assert response.status == 200
        assert response.read(1000)
        found = service.workers if victims == "workers" else service.children[victims]
        for each in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            response.read()
    wait_until(lambda: _answers(service))
    for _ in range(10):
        assert service.get(f"{service.SMALL}%23{time.monotonic_ns()}")[0] == 200


def _answers(service):
    try:
        return service.get(service.SMALL)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def test_killed_server_process_loses_only_its_own_connections(service):
    victim = service.children["server"][0]
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: len({*service.children["server"]} - {victim}) == 2)
    assert {service.get(f"{service.SMALL}&after={number}")[0] for number in range(20)} == {200}


def test_rate_limit_is_one_for_all_server_processes(start):
    service = start("--rate-limit", "20/hour", "--processes", "3")
    answers = [service.get(f"{service.SMALL}&n={number}")[0] for number in range(40)]
    counted = answers.count(200)
    assert 10 <= counted <= 20  # some went into waiting for the service
    assert answers[counted:] == [429] * (40 - counted)
    service.stop()


def test_requests_under_way_are_answered_while_the_service_ends(start):
    service = start("--grace", "10", "--query-timeout", "2")
    answers, failures = [], []

    def ask(number):
        try:
            answers.append(service.get(f"{service.SLOW}%23{number}"))
        except (OSError, http.client.HTTPException) as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    time.sleep(0.7)
    with service.open("") as idle:
        assert service.stop() < 8
        assert idle.recv(1) == b""
    for each in threads:
        each.join()
    assert not failures
    assert [status for status, _ in answers] == [503] * 6
