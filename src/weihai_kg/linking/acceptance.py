"""Accepted rows of a review become rows of a mapping table, with who decided, when and by what.

The table is SSSOM (https://mapping-commons.github.io/sssom/): justification
``semapv:CompositeMatching`` (names, type and place compared together), the reviewer as author, the
day, this tool and its version, the score as confidence, the features as comment.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from weihai_kg import __version__
from weihai_kg.errors import Finding, UsageError, WeihaiKGError
from weihai_kg.linking.proposals import TOOL
from weihai_kg.linking.review import ACCEPTED, Review, Row
from weihai_kg.linking.subjects import Subjects
from weihai_kg.sources import mappings as tables
from weihai_kg.sources.corpus import Corpus
from weihai_kg.sources.mappings import MappingSet

JUSTIFICATION = "semapv:CompositeMatching"
ADDED = ("author_id", "mapping_tool", "mapping_tool_version")
EXACT = "http://www.w3.org/2004/02/skos/core#exactMatch"
ORCID = re.compile(r"orcid:(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")
PREFIXES = {"orcid": "https://orcid.org/", "wd": "http://www.wikidata.org/entity/"}


class RefusedError(WeihaiKGError):
    """Raised when accepted rows cannot go into a mapping table; nothing was changed."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings, in the order of the lines."""
        self.findings = tuple(sorted(set(findings)))
        shown = "\n".join(map(str, self.findings))
        super().__init__(f"{shown}\nNothing was changed: {len(self.findings)} rows are refused.")


@dataclass(frozen=True, slots=True)
class Author:
    """Who decided: a CURIE such as ``orcid:0000-0002-1825-0097``, and a name."""

    id: str
    label: str


def author(identifier: str, label: str) -> Author:
    """Who decided; raises UsageError when the identifier is not one that SSSOM can hold."""
    prefix, colon, local = identifier.partition(":")
    if not colon or not local or prefix not in PREFIXES:
        known = ", ".join(f"{each}:…" for each in PREFIXES)
        raise UsageError(f"--author {identifier!r}: give one of {known}, such as your ORCID iD.")
    if prefix == "orcid" and not _is_orcid(identifier):
        raise UsageError(
            f"--author {identifier!r}: an ORCID iD has 16 digits, the last one a check."
        )
    return Author(identifier, label)


def _is_orcid(identifier: str) -> bool:
    """Whether form and check digit are right (ISO 7064, MOD 11-2)."""
    match = ORCID.fullmatch(identifier)
    if not match:
        return False
    digits = match[1].replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1]


def accept(
    corpus: Corpus, review: Review, file: str, who: Author, today: date
) -> tuple[Review, dict[str, int]]:
    """Write the accepted rows into their mapping tables.

    Gives the review without the subjects that are done, and how many rows each table got. Raises
    RefusedError with file and line of every row that cannot be accepted; then nothing is written.
    """
    chosen = [row for row in review.rows if row["decision"] == ACCEPTED]
    subjects = Subjects(corpus)
    findings = [
        Finding(file, row.line, what, todo)
        for row in chosen
        for what, todo in _complaints(corpus, subjects, row, chosen)
    ]
    if findings:
        raise RefusedError(findings)
    counts = {}
    for mapping_set in corpus.mapping_sets:
        rows = [row for row in chosen if _set_of(corpus, row["target"]) is mapping_set]
        if rows:
            _write(corpus.root / mapping_set.file, mapping_set, rows, who, today)
            counts[mapping_set.file] = len(rows)
    done = {row["subject"] for row in chosen}
    return Review(
        review.metadata, [row for row in review.rows if row["subject"] not in done]
    ), counts


def _set_of(corpus: Corpus, target: str) -> MappingSet | None:
    """The table whose links point to the data set of this target."""
    for mapping_set in corpus.mapping_sets:
        for each in mapping_set.mappings:
            namespace = next((n for n in tables.IDENTIFIERS if each.object.startswith(n)), None)
            if namespace and target.startswith(namespace):
                return mapping_set
    return None


