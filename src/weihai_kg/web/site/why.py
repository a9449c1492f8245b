"""Why a statement holds, why a row is in an answer, why a row is missing: ``/why``, ``/whynot``."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, current_app, make_response, request
from markupsafe import Markup
from rdflib.term import Node

from weihai_kg.engine.request import QueryRequest
from weihai_kg.explanation import address, dataset, document, page, plain
from weihai_kg.explanation.address import BINDING, PARAMETER, PLACES
from weihai_kg.explanation.explainer import MOST_SHOWN, SHOWN, Explainer
from weihai_kg.explanation.model import Explanation, Question, Statement
from weihai_kg.explanation.names import Names
from weihai_kg.formats import BY_NAME, Format, Kind
from weihai_kg.namespaces import Namespaces
from weihai_kg.web import page as pages
from weihai_kg.web.http.negotiation import HTML, offered, rank
from weihai_kg.web.http.problem import Problem, not_acceptable
from weihai_kg.web.queries.desk import desk
from weihai_kg.web.queries.run import prepare
from weihai_kg.web.things.terms import visible

bp = Blueprint("why", __name__)

TEXT = Format("text", "Text", "text/plain", Kind.RESULTS, "")
JSON = Format("json", "JSON", "application/json", Kind.RESULTS, "")
FORMATS = (HTML, JSON, BY_NAME["trig"], TEXT)
LONGEST_ADDRESS = 6000
_EXTENSION = "weihai_kg_why"


@bp.route("/why", methods=["GET", "POST"])
def why() -> Response:
    """The reasons of the statement ``s p o``, or of a row, or a statement, of ``query``."""
    given = request.values
    stated = any(name in given for name in PLACES)
    if stated and "query" not in given:
        own, alternatives = explainer(), given.get("all") in {"1", "true", "on"}
        return _respond(own.statement(_statement(given), alternatives=alternatives))
    if "query" in given:
        number = given.get("row")
        if number is not None and not (number.isascii() and number.isdecimal()):
            raise Problem(400, f"row: {number[:40]!r} is no number.", todo="Count from 1.")
        return _respond(explainer().row(
            _query(given["query"]), _bindings(given),
            number=int(number[:12]) if number is not None else None, shown=_shown(given),
            statement=_statement(given) if stated else None,
        ))  # fmt: skip
    return _form()


@bp.route("/whynot", methods=["GET", "POST"])
def whynot() -> Response:
    """Why no row of ``query`` has the values of ``binding-NAME``."""
    given = request.values
    if "query" not in given:
        return _form()
    return _respond(explainer().missing(_query(given["query"]), _bindings(given)))


@bp.get("/why/schema.json")
def schema() -> Response:
    """The JSON Schema of the documents."""
    response = make_response(document.schema())
    response.headers["Content-Type"] = "application/schema+json"
    return response


def explainer() -> Explainer:
    """The one of this application."""
    found = current_app.extensions.get(_EXTENSION)
    if not isinstance(found, Explainer):
        asked = pages.context()
        found = Explainer(
            asked.engine, Namespaces(asked.settings.base), seconds=asked.settings.query_timeout
        )
        current_app.extensions[_EXTENSION] = found
    return found


def _form() -> Response:
    """The page that asks what is to be explained; raises Problem where there are no pages."""
    if pages.context().releases.instead:
        raise Problem(
            400, "Nothing is asked.",
            todo="Send a statement as s, p and o, or a query with row=1 or with binding-NAME.",
        )  # fmt: skip
    return pages.page("why_form.html")


def _statement(given: Mapping[str, str]) -> Statement:
    missing = [name for name in PLACES if not given.get(name)]
    if missing:
        raise Problem(
            400, f"The parameter {missing[0]!r} is missing.",
            todo="Name a statement by s, p and o: IRIs, prefixed names, labels or N-Triples terms.",
        )  # fmt: skip
    own = explainer()
    names = Names(own.asker(), own.namespaces.prefixes)
    return names.of(given["s"], given["p"], given["o"])


def _arguments(given: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(PARAMETER): value for name, value in given.items()
        if name.startswith(PARAMETER)
    }  # fmt: skip


def _query(text: str) -> QueryRequest:
    """The request of a query text, or of a saved query's name with its parameters."""
    if _is_text(text):
        return QueryRequest(text, base_iri=request.base_url)
    if pages.context().releases.instead:
        raise Problem(
            404, "A data set has no saved queries.", todo="Send the text of the query as 'query'."
        )
    return prepare(desk().library().find(text), _arguments(request.values))


