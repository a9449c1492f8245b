"""A new release replaces the old one under load; no answer is lost or mixed."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from tests.engine.conftest import body_of, running, until

from weihai_kg.engine.request import QueryRequest
from weihai_kg.errors import QueryError

ALL = "SELECT ?v (COUNT(*) AS ?n) { ?s <http://example.org/release> ?v } GROUP BY ?v"
BASE = "https://w3id.org/weihai-kg/"


def release(folder: Path, version: str, statements: int) -> Path:
    path = folder / "releases" / version
    path.mkdir(parents=True)
    lines = [
        f'<http://example.org/s{number}> <http://example.org/release> "{version}" .\n'
        for number in range(statements)
    ]
    lines.append(f'<http://example.org/s> <http://example.org/read> "x" <{BASE}graph/asserted> .\n')
    (path / "weihai-kg.nq").write_text("".join(lines))
    return path


def switch(folder: Path, version: str) -> None:
    partial = folder / "current.partial"
    partial.symlink_to(Path("releases") / version)
    partial.rename(folder / "current")


def test_new_release_is_picked_up_without_a_lost_or_mixed_answer(tmp_path: Path) -> None:
    for number in range(3):
        release(tmp_path, f"1.{number}.0", 500)
    switch(tmp_path, "1.0.0")
    with running(tmp_path / "current") as engine:
        failures: list[object] = []
        seen: list[str] = []
        stop = threading.Event()

        def client() -> None:
            while not stop.is_set():
                try:
                    answer = engine.query(QueryRequest(ALL, results=("csv",)))
                    expected = f"v,n\r\n{answer.version},500\r\n".encode()
                    if body_of(answer) != expected:
                        failures.append(answer)
                    seen.append(answer.version)
                except QueryError as error:
                    failures.append(error)

        threads = [threading.Thread(target=client) for _ in range(4)]
        for each in threads:
            each.start()
        assert engine.version == "1.0.0"
        for version in ("1.1.0", "1.2.0"):
            switch(tmp_path, version)
            until(lambda: engine.version == version)  # noqa: B023
            time.sleep(0.2)
        stop.set()
        for each in threads:
            each.join()
        assert not failures, failures[0]
        assert set(seen) == {"1.0.0", "1.1.0", "1.2.0"}
        supervisor = engine._supervisor
        assert supervisor is not None
        until(lambda: not supervisor._retired)


def test_release_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    release(tmp_path, "1.0.0", 5)
    (release(tmp_path, "1.1.0", 5) / "weihai-kg.nq").write_text("nonsense")
    switch(tmp_path, "1.0.0")
    with running(tmp_path / "current") as engine:
        switch(tmp_path, "1.1.0")
        time.sleep(1.0)
        assert engine.version == "1.0.0"
        assert engine.query(QueryRequest(ALL)).version == "1.0.0"


def test_stream_that_began_before_a_new_release_ends_whole(tmp_path: Path) -> None:
    release(tmp_path, "1.0.0", 300)
    release(tmp_path, "1.1.0", 300)
    switch(tmp_path, "1.0.0")
    with running(tmp_path / "current") as engine:
        request = QueryRequest("SELECT * { ?a ?b ?c . ?d ?e ?f }", results=("tsv",))
        answer = engine.query(request)
        first = next(answer.chunks)
        switch(tmp_path, "1.1.0")
        until(lambda: engine.version == "1.1.0")
        body = first + b"".join(answer.chunks)
        assert body.count(b'"1.0.0"') == 2 * 300 * 300
        assert b"1.1.0" not in body


def test_leaving_inferred_statements_out(tmp_path: Path) -> None:
    release(tmp_path, "1.0.0", 5)
    switch(tmp_path, "1.0.0")
    with running(tmp_path / "current") as engine:
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        for infer, number in ((True, 5), (False, 1)):
            answer = engine.query(QueryRequest(count, infer=infer, results=("csv",)))
            assert body_of(answer) == f"n\r\n{number}\r\n".encode()


def test_store_on_disk_answers_the_same(tmp_path: Path) -> None:
    release(tmp_path, "1.0.0", 50)
    switch(tmp_path, "1.0.0")
    with running(tmp_path / "current", on_disk_above=10) as engine:
        answer = engine.query(QueryRequest(ALL, results=("csv",)))
        assert body_of(answer) == b"v,n\r\n1.0.0,50\r\n"
