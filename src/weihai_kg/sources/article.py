"""An article: its text byte for byte as given, frozen by a checksum, with what it leaves out.

``data/articles/<slug>/article.txt`` is the text, ``article.toml`` beside it says its SHA-256,
its language and which lines are not the article's own (a re-poster's footer).
"""

from __future__ import annotations

import hashlib
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from weihai_kg.errors import Finding


@dataclass(frozen=True)
class Article:
    """One article. Positions are code points from 0, as in the Web Annotation model."""

    slug: str
    file: str
    text: str
    language: str = "zh"
    excluded: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """The lines that are not the article's own, by number, each with the reason in zh and en."""

    @property
    def excluded_lines(self) -> frozenset[int]:
        """The numbers of the lines that are not the article's own."""
        return frozenset(self.excluded)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(i + 1 for i, letter in enumerate(self.text) if letter == "\n")]

    def line_of(self, position: int) -> int:
        """The number, from 1, of the line that holds this position."""
        return bisect_right(self._line_starts, position)

    def lines(self) -> list[tuple[int, int, str]]:
        """Each line as its number, the position of its first character, and its text."""
        numbered = zip(self._line_starts, self.text.split("\n"), strict=True)
        return [(number, start, text) for number, (start, text) in enumerate(numbered, 1) if text]

    def quotable(self, start: int, end: int) -> bool:
        """Whether the run of characters lies in lines that are the article's own."""
        return not any(
            line in self.excluded_lines
            for line in range(self.line_of(start), self.line_of(max(start, end - 1)) + 1)
        )


def read(folder: Path, root: Path) -> tuple[Article | None, list[Finding]]:
    """The article in a folder, and what is wrong with it; None when it cannot be read."""
    text_file, record_file = folder / "article.txt", folder / "article.toml"
    name, record_name = (str(file.relative_to(root)) for file in (text_file, record_file))
    for file, label in ((text_file, name), (record_file, record_name)):
        if not file.is_file():
            return None, [Finding(label, 0, "this file is missing", "add it, or restore it")]
    try:
        record = tomllib.loads(record_file.read_text(encoding="utf-8"))
        frozen = record["sha256"]
        excluded = {
            int(each["line"]): {"zh": str(each["reason_zh"]), "en": str(each["reason"])}
            for each in record.get("excluded", [])
        }
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        todo = "give sha256 and language, and [[excluded]] tables with line, reason and reason_zh"
        return None, [Finding(record_name, 0, f"not readable: {error!r}", todo)]
    content = text_file.read_bytes()
    actual = hashlib.sha256(content).hexdigest()
    if actual != frozen:
        what = f"its bytes changed: SHA-256 is {actual}, {record_name} froze {frozen}"
        return None, [
            Finding(name, 0, what, "restore the text as it was; offsets and evidence rest on it")
        ]
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return None, [Finding(name, 0, f"not UTF-8: {error}", "save the text as UTF-8")]
    language = str(record.get("language", "zh"))
    return Article(folder.name, name, text, language, excluded), []
