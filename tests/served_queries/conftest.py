"""The real server over the project's own release; a second, older release is kept beside it."""

from __future__ import annotations

import dataclasses
import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from weihai_kg.release import CHECKSUMS, NQUADS, REPORT, Release, sha256

OLD = "0.9.0+old"
WIKIDATA = Path(__file__).parents[1] / "federation" / "wikidata.trig"


def make_older(release: Release, folder: Path) -> Release:
    """A release like this one, without the names of its port."""
    path = folder / OLD
    shutil.copytree(release.path, path)
    lines = (path / NQUADS).read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not ("/id/weihai-port>" in line and "#label>" in line)]
    assert len(kept) < len(lines)
    (path / NQUADS).write_text("".join(kept), "utf-8")
    report = json.loads((path / REPORT).read_text("utf-8"))
    report["version"] = OLD
    report["queries"] = {}
    (path / REPORT).write_text(json.dumps(report), "utf-8")
    names = sorted(each.name for each in path.iterdir() if each.name != CHECKSUMS)
    lines = [f"{sha256(path / name)}  {name}\n" for name in names]
    (path / CHECKSUMS).write_text("".join(lines), "utf-8")
    return Release(path)


@pytest.fixture(scope="session")
def kept(releases, release, tmp_path_factory):
    """A folder of releases: the project's as the current one, and an older one."""
    root = tmp_path_factory.mktemp("kept")
    (root / "releases").mkdir()
    shutil.copytree(release.path, root / "releases" / release.version)
    make_older(release, root / "releases")
    (root / "current").symlink_to(Path("releases") / release.version)
    return root


@dataclasses.dataclass(frozen=True)
class Server:
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path, accept="*/*", **parameters):
        return requests.get(
            self.url + path, params=parameters, timeout=20,
            headers={"Accept": accept, "Accept-Language": "en"},
        )  # fmt: skip

    def page(self, path, **parameters):
        answer = self.get(path, "text/html", **parameters)
        assert answer.headers["Content-Type"].startswith("text/html"), answer.text
        return answer


def start(log: Path, *options: str) -> tuple[subprocess.Popen[bytes], Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [
        sys.executable, "-m", "weihai_kg", "serve", "--port", str(port), "--log-format", "none",
        "--workers", "2", "--processes", "1", "--query-timeout", "20", *options,
    ]  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).ok:
                return process, Server(port)
        except requests.RequestException:  # nobody listens yet, or nobody has time
            time.sleep(0.1)
    process.kill()
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def wikidata(tmp_path_factory):
    """An endpoint that plays Wikidata: some saved queries ask it."""
    log = tmp_path_factory.mktemp("wikidata") / "log"
    process, running = start(log, "--dataset", str(WIKIDATA))
    yield running
    process.terminate()
    process.wait(15)


@pytest.fixture(scope="session")
def server(kept, wikidata, tmp_path_factory):
    log = tmp_path_factory.mktemp("server") / "log"
    federation = f"https://query.wikidata.org={wikidata.url}"
    process, running = start(log, "--releases", str(kept), "--federation", federation)
    yield running
    process.terminate()
    process.wait(15)
