"""The ontology as a page: each term with its labels, definition, axioms in words, and uses."""

from __future__ import annotations

import re

from flask import Blueprint, Response

from weihai_kg.web.http.negotiation import HTML
from weihai_kg.web.page import language, page
from weihai_kg.web.site.axioms import CHARACTERISTICS, RELATIONS, Ontology
from weihai_kg.web.site.class_diagram import diagram
from weihai_kg.web.site.files import ONTOLOGY_FORMATS
from weihai_kg.web.things.asking import holds, rows
from weihai_kg.web.things.documents import media_links
from weihai_kg.web.things.labels import said
from weihai_kg.web.things.linked_data import chosen, see_other, unknown
from weihai_kg.web.things.presentation import names
from weihai_kg.web.things.terms import Term

bp = Blueprint("vocabulary", __name__)

_NAME = re.compile(r"[A-Za-z0-9]([\w.-]*\w)?", re.ASCII)

SECTIONS = {
    "classes": ("类", "Classes"),
    "relations": ("关系(对象属性)", "Relations (object properties)"),
    "values": ("值(数据属性)", "Values (datatype properties)"),
    "annotations": ("注释属性", "Annotation properties"),
}


@bp.get("/ontology")
def ontology() -> Response:
    """The page, or by negotiation one of the files; a term's address is a part of either."""
    form = chosen((*ONTOLOGY_FORMATS, HTML))
    if form != HTML.name:
        return see_other_file(form)
    namespace = str(names().wkg)
    found = Ontology(rows("ontology-triples"))
    terms = found.terms(namespace)
    uses = rows("ontology-uses", namespace=Term(namespace, "literal"))
    counted = {row["term"].value: row for row in uses if "term" in row}
    for term in terms:
        if term.iri in counted:
            term.uses = int(counted[term.iri]["uses"].value)
            term.example = counted[term.iri]["example"]
    wanted = language()
    response = page(
        "ontology.html",
        labels=found.labels,
        ontology=Term(namespace.rstrip("#")),
        diagram=diagram(terms, found, wanted),
        sections={
            name: (said(title, wanted), [each for each in terms if each.kind == name])
            for name, title in SECTIONS.items()
        },
        relations={iri: said(words, wanted) for iri, words in RELATIONS.items()},
        characteristics={iri: said(words, wanted) for iri, words in CHARACTERISTICS.items()},
        documents={each: f"/ontology.{each.name}" for each in ONTOLOGY_FORMATS},
    )
    response.headers["Link"] = media_links(
        {each.name: f"/ontology.{each.name}" for each in ONTOLOGY_FORMATS}
    )
    return response


@bp.get("/ontology/<path:name>")
def part(name: str) -> Response:
    """A term written with a slash, a version of the ontology, or one of its alignments."""
    form = chosen((*ONTOLOGY_FORMATS, HTML))
    ns = names()
    term = holds("exists", thing=Term(str(ns.wkg[name]))) if _NAME.fullmatch(name) else False
    if not term and not (
        all(_NAME.fullmatch(each) for each in name.split("/"))
        and holds("exists", thing=Term(f"{ns.base}ontology/{name}"))
    ):
        unknown(f"ontology/{name}")
    if form != HTML.name:
        return see_other_file(form)
    response = see_other("/ontology")
    if term:
        response.headers["Location"] += f"#{name}"
    return response


def see_other_file(form: str) -> Response:
    """To the ontology in a format; a fragment goes along (RFC 9110, section 10.2.2)."""
    response = see_other(f"/ontology.{form}")
    response.headers["Location"] = f"/ontology.{form}"
    return response
