"""Drives a server with one query over several connections: with wrk, or without it in Python."""

from __future__ import annotations

import asyncio
import json
import math
import os
import random
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from servers import HOST, Server, ServerError, find
from workloads import NUMBER, Case

WRK = "apt-get install wrk"
_TRIES = 3
_PATIENCE = 3.0
_SCRIPT = """\
local parts = {{ {parts} }}
local count = {seed} * 1000000
math.randomseed({seed})
function request()
  count = count + 1
  local text = parts[1]
  for index = 2, #parts do text = text .. math.random(0, {numbers}) .. parts[index] end
  return text .. {unique} .. {rest}
end
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\\n{{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d}}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6,
    latency:percentile(99) / 1e6,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one burst of requests came to; times in seconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int

    @property
    def rate(self) -> float:
        """Requests answered per second; at most one if none was answered in time."""
        return max(self.requests, 1) / self.seconds


@dataclass(frozen=True, slots=True)
class Burst:
    """How long, over how many connections, and whether each request is a text of its own."""

    seconds: float
    connections: int
    unique: bool
    seed: int


def drive(server: Server, case: Case, burst: Burst) -> Load:
    """One burst of one query at one server."""
    return _with_wrk(server, case, burst) if find("wrk") else asyncio.run(_run(server, case, burst))


def _pieces(server: Server, case: Case) -> tuple[list[str], str]:
    """The request line around the numbers that are drawn anew, and the rest of the request."""
    parts = [f"GET {server.target('')}"]
    texts = [
        server.target(text).removeprefix(server.target("")) for text in case.text.split(NUMBER)
    ]
    parts[0] += texts[0]
    host = f"{HOST}:{server.port}"
    return parts + texts[1:], f" HTTP/1.1\r\nHost: {host}\r\nAccept: {case.accept}\r\n\r\n"


def _with_wrk(server: Server, case: Case, burst: Burst) -> Load:
    parts, rest = _pieces(server, case)
    script = _SCRIPT.format(
        parts=", ".join(map(json.dumps, parts)), rest=json.dumps(rest), seed=burst.seed,
        numbers=max(case.numbers - 1, 0), unique='"%0A%23" .. count' if burst.unique else '""',
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "requests.lua")
        path.write_text(script)
        command = [
            find("wrk"), "-t1", f"-c{burst.connections}", f"-d{math.ceil(burst.seconds) + 60}s",
            "--timeout", "120s", "-s", str(path), f"http://{HOST}:{server.port}/",
        ]  # fmt: skip
        for _ in range(_TRIES):
            told = _interrupted(command, burst.seconds).strip().rpartition("\n")[2]
            if told.startswith("{"):
                return Load(**json.loads(told))
    raise ServerError(f"wrk told nothing of {server.name}")


def _interrupted(command: list[str], seconds: float) -> str:
    """What wrk tells after some time: it takes whole seconds only, but may be interrupted.

    On a busy machine the signal may come before wrk waits for it, or before it knows it.
    """
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    time.sleep(seconds)
    while True:
        process.send_signal(signal.SIGINT)
        try:
            return process.communicate(timeout=_PATIENCE)[0]
        except subprocess.TimeoutExpired:
            continue


async def _run(server: Server, case: Case, burst: Burst) -> Load:
    """The same without wrk; slower, so that it limits fast servers."""
    times: list[float] = []
    errors = 0
    end = time.perf_counter() + burst.seconds
    parts, rest = _pieces(server, case)
    numbers = random.Random(burst.seed)
    count = burst.seed * 1_000_000

    def request() -> bytes:
        nonlocal count
        count += 1
        text = parts[0]
        for part in parts[1:]:
            text += f"{numbers.randrange(case.numbers)}{part}"
        return (text + (f"%0A%23{count}" if burst.unique else "") + rest).encode()

    async def client() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection(HOST, server.port)
        while time.perf_counter() < end:
            began = time.perf_counter()
            try:
                writer.write(request())
                if await asyncio.wait_for(answer(reader), max(end - began, 0.001)) >= 400:
                    errors += 1
                times.append(time.perf_counter() - began)
            except TimeoutError:
                break
            except (OSError, EOFError, ValueError):
                errors += 1
                reader, writer = await asyncio.open_connection(HOST, server.port)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(burst.connections)))
    seconds = time.perf_counter() - began
    times.sort()
    at = [
        times[min(len(times) - 1, int(len(times) * part))] if times else 0.0 for part in (0.5, 0.99)
    ]
    return Load(len(times), seconds, at[0], at[1], errors)


async def answer(reader: asyncio.StreamReader) -> int:
    """The status of the next response, its body read."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split()[1])
    if "transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    elif "content-length: " in head:
        await reader.readexactly(int(head.partition("content-length: ")[2].split()[0]))
    return status


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
