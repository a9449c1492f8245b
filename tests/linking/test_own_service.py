"""`weihai-kg link` asks the project's own reconciliation service, another implementation."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from click.testing import Result

from weihai_kg.linking import review

NAMES = ("yeosu", "incheon", "weihai-port", "topic-table-tennis")


def test_every_entity_is_found_in_its_own_graph(
    run: Callable[..., Result], releases: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    line = [sys.executable, "-m", "weihai_kg", "serve", "--releases", str(releases)]
    flags = ("--port", port, "--processes", "1", "--log-format", "none")
    process = subprocess.Popen([*line, *flags], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        while not _ready(f"{address}/readyz"):
            assert process.poll() is None
            time.sleep(0.05)
        file = tmp_path / "own.tsv"
        where = ("--service", f"{address}/reconcile", "--review", str(file))
        done = run("link", *NAMES, *where)
        assert done.exit_code == 0, done.stderr
    finally:
        process.terminate()
        process.wait(30)
    first = {row["subject"]: row for row in reversed(review.read(file).rows)}
    for name in NAMES:
        row = first[f"id:{name}"]
        assert row["target"] == f"https://w3id.org/weihai-kg/id/{name}"
        assert row["name_zh"].startswith("1.00 ")
    assert first["id:weihai-port"]["type"].startswith("1.00 Port : 港口")


def _ready(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except URLError as error:
        if hasattr(error, "close"):
            error.close()
    except OSError:
        pass
    return False
