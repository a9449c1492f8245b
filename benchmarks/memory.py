"""Memory of every process while one server answers many varied requests.

    python benchmarks/memory.py                    100,000 requests to the current release
    python benchmarks/memory.py --requests 20000 --releases build

Prints a table: per part of the server, the processes it had and their memory, at each mark. Memory
that processes share is counted once, in equal parts (Pss); the largest resident set of one process
stands beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from load import answer
from servers import HOST, Dataset, Server, WeihaiKG
from workloads import Case, saved_cases

PROJECT = Path(__file__).resolve().parents[1]
MARKS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
SLOW = 0.05
MIB = 1024 * 1024
ACCEPTED = (
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv",
    "text/tab-separated-values", "text/turtle, text/csv;q=0.5", "application/n-triples",
    "application/rdf+xml", "application/ld+json", "*/*", "image/png",
)  # fmt: skip
PAGES = (
    "/", "/queries", "/ontology", "/downloads", "/article", "/about", "/openapi.json", "/sparql",
    "/healthz", "/readyz", "/metrics", "/void.ttl", "/nothing-here", "/id/weihai", "/page/weihai",
    "/data/weihai.ttl", "/page/yantai", "/sparql?query=SELECT", "/sparql?query=ASK%7B%7D&query=x",
    "/sparql?update=CLEAR%20ALL", "/rdf-graph-store?default",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """The memory of one part of the server at one mark."""

    processes: int
    shared_once: int
    largest: int


def requests(cases: list[Case], seed: int) -> Iterator[bytes]:
    """Varied requests without end: cached and unique queries, formats, encodings, pages, errors."""
    chance = random.Random(seed)
    count = 0
    while True:
        count += 1
        head = [f"Host: {HOST}", f"Accept: {chance.choice(ACCEPTED)}"]
        if chance.random() < 0.3:
            head.append(f"Accept-Encoding: {chance.choice(('gzip', 'br', 'zstd'))}")
        kind = chance.random()
        body = b""
        if kind < 0.15:
            line = f"GET {chance.choice(PAGES)}"
        else:
            text = chance.choice(cases).text
            if kind < 0.75:
                text = f"{text}\n# {count} {chance.random()}"
            if kind < 0.45:
                line = f"GET /sparql?query={quote(text, safe='')}"
            elif kind < 0.6:
                line, body = "POST /sparql", text.encode()
                head.append("Content-Type: application/sparql-query")
            else:
                line, body = "POST /sparql", b"query=" + quote(text, safe="").encode()
                head.append("Content-Type: application/x-www-form-urlencoded")
        if body:
            head.append(f"Content-Length: {len(body)}")
        yield "\r\n".join([f"{line} HTTP/1.1", *head, "", ""]).encode() + body


def quick(server: Server, cases: list[Case]) -> list[Case]:
    """The queries that are answered soon: memory is to be told here, not patience."""
    found = []
    for case in cases:
        began = time.perf_counter()
        server.ask(case.text, case.accept)
        if time.perf_counter() - began < SLOW:
            found.append(case)
    return found


def memory(server: Server) -> dict[str, Reading]:
    """The memory of each part: of server processes, launcher, fork server and workers."""
    parts: dict[str, list[tuple[int, int]]] = {}
    roles: dict[int, str] = {}
    for process in server.processes:
        try:
            role = _role(process, roles)
            told = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        sizes = {
            line.split(":")[0]: int(line.split()[1]) * 1024
            for line in told.splitlines()[1:]
            if line.endswith("kB")
        }
        parts.setdefault(role, []).append((sizes["Pss"], sizes["Rss"]))
    readings = {
        role: Reading(len(sizes), sum(pss for pss, _ in sizes), max(rss for _, rss in sizes))
        for role, sizes in parts.items()
    }
    everything = [size for sizes in parts.values() for size in sizes]
    readings["all"] = Reading(
        len(everything), sum(pss for pss, _ in everything), max(rss for _, rss in everything)
    )
    return readings


def _role(process: int, roles: dict[int, str]) -> str:
    """What a process is, by its command and its parent; ``roles`` are those known already."""
    command = Path(f"/proc/{process}/cmdline").read_bytes().decode()
    parent = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    if "engine.launcher" in command:
        role = "supervisor"
    elif "engine.forkserver" in command:
        role = "workers" if roles.get(parent) in {"fork server", "workers"} else "fork server"
    else:
        role = "server processes" if parent in roles else "main process"
    roles[process] = role
    return role


async def send(server: Server, wanted: Iterator[bytes], connections: int) -> dict[int, int]:
    """Send the requests over several connections; the statuses that came, counted."""
    statuses: dict[int, int] = {}

    async def client() -> None:
        reader, writer = await asyncio.open_connection(HOST, server.port, limit=1 << 22)
        for request in wanted:
            writer.write(request)
            status = await asyncio.wait_for(answer(reader), 60)
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(client() for _ in range(connections)))
    return statuses


def main() -> int:
    """Print the table; 1 if a request was answered by an error of the server."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument("--connections", type=int, default=8, help="default: %(default)s")
    parser.add_argument("--releases", type=Path, default=PROJECT / "build")
    parser.add_argument("--out", type=Path, help="write the readings here too, as JSON")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    releases = given.releases.resolve()
    with tempfile.TemporaryDirectory() as folder:
        server = WeihaiKG(Dataset(releases / "current", releases), Path(folder))
        try:
            return report(server, given)
        finally:
            server.stop()


def report(server: Server, given: argparse.Namespace) -> int:
    """Run and print; the exit code."""
    server.prepare()
    readings = {0: memory(server)}
    cases = quick(server, saved_cases(PROJECT / "queries"))
    statuses: dict[int, int] = {}
    wanted = requests(cases, 1)
    done = 0
    began = time.monotonic()
    for mark in MARKS[1:]:
        until = round(given.requests * mark)
        for status, times in asyncio.run(
            send(server, islice(wanted, until - done), given.connections)
        ).items():
            statuses[status] = statuses.get(status, 0) + times
        done = until
        readings[done] = memory(server)
        print(f"{done:,} requests, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(f"{len(cases)} queries; statuses {dict(sorted(statuses.items()))}\n")
    print("| after requests | part | processes | MiB together | MiB of the largest |")
    print("|---|---|---|---|---|")
    for count, parts in readings.items():
        for role, each in parts.items():
            print(f"| {count:,} | {role} | {each.processes} | {each.shared_once / MIB:,.1f} "
                  f"| {each.largest / MIB:,.1f} |")  # fmt: skip
    if given.out:
        told = {
            count: {
                role: [each.processes, each.shared_once, each.largest]
                for role, each in parts.items()
            }
            for count, parts in readings.items()
        }
        given.out.write_text(json.dumps({"statuses": statuses, "memory": told}, indent=1))
    return int(any(status >= 500 for status in statuses))


if __name__ == "__main__":
    raise SystemExit(main())
