"""A server process's end of one worker: its socket, and the means to stop and to kill it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import struct
import threading
import time
from pathlib import Path
from typing import Any

from weihai_kg.engine.frames import PROCESS, FrameReader, Kind
from weihai_kg.engine.sandbox import processor_time

_TIMEVAL = struct.Struct("@ll")
_HELLO = 10.0
TICK = 1.0
NICE = 10


class WorkerConnection:
    """One worker. ``reason`` is set by whoever kills it, before the kill."""

    def __init__(self, address: str, tick: float = TICK) -> None:
        """Have a worker forked; OSError or EOFError if the fork server is not there."""
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.socket.connect(address)
            self.wait_at_most(_HELLO)
            self.reader = FrameReader(self.socket)
            kind, *_, body = self.reader.read()
            if kind != Kind.HELLO:
                raise EOFError
            hello: dict[str, Any] = json.loads(body)
            self._pidfd = os.pidfd_open(hello["pid"])
        except BaseException:
            self.socket.close()
            raise
        self.pid: int = hello["pid"]
        self.generation: int = hello["generation"]
        self.version: str = hello["version"]
        self._size: int = hello["size"]
        self.wait_at_most(tick)
        self.serial = self.like = 0
        self.began = 0.0
        self.reason = ""
        self.known = False
        self.paused = False
        self.slow = False
        self._nice = False

    def begin(self, like: int, *, known: bool) -> None:
        """Note that a query begins; ``known`` if one like it was answered before."""
        self.serial += 1
        self.like = like
        self.known = known
        self.began = time.monotonic()

    def wait_at_most(self, seconds: float) -> None:
        """Have the kernel end a receive after a time."""
        whole = int(seconds)
        timeout = _TIMEVAL.pack(whole, int((seconds - whole) * 1e6))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)

    @property
    def processor_time(self) -> float:
        """Seconds of processor time that the worker has taken."""
        return processor_time(self.pid)

    @property
    def growth(self) -> int:
        """Bytes that the worker's address space has grown by since it was forked."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_bytes().split()[0])
        except (OSError, IndexError):
            return 0
        return max(0, pages * os.sysconf("SC_PAGE_SIZE") - self._size)

    @property
    def has_ended(self) -> bool:
        """Whether the other end of an idle worker's socket is closed."""
        try:
            return not self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def slow_down(self) -> None:
        """Let quick queries go first on the processor."""
        if not self._nice:
            self._nice = True
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, NICE)

    def pause(self) -> None:
        """Stop the worker until it is resumed."""
        self.paused = True
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a stopped worker go on."""
        self.paused = False
        self._signal(signal.SIGCONT)

    def kill(self, reason: str) -> None:
        """End the worker, whatever it does; ``reason`` stays the first one given."""
        self.reason = self.reason or reason
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._pidfd, number)

    @property
    def reusable(self) -> bool:
        """Whether the worker may take another query: it has its full priority still."""
        return not self._nice and not self.reason

    def close(self) -> None:
        """Let the worker go; an idle one ends by itself."""
        self.socket.close()
        with contextlib.suppress(OSError):
            os.close(self._pidfd)


class Causes:
    """Asks the fork server how a worker ended: only its parent can know."""

    def __init__(self) -> None:
        """Connect when the first question comes."""
        self._lock = threading.Lock()
        self._address = ""
        self._socket: socket.socket | None = None

    def of(self, worker: WorkerConnection) -> int | None:
        """The signal that ended a worker, 0 if it ended by itself, None if nobody knows."""
        with self._lock:
            try:
                status = self._ask(worker)
            except OSError:
                self.close()
                return None
        if status is None:
            return None
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0

    def _ask(self, worker: WorkerConnection) -> int | None:
        if self._socket is None or self._address != worker.address:
            self.close()
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.settimeout(2.0)
            self._socket.connect(worker.address + ".causes")
            self._address = worker.address
        self._socket.sendall(PROCESS.pack(worker.pid))
        data = self._socket.recv(PROCESS.size)
        if len(data) < PROCESS.size:
            self.close()
            return None
        (status,) = PROCESS.unpack(data)
        return int(status)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
