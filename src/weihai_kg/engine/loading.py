"""Loads what is served: a release, or any RDF file as it is.

A store on disk runs threads once it is open, and a process with threads must not fork. So the
fork server only fills it, in a child of its own; each worker opens it read-only.
"""

from __future__ import annotations

import gzip
import os
import shutil
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import pyoxigraph

from weihai_kg.errors import NoReleaseError, UsageError
from weihai_kg.formats import BY_NAME

DUMP = "weihai-kg.nq"
_COMPLETE = "complete"
_SORTED_UP_TO = 256 * 1024 * 1024
_TWICE_UP_TO = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """The file to load, and the version that its answers carry."""

    path: Path
    version: str

    @classmethod
    def find(cls, place: Path) -> Source:
        """A release for a folder, a data set for a file.

        A file that is replaced under its name is another version: answers are kept by version.
        """
        if place.is_dir():
            release = place.resolve()
            if not (release / DUMP).is_file():
                raise NoReleaseError(f"{place} holds no {DUMP}; run weihai-kg build.")
            return cls(release / DUMP, release.name)
        if not place.is_file():
            raise NoReleaseError(f"{place} does not exist; run weihai-kg build.")
        status = place.stat()
        stamp = f"{status.st_ino} {status.st_size} {status.st_mtime_ns}".encode("ascii")
        return cls(place.resolve(), f"{place.name}-{blake2b(stamp, digest_size=5).hexdigest()}")

    @property
    def format(self) -> pyoxigraph.RdfFormat:
        """The format that the file's name tells."""
        name = self.path.name.removesuffix(".gz")
        extension = name.rpartition(".")[2]
        format_ = pyoxigraph.RdfFormat.from_extension(extension)
        if format_ is None:
            known = ", ".join(each.name for each in BY_NAME.values() if each.kind != "results")
            raise UsageError(f"{self.path}: .{extension} is no RDF format; known are {known}.")
        return format_

    def load_into(self, store: pyoxigraph.Store) -> None:
        """Read the file into a store; UsageError names the line that cannot be read."""
        base = self.path.as_uri()
        try:
            if self.path.suffix == ".gz":
                with gzip.open(self.path) as stream:
                    store.bulk_load(stream, self.format, base_iri=base)  # type: ignore[arg-type]
            else:
                store.bulk_load(path=self.path, format=self.format, base_iri=base)
        except (SyntaxError, ValueError) as error:
            raise UsageError(f"{self.path}: {error}") from None


def load_in_memory(source: Source) -> pyoxigraph.Store:
    """A store in memory, to be shared by fork."""
    store = pyoxigraph.Store()
    if not _load_by_property(source, store):
        source.load_into(store)
    return store


def _load_by_property(source: Source, store: pyoxigraph.Store) -> bool:
    """Load a small N-Quads or N-Triples file with the statements of a property side by side.

    The store walks a list per property; so a group-by reads memory in order and takes two thirds
    of the time. Gives False if the file is large or cannot be read so: a message about it must
    name its own lines.
    """
    if source.path.suffix not in {".nq", ".nt"} or source.path.stat().st_size > _SORTED_UP_TO:
        return False
    lines = source.path.read_bytes().splitlines(keepends=True)
    lines.sort(key=lambda line: line.split(None, 2)[1:2])
    try:
        store.bulk_load(b"".join(lines), source.format)
    except (SyntaxError, ValueError):
        store.clear()
        return False
    return True


def default_graph(source: Source, store: pyoxigraph.Store) -> pyoxigraph.Store | None:
    """A store of the default graph alone, in the same order; None if it would not be worth it.

    It is made of a small file that holds named graphs as well.
    """
    if source.path.stat().st_size > _TWICE_UP_TO or not any(store.named_graphs()):
        return None
    # Twice, because the engine lists the statements from the last to the first.
    for _ in range(2):
        copy = pyoxigraph.Store()
        copy.bulk_extend(store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))
        store = copy
    return store


def fill_on_disk(source: Source, folder: Path) -> None:
    """Fill a store on disk, once per source; a store that was not finished is made anew."""
    stamp = f"{source.path}\n{source.path.stat().st_size}\n{source.path.stat().st_mtime_ns}\n"
    complete = folder / _COMPLETE
    if complete.is_file() and complete.read_text(encoding="utf-8") == stamp:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            store = pyoxigraph.Store(folder / "store")
            source.load_into(store)
            store.optimize()
            store.flush()
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1] != 0:
        raise UsageError(f"{source.path} could not be loaded into {folder}.")
    complete.write_text(stamp, encoding="utf-8")


def open_on_disk(folder: Path) -> pyoxigraph.Store:
    """Open a filled store, read-only."""
    return pyoxigraph.Store.read_only(str(folder / "store"))