def _is_text(query: str) -> bool:
    """Whether this is a query, and not the name of a saved one."""
    return "{" in query or "\n" in query


def _bindings(given: Mapping[str, str]) -> dict[str, Node | None]:
    """The values of ``binding-NAME``; an empty one says that the variable is unbound."""
    own = explainer()
    names = Names(own.asker(), own.namespaces.prefixes)
    return {
        name.removeprefix(BINDING): names.term(value) if value else None
        for name, value in given.items()
        if name.startswith(BINDING)
    }


def _shown(given: Mapping[str, str]) -> int:
    word = given.get("shown", "")
    return int(word[:6]) if word.isascii() and word.isdecimal() else SHOWN


def _respond(found: Explanation) -> Response:
    """The explanation in the format that the client wants."""
    chosen, language = _format(), pages.language()
    cited = _address(found, request.values)
    if chosen is HTML and pages.context().releases.instead:
        response = make_response(visible(page.standalone(found, language)))
        response.headers["Content-Language"] = language
        response.vary.add("Accept-Language")
    elif chosen is HTML:
        forms = [(each.name, each.label, f"{cited}&format={each.name}") for each in FORMATS[1:]]
        response = pages.page(
            "why.html", heading=page.heading(found, language), address=cited, forms=forms,
            more=_more(found, cited),
            content=Markup(visible(page.fragment(found, language))),  # noqa: S704 - escaped in its making
        )  # fmt: skip
    else:
        own = explainer()
        body = {
            JSON.name: lambda: document.render(found).encode(),
            TEXT.name: lambda: plain.render(found, language).encode(),
        }.get(chosen.name, lambda: dataset.render(found, own.namespaces))()
        response = make_response(body)
        response.headers["Content-Type"] = chosen.content_type
        response.headers["Content-Language"] = language
        response.vary.add("Accept-Language")
    response.vary.add("Accept")
    if len(cited) <= LONGEST_ADDRESS:  # else some clients and proxies would refuse the head
        response.headers["Content-Location"] = cited
    if chosen is JSON:
        response.headers["Link"] = '</why/schema.json>; rel="describedby"'
    return response


def _more(found: Explanation, cited: str) -> str:
    """The address that shows every solution or member, or as many as can be; empty if all are."""
    row = found.row
    if row is None or len(row.derivations) >= min(row.total, MOST_SHOWN):
        return ""
    return f"{cited}&shown={min(row.total, MOST_SHOWN)}&lang={pages.language()}"


def _format() -> Format:
    word = request.values.get("format", "")
    if word:
        names: tuple[str, ...] = tuple(
            each.name for each in FORMATS if word in (each.name, each.media_type)
        )
    else:
        names = rank(request.headers.get("Accept", ""), FORMATS)
    for each in FORMATS:
        if names and each.name == names[0]:
            return each
    raise not_acceptable(offered(FORMATS))


def _address(found: Explanation, given: Mapping[str, str]) -> str:
    """The address that gives an explanation again; the name of a saved query stays a name."""
    query = given.get("query", "")
    if not query or _is_text(query) or found.statement is not None:
        return address.of(found)
    path = address.WHYNOT if found.question is Question.MISSING else address.WHY
    return address.of_row(query, dict(found.asked), _arguments(given), path)
