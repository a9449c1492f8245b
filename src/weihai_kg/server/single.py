"""One request, answered without a port."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from weihai_kg.engine.service import Engine
from weihai_kg.server.composition import options, place_of
from weihai_kg.settings import Settings
from weihai_kg.web.wsgi import Application


def get(path: str, settings: Settings, dataset: Path | None = None) -> tuple[int, bytes]:
    """The status and body of one GET."""
    engine = Engine.start(place_of(settings, dataset), settings)
    try:
        application = Application(engine, settings, **options(engine, settings, dataset))
        return _call(application, path, settings)
    finally:
        engine.close()


def _call(application: Application, path: str, settings: Settings) -> tuple[int, bytes]:
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
