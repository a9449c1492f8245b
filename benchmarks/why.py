"""How long an explanation of a row takes, over the release and over a generated graph.

    python benchmarks/why.py                       the current release and a million triples
    python benchmarks/why.py --triples 0           the release alone

Asks why of the first row of every query, each time as a query not seen before, one after another
over HTTP, and the query itself beside it. Prints a table: milliseconds of the query and its "why".
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from generate import generate
from servers import HOST, Dataset, Server, WeihaiKG
from workloads import Case, generated_cases, saved_cases

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 120.0


def literal(value: dict[str, str]) -> str:
    """A term of a result in N-Triples form."""
    if value["type"] == "uri":
        return f"<{value['value']}>"
    text = json.dumps(value["value"], ensure_ascii=False)
    if language := value.get("xml:lang"):
        return f"{text}@{language}"
    return f"{text}^^<{value.get('datatype', 'http://www.w3.org/2001/XMLSchema#string')}>"


def first_row(server: Server, text: str) -> dict[str, str] | None:
    """The first row of an answer as values for ``/why``; None if it has none that can be named."""
    status, body = server.ask(text)
    if status != 200:
        return None
    told: dict[str, Any] = json.loads(body)
    rows = told.get("results", {}).get("bindings", [])
    if not rows or any(value["type"] in {"bnode", "triple"} for value in rows[0].values()):
        return None
    return {name: literal(value) for name, value in rows[0].items()}


def timed(server: Server, path: str) -> tuple[int, float]:
    """Status, and the seconds until the whole answer was there."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=PATIENCE)
    try:
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        response.read()
        return response.status, time.perf_counter() - began
    finally:
        connection.close()


def rows(server: Server, cases: list[Case], rounds: int) -> list[tuple[str, float, float, str]]:
    """Per query: its name, the median seconds of itself and of its "why", and what went wrong."""
    found = []
    for case in cases:
        row = first_row(server, case.text.replace("{number}", "1"))
        if row is None:
            continue
        plain, why, trouble = [], [], ""
        for index in range(rounds):
            text = f"{case.text.replace('{number}', '1')}\n# {index}"
            plain.append(timed(server, server.target(text))[1])
            bindings = {f"binding-{name}": value for name, value in row.items()}
            status, seconds = timed(server, f"/why?{urlencode({'query': text, **bindings})}")
            why.append(seconds)
            trouble = "" if status == 200 else f"status {status}"
        found.append((case.name, statistics.median(plain), statistics.median(why), trouble))
    return found


def table(title: str, found: list[tuple[str, float, float, str]]) -> str:
    """The readings as Markdown, the slowest first, with their median at the top."""
    lines = [f"## {title}", "", "| query | query, ms | why, ms | |", "|---|---|---|---|"]
    plain, why = (statistics.median(each[place] for each in found) for place in (1, 2))
    lines.append(f"| median of {len(found)} | {plain * 1e3:,.1f} | {why * 1e3:,.1f} | |")
    lines += [
        f"| {name} | {plain * 1e3:,.1f} | {why * 1e3:,.1f} | {trouble} |"
        for name, plain, why, trouble in sorted(found, key=lambda each: -each[2])
    ]
    return "\n".join([*lines, ""])


def measured(data: Dataset, cases: list[Case], rounds: int, folder: Path) -> list[Any]:
    """Start a server over the data, ask, stop it."""
    server = WeihaiKG(data, folder)
    try:
        server.prepare()
        return rows(server, cases, rounds)
    finally:
        server.stop()


def main() -> int:
    """Print the tables; 1 if an explanation failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--triples", type=int, default=1_000_000, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--releases", type=Path, default=PROJECT / "build")
    given = parser.parse_args()
    releases = given.releases.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        release = Dataset(releases / "current", releases)
        found = measured(release, saved_cases(PROJECT / "queries"), given.rounds, folder)
        print(table("Why a row, over the release", found))
        if given.triples:
            extent = generate(folder / "large.nt", given.triples)
            cases = generated_cases(extent)
            large = measured(Dataset(folder / "large.nt"), cases, given.rounds, folder)
            print(table(f"Why a row, over {given.triples:,} triples", large))
            found += large
    return int(any(trouble for *_, trouble in found))


if __name__ == "__main__":
    raise SystemExit(main())
