"""``/openapi.json`` and ``/docs``, the page that shows it without asking any other host."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, make_response

from weihai_kg.web.openapi.document import document as described_api
from weihai_kg.web.page import page
from weihai_kg.web.queries.desk import desk, here

bp = Blueprint("openapi", __name__)

# Swagger UI's stylesheet has its icons in itself, as data: addresses.
POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)


@bp.get("/openapi.json")
def document() -> Response:
    """The description of the service for programs."""
    rules = {each.rule for each in current_app.url_map.iter_rules()}
    described = described_api(desk().library(), here().root, rules)
    response = make_response(json.dumps(described, ensure_ascii=False, indent=1) + "\n")
    response.headers["Content-Type"] = "application/json"
    return response


@bp.get("/docs")
def docs() -> Response:
    """The same for people, to try out."""
    response = page("docs.html")
    response.headers["Content-Security-Policy"] = POLICY
    return response
