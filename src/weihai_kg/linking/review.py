"""The review file: one row for each candidate, with the features behind its score.

A table (TSV) below a YAML block in ``#`` lines. A reviewer writes ``accepted`` or ``rejected`` into
the column ``decision`` (and may change ``predicate``); nothing else is read back. A subject that no
candidate was found for has one row without a target. The file is written whole after each batch, in
one step, so that a run that was broken off goes on with the subjects that are not in it.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from weihai_kg.errors import WeihaiKGError
from weihai_kg.linking.candidates import Found
from weihai_kg.linking.scoring import Scored

ACCEPTED, REJECTED = "accepted", "rejected"
FEATURES = ("name_zh", "name_en", "type", "place", "country", "context")
COLUMNS = ("decision", "subject", "subject_label", "target", "target_label", "predicate", "score",
           "verdict", *FEATURES, "description", "service_score", "retrieved")  # fmt: skip
EXACT = "skos:exactMatch"


class ReviewError(WeihaiKGError):
    """Raised when a file is not a review file, with the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, and its line in the file (0: not written yet)."""

    cells: Mapping[str, str]
    line: int = 0

    def __getitem__(self, column: str) -> str:
        """The cell of a column."""
        return self.cells[column]

    @property
    def features(self) -> str:
        """The features that were known, in one line."""
        return "; ".join(f"{name} {self[name]}" for name in FEATURES if self[name])


@dataclass
class Review:
    """The rows of a review file and what stands above them."""

    metadata: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @property
    def subjects(self) -> set[str]:
        """The subjects that were asked for."""
        return {row["subject"] for row in self.rows}

    def add(self, subject: str, found: Found, judged: Iterable[Scored], target: str) -> None:
        """Append the candidates of one subject; ``target`` is their identifiers' namespace."""
        before = len(self.rows)
        shared = {
            "subject": subject,
            "subject_label": found.subject.label("zh", "en"),
            "retrieved": found.fetched,
        }
        for each in judged:
            candidate = each.candidate
            cells = dict.fromkeys(COLUMNS, "") | shared | {
                "target": target + candidate.id,
                "target_label": candidate.label("en", "zh"),
                "predicate": EXACT,
                "score": f"{each.score:.2f}",
                "verdict": each.verdict,
                "description": candidate.description,
                "service_score": f"{found.scores.get(candidate.id, 0):g}",
            }  # fmt: skip
            for name in FEATURES:
                feature = each.feature(name)
                if feature.value is not None:
                    cells[name] = f"{feature.value:.2f} {feature.reason}"
            self.rows.append(Row({key: " ".join(text.split()) for key, text in cells.items()}))
        if len(self.rows) == before:
            self.rows.append(Row(dict.fromkeys(COLUMNS, "") | shared | {"verdict": "none"}))

    def save(self, file: Path) -> None:
        """Write the file, in one step."""
        block = yaml.safe_dump(self.metadata, allow_unicode=True, sort_keys=False)
        lines = [f"# {line}" for line in block.splitlines()] if self.metadata else []
        table = io.StringIO()
        writer = csv.writer(table, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([row[column] for column in COLUMNS] for row in self.rows)
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(file.name + ".new")
        unfinished.write_text("\n".join([*lines, table.getvalue()]), "utf-8")
        os.replace(unfinished, file)  # noqa: PTH105


def read(file: Path) -> Review:
    """The review of a file; raises ReviewError when it is not one."""
    try:
        return parse(file.read_text("utf-8-sig"), str(file))
    except FileNotFoundError as error:
        raise ReviewError(f"{file}: there is no such file; `weihai-kg link` writes one.") from error
    except UnicodeDecodeError as error:
        raise ReviewError(f"{file}: not UTF-8; save the table as UTF-8 text.") from error


def parse(text: str, file: str) -> Review:
    """The review of a text; spreadsheets may have quoted its cells, and added empty columns."""
    lines = text.replace("\r\n", "\n").split("\n")
    top = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    try:
        metadata = yaml.safe_load("\n".join(line[1:] for line in lines[:top])) or {}
    except yaml.YAMLError as error:
        raise ReviewError(f"{file}:1: the block above the table cannot be read: {error}") from error
    reader = csv.DictReader(io.StringIO("\n".join(lines[top:]), newline=""), delimiter="\t")
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        table = [(top + reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise ReviewError(f"{file}:{top + reader.line_num}: not a table: {error}") from error
    if missing or not isinstance(metadata, dict):
        what = (
            f"columns missing: {', '.join(missing)}" if missing else "no metadata above the table"
        )
        raise ReviewError(f"{file}:{top + 1}: not a review file ({what}).")
    rows = []
    for line, cells in table:
        filled = {column: (cells.get(column) or "").strip() for column in COLUMNS}
        if filled["decision"] not in {"", ACCEPTED, REJECTED}:
            what = f"decision {filled['decision']!r}"
            raise ReviewError(f"{file}:{line}: {what} is neither {ACCEPTED}, {REJECTED} nor empty.")
        if any(filled.values()):
            rows.append(Row(filled, line))
    return Review(metadata, rows)
