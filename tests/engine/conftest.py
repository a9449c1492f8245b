"""Engines over generated data, with limits small enough to be met in a test."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.engine.service import Engine
from weihai_kg.settings import Settings

MIB = 1024 * 1024
EX = "http://example.org/"
LIMITS = Settings(
    workers=3,
    query_timeout=2.0,
    query_cpu=10,
    query_memory=192 * MIB,
    query_rows=100_000,
    query_bytes=64 * MIB,
    federation="",
)
LOOKUP = "SELECT ?o { <http://example.org/e7> <http://example.org/value> ?o }"


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2,000 things in the default graph; three small named graphs, two of which overlap."""
    path = tmp_path_factory.mktemp("data") / "data.nq"
    lines = []
    for number in range(2000):
        thing = f"<http://example.org/e{number}>"
        lines += [
            f'{thing} <http://example.org/value> "{number}" .',
            f"{thing} <http://example.org/next> <http://example.org/e{(number + 1) % 2000}> .",
        ]
    for graph, numbers in (("g1", (1, 2)), ("g2", (2, 3)), ("g3", (4,))):
        lines += [f'<{EX}s> <{EX}p> "{number}" <{EX}{graph}> .' for number in numbers]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def engine(dataset: Path) -> Iterator[Engine]:
    """One engine for all tests that leave it as it was."""
    with running(dataset) as each:
        yield each


@contextmanager
def running(place: Path, **changed: object) -> Iterator[Engine]:
    """An engine with some limits changed."""
    engine = Engine.start(place, replace(LIMITS, **changed))  # type: ignore[arg-type]
    try:
        engine.open_pool()
        yield engine
    finally:
        engine.close()


def body_of(answer: Answer) -> bytes:
    """The answer as a whole."""
    try:
        return b"".join(answer.chunks) if answer.body is None else answer.body
    finally:
        answer.close()


def ask(engine: Engine, text: str, **options: object) -> bytes:
    """The whole answer to a query, as TSV or N-Triples."""
    request = QueryRequest(text, **({"results": ("tsv",), "rdf": ("nt",)} | options))  # type: ignore[arg-type]
    return body_of(engine.query(request))


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


class Bystander:
    """A second client: asks a small query all the time and keeps its times."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stop = threading.Event()
        self.times: list[float] = []
        self.failures: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.wait(0.005):
            began = time.monotonic()
            try:
                assert b'"7"' in ask(self._engine, LOOKUP)
            except BaseException as error:  # noqa: BLE001 - told by the test
                self.failures.append(error)
            self.times.append(time.monotonic() - began)

    def __enter__(self) -> Bystander:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def descendants(process: int | None = None) -> list[int]:
    """All processes below one, by default this one."""
    found = []
    for thread in Path(f"/proc/{process or os.getpid()}/task").iterdir():
        try:
            below = [int(each) for each in (thread / "children").read_text().split()]
        except OSError:
            continue
        for each in below:
            found.append(each)
            try:
                found += descendants(each)
            except OSError:
                continue
    return found
