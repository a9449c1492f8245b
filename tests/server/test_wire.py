"""HTTP/1.1 as bytes: framing, limits, forms of the target, what is refused and how."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TYPE = "Content-Type: application/sparql-query\r\n"
POST = "POST /sparql HTTP/1.1\r\nHost: x\r\n" + TYPE
CLOSE = "Connection: close\r\n"
ASK = "/sparql?query=ASK%7B%7D"
TRUE = b'"boolean":true'


def statuses(data):
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d\d\d) ", data)]


@pytest.fixture(scope="module")
def wire(start):
    each = start("--query-timeout", "3", "--processes", "1")
    yield each
    each.stop()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (f"GET {ASK} HTTP/1.1\r\n{CLOSE}\r\n", 400),
        (f"GET {ASK} HTTP/1.1\r\nHost: a\r\nHost: a\r\n{CLOSE}\r\n", 400),
        (f"GET {ASK} HTTP/1.1\r\nHost: a b\r\n{CLOSE}\r\n", 400),
        (f"GET {ASK} HTTP/1.1\r\nHost : a\r\n{CLOSE}\r\n", 400),
        (f"GET {ASK} HTTP/1.1\r\nHost: a\r\n folded\r\n{CLOSE}\r\n", 400),
        (f"GET {ASK} HTTP/2.0\r\nHost: a\r\n{CLOSE}\r\n", 505),
        (f"GET {ASK} HTTP/9\r\nHost: a\r\n{CLOSE}\r\n", 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (f"BREW {ASK} HTTP/1.1\r\nHost: a\r\n{CLOSE}\r\n", 501),
        ("nonsense\r\n\r\n", 400),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 400),
        (f"GET sparql HTTP/1.1\r\nHost: a\r\n{CLOSE}\r\n", 400),
        (f"GET * HTTP/1.1\r\nHost: a\r\n{CLOSE}\r\n", 400),
        (f"GET {ASK}#x HTTP/1.1\r\nHost: a\r\n{CLOSE}\r\n", 400),
        (f"GET /a%00b HTTP/1.1\r\nHost: a\r\n{CLOSE}\r\n", 404),
        (f"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n{CLOSE}\r\n", 405),
        (POST + "Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}", 400),
        (POST + "Content-Length: -1\r\n\r\nASK {}", 400),
        (POST + "Content-Length: 0x6\r\n\r\nASK {}", 400),
        (POST + "Content-Length: 99999999999999999999999\r\n\r\nASK {}", 400),
        (POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (POST + "Transfer-Encoding: identity\r\n\r\nASK {}", 501),
        (POST + "Transfer-Encoding: chunked\r\n\r\nZ\r\nASK {}\r\n0\r\n\r\n", 400),
        (POST + "Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}XX0\r\n\r\n", 400),
        (POST + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nASK", 400),
        (POST + "Expect: wonders\r\nContent-Length: 6\r\n\r\nASK {}", 417),
        (POST + "Content-Length: 99999999\r\n\r\n", 413),
        (f"GET /{'a' * 300_000} HTTP/1.1\r\nHost: a\r\n{CLOSE}\r\n", 414),
        (f"GET / HTTP/1.1\r\nHost: a\r\nX: {'a' * 70_000}\r\n{CLOSE}\r\n", 431),
        (f"GET / HTTP/1.1\r\nHost: a\r\nX: {'a' * 400_000}", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n" * 200 + "\r\n", 431),
    ],
)
def test_request_that_is_not_right_is_refused_once(wire, data, status):
    answer = wire.exchange(data.encode("latin-1"))
    assert statuses(answer) == [status], answer[:300]
    assert b"connection: close" in answer.lower()
    assert b"problem+json" in answer


@pytest.mark.parametrize(
    "data",
    [
        f"GET http://other.example{ASK} HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n",
        f"GET {ASK} HTTP/1.0\r\n\r\n",
        f"GET //{ASK} HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n",
        f"\r\n\r\nGET {ASK} HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n",
        f"GET {ASK} HTTP/1.1\r\nHost:x\r\n{CLOSE}Upgrade: h2c\r\n\r\n",
        f"GET {ASK} HTTP/1.1\r\nHost:x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        POST + CLOSE + "Content-Length: 6\r\n\r\nASK {}",
        POST + CLOSE + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nASK\r\n3\r\n {}\r\n0\r\nT: x\r\n"
        "\r\n",
    ],
)  # fmt: skip
def test_request_that_is_right_though_rare(wire, data):
    answer = wire.exchange(data)
    assert statuses(answer) == [200], answer[:300]
    assert answer.endswith(b"}")
    assert TRUE in answer


def test_long_query_to_a_worker_that_had_short_ones(wire):
    """The loop and the threads talk to the same workers; a long query does not fit their socket."""
    for number in range(8):
        short = f"GET {ASK}%23{number} HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n"
        assert TRUE in wire.exchange(short)
        text = f"ASK {{}} #{number}".ljust(900_000, "x")
        answer = wire.exchange(POST + CLOSE + f"Content-Length: {len(text)}\r\n\r\n" + text)
        assert statuses(answer) == [200], answer[:300]
        assert TRUE in answer


def test_options_of_the_whole_service(wire):
    answer = wire.exchange(f"OPTIONS * HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n")
    assert statuses(answer) == [204]
    assert b"Allow: GET, HEAD, POST, OPTIONS" in answer


def test_absolute_target_names_the_host(wire):
    query = "/sparql?query=SELECT(IRI(%22a%22)AS?x){}"
    answer = wire.exchange(f"GET http://other.example{query} HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n")
    assert b"http://other.example/a" in answer


def test_http_1_0_may_keep_the_connection(wire):
    first = f"GET {ASK} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    answer = wire.exchange(first + f"GET {ASK} HTTP/1.0\r\n\r\n")
    assert statuses(answer) == [200, 200]
    assert b"connection: keep-alive" in answer.lower()


@pytest.mark.parametrize("pause", [0, 0.05])
def test_continue_is_sent_before_the_body_comes(wire, pause):
    head = POST + CLOSE + "Expect: 100-continue\r\nContent-Length: 6\r\n\r\n"
    with wire.open("" if pause else f"GET {ASK} HTTP/1.1\r\nHost: x\r\n\r\n") as connection:
        time.sleep(pause)
        connection.sendall(head.encode())
        data = b""
        while b"100 Continue\r\n\r\n" not in data:
            data += connection.recv(65_536)
        connection.sendall(b"ASK {}")
        while block := connection.recv(65_536):
            data += block
    assert statuses(data) == ([100, 200] if pause else [200, 100, 200])


def test_no_body_is_asked_for_that_is_too_long(wire):
    answer = wire.exchange(POST + "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
    assert statuses(answer) == [413]


def test_pipelined_requests_are_answered_in_order(wire):
    paths = []
    for number in range(100):
        kept = "SELECT (7 AS ?x) {}" if number % 3 == 0 else f"SELECT ({number} AS ?x) {{}}"
        paths.append("/healthz" if number % 7 == 0 else f"/sparql?query={kept.replace(' ', '+')}")
    data = "".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths)
    last = f"GET {ASK} HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n"
    answer = wire.exchange(data + last)
    assert statuses(answer) == [200] * 101
    bodies = re.findall(rb'"value":"(\d+)"|(alive)', answer)
    wanted = [
        "alive" if number % 7 == 0 else "7" if number % 3 == 0 else str(number)
        for number in range(100)
    ]
    assert [(one or two).decode() for one, two in bodies] == wanted


def test_requests_after_a_refused_one_are_not_answered(wire):
    smuggled = f"GET {ASK} HTTP/1.1\r\nHost: x\r\n\r\n"
    for first in (
        POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + f"Content-Length: {len(smuggled)}\r\nContent-Length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
    ):
        assert statuses(wire.exchange(first + smuggled)) == [400]


def test_body_of_a_get_is_not_taken_for_a_request(wire):
    hidden = f"GET {ASK} HTTP/1.1\r\nHost: x\r\n\r\n"
    data = f"GET {ASK} HTTP/1.1\r\nHost: x\r\n{CLOSE}Content-Length: {len(hidden)}\r\n\r\n"
    assert statuses(wire.exchange(data + hidden)) == [200]


def test_request_in_single_bytes(wire):
    data = POST + CLOSE + "Content-Length: 6\r\n\r\nASK {}"
    with wire.open("") as connection:
        for byte in data.encode():
            connection.sendall(bytes([byte]))
        answer = b""
        while block := connection.recv(65_536):
            answer += block
    assert TRUE in answer


def test_header_with_an_underscore_is_left_out(wire):
    base = f"GET {ASK} HTTP/1.1\r\nHost: x\r\n{CLOSE}"
    assert b"x-request-id: mine" in wire.exchange(base + "X-Request-Id: mine\r\n\r\n").lower()
    answer = wire.exchange(base + "X_Request_Id: mine\r\n\r\n").lower()
    assert b"x-request-id: mine" not in answer


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.sampled_from([f"GET {ASK}", "POST /sparql", "HEAD /", "GET "]),
    rest=st.text(st.characters(max_codepoint=255), max_size=80),
    end=st.sampled_from(["", "\r\n\r\n", " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"]),
)
def test_any_bytes_are_answered_or_awaited(wire, start, rest, end):
    with wire.open((start + rest + end).encode("latin-1")) as connection:
        connection.settimeout(0.05)
        data = b""
        try:
            while block := connection.recv(65_536):
                data += block
        except TimeoutError:
            pass
    assert not {status for status in statuses(data) if status >= 500} - {501, 505}
    assert wire.get(ASK)[0] == 200
