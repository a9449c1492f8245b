"""Downloads: the files of each release, and what changed with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, send_from_directory, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from weihai_kg import formats, release
from weihai_kg.release import COMPRESSED, DESCRIPTIONS, DUMPS, VOIDS, Release, about
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.page import FOREVER, context, language, page

bp = Blueprint("downloads", __name__)

MEDIA_TYPES = {
    **{f".{each.name}": each.media_type for each in (*formats.RDF, formats.BY_NAME["tsv"])},
    ".json": "application/json",
    ".gz": "application/gzip",
    ".zst": "application/zstd",
    "": "text/plain",
}
CHANGES = "changes.json"
IN_CHINESE = {
    "weihai-kg.nq": "全部:默认图(每条陈述一次)与所有具名图",
    "weihai-kg.trig": "同上,TriG 格式",
    "weihai-kg.jsonld": "同上,JSON-LD 格式",
    "weihai-kg.ttl": "读得的陈述,合为一图,每个主体附其所据的引文",
    "weihai-kg-inferred.ttl": "推得的陈述",
    "weihai-kg-rdf12.ttl": "读得与推得的陈述,依据写作 RDF 1.2 的具体化",
    "weihai-kg.nt": "默认图,N-Triples 格式",
    "weihai-kg.rdf": "默认图,RDF/XML 格式",
    "wikidata-links.ttl": "到维基数据等外部数据集的链接,每条附其理由",
    "wikidata.sssom.tsv": "到维基数据的链接,SSSOM 表格",
    "geonames.sssom.tsv": "到 GeoNames 的链接,SSSOM 表格",
    "wikidata.quickstatements.tsv": "维基数据或可采纳的陈述,须先经人工复核",
    "ontology.ttl": "本体及其对齐",
    "queries.ttl": "所存的查询,附每个答案的行数与摘要",
    **dict.fromkeys(VOIDS, "内容说明:VoID、DCAT"),
    "report.json": "构建时的计数与检查",
    "queries.json": "所存查询的文本,按文件",
    "articles.json": "每篇文章的语言与 SHA-256,以及不属于文章的行",
    "names.json": "全部名称及中文名的读音,供本站搜索",
    "SHA256SUMS": "每个文件的 SHA-256",
}


@dataclass(frozen=True)
class File:
    """One file of a release."""

    name: str
    size: int
    sha256: str

    @property
    def shown_size(self) -> str:
        """The size for a person."""
        size = float(self.size)
        for unit in ("B", "KiB", "MiB"):
            if size < 1024:
                return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
            size /= 1024
        return f"{size:.1f} GiB"

    @property
    def packed(self) -> bool:
        """Whether this is another file, compressed."""
        return self.name.endswith(COMPRESSED)

    def description(self, chosen: str) -> str:
        """What is in it, in zh or en; empty for what is described nowhere."""
        english = about(self.name) or DESCRIPTIONS.get(self.name, "")
        return IN_CHINESE.get(self.name, english) if chosen == "zh" else english


@dataclass(frozen=True)
class Listed:
    """A release as the page lists it: files, each with its compressed twins, and the changes."""

    version: str
    files: list[tuple[File, list[File]]]
    changes: Mapping[str, Any] | None


def files_of(found: Release) -> list[File]:
    """The files of a release with their checksums, by name."""
    listed = {**found.files(), release.CHECKSUMS: ""}
    return [
        File(name, (found.path / name).stat().st_size, digest)
        for name, digest in sorted(listed.items())
        if release.is_public(name) and (found.path / name).is_file()
    ]


def _listed(found: Release) -> Listed:
    files = files_of(found)
    order = [*DUMPS, *DESCRIPTIONS]
    whole = sorted(
        (each for each in files if not each.packed),
        key=lambda file: order.index(file.name) if file.name in order else len(order),
    )
    twins = [[p for p in files if p.packed and p.name.rpartition(".")[0] == w.name] for w in whole]
    changes = context().releases.changes(found.version)
    note = json.loads(changes.read_text("utf-8"))["summary"] if changes else None
    return Listed(found.version, list(zip(whole, twins, strict=True)), note)


@bp.get("/downloads")
def index() -> Response:
    """Every release with its files."""
    listed = [_listed(each) for each in context().releases.all]
    return page("downloads.html", releases=listed, chosen=language())


@bp.get("/downloads/latest/<name>")
def latest(name: str) -> WerkzeugResponse:
    """To the file of the release that is served."""
    version = context().engine.version
    if context().releases.find(version) is None:
        abort(404, "No release is served here, so there is nothing to download.")
    target = url_for("downloads.download", version=version, name=name)
    response = redirect(target, 302)
    response.headers["Cache-Control"] = "no-cache"
    response.autocorrect_location_header = False
    return response


@bp.get("/downloads/<version>/<name>")
def download(version: str, name: str) -> Response:
    """One file of a release; conditional and range requests are honoured."""
    found = context().releases.find(version)
    if found is None:
        abort(404, f"There is no release {version[:80]}; /downloads lists those there are.")
    if name == CHANGES:
        return _changes(version)
    if not release.is_public(name):
        raise Problem(
            404, "An article's text is no download: it stays its publisher's.",
            todo="Read it with its evidence at /article/.",
        )  # fmt: skip
    kind = MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")
    response = send_from_directory(
        found.path.absolute(), name, mimetype=kind, conditional=True, etag=True
    )
    response.headers["Cache-Control"] = FOREVER
    return response


def _changes(version: str) -> Response:
    """What changed with a release: each statement by graph, each row by saved query."""
    file = context().releases.changes(version)
    if file is None:
        raise Problem(
            404, "Nothing is kept of what changed with this release.",
            todo=f"Compare it with another: weihai-kg diff RELEASE {version}",
        )  # fmt: skip
    response = send_from_directory(
        file.parent.absolute(), file.name, mimetype="application/json", conditional=True, etag=True
    )
    response.headers["Cache-Control"] = "public, no-cache"
    return response
