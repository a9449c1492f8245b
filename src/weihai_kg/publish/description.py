"""The description of a release, VoID and DCAT together, in every format of RDF."""

from __future__ import annotations

from pathlib import Path

from weihai_kg.publish import dcat, nquads, serialization, void
from weihai_kg.publish.void import Subject
from weihai_kg.release import VOIDS


def write(subject: Subject) -> None:
    """Write the description into the folder of the release, beside the files it describes."""
    lines = nquads.triple_lines([*void.describe(subject), *dcat.describe(subject)])
    described = serialization.parse(lines)
    for name in VOIDS:
        content = serialization.serialize(described, Path(name).suffix, subject.ns.prefixes)
        (subject.folder / name).write_bytes(content)
