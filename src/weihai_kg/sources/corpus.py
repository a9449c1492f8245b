"""All the sources of a release, read once: ontology, shapes, articles, background, mappings."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rdflib import Graph

from weihai_kg.errors import Finding
from weihai_kg.namespaces import Namespaces
from weihai_kg.sources import article as articles
from weihai_kg.sources import mappings as mapping_tables
from weihai_kg.sources import turtle
from weihai_kg.sources.article import Article
from weihai_kg.sources.mappings import MappingSet
from weihai_kg.sources.turtle import Statement


@dataclass
class Corpus:
    """What the source files say; ``digest`` changes when any of them does."""

    root: Path
    namespaces: Namespaces
    ontology: Graph = field(default_factory=Graph)
    ontology_statements: list[Statement] = field(default_factory=list)
    shapes: Graph = field(default_factory=Graph)
    checks: dict[str, str] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    mapping_sets: list[MappingSet] = field(default_factory=list)
    queries: dict[str, str] = field(default_factory=dict)
    dataset: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    readable: bool = True

    def article_of(self, file: str) -> Article | None:
        """The article that a data file belongs to, if it stands in an article's folder."""
        parts = Path(file).parts
        if len(parts) == 4 and parts[:2] == ("data", "articles"):
            return self.articles.get(parts[2])
        return None


def read(root: Path, namespaces: Namespaces) -> tuple[Corpus, list[Finding]]:
    """Everything under ontology/, data/ and queries/, and what is wrong with it.

    A folder that should hold sources and is empty is a finding: a check that looked at nothing
    must not pass.
    """
    return _Reader(root, namespaces).read()


class _Reader:
    def __init__(self, root: Path, namespaces: Namespaces) -> None:
        self.root = root
        self.corpus = Corpus(root, namespaces)
        self.findings: list[Finding] = []
        self.hash = hashlib.sha256(namespaces.base.encode())

    def read(self) -> tuple[Corpus, list[Finding]]:
        corpus = self.corpus
        self._dataset()
        for file in self._files("ontology", "*.ttl") + self._files("ontology/alignments", "*.ttl"):
            corpus.ontology_statements += self._graph(file, corpus.ontology)
        for file in self._files("ontology/shapes", "*.ttl"):
            self._graph(file, corpus.shapes)
        for file in self._files("ontology/checks", "*-violation.rq"):
            corpus.checks[self._name(file)] = self._text(file)
        for folder in sorted((self.root / "data/articles").glob("*/")):
            self._article(folder)
        for file in self._files("data/background", "*.trig"):
            corpus.statements += self._statements(file)
        for file in self._files("data/mappings", "*.sssom.tsv"):
            name = file.name.removesuffix(".sssom.tsv")
            mapping_set, found = mapping_tables.parse(self._text(file), self._name(file), name)
            self.findings += found
            if mapping_set:
                corpus.mapping_sets.append(mapping_set)
        for file in self._files("queries", "*.rq"):
            corpus.queries[self._name(file)] = self._text(file)
        corpus.digest = self.hash.hexdigest()
        return corpus, self.findings

    def _name(self, file: Path) -> str:
        return file.relative_to(self.root).as_posix()

    def _files(self, folder: str, pattern: str) -> list[Path]:
        files = sorted((self.root / folder).glob(pattern))
        if not files:
            todo = f"add {pattern} files, or run the command in the project's folder (--project)"
            self.findings.append(Finding(folder, 0, f"no {pattern} file here", todo))
            self.corpus.readable = False
        return files

    def _text(self, file: Path) -> str:
        content = file.read_bytes()
        self.hash.update(f"\0{self._name(file)}\0{len(content)}\0".encode() + content)
        try:
            return self.corpus.namespaces.rebase(content.decode())
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            what = f"not UTF-8: byte 0x{content[error.start]:02x}"
            self.findings.append(Finding(self._name(file), line, what, "save the file as UTF-8"))
            self.corpus.readable = False
            return ""

    def _statements(self, file: Path) -> list[Statement]:
        statements, found = turtle.parse(self._text(file), self._name(file))
        self.findings += found
        if found:
            self.corpus.readable = False
        return statements

    def _graph(self, file: Path, into: Graph) -> list[Statement]:
        statements = self._statements(file)
        if self.corpus.readable:
            into.parse(data=self.corpus.namespaces.rebase(file.read_text("utf-8")), format="turtle")
        return statements

    def _article(self, folder: Path) -> None:
        article, found = articles.read(folder, self.root)
        self.findings += found
        self.hash.update(f"\0{folder.name}\0".encode())
        if article is None:
            self.corpus.readable = False
        else:
            self.corpus.articles[folder.name] = article
            self._text(folder / "article.txt")
            self._text(folder / "article.toml")
        for file in self._files(f"data/articles/{folder.name}", "*.trig"):
            self.corpus.statements += self._statements(file)

    def _dataset(self) -> None:
        file = self.root / "data/dataset.toml"
        if not file.is_file():
            todo = "add it: title, description, creator, licence and dates of the dataset"
            self.findings.append(Finding("data/dataset.toml", 0, "this file is missing", todo))
            self.corpus.readable = False
            return
        try:
            self.corpus.dataset = tomllib.loads(self._text(file))
        except tomllib.TOMLDecodeError as error:
            self.findings.append(
                Finding("data/dataset.toml", 0, f"not readable: {error}", "correct its TOML")
            )
