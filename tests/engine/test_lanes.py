"""Quick queries stay quick beside a flood of slow ones; the queue is bounded."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest
from tests.engine.conftest import LOOKUP, Bystander, ask, running, until

from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.errors import OverloadedError, QueryError

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != 'CLIENT') }"
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
