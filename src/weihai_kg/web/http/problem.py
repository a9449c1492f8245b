"""The one shape of every error: RFC 9457, or the same as an HTML page or as plain text."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from weihai_kg import errors
from weihai_kg.web.http.negotiation import quality
from weihai_kg.web.http.problem_page import problem_page, shown
from weihai_kg.web.http.response import Headers, Response

_PLACE = re.compile(r"\b(?:at|line) (\d+)(?::| column | col )(\d+)")

_TOO_LARGE = {"query_length", "query_rows", "query_bytes"}
_REFUSED = {"query_nesting"}
_RETRY = {"queue_wait", "queue_length"}

_LIMIT_ADVICE = {
    "query_timeout": "Make the query more selective, or add a LIMIT; /downloads has all the data.",
    "query_cpu": "Make the query more selective, or add a LIMIT; /downloads has all the data.",
    "query_memory": "Sort, group or combine fewer rows at once.",
    "query_rows": "Add a LIMIT, page with OFFSET, or take all the data from /downloads.",
    "query_bytes": "Ask for fewer rows or columns, or take all the data from /downloads.",
    "query_length": "Send a shorter query.",
    "query_nesting": "Nest fewer brackets and operators.",
}


class Problem(Exception):
    """What went wrong with a request: status, what, what to do, and members such as ``limit``."""

    def __init__(
        self, status: int, detail: str, *, todo: str = "", headers: Headers | None = None,
        **members: Any,
    ) -> None:  # fmt: skip
        """``members`` become members of the problem document."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.todo = todo
        self.headers = headers or []
        self.members = members


def of_query_error(error: errors.QueryError) -> Problem:
    """The problem that a failed query is to its client."""
    detail = str(error)
    if isinstance(error, errors.QuerySyntaxError):
        return Problem(
            400,
            detail,
            todo="Correct the query; the grammar is at https://www.w3.org/TR/sparql11-query/.",
            **_place(error, detail),
        )
    if isinstance(error, errors.NoRowError):
        todo = f"Ask for a row from 1 to {error.rows}." if error.rows else (
            "Ask /whynot why the answer is empty."
        )  # fmt: skip
        return Problem(404, detail, todo=todo)
    if isinstance(error, errors.UpdateNotAllowedError):
        return Problem(400, detail, todo="This service is read-only: send a query, not an update.")
    if isinstance(error, errors.NotAcceptableError):
        return not_acceptable(error.offered, detail)
    if isinstance(error, errors.UnwritableError):
        return Problem(406, detail, todo="Ask for another format, with Accept or ?format=.")
    if isinstance(error, errors.LimitExceededError):
        return _limit(error)
    if isinstance(error, errors.OverloadedError):
        return Problem(503, detail, todo="Try again in a moment.", headers=[("Retry-After", "1")])
    if isinstance(error, errors.FederationError):
        return _remote(error)
    if isinstance(error, errors.UntrueAnswerError):
        return Problem(400, detail, todo="Write it as the message says.")
    if isinstance(error, errors.EvaluationError):
        return Problem(400, detail, todo="Use functions that SPARQL 1.1 defines.")
    return Problem(
        503,
        detail or "The query was lost with its worker.",
        todo="Try again; if it happens twice, simplify the query.",
        headers=[("Retry-After", "1")],
    )


def not_acceptable(offered: tuple[str, ...], detail: str = "") -> Problem:
    """406 with the list of what would do."""
    return Problem(
        406,
        detail or f"No format you accept is offered. Offered: {', '.join(offered)}.",
        todo="Accept one of the offered media types, or name one with ?format=.",
        offered=list(offered),
    )


def render(
    problem: Problem, accept: str, *, path: str = "", request_id: str = "", language: str = "en"
) -> Response:
    """The problem in the form that its client reads: JSON, HTML (in a language) or plain text."""
    document = _document(problem, path, request_id)
    json_quality = max(
        quality(accept, "application/problem+json"), quality(accept, "application/json")
    )
    html_quality = quality(accept, "text/html")
    if html_quality and "html" in accept.lower() and html_quality >= json_quality:
        content_type, body = "text/html; charset=utf-8", problem_page(document, language)
    elif json_quality or not accept:
        content_type = "application/problem+json"
        body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    else:
        content_type, body = "text/plain; charset=utf-8", _text(document)
    headers = [("Content-Type", content_type), ("Cache-Control", "no-store"), *problem.headers]
    response = Response(problem.status, headers, body.encode("utf-8", "backslashreplace"))
    response.vary("Accept")
    if content_type.startswith("text/html"):
        response.headers.append(("Content-Language", language))
        response.vary("Accept-Language")
    return response


def _limit(error: errors.LimitExceededError) -> Problem:
    status = 413 if error.limit in _TOO_LARGE else 400 if error.limit in _REFUSED else 503
    return Problem(
        status,
        str(error),
        todo=_LIMIT_ADVICE.get(error.limit, "Try again in a moment."),
        headers=[("Retry-After", "1")] if error.limit in _RETRY else [],
        limit=error.limit,
        value=error.value,
    )


def _remote(error: errors.FederationError) -> Problem:
    """502, or 504 for an endpoint that takes too long (RFC 9110, sections 15.6.3 and 15.6.5)."""
    if isinstance(error, errors.RemoteTimeoutError):
        advice = "Ask that endpoint for less at a time, or ask it directly."
        return Problem(504, str(error), todo=advice)
    advice = "Ask that endpoint directly; a SERVICE clause that calls it can be left out."
    return Problem(502, str(error), todo=advice)


def _place(error: errors.QuerySyntaxError, detail: str) -> dict[str, Any]:
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    if line is None and (found := _PLACE.search(detail)):
        line, column = int(found[1]), int(found[2])
    return {name: value for name, value in (("line", line), ("column", column)) if value}


def _document(problem: Problem, path: str, request_id: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.todo:
        document["todo"] = problem.todo
    if path:
        document["instance"] = path
    document |= problem.members
    if request_id:
        document["request_id"] = request_id
    return document


def _text(document: dict[str, Any]) -> str:
    lines = [f"{document['status']} {document['title']}", document["detail"]]
    for name, value in document.items():
        if name not in {"type", "title", "status", "detail", "instance"}:
            lines.append(f"{name}: {shown(value)}")
    return "\n".join(lines) + "\n"
