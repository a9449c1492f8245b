"""Keeps one fork server running, and replaces it when the release changes or when it dies.

A generation is one life of a fork server. The file ``current`` in the engine's folder names the
newest one that is ready; server processes follow it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from weihai_kg.engine.limits import Limits
from weihai_kg.engine.origins import allowlist, store_of
from weihai_kg.engine.task import Task
from weihai_kg.errors import WeihaiKGError
from weihai_kg.namespaces import Namespaces
from weihai_kg.settings import Settings

CURRENT = "current"
PREFIX = "weihai-kg-"
# Large pages make forking cheap; a larger thread cache takes a sixth off a look-up's time.
_ALLOCATOR = (
    "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=2000:glibc.malloc.tcache_max=4096"
    ":glibc.malloc.trim_threshold=268435456:glibc.malloc.top_pad=16777216"
)
_LOOK = 0.25
_BACKOFF = 5.0

log = logging.getLogger(__name__)


class Supervisor:
    """Runs fork servers for one place, one generation after the other."""

    def __init__(self, place: Path, settings: Settings, folder: Path | None = None) -> None:
        """``place`` is a release, a link to one, or an RDF file; ``folder`` holds the sockets."""
        self._place = place
        self._store = store_of(settings.store)
        self._settings = settings
        self.folder = folder or Path(tempfile.mkdtemp(prefix=PREFIX))
        self._process: subprocess.Popen[bytes] | None = None
        self._retired: list[subprocess.Popen[bytes]] = []
        self._generation = 0
        with contextlib.suppress(WeihaiKGError):
            self._generation = int(read_current(self.folder)["generation"])
        self._seen: object = None
        self._stop = threading.Event()
        self._first = threading.Event()
        self._spawned = threading.Event()
        self._error = ""
        self.restarts = 0
        # The kernel ties a child's death signal to the thread that started it: it must live on.
        self._thread = threading.Thread(target=self.run, name="supervisor", daemon=True)

    def begin(self) -> None:
        """Start the first generation; its data load meanwhile.

        Returns when its process runs: nothing is forked here before that.
        """
        self._thread.start()
        self._spawned.wait()

    def wait(self) -> None:
        """Return when the data are loaded; raise if they cannot be."""
        self._first.wait()
        if self._error:
            self.close()
            raise WeihaiKGError(self._error)

    @property
    def error(self) -> str:
        """Why the first generation cannot be loaded, if so."""
        return self._error

    def close(self) -> None:
        """End every fork server, and with them their workers."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        for process in filter(None, [self._process, *self._retired]):
            process.kill()
            process.wait()
            _close_pipes(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self) -> None:
        """Supervise until closed; returns at once if the first generation cannot be loaded."""
        self._seen = self._look()
        try:
            self._begin_generation()
        except WeihaiKGError as error:
            self._error = str(error)
        finally:
            self._spawned.set()
            self._first.set()
        pause = _LOOK
        while not self._error and not self._stop.wait(pause):
            pause = self._watch()

    def _watch(self) -> float:
        """Look once after the fork server and the release; the seconds until the next look."""
        self._retired = [each for each in self._retired if not _ended(each)]
        died = self._process is None or _ended(self._process)
        seen = self._look()
        if not died and seen == self._seen:
            return _LOOK
        if died:
            self.restarts += 1
            log.error("The fork server ended; it is started again.")
        self._seen = seen
        try:
            self._begin_generation()
        except WeihaiKGError as error:
            log.error("%s The service goes on as it is.", error)
            return _BACKOFF if died else _LOOK
        return _LOOK

    def _look(self) -> object:
        """What tells one release from the next: the target of the link, or the file itself."""
        try:
            place = self._place.resolve(strict=True)
            status = place.stat()
        except OSError:
            return self._seen
        if place.is_dir():
            return place, status.st_ino
        return place, status.st_ino, status.st_mtime_ns, status.st_size

    def _begin_generation(self) -> None:
        self._generation += 1
        address = str(self.folder / f"{self._generation}-{os.getpid()}")
        process = subprocess.Popen(
            [sys.executable, "-m", "weihai_kg.engine.forkserver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            # Server processes are forked from this one, perhaps at this very moment, and would
            # hold the pipe on which Popen waits for its child to exec; posix_spawn, which is used
            # when no descriptor has to be closed, has no such pipe.
            close_fds=False,
        )
        self._spawned.set()
        told = self._introduce(process, self._task(address))
        if not told.get("ready"):
            process.kill()
            process.wait()
            _close_pipes(process)
            raise WeihaiKGError(str(told.get("error", "The fork server ended while it loaded.")))
        self._publish(address, str(told["version"]))
        if self._process is not None:
            _retire(self._process)
            self._retired.append(self._process)
        self._process = process

    def _task(self, address: str) -> Task:
        names = Namespaces(self._settings.base)
        return Task(
            place=str(self._place.resolve()),
            store=self._store,
            socket=address,
            generation=self._generation,
            asserted=str(names.graph["asserted"]),
            prefixes=names.prefixes,
            allowed=sorted(allowlist(self._settings.federation)),
            limits=Limits.of(self._settings).as_dict(),
            on_disk_above=self._settings.on_disk_above,
            disk=str(self.folder / "disk"),
            parent=os.getpid(),
        )

    def _introduce(self, process: subprocess.Popen[bytes], task: Task) -> dict[str, Any]:
        """Tell a fork server its task; what it says when it has loaded."""
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise WeihaiKGError("The fork server has no pipes.")
        with contextlib.suppress(BrokenPipeError):
            stdin.write(json.dumps(asdict(task)).encode("ascii") + b"\n")
            stdin.flush()
        with selectors.DefaultSelector() as waiting:
            waiting.register(stdout, selectors.EVENT_READ)
            while not waiting.select(timeout=_LOOK):
                if self._stop.is_set():
                    return {"error": "The engine was closed while it loaded."}
        line = stdout.readline()
        told: dict[str, Any] = json.loads(line) if line else {}
        return told

    def _publish(self, address: str, version: str) -> None:
        current = {"generation": self._generation, "version": version, "socket": address}
        partial = self.folder / "current.partial"
        partial.write_text(json.dumps(current), encoding="utf-8")
        partial.replace(self.folder / CURRENT)


def _environment() -> dict[str, str]:
    """Only what Python needs: no proxies, no secrets; large pages make forking cheap."""
    kept = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LANG", "LC_ALL", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return environment | {"PYTHONSAFEPATH": "1", "GLIBC_TUNABLES": _ALLOCATOR}


def _retire(process: subprocess.Popen[bytes]) -> None:
    """Tell a fork server to end with its last worker."""
    if process.stdin is not None:
        # Forked server processes hold the pipe too: closing it here would not end it.
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(b"retire\n")
            process.stdin.flush()
    _close_pipes(process)


def _ended(process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is None:
        return False
    _close_pipes(process)
    return True


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def read_current(folder: Path, *, wait: float = 0.0) -> dict[str, Any]:
    """The newest generation that is ready."""
    end = time.monotonic() + wait
    while True:
        try:
            told: dict[str, Any] = json.loads((folder / CURRENT).read_text(encoding="utf-8"))
        except FileNotFoundError:
            if time.monotonic() >= end:
                raise WeihaiKGError(f"No engine runs at {folder}.") from None
            time.sleep(0.02)
        else:
            return told
