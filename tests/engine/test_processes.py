"""Processes come and go: whatever is killed, the next query is answered."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.engine.conftest import LOOKUP, ask, descendants, running, until

from weihai_kg.engine.request import QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.errors import QueryError, WeihaiKGError

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 90000"


def workers(engine: Engine) -> list[int]:
    return [each.pid for each in engine.pool.lanes.fast]


def fork_server(engine: Engine) -> int:
    assert engine._supervisor is not None
    assert engine._supervisor._process is not None
    return engine._supervisor._process.pid


def test_killed_idle_workers_are_replaced_unnoticed(dataset: Path) -> None:
    with running(dataset) as engine:
        for _ in range(5):
            until(lambda: len(workers(engine)) == 3)
            for each in workers(engine):
                os.kill(each, signal.SIGKILL)
            assert b'"7"' in ask(engine, LOOKUP)


def test_query_whose_worker_is_killed_is_asked_again(dataset: Path) -> None:
    with running(dataset, query_timeout=20.0) as engine:
        until(lambda: len(workers(engine)) == 3)
        answers: list[bytes] = []
        text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
        thread = threading.Thread(target=lambda: answers.append(ask(engine, text)))
        thread.start()
        until(lambda: engine.stats()["busy"] == 1)
        for each in workers(engine):
            os.kill(each, signal.SIGKILL)
        thread.join()
        assert answers == [b"?n\n16000000\n"]


def test_killed_fork_server_is_started_again(dataset: Path) -> None:
    with running(dataset) as engine:
        assert b'"7"' in ask(engine, LOOKUP)
        os.kill(fork_server(engine), signal.SIGKILL)
        for _ in range(20):
            assert b'"7"' in ask(engine, LOOKUP)
        until(lambda: engine.stats()["restarts"] == 1)


def test_killing_everything_under_load_loses_no_query(dataset: Path) -> None:
    with running(dataset) as engine:
        failures: list[BaseException] = []
        count = 0
        stop = threading.Event()

        def client() -> None:
            nonlocal count
            while not stop.is_set():
                try:
                    assert b'"7"' in ask(engine, LOOKUP)
                    count += 1
                except (QueryError, AssertionError) as error:
                    failures.append(error)

        threads = [threading.Thread(target=client) for _ in range(3)]
        for each in threads:
            each.start()
        for round_ in range(8):
            time.sleep(0.15)
            victims = [fork_server(engine)] if round_ == 4 else workers(engine)
            for victim in victims:
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
        stop.set()
        for each in threads:
            each.join()
        assert not failures
        assert count > 50


def test_worker_killed_in_a_stream_breaks_the_stream(dataset: Path) -> None:
    with running(dataset) as engine:
        answer = engine.query(QueryRequest(LARGE, results=("json",)))
        assert answer.body is None
        assert next(answer.chunks)
        (busy,) = [each for each in engine.pool.lanes.fast if each.began]
        os.kill(busy.pid, signal.SIGKILL)
        with pytest.raises(QueryError):
            b"".join(answer.chunks)
        answer.close()
        answer.close()


def test_closed_stream_frees_its_worker(dataset: Path) -> None:
    with running(dataset, workers=1, queue_wait=1.0) as engine:
        for _ in range(5):
            answer = engine.query(QueryRequest(LARGE))
            next(answer.chunks)
            answer.close()
        assert b'"7"' in ask(engine, LOOKUP)
        assert engine.stats()["kills"]["abandoned"] == 5


def test_abandoned_query_is_stopped(dataset: Path) -> None:
    with running(dataset, query_timeout=30.0) as engine:
        with pytest.raises(QueryError):
            engine.query(QueryRequest(SLOW, abandoned=lambda: True))
        assert engine.stats()["kills"]["abandoned"] == 1


def _alive(processes: list[int]) -> list[bool]:
    """Of each process whether it is more than an entry that nobody has taken away."""
    stats = []
    for each in processes:
        with suppress(OSError):
            stats.append(Path(f"/proc/{each}/stat").read_text())
    return [each.rpartition(")")[2].split()[0] != "Z" for each in stats]


def test_no_process_is_left_behind(dataset: Path) -> None:
    before = set(descendants())
    with running(dataset) as engine:
        with pytest.raises(QueryError):
            ask(engine, SLOW)
        until(lambda: len(workers(engine)) == 3)
        until(lambda: _alive(descendants(fork_server(engine))) == [True] * 3)
    until(lambda: set(descendants()) <= before)


def test_workers_end_with_their_fork_server(dataset: Path) -> None:
    with running(dataset) as engine:
        until(lambda: len(workers(engine)) == 3)
        old = workers(engine)
        os.kill(fork_server(engine), signal.SIGKILL)
        until(lambda: not any(Path(f"/proc/{each}").exists() for each in old))


def test_data_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.nq"
    broken.write_text("<a:a> <b:b> .\n")
    with pytest.raises(WeihaiKGError, match=r"broken\.nq"), running(broken):
        pass


def test_second_engine_connects_to_the_first(dataset: Path, engine: Engine) -> None:
    other = Engine.connect(engine.address, engine._settings)
    try:
        assert b'"7"' in ask(other, LOOKUP)
        assert other.version.startswith("data.nq-")
    finally:
        other.close()
    assert b'"7"' in ask(engine, LOOKUP)


def test_workers_see_no_network(engine: Engine) -> None:
    own = Path("/proc/self/ns/net").readlink()
    until(lambda: bool(workers(engine)))
    if Path(f"/proc/{workers(engine)[0]}/ns/net").readlink() == own:
        pytest.skip("this system gives no network namespace")
    interfaces = Path(f"/proc/{workers(engine)[0]}/net/dev").read_text().splitlines()[2:]
    assert [each.split(":")[0].strip() for each in interfaces] == ["lo"]


def test_memory_left_by_a_large_query_goes_with_its_worker(dataset: Path) -> None:
    with running(dataset, workers=1, query_timeout=20.0) as engine:
        until(lambda: bool(workers(engine)))
        first = workers(engine)
        text = (
            "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?f { ?a ?b ?c . ?d ?e ?f } LIMIT 300000 }"
        )
        assert ask(engine, text) == b"?n\n300000\n"
        assert b'"7"' in ask(engine, LOOKUP)
        assert workers(engine) != first
