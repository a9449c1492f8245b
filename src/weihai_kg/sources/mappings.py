"""Links to outside data sets, read from SSSOM tables: ``data/mappings/*.sssom.tsv``.

The Simple Standard for Sharing Ontological Mappings: https://mapping-commons.github.io/sssom/
A table begins with a YAML block in ``#`` lines (the mapping set and its prefixes).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from rdflib import URIRef

from weihai_kg.errors import Finding

REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")
PREDICATES = {
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
}
JUSTIFICATIONS = re.compile(r"semapv:[A-Z]\w+")
IDENTIFIERS = {
    "http://www.wikidata.org/entity/": (re.compile(r"Q[1-9]\d*"), "a QID: Q and a number"),
    "https://sws.geonames.org/": (re.compile(r"[1-9]\d*/"), "a GeoNames number and a slash"),
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row: a link with its justification and its place in the table."""

    subject: URIRef
    predicate: URIRef
    object: URIRef
    row: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True, slots=True)
class MappingSet:
    """One table: its metadata and its rows, sorted."""

    name: str
    file: str
    metadata: dict[str, Any]
    mappings: tuple[Mapping, ...]


def parse(text: str, file: str, name: str) -> tuple[MappingSet | None, list[Finding]]:
    """The mapping set of a table, and what is wrong with its rows; None when it has no shape."""
    lines = text.split("\n")
    header = [line[1:] for line in lines if line.startswith("#")]
    try:
        metadata = yaml.safe_load("\n".join(header)) or {}
        curie_map = dict(metadata["curie_map"])
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        todo = "begin the table with `# curie_map:` and its prefixes, as SSSOM has it"
        return None, [Finding(file, 1, f"the metadata cannot be read: {error}", todo)]
    body = lines[len(header) :]
    reader = csv.DictReader(io.StringIO("\n".join(body)), delimiter="\t")
    missing = [column for column in REQUIRED if column not in (reader.fieldnames or ())]
    if missing:
        what = f"columns missing: {', '.join(missing)}"
        return None, [Finding(file, len(header) + 1, what, "add these columns")]
    mappings, findings = [], []
    for row in reader:
        line = len(header) + reader.line_num
        complaints = list(_complaints(row, curie_map))
        findings += [Finding(file, line, what, todo) for what, todo in complaints]
        if not complaints:
            terms = (_expand(row[column], curie_map) for column in
                     ("subject_id", "predicate_id", "object_id"))  # fmt: skip
            subject, predicate, object_ = (URIRef(term or "") for term in terms)
            cells = tuple((key, value) for key, value in row.items() if value)
            mappings.append(Mapping(subject, predicate, object_, cells, line))
    mappings.sort(key=lambda each: (each.subject, each.predicate, each.object))
    return MappingSet(name, file, metadata, tuple(mappings)), findings


def _expand(curie: str, curie_map: dict[str, str]) -> str | None:
    prefix, colon, local = curie.partition(":")
    return curie_map[prefix] + local if colon and prefix in curie_map else None


def _complaints(row: dict[str, str], curie_map: dict[str, str]) -> Iterator[tuple[str, str]]:
    for column in REQUIRED:
        if not row.get(column):
            yield f"{column} is empty", "fill it in; a link without it cannot be judged"
    for column in ("subject_id", "predicate_id", "object_id"):
        if row.get(column) and _expand(row[column], curie_map) is None:
            yield f"{column} {row[column]!r} has no known prefix", "add the prefix to curie_map"
    if row.get("predicate_id") and row["predicate_id"] not in PREDICATES:
        yield f"predicate_id {row['predicate_id']!r}", f"use one of {', '.join(sorted(PREDICATES))}"
    justification = row.get("mapping_justification")
    if justification and not JUSTIFICATIONS.fullmatch(justification):
        yield f"mapping_justification {justification!r}", "use a term of semapv:"
    object_iri = _expand(row.get("object_id") or "", curie_map) or ""
    for namespace, (pattern, form) in IDENTIFIERS.items():
        if object_iri.startswith(namespace) and not pattern.fullmatch(
            object_iri.removeprefix(namespace)
        ):
            yield f"malformed identifier {row['object_id']!r}", f"it has to be {form}"
    try:
        if row.get("confidence") and not 0 <= float(row["confidence"]) <= 1:
            yield f"confidence {row['confidence']}", "give a number from 0 to 1"
    except ValueError:
        yield f"confidence {row['confidence']!r}", "give a number from 0 to 1"
