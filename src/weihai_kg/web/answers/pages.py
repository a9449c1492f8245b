"""``/answers/<digest>@<version>``: an answer that can be cited while its release is kept."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, make_response, redirect
from flask import request as received
from werkzeug.wrappers import Response as WerkzeugResponse

from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.formats import RDF, RESULTS, Format, Kind
from weihai_kg.namespaces import Namespaces
from weihai_kg.saved_queries.canonical import Canonical, canonical
from weihai_kg.web.answers import citation
from weihai_kg.web.answers.citation import Citation
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.page import FOREVER, context, language, page
from weihai_kg.web.protocol.sparql import is_volatile
from weihai_kg.web.queries.desk import asked, desk, here, refused
from weihai_kg.web.queries.library import Library
from weihai_kg.web.queries.permalink import LONGEST_TEXT, Question, path_of, resolve
from weihai_kg.web.queries.run import check, prepare
from weihai_kg.web.queries.view import ShownTable, show, why_rows
from weihai_kg.web.tables import formats as tables_formats
from weihai_kg.web.tables import table as tables
from weihai_kg.web.tables.formats import FILES, HTML, JSON, Fetch
from weihai_kg.web.tables.result import Result

bp = Blueprint("answers", __name__)

CANONICAL = Format("canonical", "canonical form", "text/plain", Kind.RESULTS, "")
FIRST = 100
"""Rows that the page shows; the files have all."""

_STABLE = (*RESULTS, *RDF)
_EXTENSIONS = [each.name for each in (*_STABLE, *FILES, *citation.FORMATS, CANONICAL, HTML)]


@dataclass(frozen=True)
class Cited:
    """An answer at its address."""

    question: Question
    library: Library
    fetch: Fetch

    @cached_property
    def form(self) -> Form:
        """The form of the query; that of a text of one's own is known once it was asked."""
        if self.question.query:
            return self.question.query.form
        return self._first.form

    @cached_property
    def _first(self) -> Result:
        try:
            return self.fetch("json")
        except Problem as problem:
            if problem.status != 406:
                raise
            return self.fetch("nt")

    @cached_property
    def canonical(self) -> Canonical:
        """The canonical form, whose digest is the answer's."""
        graph = self.form in (Form.CONSTRUCT, Form.DESCRIBE)
        return canonical(self.form, self.fetch("nt" if graph else "json").body)

    @property
    def path(self) -> str:
        """The address without the host."""
        return path_of(self.question, self.library.version)

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats of the answer itself."""
        if self.question.query:
            return tables_formats.of_query(self.question.query)
        if self.form is Form.SELECT:
            return (*RESULTS, *FILES[:2])
        return RESULTS if self.form is Form.ASK else RDF

    def title(self, chosen: str) -> str:
        """What was asked, in words where there are some."""
        if self.question.query is None:
            return "SPARQL: " + " ".join(self.question.text.split())[:200]
        arguments = ", ".join(f"{name}={text}" for name, text in self.question.arguments.items())
        title = self.question.query.title[chosen]
        return f"{title} ({arguments})" if arguments else title

    def citation(self, chosen: str) -> Citation:
        """How to cite it."""
        return Citation(
            self.title(chosen), self.library.version, self.library.modified,
            here().root + self.path, self.canonical.rows, self.canonical.digest,
        )  # fmt: skip

    def file(self, chosen: Format) -> tables_formats.File:
        """The answer in a format."""
        about = {
            "title": self.title("en"), "release": self.library.version,
            "answer": here().root + self.path, "rows": str(self.canonical.rows),
            "complete": "true", "sha256": self.canonical.digest,
        }  # fmt: skip
        return tables_formats.to_file(chosen, self.fetch, about, self.library.modified)

    def files(self) -> Iterator[dict[str, Any]]:
        """Every file whose bytes do not depend on a library's version, with its digest."""
        for each in self.formats:
            if each in _STABLE:
                body = self.file(each).body
                yield {
                    "format": each.name, "address": f"{self.path}.{each.name}",
                    "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest(),
                }  # fmt: skip


@bp.get("/answers")
def ask() -> WerkzeugResponse:
    """To the address of the answer that a query of one's own has in the current release."""
    given = asked(own=("query", "lang"))
    text = given.own.get("query", "")
    if not text:
        raise Problem(
            400, "The parameter 'query' is missing.",
            todo="Send a SPARQL query in it; /queries has saved ones, each with its address.",
        )  # fmt: skip
    if len(text.encode("utf-8", "replace")) > LONGEST_TEXT:
        raise refused("query", text, f"at most {LONGEST_TEXT} bytes")
    _check_lasting(text)
    question = Question(None, text=text)
    response = redirect(path_of(question, context().engine.version), 303)
    response.autocorrect_location_header = False
    response.headers["Cache-Control"] = "no-cache"
    return response


def _check_lasting(text: str) -> None:
    if is_volatile(text):
        raise refused("query", text, "a query whose answer does not change: without NOW, RAND, "
                      "UUID, STRUUID, BNODE or SERVICE")  # fmt: skip


