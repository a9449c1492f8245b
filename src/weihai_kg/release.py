"""The layout of a release: the one file format that ``build`` writes and ``serve`` reads.

``build/releases/<version>/`` holds the files named here, and the text of each article;
``build/current`` is a link to one of them. A release is complete when its ``SHA256SUMS`` is there,
which is written last; the link is replaced in one step, so that a reader sees the old release or
the new one, never a mixture.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weihai_kg.errors import NoReleaseError
from weihai_kg.formats import RDF

NQUADS = "weihai-kg.nq"
REPORT = "report.json"
QUERIES = "queries.json"
VOID = "void.ttl"
QUICKSTATEMENTS = "wikidata.quickstatements.tsv"
ARTICLES = "articles.json"
NAMES = "names.json"
CHECKSUMS = "SHA256SUMS"
COMPRESSED = (".gz", ".zst")

DUMPS = {
    NQUADS: "Everything: the default graph with every statement once, and all named graphs",
    "weihai-kg.trig": "The same, as TriG",
    "weihai-kg.jsonld": "The same, as JSON-LD",
    "weihai-kg.ttl": "What was read, merged, each subject with the quotations it was derived from",
    "weihai-kg-inferred.ttl": "What was inferred",
    "weihai-kg-rdf12.ttl": "What was read and inferred, with its evidence as RDF 1.2 reifiers",
    "weihai-kg.nt": "The default graph, as N-Triples",
    "weihai-kg.rdf": "The default graph, as RDF/XML",
    "wikidata-links.ttl": "The links to Wikidata and other data sets, each with its reason",
    QUICKSTATEMENTS: "What Wikidata could take over, for a person to review first",
    "ontology.ttl": "The ontology with its alignments",
    "queries.ttl": "The saved queries, with the row count and digest of each answer",
}
VOIDS = tuple(f"void.{each.name}" for each in RDF)
DESCRIPTIONS = {
    **dict.fromkeys(VOIDS, "What is here: VoID, DCAT"),
    REPORT: "What the build counted and checked",
    QUERIES: "The texts of the saved queries, by file",
    ARTICLES: "The language and SHA-256 of each article, and the lines that are not its own",
    NAMES: "Every name, with the readings of Chinese ones, as the search of the site needs them",
    CHECKSUMS: "SHA-256 of every file",
}
SSSOM = ".sssom.tsv"


def about(name: str) -> str | None:
    """What a dump holds; None for a file that is none. Each mapping table is a dump as well."""
    if name.endswith(SSSOM):
        return f"The links to {name.removesuffix(SSSOM)}, as an SSSOM table"
    return DUMPS.get(name)


_ARTICLE = ("article-", ".txt")


def article_file(slug: str) -> str:
    """The name of the file that holds an article's text, byte for byte as it was given."""
    return slug.join(_ARTICLE)


def is_public(name: str) -> bool:
    """Whether a file may be taken away: an article's text stays its publisher's."""
    return not (name.startswith(_ARTICLE[0]) and name.endswith(_ARTICLE[1]))


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as it was given; lines that are not its own, by number, with the reason."""

    text: str
    language: str
    excluded: Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Release:
    """One complete release on disk."""

    path: Path

    @property
    def version(self) -> str:
        """``<semver>+<hash of the sources>``: the name of its folder."""
        return self.path.name

    def report(self) -> dict[str, Any]:
        """What the build counted and checked."""
        found: dict[str, Any] = json.loads((self.path / REPORT).read_text("utf-8"))
        return found

    def queries(self) -> dict[str, str]:
        """The texts of the saved queries, by the name of their file."""
        found: dict[str, str] = json.loads((self.path / QUERIES).read_text("utf-8"))
        return found

    def article(self, slug: str) -> ArticleText | None:
        """The text of an article as it was given, if the release has it."""
        if not (self.path / ARTICLES).is_file():
            return None
        about = json.loads((self.path / ARTICLES).read_text("utf-8")).get(slug)
        if about is None:
            return None
        text = (self.path / article_file(slug)).read_bytes().decode()
        excluded = {int(line): reason for line, reason in about["excluded"].items()}
        return ArticleText(text, about["language"], excluded)

    def files(self) -> dict[str, str]:
        """The name of each file with its SHA-256, as the release states them."""
        lines = (self.path / CHECKSUMS).read_text("utf-8").splitlines()
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}

    def intact(self) -> bool:
        """Whether every file is there with the bytes that its checksum says."""
        return all(
            (self.path / name).is_file() and sha256(self.path / name) == digest
            for name, digest in self.files().items()
        )


def sha256(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def find(folder: Path, version: str) -> Release | None:
    """The complete release of this version under ``folder``, if there is one."""
    path = folder / "releases" / version
    return Release(path) if (path / CHECKSUMS).is_file() else None


def current(folder: Path) -> Release:
    """The release that ``folder/current`` points to.

    Raises NoReleaseError, which says how to make one, when there is none.
    """
    path = (folder / "current").resolve()
    if not (path / CHECKSUMS).is_file():
        raise NoReleaseError(
            f"there is no release at {folder / 'current'}; run `weihai-kg build` first, "
            "or name the folder that holds one with --releases."
        )
    return Release(path)


def change_file(folder: Path, before: str, after: str) -> Path:
    """Where it is kept what changed from one release to the next: beside them, in neither."""
    return folder / "changes" / f"{before}..{after}.json"


def changes_to(folder: Path, version: str) -> Path | None:
    """What changed when this release was built, if there was one before it."""
    found = [
        file for file in (folder / "changes").glob("*.json")
        if file.name.endswith(f"..{version}.json")
    ]  # fmt: skip
    return max(found, key=lambda file: file.stat().st_mtime, default=None)


def make_current(folder: Path, release: Release) -> None:
    """Point ``folder/current`` to a release, in one step (rename of a new link)."""
    link = folder / "current"
    fresh = folder / f".current-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("releases") / release.version)
    fresh.replace(link)
