"""The real server over the project's own release, with a few hostile statements added to it."""

from __future__ import annotations

import dataclasses
import hashlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
from email.message import Message
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from weihai_kg.release import Release

HOSTILE = """\
<{base}id/hostile> <{rdfs}label> "<script>alert(1)</script>"@en{graph} .
<{base}id/hostile> <{rdfs}label> "\\u202Eevil\\u202C\\"><img src=x onerror=alert(1)>"@zh{graph} .
<{base}id/hostile> <{rdfs}seeAlso> <javascript:alert(1)>{graph} .
<{base}id/hostile> <{rdfs}comment> "</script><b>bold</b>"{graph} .
<{base}id/北京路> <{rdfs}label> "北京路"@zh{graph} .
<{base}id/café> <{rdfs}label> "Café"@en{graph} .
"""
BASE, RDFS = "https://w3id.org/weihai-kg/", "http://www.w3.org/2000/01/rdf-schema#"
HOSTILE_NAMES = {
    "iri": f"{BASE}id/hostile",
    "labels": {
        "en": "<script>alert(1)</script>",
        "zh": '\u202eevil\u202c"><img src=x onerror=alert(1)>',
    },
    "others": [],
    "kind": {},
}
GRAPH = f" <{BASE}graph/translations>"


@dataclasses.dataclass(frozen=True)
class Response:
    """What came back; redirects are not followed."""

    status_code: int
    headers: Message
    content: bytes

    @property
    def text(self):
        return self.content.decode()

    def json(self):
        return json.loads(self.content)


@dataclasses.dataclass(frozen=True)
class Site:
    """A client of the server on a port."""

    port: int

    def get(self, path, *, params=None, headers=None):
        address = quote(path, safe="/?&=%:@+,#")
        if params:
            address = f"{address.partition('?')[0]}?{urlencode(params)}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", address, headers=headers or {})
            answer = connection.getresponse()
            return Response(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def hostile(graph: str) -> str:
    """The hostile statements in a graph."""
    return HOSTILE.format(base=BASE, rdfs=RDFS, graph=graph)


@pytest.fixture(scope="session")
def site(releases: Path, tmp_path_factory: pytest.TempPathFactory):
    """A client of the running server."""
    folder = tmp_path_factory.mktemp("pages")
    source = (releases / "current").resolve()
    copy = folder / "releases" / source.name
    shutil.copytree(source, copy)
    dump = copy / "weihai-kg.nq"
    dump.write_text(hostile("") + hostile(GRAPH) + dump.read_text("utf-8"), "utf-8")
    names = json.loads((copy / "names.json").read_text("utf-8"))
    names["things"].append(HOSTILE_NAMES)
    (copy / "names.json").write_text(json.dumps(names), "utf-8")
    sums = "".join(
        f"{hashlib.sha256((copy / name).read_bytes()).hexdigest()}  {name}\n"
        for name in Release(copy).files()
    )
    (copy / "SHA256SUMS").write_text(sums)
    (folder / "current").symlink_to(Path("releases") / source.name)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [
        sys.executable, "-m", "weihai_kg", "serve", "--releases", str(folder), "--port", str(port),
        "--log-format", "none", "--processes", "1", "--workers", "2",
    ]  # fmt: skip
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait(Site(port), process, log)
        yield Site(port)
    finally:
        process.terminate()
        process.wait(15)


def wait(client: Site, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server is ready."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if client.get("/readyz").status_code == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text())
