"""What every page is made with: its context, its language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, make_response, render_template, request

from weihai_kg.settings import Settings
from weihai_kg.web.backend import QueryEngine, Releases
from weihai_kg.web.http.negotiation import spoken

# A release never changes: its files may be kept for as long as anyone likes.
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Context:
    """What the pages are made from."""

    settings: Settings
    engine: QueryEngine
    releases: Releases


def context() -> Context:
    """What the application was created with."""
    found = current_app.extensions["weihai_kg"]
    assert isinstance(found, Context)  # noqa: S101
    return found


def language() -> str:
    """The language of the page: ``?lang=``, or what the browser likes best."""
    header = request.headers.get("Accept-Language", "")
    return spoken(request.args.get("lang", ""), header)


def page(template: str, **values: Any) -> Response:
    """A rendered page with its language headers."""
    chosen = language()
    text = render_template(template, lang=chosen, version=context().engine.version, **values)
    response = make_response(text)
    response.headers["Content-Language"] = chosen
    response.vary.add("Accept-Language")
    return response
