"""The dumps of a release, all made from its N-Quads lines."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path

import zstandard

from weihai_kg.namespaces import Namespaces
from weihai_kg.publish import serialization as rdf
from weihai_kg.release import CHECKSUMS, DUMPS, NQUADS, sha256


def write(
    folder: Path,
    everything: list[str],
    parts: dict[str, list[str]],
    namespaces: Namespaces,
    names: Iterable[str] = DUMPS,
    progress: Callable[[str], None] = lambda name: None,
) -> None:
    """Write the dumps of these names, of those of design section 1, into ``folder``.

    ``everything`` are the sorted N-Quads lines of the default graph and all named graphs; ``parts``
    are the lines of the dumps that hold less: ``weihai-kg.ttl``, ``-inferred``, ``-rdf12``,
    ``wikidata-links.ttl`` and ``ontology.ttl``, and of the tables.
    """
    prefixes = namespaces.prefixes
    names = list(names)
    dataset = rdf.parse([] if parts.keys() >= set(names) else everything)
    default = rdf.default_graph(dataset)
    for name in names:
        progress(name)
        file = folder / name
        if name == NQUADS:
            file.write_text("".join(everything), encoding="utf-8")
        elif file.suffix == ".tsv":
            file.write_text("".join(parts[name]), encoding="utf-8")
        elif name in parts:
            file.write_bytes(rdf.serialize(rdf.parse(parts[name]), file.suffix, prefixes))
        elif file.suffix in {".trig", ".jsonld"}:
            file.write_bytes(rdf.serialize(dataset, file.suffix, prefixes))
        else:
            file.write_bytes(rdf.serialize(default, file.suffix, prefixes))


def compress(folder: Path, names: Iterable[str]) -> None:
    """Put a ``.gz`` and a ``.zst`` twin beside each file; no time or name goes into them."""
    for name in names:
        content = (folder / name).read_bytes()
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, 6, mtime=0))
        packer = zstandard.ZstdCompressor(level=12, write_checksum=True)
        (folder / f"{name}.zst").write_bytes(packer.compress(content))


def checksums(folder: Path) -> None:
    """Write ``SHA256SUMS`` over every other file, in the form ``sha256sum -c`` reads."""
    files = sorted(file for file in folder.iterdir() if file.name != CHECKSUMS)
    text = "".join(f"{sha256(file)}  {file.name}\n" for file in files)
    (folder / CHECKSUMS).write_text(text, encoding="utf-8")
