"""Runs the service: the engine's fork server, and granian's server processes before it.

Server processes find everything in their environment: the engine's address, the data set, and
each setting under its own variable.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from weihai_kg.engine.launcher import Launcher
from weihai_kg.engine.service import Engine
from weihai_kg.engine.supervisor import read_current
from weihai_kg.errors import NoReleaseError, WeihaiKGError
from weihai_kg.settings import ENVIRONMENT_PREFIX, Settings
from weihai_kg.web.app import create_app, has_editor
from weihai_kg.web.backend import Releases
from weihai_kg.web.wsgi import Application

ENGINE = "WEIHAI_KG_ENGINE"
DATASET = "WEIHAI_KG_DATASET"
_LOADING = 3600.0
_CONNECTIONS = 1024
_HEADER_TIMEOUT = 10_000

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application() -> Wsgi:
    """What granian loads in each server process."""
    # Until granian sets its own handlers this copy has those of its parent, which end nothing.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    settings = Settings.load()
    dataset = Path(os.environ[DATASET]) if os.environ.get(DATASET) else None
    folder = Path(os.environ[ENGINE])
    read_current(folder, wait=_LOADING)
    return compose(Engine.connect(folder, settings, whole=True), settings, dataset)


def compose(engine: Engine, settings: Settings, dataset: Path | None) -> Wsgi:
    """The WSGI callable over an engine: pages only where there is a release."""
    if dataset is not None:
        return Application(engine, settings, dataset=dataset)
    pages = create_app(settings, engine, Releases(settings))
    return Application(engine, settings, pages=pages.wsgi_app, editor=has_editor(pages))


def place_of(settings: Settings, dataset: Path | None) -> Path:
    """What is served: the data set, or the current release."""
    place = dataset or settings.current
    if not place.exists():
        raise NoReleaseError(f"{place} does not exist; run weihai-kg build, or give --dataset.")
    return place


def serve(settings: Settings, dataset: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT; running requests have the grace time to finish."""
    variables = _environment(settings, dataset)
    launcher = Launcher(place_of(settings, dataset), variables)
    try:
        os.environ.update(variables | {ENGINE: str(launcher.folder)})
        server = _granian(settings)
        server.on_startup(lambda: launcher.watch(_end_service))
        server.serve()
    finally:
        launcher.close()
    if launcher.failed:
        raise WeihaiKGError("The data could not be loaded.")


def _end_service() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _environment(settings: Settings, dataset: Path | None) -> dict[str, str]:
    variables = {
        ENVIRONMENT_PREFIX + each.name.upper(): str(getattr(settings, each.name))
        for each in fields(settings)
    }
    return variables | {DATASET: str(dataset.resolve()) if dataset else ""}


def _granian(settings: Settings) -> MPServer:
    """The server. A thread waits with each query that waits: there must be more of them."""
    # Each server process starts as a copy of this one, which has everything imported. No thread
    # of ours works here: the supervisor is a process of its own.
    multiprocessing.set_start_method("fork", force=True)
    waiting = 2 * settings.queue_length + 2 * settings.workers
    return MPServer(
        "weihai_kg.server:application",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT),
        websockets=False,
        workers=settings.processes,
        blocking_threads=max(settings.threads, waiting + 64),
        backlog=_CONNECTIONS * settings.processes,
        backpressure=_CONNECTIONS,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=max(1, round(settings.grace)),
        log_access=False,
        log_level=LogLevels.error,
    )


def get(path: str, settings: Settings, dataset: Path | None = None) -> tuple[int, bytes]:
    """The status and body of one request, answered without a port."""
    engine = Engine.start(place_of(settings, dataset), settings)
    try:
        application = compose(engine, settings, dataset)
        return _call(application, path, settings)
    finally:
        engine.close()


def _call(application: Wsgi, path: str, settings: Settings) -> tuple[int, bytes]:
    address, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": settings.host,
        "SERVER_PORT": str(settings.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": f"{settings.host}:{settings.port}",
        "HTTP_ACCEPT": "*/*",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": True,
    }
    told: list[str] = []

    def start_response(status: str, headers: object, exc_info: object = None) -> None:
        told.append(status)

    parts = application(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return int(told[-1].split()[0]), body
