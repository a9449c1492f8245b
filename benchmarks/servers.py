"""The servers that are compared: how each is found, loaded, started, asked and stopped."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

HOST = "127.0.0.1"
PATIENCE = 900.0
LOADING = 600.0
# For servers that are not measured in every round.
LOADING_OF_OTHERS = 100.0


class ServerError(Exception):
    """Raised when a server does not load, start or answer."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is served: an N-Quads or N-Triples file, and the releases' folder it comes from."""

    path: Path
    releases: Path | None = None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def find(program: str) -> str:
    """A program beside this Python or on the path; empty if there is none."""
    beside = Path(sys.executable).with_name(program)
    return str(beside) if beside.is_file() else shutil.which(program) or ""


class Server(ABC):
    """One server process, or a tree of them, on a port of the loopback."""

    name: str
    path: str
    parameters = ""
    program = ""
    install = ""
    # Measured in every round; of the others one round tells enough.
    close = False
    # More triples than this take it minutes to load.
    largest = 10_000_000

    def __init__(self, data: Dataset, folder: Path) -> None:
        self.data = data
        self.folder = folder / self.name
        self.port = free_port()
        self.load_seconds = self.start_seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def missing(cls) -> str:
        """Why it cannot run here; empty if it can."""
        if cls.program and not find(cls.program):
            return f"{cls.program} is not installed ({cls.install})"
        return ""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it."""

    def load(self) -> None:  # noqa: B027 - most load as they start
        """Load the data ahead, for those that do."""

    def prepare(self) -> None:
        """Load ahead and start; takes the times."""
        self.folder.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        self.load()
        self.load_seconds = time.perf_counter() - began
        began = time.perf_counter()
        self.start()
        self.start_seconds = time.perf_counter() - began

    def start(self) -> None:
        """Start it; returns when it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )
        limit = LOADING if self.close else LOADING_OF_OTHERS
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise ServerError(f"{self.name} ended; see {self.folder / 'log'}")
            try:
                if self.ask("ASK { }", timeout=5)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise ServerError(f"{self.name} did not answer within {limit:g} s")

    def stop(self) -> None:
        """Stop it and whatever it started."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def target(self, query: str) -> str:
        """Path and query string of a query."""
        return f"{self.path}?{self.parameters}query={quote(query, safe='')}"

    def ask(
        self, query: str, accept: str = "application/sparql-results+json", timeout: float = PATIENCE
    ) -> tuple[int, bytes]:
        """Status and body of one query on a connection of its own; OSError if there is none."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        try:
            connection.request("GET", self.target(query), headers={"Accept": accept})
            response = connection.getresponse()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    @property
    def processes(self) -> list[int]:
        """Its process and all that descend from it."""
        if self._process is None:
            return []
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text()
                except OSError:
                    continue
                parent = int(stat.rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
        found = [self._process.pid]
        for process in found:
            found += children.get(process, [])
        return found

    @property
    def memory(self) -> int:
        """Bytes of memory, what processes share counted once."""
        return sum(map(_memory_of, self.processes))

    @property
    def processor_time(self) -> float:
        """Seconds of processor time so far."""
        return sum(map(_processor_time_of, self.processes))

    def settle(self, limit: float = 5.0) -> None:
        """Wait until it has done with requests whose clients are gone."""
        end = time.monotonic() + limit
        before = self.processor_time
        while time.monotonic() < end:
            time.sleep(0.03)
            now = self.processor_time
            if now - before < 0.015:
                return
            before = now


def _memory_of(process: int) -> int:
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _processor_time_of(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # Its own and that of its children which have ended.
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class WeihaiKG(Server):
    """This project's server with its default settings, over a release or over a file."""

    name = "weihai-kg"
    path = "/sparql"
    close = True

    def command(self) -> list[str]:
        if self.data.releases is not None:
            place = ["--releases", str(self.data.releases)]
        else:
            place = ["--dataset", str(self.data.path)]
        port = ["--host", HOST, "--port", str(self.port)]
        return [sys.executable, "-m", "weihai_kg", "serve", *place, *port]


class Oxigraph(Server):
    """Oxigraph's own server, over a store on disk that was loaded and optimized before."""

    name = "oxigraph"
    path = "/query"
    program = "oxigraph"
    install = "pip install oxigraph"
    close = True

    def load(self) -> None:
        place = ["--location", str(self.folder / "store")]
        for step in (["load", *place, "--file", str(self.data.path)], ["optimize", *place]):
            done = subprocess.run([find(self.program), *step], capture_output=True, text=True)
            if done.returncode != 0:
                raise ServerError(f"oxigraph {step[0]}: {done.stderr.strip()}")

    def command(self) -> list[str]:
        place = ["--location", str(self.folder / "store")]
        return [find(self.program), "serve-read-only", *place, "--bind", f"{HOST}:{self.port}"]


class RDFLibEndpoint(Server):
    """rdflib-endpoint over rdflib's own store in memory."""

    name = "rdflib-endpoint"
    path = "/"
    program = "rdflib-endpoint"
    install = "pip install rdflib-endpoint uvicorn"
    largest = 200_000

    def command(self) -> list[str]:
        serve = [find(self.program), "serve", "--host", HOST, "--port", str(self.port)]
        return [*serve, str(self.data.path)]


class Virtuoso(Server):
    """Virtuoso, its default graph a graph of its own."""

    name = "virtuoso"
    path = "/sparql"
    parameters = "default-graph-uri=urn%3Adefault&"
    program = "virtuoso-t"
    install = "apt-get install virtuoso-opensource-7-bin"

    def __init__(self, data: Dataset, folder: Path) -> None:
        super().__init__(data, folder)
        self._sql_port = free_port()

    def load(self) -> None:
        (self.folder / "virtuoso.ini").write_text(_VIRTUOSO.format(
            folder=self.folder, host=HOST,
            sql=self._sql_port, http=self.port,
        ))  # fmt: skip
        (self.folder / f"data{self.data.path.suffix}").symlink_to(self.data.path.resolve())
        self.start()
        quads = 512 if self.data.path.suffix == ".nq" else 0
        # Its client reads a plus in a path as a blank.
        source = f"file_to_string_output('data{self.data.path.suffix}')"
        self._sql("log_enable(2);")
        for last in (False, False, True):
            try:
                self._sql(f"DB.DBA.TTLP({source}, '', 'urn:default', {quads});")
                break
            except ServerError:  # its loader may deadlock with itself
                if last:
                    raise
                self._sql("RDF_GLOBAL_RESET();")
        self._sql("checkpoint;")
        self._sql("shutdown;")
        assert self._process is not None
        self._process.wait(120)

    def _sql(self, statement: str) -> None:
        command = [find("isql-vt"), f"{HOST}:{self._sql_port}", "dba", "dba", f"exec={statement}"]
        done = subprocess.run(command, capture_output=True, text=True)
        if "Error" in done.stdout + done.stderr and "shutdown" not in statement:
            said = " ".join((done.stdout + done.stderr).split())
            raise ServerError(f"virtuoso: {said[-200:]}")

    def command(self) -> list[str]:
        return [find(self.program), "-f", "+configfile", str(self.folder / "virtuoso.ini")]


_VIRTUOSO = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
TransactionFile = {folder}/virtuoso.trx
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = {host}:{sql}
DirsAllowed = {folder}, .
ServerThreads = 30
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
[HTTPServer]
ServerPort = {host}:{http}
ServerThreads = 20
MaxClientConnections = 20
KeepAliveTimeout = 30
MaxKeepAlives = 20
[SPARQL]
ResultSetMaxRows = 1000000
"""


class Fuseki(Server):
    """Apache Jena Fuseki over its transactional store in memory."""

    name = "fuseki"
    path = "/ds"
    program = "java"
    install = "apt-get install default-jre-headless"
    largest = 2_000_000

    @classmethod
    def missing(cls) -> str:
        return super().missing() or (
            "" if cls.jar() else "there is no jena-fuseki-server.jar; make bench fetches it by "
            "Maven, FUSEKI_JAR names another"
        )  # fmt: skip

    @staticmethod
    def jar() -> Path | None:
        """The program, from wherever it may lie."""
        given = os.environ.get("FUSEKI_JAR")
        kept = Path(__file__).resolve().parents[1] / "build" / "bench-servers"
        found = [Path(given)] if given else sorted(kept.glob("jena-fuseki-server*.jar"))
        return found[-1] if found and found[-1].is_file() else None

    def load(self) -> None:
        # It would log every request.
        (self.folder / "log4j2.properties").write_text("rootLogger.level = warn\n")

    def command(self) -> list[str]:
        return [
            find(self.program), "-Xmx3G", "-Dlog4j2.configurationFile=log4j2.properties", "-jar",
            str(self.jar()), "--localhost", "--port", str(self.port), "--file",
            str(self.data.path.resolve()), self.path,
        ]  # fmt: skip


OURS = WeihaiKG.name
SERVERS: dict[str, type[Server]] = {
    each.name: each for each in (WeihaiKG, Oxigraph, RDFLibEndpoint, Virtuoso, Fuseki)
}


def count_rows(body: bytes, accept: str) -> int:
    """Rows of a result, triples of a graph, or 0 and 1 for false and true."""
    if "n-triples" in accept:
        lines = body.decode().splitlines()
        return len({line for line in lines if line.strip() and not line.startswith("#")})
    told = json.loads(body)
    if "boolean" in told:
        return int(told["boolean"])
    return len(told["results"]["bindings"])
