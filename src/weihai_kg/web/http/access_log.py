"""One line per request, structured, written in batches by a thread of its own.

Lines are put together when a request ends and written at most a moment later, so that a request
never waits for the log. What a client sent is shortened and escaped.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections import deque
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as quoted
from typing import IO

LONGEST = 500
INTERVAL = 0.2


@dataclass(slots=True)
class Line:
    """What is told of one request."""

    request_id: str
    client: str
    method: str
    path: str
    query: str
    status: int
    size: int
    seconds: float
    version: str
    cache: str
    whole: bool


def as_json(line: Line, now: str) -> str:
    """The line as one JSON object."""
    return (
        f'{{"time":"{now}","id":{quoted(line.request_id)},"client":{quoted(line.client)},'
        f'"method":{quoted(line.method[:20])},"path":{quoted(line.path[:LONGEST])},'
        f'"query":{quoted(line.query[:LONGEST])},"status":{line.status},"bytes":{line.size},'
        f'"ms":{line.seconds * 1000:.2f},"release":{quoted(line.version)},'
        f'"cache":"{line.cache}","whole":{"true" if line.whole else "false"}}}\n'
    )


def as_text(line: Line, now: str) -> str:
    """The line for a person."""
    path, query = quoted(line.path[:LONGEST])[1:-1], quoted(line.query[:LONGEST])[1:-1]
    return (
        f"{now} {line.client} {quoted(line.method[:20])[1:-1]} {path} {line.status} {line.size}B "
        f"{line.seconds * 1000:.1f}ms {line.cache}{'' if line.whole else ' BROKEN'} "
        f"{line.request_id} {query}\n"
    )


WRITERS = {"json": as_json, "text": as_text}


class AccessLog:
    """Collects lines and writes them to a stream."""

    def __init__(self, style: str, stream: IO[str]) -> None:
        """``style`` is one of WRITERS; anything else writes nothing."""
        self._write = WRITERS.get(style)
        self._stream = stream
        self._lines: deque[str] = deque()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._second = (0, "")

    @property
    def on(self) -> bool:
        """Whether anything is written at all."""
        return self._write is not None

    def add(self, line: Line) -> None:
        """Write the line soon."""
        if self._write is None:
            return
        self._lines.append(self._write(line, self._now()))
        if self._thread is None:
            self._start()
        if not self._wake.is_set():
            self._wake.set()

    def flush(self) -> None:
        """Write what is waiting."""
        with self._lock:
            lines = []
            while self._lines:
                lines.append(self._lines.popleft())
            if lines and not self._stream.closed:
                self._stream.write("".join(lines))
                self._stream.flush()

    def _now(self) -> str:
        second = int(time.time())
        if self._second[0] != second:
            self._second = (second, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second)))
        return self._second[1]

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="access-log", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            self.flush()
            time.sleep(INTERVAL)