def _complaints(
    corpus: Corpus, subjects: Subjects, row: Row, chosen: Sequence[Row]
) -> Iterator[tuple[str, str]]:
    subject, target = row["subject"], row["target"]
    iri = corpus.namespaces.id[subject.removeprefix("id:")]
    if str(iri) not in subjects:
        yield f"{subject} is no entity of the sources", "was it renamed? Ask for it again"
    if row["predicate"] not in tables.PREDICATES:
        allowed = ", ".join(sorted(tables.PREDICATES))
        yield f"predicate {row['predicate']!r}", f"use one of {allowed}"
    pattern = next((p for n, (p, _) in tables.IDENTIFIERS.items() if target.startswith(n)), None)
    if pattern is None or _set_of(corpus, target) is None:
        yield f"no mapping table holds links to {target!r}", "add one to data/mappings/ first"
    elif not any(pattern.fullmatch(target.removeprefix(n)) for n in tables.IDENTIFIERS):
        yield f"malformed identifier {target!r}", "take the row as the command wrote it"
    for other in chosen:
        if other is not row and _clash(row, other):
            what = f"{other['subject']} and {other['target']} are accepted in line {other.line}"
            yield what, "an exact match has one subject and one target; accept one of the rows"
    for mapping_set in corpus.mapping_sets:
        for link in mapping_set.mappings:
            where = f"{mapping_set.file}:{link.line}"
            if str(link.subject) == str(iri) and str(link.object) == target:
                yield f"{where} has this link already", "reject the row, or delete the old one"
            elif row["predicate"] != "skos:exactMatch" or str(link.predicate) != EXACT:
                continue
            elif str(link.object) == target:
                yield (
                    f"{target} is the exact match of {link.subject} in {where}",
                    "which one is it?",
                )
            elif link.subject == iri and _set_of(corpus, target) is mapping_set:
                yield f"{subject} has the exact match {link.object} in {where}", "which one is it?"


def _clash(row: Row, other: Row) -> bool:
    both = row["predicate"] == other["predicate"] == "skos:exactMatch"
    return both and (row["subject"] == other["subject"]) != (row["target"] == other["target"])


def _write(
    file: Path, mapping_set: MappingSet, rows: Sequence[Row], who: Author, today: date
) -> None:
    lines = file.read_text("utf-8").split("\n")
    top = next(n for n, line in enumerate(lines) if not line.startswith("#"))
    reader = csv.DictReader(io.StringIO("\n".join(lines[top:])), delimiter="\t")
    columns = list(reader.fieldnames or ())
    columns += [name for name in ADDED if name not in columns]
    old = list(reader)
    prefixes = {iri: prefix for prefix, iri in mapping_set.metadata["curie_map"].items()}
    new = [_cells(row, mapping_set, prefixes, who, today) for row in rows]
    table = io.StringIO()
    writer = csv.DictWriter(table, columns, delimiter="\t", lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows([{key: value or "" for key, value in row.items()} for row in old])
    writer.writerows([{key: row[key] for key in columns if key in row} for row in new])
    prefix = who.id.partition(":")[0]
    header = list(_header(lines[:top], mapping_set, {prefix: PREFIXES[prefix]}, today))
    unfinished = file.with_name(file.name + ".new")
    unfinished.write_text("\n".join(header) + "\n" + table.getvalue(), "utf-8")
    os.replace(unfinished, file)  # noqa: PTH105


def _cells(
    row: Row, mapping_set: MappingSet, prefixes: dict[str, str], who: Author, today: date
) -> dict[str, str]:
    target = row["target"]
    namespace = max((n for n in prefixes if target.startswith(n)), key=len)
    return {
        "subject_id": row["subject"],
        "subject_label": row["subject_label"],
        "predicate_id": row["predicate"],
        "object_id": f"{prefixes[namespace]}:{target.removeprefix(namespace)}",
        "object_label": row["target_label"],
        "mapping_justification": JUSTIFICATION,
        "confidence": row["score"],
        "object_source": str(mapping_set.metadata.get("object_source", "")),
        "mapping_date": today.isoformat(),
        "author_label": who.label,
        "author_id": who.id,
        "mapping_tool": TOOL,
        "mapping_tool_version": __version__,
        "comment": f"{row.features}; retrieved {row['retrieved']}",
    }


def _header(
    lines: Sequence[str], mapping_set: MappingSet, needed: dict[str, str], today: date
) -> Iterator[str]:
    """The YAML block with the new day and the prefixes that the new rows need."""
    known = mapping_set.metadata["curie_map"]
    for line in lines:
        yield f'# mapping_date: "{today}"' if line.startswith("# mapping_date:") else line
        if line.startswith("# curie_map:"):
            for prefix, iri in needed.items():
                if prefix not in known:
                    yield f"#   {prefix}: {iri}"
