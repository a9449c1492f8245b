"""The Flask application: every page and file beside the protocols."""

from __future__ import annotations

import flask
from flask import Flask
from werkzeug.exceptions import HTTPException, NotFound

from weihai_kg.settings import Settings
from weihai_kg.web.answers import pages as answers
from weihai_kg.web.backend import QueryEngine, Releases
from weihai_kg.web.editor import pages as editor
from weihai_kg.web.http.problem import Problem, render
from weihai_kg.web.openapi import page as openapi
from weihai_kg.web.page import Context, context, language
from weihai_kg.web.queries import pages as queries
from weihai_kg.web.reconcile import pages as reconcile
from weihai_kg.web.site import (
    about,
    articles,
    downloads,
    entities,
    figures,
    files,
    home,
    mappings,
    network,
    routes,
    search,
    timeline,
    vocabulary,
    why,
)
from weihai_kg.web.things import linked_data, presentation

EDITOR = "/sparql"

PAGES = (
    about, answers, articles, downloads, editor, entities, figures, files, home, linked_data,
    mappings, network, openapi, queries, reconcile, routes, search, timeline, vocabulary, why,
)  # fmt: skip


def create_app(settings: Settings, engine: QueryEngine, releases: Releases) -> Flask:
    """The Flask application for the pages; it never sees a request to a protocol's address.

    Slashes are not merged: ``//name`` is no name here, and no reason to redirect. Of a data set
    that is no release only its answers can be explained.
    """
    app = Flask("weihai_kg.web", static_folder=None if releases.instead else "static")
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.extensions["weihai_kg"] = Context(settings, engine, releases)
    app.url_map.merge_slashes = False
    presentation.register(app)
    for module in (why,) if releases.instead else PAGES:
        app.register_blueprint(module.bp)
    app.register_error_handler(HTTPException, _http_error)
    return app


def has_editor(app: Flask) -> bool:
    """Whether the pages have an editor at the endpoint's address."""
    return any(rule.rule == EDITOR for rule in app.url_map.iter_rules())


def _http_error(error: HTTPException) -> flask.Response | HTTPException:
    """Show Flask's own errors (404, 405 and such) in the one shape."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    headers = [
        (name, value) for name, value in error.get_headers()
        if name.lower() not in ("content-type", "content-length")
    ]  # fmt: skip
    start = "Start at /sparql." if context().releases.instead else (
        "Start at / or look for it in /sparql."
    )  # fmt: skip
    todo = start if error.code == 404 else ""
    detail = error.description or ""
    if detail == NotFound.description:
        detail = "There is nothing at this address."
    problem = Problem(error.code, detail, todo=todo, headers=headers)
    answer = render(
        problem,
        flask.request.headers.get("Accept", ""),
        path=flask.request.path,
        request_id=flask.request.environ.get("weihai_kg.request_id", ""),
        language=language(),
    )
    response = flask.make_response(answer.body, answer.status)
    response.headers.clear()
    response.headers.extend(answer.headers)
    return response
