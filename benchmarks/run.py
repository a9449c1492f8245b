"""One run: this project's server and others, on the same data, with the same queries.

    python benchmarks/run.py                       everything, in about 10 minutes
    python benchmarks/run.py --quick               a sample, in about 3 minutes
    python benchmarks/run.py --workload c --servers weihai-kg,oxigraph --seconds 1

Writes bench.md and bench.json into build/bench/.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from generate import generate
from measure import Outcome, Plan, measure
from report import start_row, write
from servers import OURS, SERVERS, Dataset, Server, ServerError
from workloads import Workload, generated_cases, saved_cases

PROJECT = Path(__file__).resolve().parents[1]
TITLES = {
    "a": "(a) Saved queries, repeated",
    "b": "(b) Saved queries, each request unique",
    "c": "(c) Generated graph",
    "d": "(d) Loading, start and memory",
}
# Seconds for the rounds of each workload.
STRETCH = {"a": 0.5, "b": 0.75, "c": 3.0}
BUDGET = {"a": 120.0, "b": 200.0, "c": 200.0}
Starts = dict[str, dict[str, dict[str, float]]]


def arguments() -> argparse.Namespace:
    """The options of a run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a sample of it, in 3 minutes")
    parser.add_argument("--workload", default="abcd", help="some of a, b, c, d (default: all)")
    parser.add_argument("--servers", default=",".join(SERVERS), help="default: %(default)s")
    parser.add_argument(
        "--seconds",
        type=float,
        default=0.3,
        help="per burst (%(default)s); half of it for a, thrice for c",
    )
    parser.add_argument("--connections", type=int, default=8, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=0, help="at most (3; 1 with --quick)")
    parser.add_argument("--triples", type=int, default=0, help="of c (1,000,000; quick: 50,000)")
    parser.add_argument("--out", type=Path, default=PROJECT / "build" / "bench")
    parser.add_argument("--releases", type=Path, default=PROJECT / "build")
    given = parser.parse_args()
    given.rounds = given.rounds or (1 if given.quick else 3)
    given.triples = given.triples or (50_000 if given.quick else 1_000_000)
    for name in given.servers.split(","):
        if name not in SERVERS:
            parser.error(f"{name} is none of {', '.join(SERVERS)}")
    if set(given.workload) - set(TITLES):
        parser.error(f"--workload takes some of {', '.join(TITLES)}")
    return given


def say(text: str) -> None:
    """Tell how far the run is."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


class Run:
    """The servers that can run here, and what was measured so far."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        names = [OURS, *(name for name in given.servers.split(",") if name != OURS)]
        reasons = {name: SERVERS[name].missing() for name in names}
        self.absent = {name: reason for name, reason in reasons.items() if reason}
        self.kinds = [SERVERS[name] for name in names if not reasons[name]]
        self.outcomes: list[Outcome] = []
        self.starts: Starts = {}
        given.out.mkdir(parents=True, exist_ok=True)
        self.scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=given.out.resolve()))

    def over(self, title: str, data: Dataset, workloads: list[Workload], triples: int = 0) -> None:
        """Start every server over some data, measure, stop them."""
        servers: list[Server] = []
        folder = self.scratch / data.path.stem
        try:
            for kind in self.kinds:
                if triples > kind.largest:
                    self.absent[f"{kind.name} ({title})"] = "it takes minutes to load so many"
                    continue
                server = kind(data, folder)
                servers.append(server)
                try:
                    server.prepare()
                except ServerError as error:
                    servers.remove(server)
                    server.stop()
                    if kind.name == OURS:
                        raise
                    self.absent[f"{kind.name} ({title})"] = str(error)
                    continue
                self.starts.setdefault(title, {})[kind.name] = start_row(server)
                say(f"{kind.name}: loaded in {server.load_seconds:.1f} s, "
                    f"up in {server.start_seconds:.1f} s")  # fmt: skip
            for workload in workloads:
                same = next((each for each in self.outcomes if each.workload.cases
                             is workload.cases), None)  # fmt: skip
                plan = self._plan(workload)
                self.outcomes.append(measure(workload, servers, plan, say, same))
            for server in servers:
                self.starts[title][server.name]["after"] = server.memory
        finally:
            for server in servers:
                server.stop()

    def _plan(self, workload: Workload) -> Plan:
        given = self.given
        patience = 10.0 if given.quick else 3.0
        budget = BUDGET[workload.name]
        return Plan(given.seconds, given.connections, given.rounds, patience, budget)

    def release(self) -> Dataset:
        """The current release, built if there is none."""
        current = self.given.releases.resolve() / "current"
        if not current.exists():
            command = [
                sys.executable,
                "-m",
                "weihai_kg",
                "build",
                "--releases",
                str(current.parent),
            ]
            subprocess.run(command, cwd=PROJECT, check=True)
        return Dataset(current.resolve() / "weihai-kg.nq", current.parent)

    def all(self) -> str:
        """Measure what was asked for; the report."""
        given = self.given
        wanted = set(given.workload)
        if wanted & set("ab"):
            cases = saved_cases(PROJECT / "queries", 8 if given.quick else 0)
            workloads = [
                Workload(name, TITLES[name], cases, unique=name == "b", stretch=STRETCH[name])
                for name in sorted(wanted & set("ab"))
            ]
            self.over("release", self.release(), workloads)
        if wanted & set("cd"):
            path = (self.scratch / f"generated-{given.triples}.nt").resolve()
            extent = generate(path, given.triples)
            say(f"generated {given.triples:,} triples")
            workloads = []
            if "c" in wanted:
                title = f"{TITLES['c']}, {given.triples:,} triples"
                workloads = [Workload("c", title, generated_cases(extent), True, STRETCH["c"])]
            self.over(f"{given.triples:,} triples", Dataset(path), workloads, given.triples)
        plan = asdict(Plan(given.seconds, given.connections, given.rounds, 0.0, 0.0))
        return write(given.out, self.outcomes, self.starts, self.absent, plan)


def _is_wrong(trouble: str) -> bool:
    """Whether it is more than slowness, which the report tells."""
    return bool(trouble) and not trouble.startswith("no answer within")


def main() -> int:
    """Print the report; 1 if the answers of this project's server are not Oxigraph's."""
    # Ended by a signal or not: no server stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    run = Run(arguments())
    try:
        print(run.all(), end="")
    finally:
        shutil.rmtree(run.scratch, ignore_errors=True)
    wrong = [
        reading
        for outcome in run.outcomes
        for reading in outcome.readings.values()
        if (reading.server == OURS and (_is_wrong(reading.trouble) or reading.errors))
        or (reading.server == "oxigraph" and "rows, not" in reading.trouble)
    ]
    for reading in wrong:
        trouble = reading.trouble or f"{reading.errors} errors"
        say(f"{reading.server}, {reading.case}: {trouble}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
