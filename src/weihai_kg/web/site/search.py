"""Search by name, in Chinese, English and Pinyin: as a page, and as JSON for suggestions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from weihai_kg.web.http.negotiation import quality
from weihai_kg.web.http.problem import Problem, not_acceptable
from weihai_kg.web.page import context, language, page
from weihai_kg.web.site.names import Names
from weihai_kg.web.things.presentation import href
from weihai_kg.web.things.terms import normalized

bp = Blueprint("search", __name__)

LONGEST = 100
_EXTENSION = "weihai_kg.names"


@dataclass(frozen=True)
class _Kept:
    version: str
    names: Names


def names() -> Names:
    """The names of the release that is served, read once."""
    version = context().engine.version
    kept = current_app.extensions.get(_EXTENSION)
    if not isinstance(kept, _Kept) or kept.version != version:
        kept = _Kept(version, Names.of(context().releases.find(version)))
        current_app.extensions[_EXTENSION] = kept
    return kept.names


def results(text: str, wanted: str) -> list[dict[str, Any]]:
    """Things that the text may name: address, IRI, name, the name that matched, and the kind."""
    return [
        {"url": href(each.iri), **asdict(each)} for each in names().find(normalized(text), wanted)
    ]


@bp.get("/search")
def search() -> Response:
    """Search by ``?q=``; JSON for whoever likes it better than HTML, or says ``?format=json``."""
    text = request.args.get("q", "")
    if len(text) > LONGEST:
        raise Problem(
            400, f"The search text has more than {LONGEST} characters.", todo="Shorten it."
        )
    found = results(text, language())
    if wants_json():
        response = jsonify({"query": text, "results": found})
        response.vary.update(("Accept", "Accept-Language"))
        return response
    return page("search.html", text=text, results=found)


def wants_json() -> bool:
    """Whether the client asks for JSON; raises Problem 406 if it accepts neither."""
    form = request.args.get("format", "")
    if form not in ("", "json", "html"):
        raise not_acceptable(("text/html", "application/json"))
    if form:
        return form == "json"
    accept = request.headers.get("Accept", "")
    html, json = quality(accept, "text/html"), quality(accept, "application/json")
    if accept and not html and not json:
        raise not_acceptable(("text/html", "application/json"))
    return json > html
