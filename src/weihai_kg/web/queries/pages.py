"""``/queries``: the saved queries as a list; each as a page with a form, its answer as files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, make_response
from flask import request as received
from markupsafe import Markup

from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.engine.substitution import substitute
from weihai_kg.formats import BY_NAME, RDF
from weihai_kg.namespaces import Namespaces
from weihai_kg.saved_queries.canonical import canonical
from weihai_kg.saved_queries.saved_query import GROUPS, SavedQuery, View
from weihai_kg.web.drawings import draw
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.http.problem_page import in_chinese
from weihai_kg.web.page import context, language, page
from weihai_kg.web.queries.desk import Asked, asked, desk, here, refused
from weihai_kg.web.queries.library import Library
from weihai_kg.web.queries.permalink import Question, path_of
from weihai_kg.web.queries.run import prepare
from weihai_kg.web.queries.snippets import snippets
from weihai_kg.web.queries.view import fields, show, why_rows
from weihai_kg.web.tables import formats as tables_formats
from weihai_kg.web.tables import table as tables
from weihai_kg.web.tables.formats import HTML, JSON, Fetch
from weihai_kg.web.tables.paging import Page, cut

bp = Blueprint("queries", __name__)

SIZE = 100
# What another endpoint contributed may be another thing tomorrow.
PASSING = "no-cache"
# It gave no answer, or too late.
REMOTE = (502, 504)
LARGEST_SIZE = 10_000
LAST_PAGE = 999_999
LABELLED = 500
"""Rows whose things a drawing names; none draws more."""
CATALOGUE = "queries.ttl"
LISTS = (JSON, HTML, *(each for each in RDF if each.name == "ttl"))


@bp.get("/queries")
def index() -> Response:
    """All the saved queries: as a page with a search box, as JSON, or as RDF."""
    given = asked(own=("format", "lang", "q"))
    chosen = tables_formats.choose(given.own.get("format"), received.headers.get("Accept", ""),
                                   LISTS)  # fmt: skip
    if chosen.name == "ttl":
        return _catalogue()
    library = desk().library()
    words = given.own.get("q", "")
    grouped = library.grouped(words)
    if chosen is HTML:
        return page(
            "queries.html", groups=grouped, names=GROUPS, words=words, library=library,
            count=sum(map(len, grouped.values())),
        )  # fmt: skip
    document = {
        "release": library.version,
        "queries": [_described(library, each) for queries in grouped.values() for each in queries],
    }
    return _data(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n",
                 [("Content-Type", JSON.content_type)])  # fmt: skip


def _described(library: Library, query: SavedQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "address": f"/queries/{query.name}",
        "group": query.group,
        "title": query.title,
        "description": query.description,
        "tags": query.tags,
        "view": query.view,
        "form": query.form,
        "rows": library.rows(query),
        "sha256": library.runs.get(query.name, {}).get("sha256"),
        "formats": [each.name for each in tables_formats.of_query(query)],
        "parameters": [
            {
                "name": each.name,
                "type": each.type,
                "label": each.label,
                "required": each.required,
                "default": each.default,
                "minimum": None if each.minimum is None else float(each.minimum),
                "maximum": None if each.maximum is None else float(each.maximum),
                "choices": each.choices or None,
                "class": each.class_,
            }
            for each in query.parameters
        ],
        "sparql": query.body,
    }


@bp.get("/queries.ttl")
def catalogue() -> Response:
    """The catalogue as RDF, with the row count and digest of each answer."""
    asked(own=("format", "lang"))
    return _catalogue()


def _catalogue() -> Response:
    found = context().releases.find(context().engine.version)
    if found is None or not (found.path / CATALOGUE).is_file():
        raise Problem(404, "This release has no catalogue of queries.", todo="See /downloads.")
    headers = [("Content-Type", BY_NAME["ttl"].content_type)]
    return _data((found.path / CATALOGUE).read_bytes(), headers)


@bp.get("/queries/<file>")
def query(file: str) -> Response:
    """A saved query: its page, or its answer in the format of the extension or of Accept."""
    library = desk().library()
    name, dot, extension = file.partition(".")
    found = library.find(name)
    given = asked(found)
    formats = tables_formats.of_query(found)
    if dot:
        chosen = tables_formats.by_extension(name, extension, formats)
    else:
        accept = received.headers.get("Accept", "")
        chosen = tables_formats.choose(given.own.get("format"), accept, (*formats, HTML))
    fetch = desk().fetcher(library, prepare(found, given.arguments))
    if chosen is HTML:
        response = _page(library, found, given, fetch)
        if found.remote:
            response.headers["Cache-Control"] = PASSING
        return response
    given.refuse_empty()
    about = _about(library, found, given)
    cut_to = _cut_to(found, given, fetch)
    headers = [("Link", _links(library, found, given, cut_to))]
    if found.remote:
        headers.append(("Cache-Control", PASSING))
    if cut_to is not None:
        headers.append(("X-Total-Rows", str(cut_to.total)))
    answered = fetch if cut_to is None else (lambda format_: cut(fetch(format_), cut_to))
    made = tables_formats.to_file(chosen, answered, about, library.modified)
    name = f"{name}.{chosen.name}"
    return _data(made.body, [
        *made.headers, *headers, ("Content-Disposition", f'inline; filename="{name}"'),
    ])  # fmt: skip


def _data(body: bytes, headers: list[tuple[str, str]]) -> Response:
    response = make_response(body)
    response.headers.extend(headers)
    for name, value in headers:
        if name == "Content-Type":
            response.headers["Content-Type"] = value
    response.vary.add("Accept")
    return response


def _about(library: Library, query: SavedQuery, given: Asked) -> dict[str, str]:
    chosen = language()
    return {
        "title": query.title[chosen],
        "description": query.description[chosen],
        "query": f"{here().root}/queries/{query.name}{_tail(given)}",
        "release": library.version,
        "answer": here().root + path_of(Question(query, given.arguments), library.version),
        "licence": "https://creativecommons.org/licenses/by/4.0/",
    }


def _tail(given: Asked, **more: str) -> str:
    """The query string that asks the same again."""
    pairs = {**given.arguments, **more}
    return "?" + urlencode(pairs, quote_via=quote) if pairs else ""


def _cut_to(query: SavedQuery, given: Asked, fetch: Fetch) -> Page | None:
    """The page of the rows that was asked for; None for the whole answer."""
    name = next((each for each in ("page", "size") if each in given.own), "")
    if not name:
        return None
    if query.form is not Form.SELECT:
        raise refused(name, given.own[name], f"none: the answer to {query.form} has no pages")
    return _page_of(given, len(tables.read(fetch("json").body).rows))


def _page_of(given: Asked, total: int) -> Page:
    size = given.number("size", SIZE, LARGEST_SIZE)
    found = Page(given.number("page", 1, LAST_PAGE), size, total)
    if found.number > found.last:
        raise Problem(
            404, f"There is no page {found.number} of {total} rows, {size} a page.",
            todo=f"The last page is {found.last}.", parameter="page", allowed=f"1 to {found.last}",
        )  # fmt: skip
    return found


def _links(library: Library, query: SavedQuery, given: Asked, cut_to: Page | None) -> str:
    """``Link``: the address for citing (RFC 8574), the release, the other pages."""
    cite = path_of(Question(query, given.arguments), library.version)
    cited = "" if query.remote else f'<{cite}>; rel="cite-as", '
    links = cited + context().releases.headers(library.version)[1]
    if cut_to is not None:
        links += ", " + cut_to.links(received.path, dict(given.arguments))
    return links


def _page(library: Library, query: SavedQuery, given: Asked, fetch: Fetch) -> Response:
    chosen = language()
    url = f"{here().root}/queries/{query.name}"
    try:
        shown = _shown(library, query, given, fetch)
    except Problem as problem:
        if not query.remote or problem.status not in REMOTE:
            raise
        shown = {"rows": 0, "problem": problem, "told": in_chinese(problem.status)}
    request = prepare(query, given.arguments)
    response = page(
        "query.html",
        query=query,
        group=GROUPS[query.group][chosen],
        fields=fields(desk(), library, query, given.arguments, chosen),
        formats=tables_formats.of_query(query),
        tail=_tail(given),
        editor=_editor(query, given, request),
        asked_as=request.substitutions,
        snippets=snippets(url, _tail(given), query.form),
        cite=path_of(Question(query, given.arguments), library.version),
        answered_by=library.version,
        link_to=lambda number: _tail(given, page=str(number), size=str(shown["page"].size)),
        **shown,
    )
    if "problem" in shown:
        response.status_code = shown["problem"].status
    return response


def _editor(query: SavedQuery, given: Asked, request: QueryRequest) -> str:
    """The address that opens the query in the editor, as it was asked."""
    if not given.arguments:
        return f"/sparql?example={query.name}"
    text = substitute(request.text, request.substitutions)
    return "/sparql?" + urlencode({"edit": text}, quote_via=quote)


def _shown(library: Library, query: SavedQuery, given: Asked, fetch: Fetch) -> Mapping[str, Any]:
    """What the template shows as the answer."""
    if query.form in (Form.CONSTRUCT, Form.DESCRIBE):
        found = canonical(query.form, fetch("nt").body)
        turtle = fetch("ttl").body.decode()
        return {"rows": found.rows, "sha256": found.digest, "turtle": turtle}
    body = fetch("json").body
    found = canonical(query.form, body)
    if query.form is Form.ASK:
        return {"rows": 1, "sha256": found.digest, "boolean": json.loads(body)["boolean"]}
    table = tables.read(body)
    page_ = _page_of(given, len(table.rows))
    part = table.part(page_.start, page_.size)
    prefixes = Namespaces(library.base).prefixes
    why = why_rows(query.name, given.arguments, table, part, prefixes)
    return {
        "rows": len(table.rows),
        "sha256": found.digest,
        "page": page_,
        "drawing": _drawing(library, query, table),
        "table": show(desk(), library, query, table, part, language(), why),
    }


def _drawing(library: Library, query: SavedQuery, table: tables.Table) -> Markup | None:
    """The answer in the view that the query names; None for a table, and where it does not fit."""
    if query.view is View.TABLE:
        return None
    few = table.part(0, LABELLED)
    iris = [each.text for row in few.rows for each in row if each and each.is_iri]
    return draw(table, query.view, language(), names=desk().labels(library, iris, language()))
