"""The tables of a run: Markdown for people, JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections import Counter
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from load import WRK, processors
from measure import Outcome, geometric_mean
from servers import OURS, Server, find

MIB = 1024 * 1024


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def number(value: float) -> str:
    """Three significant digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def milliseconds(seconds: float) -> str:
    """Seconds shown as milliseconds."""
    return number(seconds * 1000)


def start_row(server: Server) -> dict[str, float]:
    """What loading and starting took."""
    return {"load": server.load_seconds, "start": server.start_seconds, "memory": server.memory}


def machine() -> dict[str, Any]:
    """What the figures rest on."""
    versions = {}
    ours, theirs = ("weihai-kg", "pyoxigraph", "uvloop", "httptools"), ("oxigraph", "rdflib")
    for name in (*ours, *theirs, "rdflib-endpoint"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "processors": processors(), "machine": platform.machine(),
        "python": platform.python_version(), "load": os.getloadavg(), "versions": versions,
        "client": "wrk" if find("wrk") else f"Python; wrk ({WRK}) loads servers harder",
    }  # fmt: skip


def _summary(outcome: Outcome, errors: Counter[str]) -> str:
    rows = []
    for server in outcome.servers:
        readings = outcome.usable(server)
        if not readings:
            rows.append([server, "0", *["–"] * 8])
            continue
        means = [
            geometric_mean(each.value(name) for each in readings) for name in ("rate", "p50", "p99")
        ]
        wrong = sum(each.errors for each in readings)
        errors[server] += wrong
        row = [server, str(len(readings)), number(means[0]), *map(milliseconds, means[1:])]
        row.append(str(wrong))
        spent = geometric_mean(median(each.processor) for each in readings if each.processor)
        row.append(milliseconds(spent))
        if server == OURS:
            row += ["1", "", "1"]
        else:
            by_round = outcome.by_round(server)
            row.append(f"**{number(geometric_mean(outcome.ratios(server).values()))}**")
            row.append(f"{number(min(by_round))}–{number(max(by_round))}" if by_round else "–")
            row.append(number(outcome.processor_ratio(server)))
        rows.append(row)
    head = ["server", "queries", "requests/s", "p50 ms", "p99 ms", "errors", "processor ms",
            f"{OURS} is x times as fast", "by round", "x processor time"]  # fmt: skip
    return table(head, rows)


def _by_case(outcome: Outcome) -> str:
    peers = [each for each in outcome.servers if each != OURS]
    rows = []
    for case in outcome.workload.cases:
        row = [f"{case.name} ({case.kind})"]
        for server in outcome.servers:
            reading = outcome.readings[case.name, server]
            if reading.bursts:
                bound = "≤" if reading.slow and server != OURS else ""
                row.append(bound + number(reading.value("rate")))
            else:
                row.append(reading.trouble)
        ratios = [outcome.ratios(peer).get(case.name) for peer in peers]
        rows.append(row + [number(each) if each else "–" for each in ratios])
    head = ["query", *(f"{each} /s" for each in outcome.servers), *(f"x {each}" for each in peers)]
    kinds = list(dict.fromkeys(each.kind for each in outcome.workload.cases))
    means = []
    if len(kinds) > 1:
        for kind in kinds:
            each = [geometric_mean(outcome.ratios(peer, kind).values()) for peer in peers]
            means.append([kind, *[number(value) if value else "–" for value in each]])
        return f"{table(head, rows)}\n\n{table(['kind', *(f'x {p}' for p in peers)], means)}"
    return table(head, rows)


def _troubles(outcome: Outcome) -> list[str]:
    lines = []
    for server in outcome.servers:
        told = [
            f"{each.case}: {each.trouble}"
            for each in outcome.readings.values()
            if each.server == server and each.trouble
        ]
        if told:
            shown = "; ".join(told[:8]) + (f"; and {len(told) - 8} more" if len(told) > 8 else "")
            lines.append(f"- {server}, left out there: {shown}")
    return lines


def _starts(starts: dict[str, dict[str, dict[str, float]]]) -> str:
    rows = [
        [f"{server}, {data}", number(each["load"]), number(each["start"]),
         number(each["memory"] / MIB), number(each.get("after", 0) / MIB)]
        for data, servers in starts.items()
        for server, each in servers.items()
    ]  # fmt: skip
    head = ["server and data", "loading ahead s", "start to first answer s", "memory MiB",
            "memory after the run MiB"]  # fmt: skip
    return table(head, rows)


def write(
    folder: Path,
    outcomes: list[Outcome],
    starts: dict[str, dict[str, dict[str, float]]],
    absent: dict[str, str],
    plan: dict[str, Any],
) -> str:
    """Write ``bench.md`` and ``bench.json`` into a folder; the Markdown."""
    told = machine()
    errors: Counter[str] = Counter()
    lines = [
        "# Benchmark", "",
        f"{told['processors']} processors ({told['machine']}), Python {told['python']}, "
        f"load {told['load'][0]:.1f}; client: {told['client']}; "
        + ", ".join(f"{name} {version}" for name, version in told["versions"].items()) + ".",
        "",
        f"{plan['connections']} connections on the loopback, default settings, bursts of "
        f"{plan['seconds']:g} s per query (longer on the generated graph and for slow queries), "
        "servers in turn within each round. Requests/s, p50 and p99 are geometric means over the "
        "queries; ratios are taken per query and round. Processor time is the server's own, per "
        "request, and hardly changes with whatever else the machine does; its ratio says how many "
        "times ours a peer takes. ≤ marks a server whose single answer took longer than half a "
        "burst: its rate is then what that answer would allow on all processors at best.",
    ]  # fmt: skip
    lines += [f"- {name} was not measured: {why}" for name, why in absent.items()]
    for outcome in outcomes:
        lines += ["", f"## {outcome.workload.title}", "", _summary(outcome, errors), ""]
        lines += _troubles(outcome)
        if outcome.workload.cases[0].kind != "saved":
            lines += ["", _by_case(outcome)]
    lines += ["", "## (d) Loading, start and memory", "", _starts(starts), ""]
    if outcomes:
        lines += ["Errors under load: " + (", ".join(
            f"{name} {count}" for name, count in errors.items() if count
        ) or "none") + "."]  # fmt: skip
    for outcome in outcomes:
        if outcome.workload.cases[0].kind == "saved":
            lines += ["", f"## Every query: {outcome.workload.title}", "", _by_case(outcome)]
    text = "\n".join(lines) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.md").write_text(text, encoding="utf-8")
    data = {
        "machine": told, "plan": plan, "absent": absent, "starts": starts,
        "workloads": [each.as_dict() for each in outcomes],
    }  # fmt: skip
    (folder / "bench.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return text
