"""The fork server: loads the data once, then forks a worker for each connection.

It is started as a program of its own (``python -m weihai_kg.engine.forkserver``) and runs no
threads, so that it may fork. Its standard input tells what to serve, in one line of JSON; anything
more, or its end, tells that nobody needs it any more.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph

from weihai_kg.engine import sandbox
from weihai_kg.engine.datasets import DatasetSelector
from weihai_kg.engine.frames import PROCESS
from weihai_kg.engine.limits import Limits
from weihai_kg.engine.loading import (
    Source,
    default_graph,
    fill_on_disk,
    load_in_memory,
    open_on_disk,
)
from weihai_kg.engine.remote import RemoteEvaluator
from weihai_kg.engine.store import Evaluator
from weihai_kg.engine.task import Task
from weihai_kg.engine.worker import ServiceRelay, Worker
from weihai_kg.errors import WeihaiKGError

CRASHED = 70
_REMEMBERED = 4096


class ForkServer:
    """Listens on a unix socket; one worker per connection."""

    def __init__(self, task: Task) -> None:
        """Take the network away, load the data, listen."""
        self._task = task
        self._limits = Limits(**task.limits)
        if not sandbox.leave_network():
            _log("The system gives no network namespace; queries are only kept off it by refusal.")
        sandbox.widen_stack()
        self._source = Source.find(Path(task.place))
        self._select = self._load()
        self._selectors = selectors.DefaultSelector()
        self._workers = _listen(task.socket)
        self._causes = _listen(task.socket + ".causes")
        self._ended: OrderedDict[int, int] = OrderedDict()
        self._asked: dict[int, socket.socket] = {}
        self._running = 0
        self._wanted = True

    def _load(self) -> Callable[[], DatasetSelector]:
        """Load the data; what makes a worker's selector of them."""
        source, asserted = self._source, self._task.asserted
        if self._task.store:
            return lambda: DatasetSelector(pyoxigraph.Store(), asserted)
        if source.path.stat().st_size > self._task.on_disk_above:
            folder = Path(self._task.disk) / source.version
            fill_on_disk(source, folder)
            return lambda: DatasetSelector(open_on_disk(folder), asserted)
        store = load_in_memory(source)
        selector = DatasetSelector(store, asserted, default_graph(source, store))
        return lambda: selector

    def run(self) -> None:
        """Say that it is ready; serve until standard input ends and the last worker is gone."""
        signals, written = socket.socketpair()
        for each in (signals, written):
            each.setblocking(False)
        signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        watched = self._selectors
        watched.register(self._workers, selectors.EVENT_READ, self._fork)
        watched.register(self._causes, selectors.EVENT_READ, self._accept_asker)
        watched.register(signals, selectors.EVENT_READ, lambda: self._reap(signals))
        watched.register(sys.stdin.fileno(), selectors.EVENT_READ, self._retire)
        gc.collect()
        gc.freeze()
        _tell({"ready": True, "version": self._source.version})
        while self._wanted or self._running:
            for key, _ in watched.select():
                key.data()

    def _retire(self) -> None:
        """Take no more connections; workers that still answer may finish."""
        os.read(sys.stdin.fileno(), 1)
        self._wanted = False
        for each in (sys.stdin.fileno(), self._workers):
            self._selectors.unregister(each)
        self._workers.close()

    def _fork(self) -> None:
        connection, _ = self._workers.accept()
        server = os.getpid()
        child = os.fork()
        if child:
            connection.close()
            self._running += 1
            return
        code = CRASHED
        try:
            sandbox.die_with_parent(server)
            self._forget_server()
            self._work(connection)
            code = 0
        finally:
            os._exit(code)

    def _forget_server(self) -> None:
        """Close what belongs to the fork server, in a worker."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selectors.close()
        for each in (self._workers, self._causes, *self._asked.values()):
            each.close()
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in range(3):
            os.dup2(nothing, standard)

    def _work(self, connection: socket.socket) -> None:
        hello = {"generation": self._task.generation, "version": self._source.version}
        Worker(connection, self._evaluator(connection), self._limits, hello).run()

    def _evaluator(self, connection: socket.socket) -> Evaluator | RemoteEvaluator:
        task, nesting = self._task, self._limits.query_nesting
        allowed, relay = frozenset(task.allowed), ServiceRelay(connection)
        if task.store:
            return RemoteEvaluator(
                task.store, task.asserted, task.prefixes, nesting, allowed, relay
            )
        return Evaluator(self._select(), task.prefixes, nesting, allowed, relay)

    def _accept_asker(self) -> None:
        connection, _ = self._causes.accept()
        self._selectors.register(
            connection, selectors.EVENT_READ, lambda: self._answer_asker(connection)
        )

    def _answer_asker(self, connection: socket.socket) -> None:
        """A server process asks how a worker ended."""
        try:
            data = connection.recv(PROCESS.size)
        except OSError:
            data = b""
        if len(data) < PROCESS.size:
            self._selectors.unregister(connection)
            connection.close()
            self._asked = {pid: each for pid, each in self._asked.items() if each is not connection}
            return
        (process,) = PROCESS.unpack(data)
        self._asked[process] = connection
        self._tell_cause(process)

    def _tell_cause(self, process: int) -> None:
        if process in self._ended and process in self._asked:
            with contextlib.suppress(OSError):
                self._asked.pop(process).send(PROCESS.pack(self._ended[process]))

    def _reap(self, signals: socket.socket) -> None:
        signals.recv(4096)
        while self._running:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                break
            self._running -= 1
            self._ended[process] = status
            while len(self._ended) > _REMEMBERED:
                self._ended.popitem(last=False)
            self._tell_cause(process)


def _listen(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(512)
    return listener


def _tell(message: dict[str, Any]) -> None:
    os.write(sys.stdout.fileno(), json.dumps(message).encode("ascii") + b"\n")


def _log(message: str) -> None:
    os.write(sys.stderr.fileno(), f"weihai-kg: {message}\n".encode())


def main() -> None:
    """Serve the task on standard input."""
    line = b""
    while not line.endswith(b"\n"):
        if not (byte := os.read(sys.stdin.fileno(), 65_536)):
            return
        line += byte
    task = Task(**json.loads(line))
    sandbox.die_with_parent(task.parent)
    try:
        server = ForkServer(task)
    except (WeihaiKGError, OSError) as error:
        _tell({"ready": False, "error": str(error)})
        return
    server.run()


if __name__ == "__main__":
    main()
