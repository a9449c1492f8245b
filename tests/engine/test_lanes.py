"""Quick queries stay quick beside a flood of slow ones; the queue is bounded."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.engine.conftest import LOOKUP, Bystander, ask, descendants, running, until

from weihai_kg.engine.lanes import Lanes, LaneSizes
from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.errors import OverloadedError, QueryError

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != 'CLIENT') }"
MIDDLING = "SELECT (COUNT(*) AS ?n) { { SELECT ?a { ?a ?b ?c } LIMIT 200 } ?d ?e ?f }"
MEDIUM = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?b ?f FILTER(?f < ?c && ?c = '77') }"


def flood(engine: Engine, text: str, clients: int) -> tuple[Counter[str], list[threading.Thread]]:
    ended: Counter[str] = Counter()

    def client(number: int) -> None:
        try:
            engine.query(QueryRequest(text.replace("CLIENT", str(number)))).close()
            ended["answered"] += 1
        except QueryError as error:
            ended[getattr(error, "limit", type(error).__name__)] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for each in threads:
        each.start()
    return ended, threads


def test_two_hundred_slow_queries_do_not_hold_up_quick_ones(dataset: Path) -> None:
    with running(dataset, query_timeout=4.0, queue_length=64, queue_wait=60.0) as engine:
        with Bystander(engine) as beside:
            ended, threads = flood(engine, SLOW, 200)
            for each in threads:
                each.join()
        assert sum(ended.values()) == 200
        assert set(ended) <= {"query_timeout", "OverloadedError"}, ended
        # the burst itself, in which nobody knows yet what is slow, may push out one or two
        assert len(beside.failures) <= 3, beside.failures
        assert len(beside.times) > 20  # each waiting for slow ones to end, it would be one or two
        until(lambda: engine.stats()["slow"] == 0)


@dataclass(eq=False)
class Busy:
    """A worker in the middle of a query, as far as the lanes can see."""

    like: int
    began: float
    serial: int = 1
    reason: str = ""
    processor_time: float = 0.0
    growth: int = 0
    slow: bool = False
    known: bool = False

    def slow_down(self) -> None:
        """Take note of nothing."""

    pause = resume = slow_down


def test_query_whose_like_was_quick_is_given_more_time() -> None:
    lanes = Lanes(LaneSizes(fast=3, slow=2, parked=8, parked_memory=1))
    now = time.monotonic()
    known, unknown, long = Busy(7, now - 1.0), Busy(8, now - 1.0), Busy(7, now - 100.0)
    lanes.fast |= {known, unknown, long}  # type: ignore[arg-type]
    lanes.demote(64, lambda like: like == 7)
    assert lanes.fast == {known}
    assert [unknown.slow, long.slow] == [True, True]


def test_many_middling_queries_are_all_answered(dataset: Path) -> None:
    with running(dataset, query_timeout=60.0, queue_wait=60.0) as engine:
        ended, threads = flood(engine, MEDIUM, 24)
        for each in threads:
            each.join()
        assert ended == {"answered": 24}


def test_full_queue_refuses_at_once(dataset: Path) -> None:
    with running(dataset, workers=1, queue_length=0, query_timeout=3.0) as engine:
        until(lambda: len(engine.pool.lanes.fast) == 1)
        assert b'"7"' in ask(engine, LOOKUP)
        ended, threads = flood(engine, SLOW, 1)
        until(lambda: engine.stats()["busy"] == 1)
        with pytest.raises(OverloadedError, match="queue_length 0"):
            ask(engine, LOOKUP)
        assert not ended  # it was refused while the slow one ran, not after it
        threads[0].join()
        assert ended == {"query_timeout": 1}


def test_oldest_waiter_is_refused_first(dataset: Path) -> None:
    with running(dataset, workers=1, queue_length=3, query_timeout=3.0) as engine:
        ended, threads = flood(engine, SLOW, 12)
        assert b'"7"' in ask(engine, LOOKUP)
        assert "query_timeout" not in ended  # it was answered before any slow one had ended
        for each in threads:
            each.join()


def test_worker_of_a_middling_query_is_used_again(dataset: Path) -> None:
    """It kept its priority in the slow lane, because its like was answered before."""
    with running(dataset, workers=1, query_timeout=60.0, queue_wait=60.0) as engine:
        lanes = engine.pool.lanes

        def one_gives_way_to_another() -> bool:
            ended, threads = flood(engine, MIDDLING, 2)
            for each in threads:
                each.join()
            assert ended == {"answered": 2}
            return len(lanes.spares) == 1

        until(one_gives_way_to_another, 60.0)
        (spare,) = [worker for worker, _ in lanes.spares]
        assert b'"7"' in ask(engine, LOOKUP)
        assert not spare.has_ended
        lanes.fast.copy().pop().kill("test")
        until(lambda: spare in lanes.fast)
        assert b'"7"' in ask(engine, LOOKUP)


def test_spare_workers_are_let_go_when_nobody_needs_them(dataset: Path) -> None:
    with running(dataset, workers=1, query_timeout=60.0, queue_wait=60.0) as engine:
        lanes = engine.pool.lanes
        lanes.sizes = replace(lanes.sizes, kept=0.0)
        for _ in range(3):
            _, threads = flood(engine, MIDDLING, 3)
            for each in threads:
                each.join()
        until(lambda: not lanes.spares, 60.0)
        assert engine._supervisor is not None
        assert engine._supervisor._process is not None
        server = engine._supervisor._process.pid
        until(lambda: len(descendants(server)) == 1, 60.0)
