"""Downloads: the files of each release."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, send_from_directory, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from weihai_kg import formats, release
from weihai_kg.release import Release
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.page import FOREVER, context, page

bp = Blueprint("downloads", __name__)

MEDIA_TYPES = {
    **{f".{each.name}": each.content_type for each in formats.RDF},
    ".json": "application/json",
    ".gz": "application/gzip",
    ".zst": "application/zstd",
    "": "text/plain; charset=utf-8",
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


def files_of(found: Release) -> list[File]:
    """The files of a release with their checksums, by name."""
    listed = {**found.files(), release.CHECKSUMS: ""}
    return [
        File(name, (found.path / name).stat().st_size, digest)
        for name, digest in sorted(listed.items())
        if release.is_public(name) and (found.path / name).is_file()
    ]


@bp.get("/downloads")
def index() -> Response:
    """Every release with its files."""
    found = {each.version: files_of(each) for each in context().releases.all}
    return page("downloads.html", releases=found)


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
