"""One query in progress: a server process's side of the talk with one worker."""

from __future__ import annotations

import contextlib
import json
import select
import signal
import socket
import time
from collections.abc import Iterator

from weihai_kg.engine.connection import TICK, Causes, WorkerConnection
from weihai_kg.engine.federation import Fetcher
from weihai_kg.engine.frames import FORMATS, FORMS, Kind, decode_error
from weihai_kg.engine.lanes import OVERLOADED
from weihai_kg.engine.limits import Limits
from weihai_kg.engine.pool import Pool
from weihai_kg.engine.relay import Relay
from weihai_kg.engine.request import Answer, QueryRequest
from weihai_kg.errors import (
    FederationError,
    OverloadedError,
    QueryError,
    WorkerLostError,
)

Frame = tuple[int, int, int, int, bytes]


class WorkerGoneError(WorkerLostError):
    """Raised when the worker ended through no fault of its query: another one may be asked."""


class Exchange:
    """Sends one query to one worker and reads its answer, within the time that is allowed."""

    def __init__(
        self,
        pool: Pool,
        worker: WorkerConnection,
        request: QueryRequest,
        limits: Limits,
        causes: Causes,
        fetcher: Fetcher,
    ) -> None:
        """The worker is checked out; it goes back to the pool, or dies, by the end of this."""
        self._pool = pool
        self.worker = worker
        self._request = request
        self._limits = limits
        self._causes = causes
        self._fetcher = fetcher
        self._relay: Relay | None = None
        self._waited = 0.0
        self._open = True
        self._held: Frame | None = None

    def begin(self, frame: bytes) -> Answer:
        """Send the query; the answer as far as it is there. A QueryError if there is none."""
        self.send(frame)
        return self.receive()

    def send(self, frame: bytes) -> None:
        """Send the query; a worker that is gone shows when its answer is read."""
        with contextlib.suppress(OSError):
            self.worker.socket.sendall(frame)

    def fileno(self) -> int:
        """What becomes readable when the worker has something to say."""
        return self.worker.socket.fileno()

    def look(self) -> Answer | bool:
        """The answer if it is there and whole, without waiting.

        Else whether ``receive`` is to be called for what is there.
        """
        try:
            frame = self.worker.reader.read(socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except (EOFError, OSError):
            return True
        if frame[0] != Kind.BODY:
            self._held = frame
            return True
        self._finish(frame[3])
        return self._answer(frame, frame[4], iter(()))

    def receive(self) -> Answer:
        """The answer as far as it is there. A QueryError if there is none."""
        try:
            frame = self._next()
            kind, _, _, last, body = frame
            if kind == Kind.BODY:
                self._finish(last)
                whole: bytes | None = body
                chunks: Iterator[bytes] = iter(())
            elif kind == Kind.CHUNK:
                whole, chunks = None, self._stream(body)
            else:
                raise self._fail(kind, last, body)
            return self._answer(frame, whole, chunks)
        except OSError:
            raise self._explain() from None
        except BaseException:
            self.close()
            raise

    def _answer(self, frame: Frame, whole: bytes | None, chunks: Iterator[bytes]) -> Answer:
        _, form, format_, _, _ = frame
        version = self.worker.version
        return Answer(FORMS[form], FORMATS[format_], whole, chunks, self.close, version)

    def close(self) -> None:
        """End the talk; a worker that still answers is killed."""
        if self._open:
            self._open = False
            self._forget_relay()
            self._pool.discard(self.worker, "abandoned")

    def _finish(self, last: int) -> None:
        self._open = False
        self._forget_relay()
        if last:
            self._pool.discard(self.worker, "worn")
        else:
            self._pool.give_back(self.worker)

    def _forget_relay(self) -> None:
        if self._relay is not None:
            self._relay.close()

    def _stream(self, first: bytes) -> Iterator[bytes]:
        """The chunks of an answer; a QueryError if it breaks off."""
        try:
            yield first
            while True:
                kind, _, _, last, body = self._next()
                if kind == Kind.END:
                    self._finish(last)
                    if body:
                        yield body
                    return
                if kind != Kind.CHUNK:
                    raise self._fail(kind, last, body)
                yield body
        finally:
            self.close()

    def _fail(self, kind: int, last: int, body: bytes) -> QueryError:
        """The error that a frame tells, once the worker is back or gone."""
        if kind != Kind.ERROR:
            return self._explain()
        error = decode_error(body)
        failure = self._failure
        self._finish(last)
        if failure is not None and isinstance(error, FederationError):
            return failure
        return error

    @property
    def _failure(self) -> FederationError | None:
        """The last call for another endpoint that went wrong."""
        return self._relay.failure if self._relay is not None else None

    def _next(self) -> Frame:
        """The next frame of the answer, the worker's calls for other endpoints seen to."""
        while True:
            frame, self._held = self._held or self._read(), None
            if frame[0] != Kind.SERVICE:
                return frame
            self._take_relay(frame[-1])

    def _read(self) -> Frame:
        while True:
            began = time.monotonic()
            try:
                if self._relay is not None and not self.worker.reader.pending:
                    self._serve_relay(self._relay)
                return self.worker.reader.read()
            except BlockingIOError:
                self._wait_on(time.monotonic() - began)
            except (EOFError, ConnectionResetError):
                raise self._explain() from None
            finally:
                self._waited += time.monotonic() - began

    def _wait_on(self, waited: float) -> None:
        """See to it that somebody still waits, and that there is time left."""
        left = self._limits.query_timeout - self._waited - waited
        if left <= 0.001:
            self.worker.kill("query_timeout")
            raise self._explain()
        if self._request.abandoned is not None and self._request.abandoned():
            self.worker.kill("abandoned")
            raise self._explain()
        if left < TICK:
            self.worker.wait_at_most(left)

    def _take_relay(self, body: bytes) -> None:
        told = json.loads(body)
        self.worker.socket.sendall(b"g")
        _, descriptors, _, _ = socket.recv_fds(self.worker.socket, 1, 1)
        if len(descriptors) != 1:
            raise self._explain()
        listener = socket.socket(fileno=descriptors[0])
        self._relay = Relay(listener, str(told["token"]), list(told["iris"]), self._fetcher)

    def _serve_relay(self, relay: Relay) -> None:
        """Answer the worker's calls for other endpoints until it has something to say."""
        end = time.monotonic() + TICK
        while True:
            left = end - time.monotonic()
            ready, _, _ = select.select([self.worker.socket, relay.listener], [], [], max(0, left))
            if self.worker.socket in ready:
                return
            if not ready:
                raise BlockingIOError
            relay.serve_one()

    def _explain(self) -> QueryError:
        """Why the worker is gone; the worker is discarded."""
        worker, limits = self.worker, self._limits
        self._open = False
        self._forget_relay()
        reason = worker.reason
        ended_by = None if reason else self._causes.of(worker)
        errors: dict[str, QueryError] = {
            "query_timeout": limits.clock_error(),
            "query_memory": limits.memory_error(),
            "query_cpu": limits.processor_error(),
            "abandoned": WorkerLostError("The client went away."),
            "closed": WorkerLostError("The service is closing."),
            OVERLOADED: OverloadedError(
                "Too many long queries run at the same time; try again in a few seconds."
            ),
        }
        if not reason:
            reason = _REASONS.get(ended_by, "crash") if ended_by is not None else "lost"
        self._pool.discard(worker, reason)
        if reason == "query_timeout" and self._failure is not None:
            return self._failure  # The worker had no time left to tell of it.
        if reason == "lost":
            return WorkerGoneError("The worker of this query was killed; try again.")
        name = signal.Signals(ended_by).name if ended_by else "no signal"
        return errors.get(reason) or WorkerLostError(
            f"The query ended its worker ({name}); it may nest too deep. All else goes on."
        )


_REASONS = {
    0: "lost",
    signal.SIGKILL: "lost",
    signal.SIGABRT: "query_memory",
    signal.SIGXCPU: "query_cpu",
}
