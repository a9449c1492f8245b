"""The addresses of the reconciliation service, for both versions of its API."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.blueprints import BlueprintSetupState

from weihai_kg.web.http.negotiation import quality
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.page import context, language, page
from weihai_kg.web.reconcile import describing, extending, manifest, question, suggesting
from weihai_kg.web.reconcile.index import Index, Indexes
from weihai_kg.web.reconcile.matching import candidates
from weihai_kg.web.things.presentation import names

bp = Blueprint("reconcile", __name__)

ROOT, DRAFT = manifest.ROOT, manifest.DRAFT
KEY = "weihai_kg.reconcile"
LONGEST_PREFIX = 200
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,99}(\.[A-Za-z_$][\w$]{0,99}){0,5}", re.ASCII)


@bp.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[KEY] = Indexes()


def index() -> Index:
    """What the release that is served knows."""
    found: Indexes = current_app.extensions[KEY]
    return found.current()


def root() -> str:
    """The address at which this service is reached, without a slash at the end."""
    return (context().settings.public_url or request.host_url).rstrip("/")


@bp.route(ROOT, methods=["GET", "POST"])
def service() -> Response:
    """Version 0.2: the manifest, queries, data extension; JSON by POST is the draft of 1.0."""
    request.max_form_memory_size = context().settings.query_length
    if request.method == "POST" and request.mimetype == "application/json":
        return _batch_10()
    given = request.form if request.method == "POST" else request.args
    if "queries" in given:
        return _batch_02(given["queries"])
    if "extend" in given:
        document = question.parsed(given["extend"])
        return answer(extending.extend(document, index(), language(), draft=False))
    if request.method == "POST":
        raise question.wrong('the form has neither "queries" nor "extend"')
    if _wants_page():
        known = index()
        counts = sorted(((len(ids), known.types[each]) for each, ids in known.entities_of.items()
                         if each in known.types), key=lambda pair: -pair[0])  # fmt: skip
        return page("reconcile.html", root=root(), service=ROOT, draft=DRAFT, counts=counts[:12])
    return answer(manifest.manifest_02(root(), names(), index(), language()))


def _wants_page() -> bool:
    accept = request.headers.get("Accept", "")
    html = "html" in accept and quality(accept, "text/html") > quality(accept, "application/json")
    return request.args.get("format") == "html" or (html and "format" not in request.args)


@bp.get(DRAFT)
@bp.get(DRAFT + "/")
def draft() -> Response:
    """The manifest of the draft of 1.0."""
    return answer(manifest.manifest_10(root(), index(), language()))


@bp.post(ROOT + "/reconcile", endpoint="reconcile_here")
@bp.post(DRAFT + "/reconcile")
def reconcile() -> Response:
    """A query batch of the draft of 1.0."""
    return _batch_10()


def _batch_02(text: str) -> Response:
    known, wanted = index(), language()
    return answer({
        key: {"result": [describing.candidate(each, known, wanted, draft=False)
                         for each in candidates(asked, known)]}
        for key, asked in question.batch_02(question.parsed(text)).items()
    })  # fmt: skip


def _batch_10() -> Response:
    if request.mimetype != "application/json":
        raise Problem(415, "The query batch is not application/json.", todo="Say Content-Type.")
    known, wanted = index(), language()
    batch = question.batch_10(question.parsed(request.get_data()))
    return answer({"results": [
        {"candidates": [describing.candidate(each, known, wanted, draft=True)
                        for each in candidates(asked, known)]}
        for asked in batch
    ]})  # fmt: skip


@bp.get(ROOT + "/suggest/<any(entity,property,type):kind>", endpoint="suggest_02")
@bp.get(DRAFT + "/suggest/<any(entity,property,type):kind>")
def suggest(kind: str) -> Response:
    """Suggestions for what a person types (``prefix``), after the first ``cursor``."""
    prefix = request.args.get("prefix", "")
    if len(prefix) > LONGEST_PREFIX:
        raise question.wrong(f"the prefix has more than {LONGEST_PREFIX} characters")
    found = suggesting.suggest(kind, prefix, _number("cursor", 0), index(), language())
    return answer({"result": found})


def _number(name: str, default: int) -> int:
    given = request.args.get(name, "")
    if given and not re.fullmatch(r"\d{1,9}", given, re.ASCII):
        raise question.wrong(f'"{name}" is not a whole number of at least 0')
    return int(given) if given else default


@bp.get(ROOT + "/extend/propose", endpoint="propose_02")
@bp.get(DRAFT + "/extend/propose")
def propose() -> Response:
    """The properties that things of a type have."""
    type_ = request.args.get("type", "")
    limit = min(_number("limit", extending.PROPOSED), question.BATCH)
    found = extending.properties_of(type_, limit, index())
    return answer({
        "type": type_, "limit": limit, "properties": manifest.items(found, language()),
    })  # fmt: skip


@bp.post(ROOT + "/extend", endpoint="extend_here")
@bp.post(DRAFT + "/extend")
def extend() -> Response:
    """A data extension query of the draft of 1.0."""
    if request.mimetype != "application/json":
        raise Problem(415, "The query is not application/json.", todo="Say Content-Type.")
    document = question.parsed(request.get_data())
    return answer(extending.extend(document, index(), language(), draft=True))


@bp.get(ROOT + "/preview", endpoint="preview_02")
@bp.get(DRAFT + "/preview")
def preview() -> Response:
    """A small page about a thing, to be shown in a frame of another site."""
    known, wanted = index(), language()
    entity = known.entity(request.args.get("id", ""))
    if entity is None:
        raise Problem(404, "There is no thing with this identifier.", todo="Ask /reconcile first.")
    columns = [each for each in extending.properties_of(entity.types[0] if entity.types else "",
                                                        12, known)
               if each.id in entity.values
               and each.id not in ("rdf:type", "rdfs:label")]  # fmt: skip
    rows = extending.extend(
        {"ids": [entity.id], "properties": [{"id": each.id, "settings": {"limit": 3}}
                                            for each in columns[:5]]},
        known, wanted, draft=False,
    )["rows"][entity.id]  # fmt: skip
    stated = [
        (each.name(wanted), [str(next(iter(value.values())) if "name" not in value
                                 else value["name"]) for value in rows[each.id]])
        for each in columns[:5] if rows[each.id]
    ]  # fmt: skip
    text = render_template(
        "reconcile_preview.html", lang=wanted, entity=entity, stated=stated,
        kind=describing.description(entity, known, wanted),
        url=f"{root()}/id/{quote(entity.id, safe='')}",
    )  # fmt: skip
    response = make_response(text)
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    response.headers["Content-Language"] = wanted
    response.vary.add("Accept-Language")
    return response


def answer(document: dict[str, Any]) -> Response:
    """A JSON document in the reader's language; a call of ``callback`` if one is named (0.2)."""
    callback = request.args.get("callback", "") if request.method == "GET" else ""
    if callback and not _CALLBACK.fullmatch(callback):
        raise question.wrong('"callback" is not the name of a function')
    text = json.dumps(document, ensure_ascii=bool(callback))
    response = make_response(f"/**/{callback}({text});\n" if callback else text + "\n")
    response.headers["Content-Type"] = (
        "text/javascript; charset=utf-8" if callback else "application/json"
    )
    response.headers["Content-Language"] = language()
    response.vary.update(("Accept", "Accept-Language"))
    return response
