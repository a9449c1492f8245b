"""Runs the supervisor as a process of its own, for a server that forks and so wants no threads.

``python -m weihai_kg.engine.launcher FOLDER PLACE PARENT`` supervises with the settings of its
environment until it is killed or its parent ends.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from weihai_kg.engine.sandbox import die_with_parent
from weihai_kg.engine.supervisor import PREFIX, Supervisor
from weihai_kg.settings import Settings

UNLOADABLE = 3


class Launcher:
    """Starts the supervisor process, and starts it again when it was killed."""

    def __init__(self, place: Path, environment: Mapping[str, str]) -> None:
        """Start it now; its data load meanwhile."""
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._place = place
        self._environment = os.environ | dict(environment)
        self._closed = False
        self._process = self._start()
        self.failed = False

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "weihai_kg.engine.launcher"]
        arguments = [str(self.folder), str(self._place), str(os.getpid())]
        # posix_spawn, see Supervisor: a restart may meet the fork of a server process.
        return subprocess.Popen(command + arguments, env=self._environment, close_fds=False)

    def watch(self, failed: Callable[[], None]) -> None:
        """Restart it whenever it ends; ``failed`` is called if its data cannot be loaded."""
        threading.Thread(target=self._watch, args=(failed,), name="launcher", daemon=True).start()

    def _watch(self, failed: Callable[[], None]) -> None:
        while True:
            code = self._process.wait()
            if self._closed:
                return
            if code == UNLOADABLE:
                self.failed = True
                failed()
                return
            self._process = self._start()

    def close(self) -> None:
        """End it, its fork servers and their workers."""
        self._closed = True
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Supervise; 3 if there is nothing that can be loaded."""
    folder, place, parent = arguments
    die_with_parent(int(parent))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(format="weihai-kg: %(message)s")
    supervisor = Supervisor(Path(place), Settings.load(), Path(folder))
    supervisor.run()
    logging.getLogger(__name__).error(supervisor.error)
    return UNLOADABLE


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
