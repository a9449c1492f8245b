"""Search by name, in Chinese and English: as a page, and as JSON for suggestions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from weihai_kg.web.http.negotiation import quality
from weihai_kg.web.http.problem import Problem, not_acceptable
from weihai_kg.web.page import language, page
from weihai_kg.web.things.asking import rows
from weihai_kg.web.things.presentation import href
from weihai_kg.web.things.terms import Term, normalized

bp = Blueprint("search", __name__)

LONGEST = 100


def results(text: str, wanted: str) -> list[dict[str, Any]]:
    """Things whose name holds the text: address, IRI, name, and the name that matched."""
    text = normalized(text).strip().lower()
    if not text:
        return []
    found = rows("search", text=Term(text, "literal"), language=Term(wanted, "literal"))
    return [
        {
            "url": href(row["x"]), "iri": row["x"].value,
            "name": row["name"].value, "match": row["match"].value,
        }
        for row in found
    ]  # fmt: skip


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
