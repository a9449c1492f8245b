"""``/sparql`` for people, ``/results``, ``/doctor``, and what the editor completes."""

from __future__ import annotations

import json

from flask import Blueprint, Response, make_response, request

from weihai_kg.namespaces import Namespaces
from weihai_kg.query_doctor.advice import Advice, document
from weihai_kg.saved_queries.saved_query import GROUPS
from weihai_kg.web.editor import vocabulary
from weihai_kg.web.editor.advising import advice, saved, statistics
from weihai_kg.web.editor.asking import Asked, ask
from weihai_kg.web.editor.shown import shown
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.page import FOREVER, context, page
from weihai_kg.web.queries.desk import desk

bp = Blueprint("editor", __name__)

FIRST = "cities-in-a-country"
"""The saved query that the editor begins with, where there is one."""
_ANY = "SELECT ?subject ?property ?value WHERE {\n  ?subject ?property ?value .\n} LIMIT 20\n"


@bp.get("/sparql")
def editor() -> Response:
    """The editor, with the query of ``?edit=`` or the saved one of ``?example=`` in it."""
    library = desk().library()
    chosen = request.args.get("example", "")
    if chosen:
        text = library.find(chosen).body
    else:
        first = library.queries.get(FIRST)
        text = request.args.get("edit") or (first.body if first else _ANY)
    return page(
        "editor.html", text=text, chosen=chosen, groups=library.grouped(), names=GROUPS,
        prefixes=Namespaces(library.base).prefixes,
    )  # fmt: skip


@bp.route("/results", methods=["GET", "POST"])
def results() -> Response:
    """The answer to ``query``, shown; only the part of the page with it for ``fragment``."""
    given = request.values
    asked = ask(given.get("query", "").replace("\r\n", "\n"))
    number = given.get("page", "1")
    fragment = "fragment" in given
    values = shown(
        asked, given.get("view", "table"), int(number[:6]) if number.isdecimal() else 1
    )  # fmt: skip
    found = [] if fragment else _advice(asked)
    known = saved(asked.text)
    response = page(
        "_results.html" if fragment else "results.html",
        advice=document(asked.text, found), note=known.note if known else None, **values,
    )  # fmt: skip
    if asked.problem is not None:
        response.status_code = asked.problem.status
    response.headers["Cache-Control"] = "no-cache"
    return response


def _advice(asked: Asked) -> list[Advice]:
    problem = asked.problem
    if problem is None:
        return advice(asked.text, ran=True)
    return advice(asked.text, ran=False) if problem.status == 400 and asked.text.strip() else []


@bp.route("/doctor", methods=["GET", "POST"])
def doctor() -> Response:
    """What is likely wrong with ``query``, as JSON; ``ran=true``: what its answer tells as well."""
    given = request.values
    text = given.get("query", "")
    if not text.strip():
        raise Problem(
            400, "The parameter 'query' is missing.", todo="Send a SPARQL query in it.",
            parameter="query",
        )  # fmt: skip
    ran = given.get("ran", "false")
    if ran not in ("true", "false"):
        raise Problem(
            400, f"parameter ran: {ran[:80]!r} is not allowed.", todo="Give true or false.",
            parameter="ran", value=ran[:200], allowed="true or false",
        )  # fmt: skip
    limit = context().settings.query_length
    if len(text.encode("utf-8", "replace")) > limit:
        raise Problem(413, f"The query has more than {limit} bytes.", todo="Send a shorter query.",
                      limit="query_length", value=limit)  # fmt: skip
    found = {
        "release": context().engine.version,
        "advice": document(text, advice(text, ran=ran == "true")),
    }
    response = make_response(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/editor/vocabulary.json")
def terms() -> Response:
    """What can be completed; under the version of the release it never changes."""
    counted = statistics()
    namespaces = Namespaces(context().settings.base)
    response = make_response(vocabulary.document(counted, namespaces))
    response.headers["Content-Type"] = "application/json"
    if counted.version and request.args.get("release") == counted.version:
        response.headers["Cache-Control"] = FOREVER
    return response
