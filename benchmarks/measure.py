"""Compares answers, then measures every server on every case, in interleaved rounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from math import exp, log
from statistics import median
from typing import Any

from load import Burst, Load, drive, processors
from servers import OURS, Server, count_rows
from workloads import Case, Workload

WARMING = 0.2
WARM_REQUESTS = 8
FEWEST_WARM = 4
UNIQUE_REQUESTS = 2
# The part of a workload's time that comparing the answers of one distant server may take.
CHECKING = 0.15
SLOW = 0.5
# A burst is long enough for each connection to get so many answers, up to so many seconds: a
# server that works at all queries side by side has answered none of them for a long time.
WAVES = 3
LONGEST = 6.0


@dataclass(slots=True)
class Reading:
    """One server on one case: its answer, then its bursts, one per round."""

    server: str
    case: str
    rows: int | None = None
    seconds: float = 0.0
    trouble: str = ""
    bursts: list[Load] = field(default_factory=list)
    # Seconds of processor time that the server took for a request, per burst.
    processor: list[float] = field(default_factory=list)
    slow: bool = False

    def value(self, name: str) -> float:
        """The median of a figure over the rounds."""
        return median(getattr(burst, name) for burst in self.bursts)

    @property
    def errors(self) -> int:
        """Errors of all rounds."""
        return sum(burst.errors for burst in self.bursts)


@dataclass(slots=True)
class Outcome:
    """A workload's readings, by case and server."""

    workload: Workload
    servers: list[str]
    readings: dict[tuple[str, str], Reading] = field(default_factory=dict)
    rounds: int = 0

    def usable(self, server: str) -> list[Reading]:
        """The readings of a server whose answers were right."""
        return [each for each in self.readings.values() if each.server == server and each.bursts]

    def ratios(self, peer: str, kind: str = "") -> dict[str, float]:
        """How many times as fast this project's server is, by case: the median over the rounds."""
        found = {}
        for case in self.workload.cases:
            ours, theirs = self.readings[case.name, OURS], self.readings[case.name, peer]
            if ours.bursts and theirs.bursts and kind in ("", case.kind):
                pairs = zip(_rates(ours, self.rounds), _rates(theirs, self.rounds), strict=True)
                found[case.name] = median(mine / other for mine, other in pairs)
        return found

    def processor_ratio(self, peer: str) -> float:
        """How many times our processor time per request a peer takes: the geometric mean.

        Whatever else the machine does hardly changes it.
        """
        ratios = []
        for case in self.workload.cases:
            ours, theirs = self.readings[case.name, OURS], self.readings[case.name, peer]
            if ours.processor and theirs.processor and median(ours.processor) > 0:
                ratios.append(median(theirs.processor) / median(ours.processor))
        return geometric_mean(ratios)

    def by_round(self, peer: str) -> list[float]:
        """The geometric mean of the ratios in each round."""
        means = []
        for index in range(self.rounds):
            ratios = []
            for case in self.workload.cases:
                ours, theirs = self.readings[case.name, OURS], self.readings[case.name, peer]
                if ours.bursts and theirs.bursts:
                    rates = (_rates(each, self.rounds)[index] for each in (ours, theirs))
                    mine, other = rates
                    ratios.append(mine / other)
            if ratios:
                means.append(geometric_mean(ratios))
        return means

    def as_dict(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {
            "workload": self.workload.name, "title": self.workload.title, "rounds": self.rounds,
            "readings": [asdict(each) for each in self.readings.values()],
            "ratios": {each: self.ratios(each) for each in self.servers if each != OURS},
            "by_round": {each: self.by_round(each) for each in self.servers if each != OURS},
        }  # fmt: skip


def geometric_mean(values: Iterable[float]) -> float:
    """The n-th root of the product; nothing above or below zero counts."""
    logs = [log(value) for value in values if value > 0]
    return exp(sum(logs) / len(logs)) if logs else 0.0


def _rates(reading: Reading, rounds: int) -> list[float]:
    rates = [burst.rate for burst in reading.bursts]
    return (rates + [rates[-1]] * rounds)[:rounds]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure, and how long to wait for one answer.

    ``budget`` is for all of a workload: once it is over, no round begins any more, and servers
    that are not measured in every round are left out of what is still to come.
    """

    seconds: float
    connections: int
    rounds: int
    patience: float
    budget: float


def measure(
    workload: Workload,
    servers: list[Server],
    plan: Plan,
    say: Callable[[str], None],
    before: Outcome | None = None,
) -> Outcome:
    """Compare the answers, then measure round by round until the rounds or the time are over.

    What had no right answer ``before``, with the same queries, is not asked again.
    """
    end = time.monotonic() + plan.budget
    outcome = Outcome(workload, [each.name for each in servers])
    taken = dict.fromkeys(outcome.servers, 0.0)
    for case in workload.cases:
        for server in servers:
            began = time.monotonic()
            known = before and before.readings[case.name, server.name]
            if known and known.trouble:
                reading = Reading(server.name, case.name, known.rows, trouble=known.trouble)
            elif not server.close and taken[server.name] > CHECKING * plan.budget:
                reading = Reading(server.name, case.name, trouble="not asked: too slow before")
            else:
                reading = _check(server, case, plan, unique=workload.unique)
            taken[server.name] += time.monotonic() - began
            outcome.readings[case.name, server.name] = reading
            if server.name != OURS:
                _compare(outcome.readings[case.name, OURS], reading)
    say(f"{workload.name}: answers compared")
    for index in range(plan.rounds):
        if index and time.monotonic() > end:
            break
        _round(outcome, servers, plan, index, end)
        outcome.rounds = index + 1
        say(f"{workload.name}: round {index + 1} of {plan.rounds}")
    return outcome


def _check(server: Server, case: Case, plan: Plan, *, unique: bool) -> Reading:
    """The number of rows, and the time of an answer once the server is warm."""
    reading = Reading(server.name, case.name)
    end = time.monotonic() + WARMING
    for count in range(UNIQUE_REQUESTS if unique else WARM_REQUESTS):
        text = f"{case.fixed}\n#{count}" if unique else case.fixed
        began = time.perf_counter()
        try:
            status, body = server.ask(text, case.accept, plan.patience)
        except OSError as error:
            reading.trouble = f"no answer within {plan.patience:g} s"
            if not isinstance(error, TimeoutError):
                reading.trouble = f"no answer: {type(error).__name__}"
            server.settle(plan.patience)
            return reading
        took = time.perf_counter() - began
        reading.seconds = min(took, reading.seconds) if count else took
        if status != 200:
            reading.trouble = f"status {status}"
            return reading
        if count == 0:
            try:
                reading.rows = count_rows(body, case.accept)
            except (ValueError, KeyError):
                reading.trouble = "an answer that cannot be read"
                return reading
        # Each connection may meet another process of the server, which is not warm yet.
        if count >= FEWEST_WARM - 1 and time.monotonic() > end:
            break
    return reading


def _compare(ours: Reading, theirs: Reading) -> None:
    if not theirs.trouble and not ours.trouble and ours.rows != theirs.rows:
        theirs.trouble = f"{theirs.rows} rows, not {ours.rows}"


def _round(outcome: Outcome, servers: list[Server], plan: Plan, index: int, end: float) -> None:
    workload = outcome.workload
    for number, case in enumerate(workload.cases):
        readings = {each.name: outcome.readings[case.name, each.name] for each in servers}
        close = [readings[each.name].seconds for each in servers if each.close]
        enough = WAVES * max(close) * plan.connections / processors()
        seconds = max(plan.seconds * workload.stretch, min(enough, LONGEST))
        alone = readings[OURS].seconds > seconds * SLOW
        # Nobody is always first.
        turn = (index + number) % len(servers)
        for server in servers[turn:] + servers[:turn]:
            reading = readings[server.name]
            if reading.trouble or (reading.bursts and not server.close):
                continue
            if not server.close and time.monotonic() > end:
                reading.trouble = "not measured: the time of the run was over"
                continue
            reading.slow = alone or reading.seconds > seconds * SLOW
            if not reading.slow:
                seed = index * 1000 + number + 1
                burst = Burst(seconds, plan.connections, workload.unique, seed)
                before = server.processor_time
                reading.bursts.append(drive(server, case, burst))
                server.settle()
                taken = server.processor_time - before
                reading.processor.append(taken / max(reading.bursts[-1].requests, 1))
            elif alone:
                nonce = f"\n#round {index}" if workload.unique else ""
                reading.bursts.append(_one(server, case, nonce, plan))
            elif not reading.bursts:
                # As fast as it can be at best: all processors at work, nothing lost.
                took = reading.seconds
                reading.bursts.append(Load(1, took / processors(), took, took, 0))


def _one(server: Server, case: Case, nonce: str, plan: Plan) -> Load:
    """One request by itself, for queries that take longer than a burst."""
    began = time.perf_counter()
    try:
        status, _ = server.ask(case.fixed + nonce, case.accept, plan.patience * 2)
    except OSError:
        status = 599
    took = time.perf_counter() - began
    return Load(1, took, took, took, int(status >= 400))
