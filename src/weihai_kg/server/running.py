"""Runs the service: the engine's fork server, and server processes before it.

Server processes find everything in their environment: the engine's address, the data set, and
each setting under its own variable.
"""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import fields
from pathlib import Path

from weihai_kg.engine.launcher import Launcher
from weihai_kg.engine.origins import allowlist
from weihai_kg.engine.service import Engine
from weihai_kg.engine.supervisor import read_current
from weihai_kg.errors import UsageError, WeihaiKGError
from weihai_kg.server import process
from weihai_kg.server.board import Board
from weihai_kg.server.composition import options, place_of
from weihai_kg.server.heap import share_heap
from weihai_kg.server.processes import Processes
from weihai_kg.settings import ENVIRONMENT_PREFIX, Settings
from weihai_kg.web.http import metrics
from weihai_kg.web.http.rate_limit import RateLimit
from weihai_kg.web.service import Service

ENGINE = metrics.ENGINE
DATASET = "WEIHAI_KG_DATASET"
HIGHEST_PORT = 65_535
_LOADING = 3600.0
_BACKLOG = 4096


def serve(settings: Settings, dataset: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT; running requests have the grace time to finish.

    Raises UsageError for a setting that makes no sense.
    """
    _check(settings)
    share_heap()
    variables = _environment(settings, dataset)
    place = place_of(settings, dataset)
    with _listen(settings) as listener:
        launcher = Launcher(place, variables)
        try:
            os.environ.update(variables | {ENGINE: str(launcher.folder)})
            board = Board(settings.processes)

            def work(place: int) -> None:
                board.take(place)
                _work(settings, dataset, launcher.folder, listener, board)

            def left(place: int, process_id: int) -> None:
                board.leave(place)
                metrics.forget(process_id)

            processes = Processes(settings.processes, work, settings.grace, left)
            processes.run(lambda: launcher.watch(_end_service))
        finally:
            launcher.close()
    if launcher.failed:
        raise WeihaiKGError("The data could not be loaded.")


def _check(settings: Settings) -> None:
    """Raise UsageError for a setting that a server process would only stumble over."""
    if settings.port > HIGHEST_PORT:
        raise UsageError(f"port: {settings.port} is more than {HIGHEST_PORT}.")
    allowlist(settings.federation)
    if settings.rate_limit:
        RateLimit(settings.rate_limit)


def _work(
    settings: Settings, dataset: Path | None, folder: Path, listener: socket.socket, board: Board
) -> None:
    """What one server process does."""
    read_current(folder, wait=_LOADING)
    engine = Engine.connect(folder, settings)
    service = Service(engine, settings, **options(engine, settings, dataset, warm=True))
    process.run(settings, engine, service, listener, board)


def _listen(settings: Settings) -> socket.socket:
    """The socket that all server processes accept from."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, _, _, _, address = found[0]
        listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise WeihaiKGError(
            f"{settings.host}:{settings.port} cannot be listened on: {error}; "
            "choose another --host or --port."
        ) from error
    listener.setblocking(False)
    return listener


def _end_service() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _environment(settings: Settings, dataset: Path | None) -> dict[str, str]:
    variables = {
        ENVIRONMENT_PREFIX + each.name.upper(): str(getattr(settings, each.name))
        for each in fields(settings)
    }
    return variables | {DATASET: str(dataset.resolve()) if dataset else ""}