@bp.get("/answers/<address>")
def answer(address: str) -> Response:
    """An answer: its page, its record as JSON, or its bytes in a format."""
    given = asked(own=("format", "lang"))
    token, _, version = address.partition("@")
    extension = next((each for each in _EXTENSIONS if version.endswith("." + each)), "")
    cited = _cited(token, version.removesuffix("." + extension) if extension else version)
    if extension:
        return _file(cited, extension)
    word, accept = given.own.get("format"), received.headers.get("Accept", "")
    others = tuple(each for each in cited.formats if word != "json" or each.name != "json")
    chosen = tables_formats.choose(word, accept, (JSON, HTML, *others))
    if chosen is HTML:
        return _page(cited)
    if chosen is JSON:
        return _sent(_record(cited), [("Content-Type", JSON.content_type)], cited)
    return _file(cited, chosen.name)


def _cited(token: str, version: str) -> Cited:
    if not version:
        raise Problem(
            404, "This is not the address of an answer.",
            todo="It has the form /answers/<digest>@<version>; /queries shows some.",
        )  # fmt: skip
    library = desk().library(version)
    question = resolve(token, library)
    if question.query is None:
        _check_lasting(question.text)
        request = QueryRequest(question.text)
    else:
        check(question.query, question.arguments)
        request = prepare(question.query, question.arguments)
    return Cited(question, library, desk().fetcher(library, request))


def _file(cited: Cited, extension: str) -> Response:
    if extension == HTML.name:
        return _page(cited)
    if extension == CANONICAL.name:
        headers = [("Content-Type", CANONICAL.content_type)]
        return _sent(cited.canonical.text.encode(), headers, cited)
    for each in citation.FORMATS:
        if each.name == extension:
            text = cited.citation("en").file(extension)
            headers = [("Content-Type", f"{each.media_type}; charset=utf-8")]
            return _sent(text.encode(), headers, cited)
    chosen = tables_formats.by_extension("answer", extension, cited.formats)
    made = cited.file(chosen)
    return _sent(made.body, made.headers, cited)


def _record(cited: Cited) -> bytes:
    """Everything about the answer, and the answer itself, as one JSON document."""
    citation = cited.citation("en")
    query = cited.question.query
    graph = cited.form in (Form.CONSTRUCT, Form.DESCRIBE)
    document: Mapping[str, Any] = {
        "address": cited.path,
        "release": cited.library.version,
        "query": query.name if query else None,
        "sparql": query.body if query else cited.question.text,
        "parameters": cited.question.arguments,
        "rows": cited.canonical.rows,
        "complete": True,
        "sha256": cited.canonical.digest,
        "canonical": f"{cited.path}.{CANONICAL.name}",
        "files": list(cited.files()),
        "citation": {"text": citation.text, "bibtex": citation.bibtex, "cff": citation.cff},
        "answer": cited.canonical.text if graph else json.loads(cited.fetch("json").body),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _sent(body: bytes, headers: list[tuple[str, str]], cited: Cited) -> Response:
    """Bytes that stay the same, with their digest (RFC 9530)."""
    digest = hashlib.sha256(body)
    response = make_response(body)
    response.headers.update(dict(headers))
    response.headers["ETag"] = f'"{digest.hexdigest()[:32]}"'
    encoded = base64.b64encode(digest.digest()).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{encoded}:"
    response.headers["Cache-Control"] = FOREVER
    response.headers["X-Total-Rows"] = str(cited.canonical.rows)
    release = f"/downloads/{quote(cited.library.version, safe='+')}/weihai-kg.nq"
    response.headers["Link"] = (
        f'<{cited.path}>; rel="cite-as", '
        f'<{release}>; rel="http://www.w3.org/ns/prov#wasDerivedFrom"'
    )
    response.vary.add("Accept")
    return response


def _page(cited: Cited) -> Response:
    chosen = language()
    query = cited.question.query
    return page(
        "answer.html",
        cited=cited,
        shown=_shown(cited, chosen),
        first=FIRST,
        title=cited.title(chosen),
        citation=cited.citation(chosen),
        files=list(cited.files()),
        more=[each for each in cited.formats if each in FILES],
        served=context().engine.version,
        again=f"/queries/{query.name}?{urlencode(cited.question.arguments)}" if query else "",
        sparql=query.body if query else cited.question.text,
    )


def _shown(cited: Cited, chosen: str) -> ShownTable | None:
    """The first rows, each with its reasons where these are those of the release served now."""
    if cited.form is not Form.SELECT:
        return None
    table = tables.read(cited.fetch("json").body)
    if not table.rows:
        return None
    query, part = cited.question.query, table.part(0, FIRST)
    why: tuple[str, ...] = ()
    if cited.library.version == context().engine.version:
        asked = query.name if query else cited.question.text
        prefixes = Namespaces(cited.library.base).prefixes
        why = why_rows(asked, cited.question.arguments, table, part, prefixes)
    return show(desk(), cited.library, query, table, part, chosen, why)
