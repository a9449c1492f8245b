"""The engine as the rest of the package sees it: queries in, answers out."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from weihai_kg.engine.connection import Causes
from weihai_kg.engine.exchange import Exchange, WorkerGoneError
from weihai_kg.engine.federation import Fetcher
from weihai_kg.engine.frames import encode_request
from weihai_kg.engine.limits import Limits
from weihai_kg.engine.pool import Pool
from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.engine.supervisor import Supervisor
from weihai_kg.errors import LimitExceededError, QuerySyntaxError
from weihai_kg.settings import Settings

_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { } }"


class Begun:
    """A query that a worker works on, for a caller that must not wait: an event loop."""

    __slots__ = ("_engine", "_exchange", "_request")

    def __init__(self, engine: Engine, request: QueryRequest, exchange: Exchange) -> None:
        """Made by ``Engine.begin``."""
        self._engine = engine
        self._request = request
        self._exchange = exchange

    def fileno(self) -> int:
        """What becomes readable when ``look`` should be called again."""
        return self._exchange.fileno()

    @property
    def channel(self) -> object:
        """What the descriptor belongs to: a later query of the same worker has the same."""
        return self._exchange.worker

    @property
    def is_quick(self) -> bool:
        """Whether a query like this was answered within a tenth of a second the last time."""
        return self._engine.pool.is_quick(self._exchange.worker)

    def look(self) -> Answer | bool:
        """The answer if it is there and whole.

        Else whether a thread is to call ``wait``: for a long answer, an error, a remote endpoint.
        """
        return self._exchange.look()

    def wait(self) -> Answer:
        """The answer, whole or as a stream; a QueryError if there is none. Waits."""
        try:
            return self._exchange.receive()
        except WorkerGoneError:
            self._engine.pool.prune()
            return self._engine.query(self._request)

    def close(self) -> None:
        """Give the query up; its worker is killed."""
        self._exchange.close()


class Engine:
    """Answers queries in worker processes; may be used by many threads."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        supervisor: Supervisor | None = None,
    ) -> None:
        """Use ``start`` or ``connect``."""
        self._folder = folder
        self._settings = settings
        self._supervisor = supervisor
        self._limits = Limits.of(settings)
        self._causes = Causes()
        self._fetcher = Fetcher(settings)
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        self._graphs: tuple[str, tuple[str, ...]] = ("", ())

    @classmethod
    def start(cls, place: Path, settings: Settings) -> Engine:
        """Start a fork server for a release or an RDF file; returns when it is loaded."""
        supervisor = Supervisor(place, settings)
        supervisor.begin()
        supervisor.wait()
        return cls(supervisor.folder, settings, supervisor)

    @classmethod
    def connect(cls, address: str | Path, settings: Settings) -> Engine:
        """Use the engine that another process started, by its address."""
        engine = cls(Path(address), settings)
        engine.open_pool()
        return engine

    @property
    def address(self) -> str:
        """Where other processes connect to."""
        return str(self._folder)

    @property
    def pool(self) -> Pool:
        """The pool of this process, made when it is first needed."""
        return self._pool or self.open_pool()

    def open_pool(self) -> Pool:
        """Have the first workers forked."""
        with self._lock:
            if self._pool is None:
                self._pool = Pool(self._folder, self._settings)
            return self._pool

    @property
    def version(self) -> str:
        """The version that the next query is answered from."""
        return self.pool.version

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs, sorted."""
        version = self.version
        if self._graphs[0] != version:
            answer = self.query(QueryRequest(_GRAPHS, results=("tsv",)))
            body = answer.body if answer.body is not None else b"".join(answer.chunks)
            names = [line.strip("<>") for line in body.decode().splitlines()[1:]]
            self._graphs = answer.version, tuple(sorted(names))
        return self._graphs[1]

    def stats(self) -> dict[str, Any]:
        """Counters for monitoring."""
        pool = self.pool
        return {
            "workers": self._settings.workers,
            "busy": pool.busy,
            "slow": pool.slow,
            "queue": pool.waiting,
            "kills": dict(pool.kills),
            "version": pool.version,
            "restarts": self._supervisor.restarts if self._supervisor else 0,
        }

    def query(self, request: QueryRequest) -> Answer:
        """The answer, whole or as a stream; a QueryError if there is none.

        A worker that was killed from outside, or that had ended before, is no fault of the query:
        it is asked again.
        """
        frame = self._encode(request)
        for _ in range(self._settings.workers + 1):
            try:
                return self._exchange(request, frame).begin(frame)
            except WorkerGoneError:
                self.pool.prune()
        return self._exchange(request, frame).begin(frame)

    def begin(self, request: QueryRequest) -> Begun | None:
        """Have an idle worker begin with a query; None if all are busy. Never waits.

        Raises a QueryError for a query that no worker is to see.
        """
        frame = self._encode(request)
        worker = self.pool.take_idle(frame)
        if worker is None:
            return None
        exchange = Exchange(self.pool, worker, request, self._limits, self._causes, self._fetcher)
        exchange.send(frame)
        return Begun(self, request, exchange)

    def _exchange(self, request: QueryRequest, frame: bytes) -> Exchange:
        pool = self.pool
        worker = pool.checkout(frame)
        return Exchange(pool, worker, request, self._limits, self._causes, self._fetcher)

    def _encode(self, request: QueryRequest) -> bytes:
        length = len(request.text)
        limit = self._settings.query_length
        try:
            if length > limit // 4:
                length = len(request.text.encode())
            if length > limit:
                raise LimitExceededError(
                    "query_length",
                    limit,
                    f"The query has {length:,} bytes; {limit:,} are allowed (query_length).",
                )
            request.text.encode()
        except UnicodeEncodeError:
            raise QuerySyntaxError(
                "The query is not well-formed UTF-8: it holds a lone surrogate."
            ) from None
        return encode_request(request)

    def close(self) -> None:
        """End the workers, and the fork server if this engine started it."""
        if self._pool is not None:
            self._pool.close()
        self._causes.close()
        if self._supervisor is not None:
            self._supervisor.close()
