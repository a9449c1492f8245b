"""Counts for /metrics in the Prometheus format, over all server processes.

A request only notes its time; ``publish`` moves that on to prometheus_client, whose multiprocess
mode sums over the processes. That mode is chosen when prometheus_client is imported, by the
variable ``PROMETHEUS_MULTIPROC_DIR``: so it is imported when a server process makes its Metrics,
and the folder lies in that of the engine, which all processes share and which ends with them.
"""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client import Gauge

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
ENGINE = "WEIHAI_KG_ENGINE"
INTERVAL = 1.0
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

# Addresses are counted by their first part, so that strangers cannot make up new labels.
FAMILIES = {
    "": "/", "sparql": "/sparql", "graph-store": "/graph-store", "graph": "/graph", "id": "/id",
    "page": "/page", "data": "/data", "queries": "/queries", "article": "/article",
    "ontology": "/ontology", "downloads": "/downloads", "reconcile": "/reconcile",
    "static": "/static", "healthz": "/healthz", "readyz": "/readyz", "metrics": "/metrics",
}  # fmt: skip


def family_of(path: str) -> str:
    """The label of an address."""
    return FAMILIES.get(path[1:].partition("/")[0].partition(".")[0], "other")


class Metrics:
    """What one server process counts."""

    def __init__(self, observe: Callable[[Metrics], None] | None = None) -> None:
        """``observe`` sets the gauges; it is called before anything is published."""
        self._observe = observe
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, int, str], list[float]] = defaultdict(list)
        self._shared = _share()
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = CollectorRegistry()
        own = self._registry
        self._request_counter = Counter(
            "weihai_kg_requests", "Requests answered.", ["path", "status", "cache"], registry=own
        )
        self._histogram = Histogram(
            "weihai_kg_request_seconds", "Seconds from a request to the end of its answer.",
            ["path"], buckets=BUCKETS, registry=own,
        )  # fmt: skip
        self._gauges: dict[str, Gauge] = {}
        self._release = Gauge(
            "weihai_kg_release_info", "The release that is served.", ["version"],
            registry=own, multiprocess_mode="livemax",
        )  # fmt: skip
        self._version = ""
        self._started = False

    def count(self, family: str, status: int, seconds: float, cache: str) -> None:
        """Count one answered request."""
        with self._lock:
            self._requests[family, status, cache].append(seconds)
        if not self._started:
            self._start()

    def publish(self) -> None:
        """Move what was counted since the last time on to prometheus_client."""
        with self._lock:
            requests, self._requests = self._requests, defaultdict(list)
        for (family, status, cache), times in requests.items():
            self._request_counter.labels(family, str(status), cache).inc(len(times))
            observe = self._histogram.labels(family).observe
            for seconds in times:
                observe(seconds)
        if self._observe is not None:
            self._observe(self)

    def gauge(self, name: str, text: str, value: float, **labels: str) -> None:
        """Set a value that goes up and down."""
        gauge = self._gauges.get(name)
        if gauge is None:
            from prometheus_client import Gauge

            gauge = self._gauges[name] = Gauge(
                f"weihai_kg_{name}", text, sorted(labels), registry=self._registry,
                multiprocess_mode="livesum",
            )  # fmt: skip
        (gauge.labels(**labels) if labels else gauge).set(value)

    def engine(self, stats: Mapping[str, Any], version: str) -> None:
        """Take over the engine's counters: numbers, or mappings from a reason to a number."""
        for name, value in sorted(stats.items()):
            if isinstance(value, Mapping):
                for reason, count in sorted(value.items()):
                    self.gauge(f"engine_{name}", f"Engine: {name}.", count, reason=str(reason))
            elif isinstance(value, int | float):
                self.gauge(f"engine_{name}", f"Engine: {name}.", value)
        if version != self._version:
            if self._version:
                self._release.labels(self._version).set(0)
            self._version = version
        self._release.labels(version).set(1)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        self.publish()
        if not self._shared:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)

    def _start(self) -> None:
        with self._lock:
            if not self._started:
                self._started = True
                threading.Thread(target=self._run, name="metrics", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(INTERVAL)
            self.publish()


def _share() -> bool:
    """Whether there are other processes to count with; names the folder to do so."""
    engine = os.environ.get(ENGINE)
    if engine and MULTIPROCESS not in os.environ:
        folder = Path(engine) / "metrics"
        folder.mkdir(exist_ok=True)
        os.environ[MULTIPROCESS] = str(folder)
    return MULTIPROCESS in os.environ


def forget(process: int) -> None:
    """Leave out the gauges of a server process that has ended."""
    engine = os.environ.get(ENGINE)
    if engine and (folder := Path(engine) / "metrics").is_dir():
        for path in folder.glob(f"gauge_live*_{process}.db"):
            path.unlink(missing_ok=True)
