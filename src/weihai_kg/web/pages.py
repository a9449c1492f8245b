"""Downloads, and what every page is made with: its context, its language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.wrappers import Response as WerkzeugResponse

from weihai_kg import formats, release
from weihai_kg.release import Release
from weihai_kg.settings import Settings
from weihai_kg.web.backend import QueryEngine, Releases

bp = Blueprint("pages", __name__)

LANGUAGES = ("zh", "en")

# A release never changes: its files may be kept for as long as anyone likes.
FOREVER = "public, max-age=31536000, immutable"

MEDIA_TYPES = {
    **{f".{each.name}": each.content_type for each in formats.RDF},
    ".json": "application/json",
    ".gz": "application/gzip",
    ".zst": "application/zstd",
    "": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Context:
    """What the pages are made from."""

    settings: Settings
    engine: QueryEngine
    releases: Releases


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


def context() -> Context:
    """What the application was created with."""
    found = current_app.extensions["weihai_kg"]
    assert isinstance(found, Context)  # noqa: S101
    return found


def language() -> str:
    """The language of the page: ``?lang=``, or what the browser likes best."""
    chosen = request.args.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def page(template: str, **values: Any) -> Response:
    """A rendered page with its language headers."""
    chosen = language()
    text = render_template(template, lang=chosen, version=context().engine.version, **values)
    response = make_response(text)
    response.headers["Content-Language"] = chosen
    response.vary.add("Accept-Language")
    return response


def files_of(found: Release) -> list[File]:
    """The files of a release with their checksums, by name."""
    listed = {**found.files(), release.CHECKSUMS: ""}
    return [
        File(name, (found.path / name).stat().st_size, digest)
        for name, digest in sorted(listed.items())
        if (found.path / name).is_file()
    ]


@bp.get("/downloads")
def downloads() -> Response:
    """Every release with its files."""
    found = {each.version: files_of(each) for each in context().releases.all}
    return page("downloads.html", releases=found)


@bp.get("/downloads/latest/<name>")
def latest(name: str) -> WerkzeugResponse:
    """To the file of the release that is served."""
    version = context().engine.version
    if context().releases.find(version) is None:
        abort(404, "No release is served here, so there is nothing to download.")
    target = url_for("pages.download", version=version, name=name)
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
    kind = MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")
    response = send_from_directory(
        found.path.absolute(), name, mimetype=kind, conditional=True, etag=True
    )
    response.headers["Cache-Control"] = FOREVER
    return response
