"""How an answer is cited: as text, as BibTeX and as CFF."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from weihai_kg.formats import Format, Kind

AUTHOR = "The weihai-kg authors"
LICENCE = "CC-BY-4.0"
_BIBTEX = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#",
    "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "\n": " ", "\r": " ",
})  # fmt: skip

FORMATS = (
    Format("txt", "text", "text/plain", Kind.RESULTS, ""),
    Format("bib", "BibTeX", "application/x-bibtex", Kind.RESULTS, ""),
    Format("cff", "CFF", "application/yaml", Kind.RESULTS, ""),
)


@dataclass(frozen=True)
class Citation:
    """What identifies an answer, for people and for reference managers."""

    title: str
    version: str
    modified: str
    address: str
    rows: int
    sha256: str

    @property
    def date(self) -> str:
        """The day of the release; empty if it does not say."""
        return self.modified[:10] if re.match(r"\d{4}-\d{2}-\d{2}", self.modified) else ""

    @property
    def text(self) -> str:
        """One line for a list of references."""
        year = f" ({self.date[:4]})" if self.date else ""
        return (
            f"{AUTHOR}{year}. {self.title} [answer to a query, {self.rows} rows]. "
            f"weihai-kg, release {self.version}. {self.address} (SHA-256 {self.sha256})"
        )

    @property
    def bibtex(self) -> str:
        """An entry for BibTeX and biblatex."""
        fields = {
            "author": "{" + AUTHOR + "}",
            "title": "{" + self.title.translate(_BIBTEX) + "}",
            "year": self.date[:4],
            "howpublished": "weihai-kg, release " + self.version.translate(_BIBTEX),
            "note": f"{self.rows} rows, SHA-256 {self.sha256}",
            "url": self.address,
        }
        lines = "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items() if text)
        return f"@misc{{weihai-kg-{self.sha256[:12]},\n{lines}}}\n"

    @property
    def cff(self) -> str:
        """A Citation File Format document (1.2.0); JSON strings are YAML strings."""
        lines = [
            "cff-version: 1.2.0",
            "message: If you use this answer, please cite it as below.",
            "type: dataset",
            f"title: {_quoted(self.title)}",
            "authors:",
            f"  - name: {_quoted(AUTHOR)}",
            f"version: {_quoted(self.version)}",
            *([f"date-released: {self.date}"] if self.date else []),
            f"url: {_quoted(self.address)}",
            f"license: {LICENCE}",
            f"abstract: {_quoted(f'{self.rows} rows, complete. SHA-256 {self.sha256}')}",
        ]
        return "\n".join(lines) + "\n"

    def file(self, name: str) -> str:
        """The citation in one of ``FORMATS``."""
        return {"txt": self.text + "\n", "bib": self.bibtex, "cff": self.cff}[name]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
