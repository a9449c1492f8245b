"""What this is, how it was made, what it cannot do, and how to add an article."""

from __future__ import annotations

from flask import Blueprint, Response

from weihai_kg.web.page import page
from weihai_kg.web.things.presentation import report

bp = Blueprint("about", __name__)


@bp.get("/about")
def about() -> Response:
    """The page about the graph itself."""
    return page("about.html", counted=report())
