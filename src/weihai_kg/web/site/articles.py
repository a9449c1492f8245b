"""An article with its evidence: the text as printed, and what was read from each passage."""

from __future__ import annotations

import re

from flask import Blueprint, Response

from weihai_kg.formats import RDF
from weihai_kg.namespaces import REUSED
from weihai_kg.web.http.negotiation import HTML
from weihai_kg.web.page import context, language, page
from weihai_kg.web.site import article_text
from weihai_kg.web.site.notes import notes
from weihai_kg.web.things.asking import Row, rows
from weihai_kg.web.things.labels import Labels
from weihai_kg.web.things.linked_data import chosen, known, links, see_other, unknown
from weihai_kg.web.things.presentation import addresses, names
from weihai_kg.web.things.statements import Ground, Quotation, Statement, grounds_of, quotation_of
from weihai_kg.web.things.terms import Term, normalized

bp = Blueprint("articles", __name__)

SCHEMA = REUSED["schema"]
INTEGER = REUSED["xsd"] + "integer"
_RANGE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@bp.get("/article/<slug>")
def article(slug: str) -> Response:
    """The article as a page; its data by negotiation. A client with no wish gets the page."""
    iri = known("article", slug)
    slug = normalized(slug)
    form = chosen((HTML, *RDF))
    if form != HTML.name:
        return see_other(addresses().data("article", slug, form))
    release = context().releases.find(context().engine.version)
    given = release.article(slug) if release else None
    if given is None:
        unknown(slug)
    about, wanted = rows("article", article=Term(iri)), language()
    sections = {row["x"].value for row in about if row["p"].value == SCHEMA + "articleSection"}
    quotations = article_text.quotations(rows("article-quotations", article=Term(iri)))
    noted = rows("article-notes", article=Term(iri), language=Term(wanted, "literal"))
    foreign = {line: reason[wanted] for line, reason in given.excluded.items()}
    lines = article_text.lines(given.text, quotations, notes(noted), foreign)
    letters = [s for line in lines if not line.foreign for s in line.segments]
    lengths = [(len("".join(each.text.split())), bool(each.quotations)) for each in letters]
    response = page(
        "article.html",
        slug=slug, lines=lines, sections=sections, printed_in=given.language,
        covered=sum(length for length, quoted in lengths if quoted),
        length=sum(length for length, _ in lengths),
        quotations=quotations, facts=_facts(about, wanted),
        statements=rows("article-count", article=Term(iri))[0]["statements"].value,
        left_out=[s for s in letters if s.left_out],
        documents={each: addresses().data("article", slug, each.name) for each in RDF},
    )  # fmt: skip
    response.headers["Link"] = links("article", slug)
    response.vary.add("Accept")
    return response


@bp.get("/article/<slug>/<span>")
def passage(slug: str, span: str) -> Response:
    """What was read from a run of the article's characters, such as ``444-495``."""
    iri = known("article", slug)
    found = _RANGE.fullmatch(span)
    if found is None:
        unknown(span)
    run = {
        "text": Term(iri),
        "after": Term(found[1], "literal", datatype=INTEGER),
        "before": Term(found[2], "literal", datatype=INTEGER),
    }
    stated = rows("passage-statements", **run)
    if not stated:
        unknown(span)
    grounds = grounds_of(rows("passage-graphs", **run), stated, names())
    return page(
        "passage.html",
        slug=normalized(slug), span=span,
        passages=read_from(stated, grounds),
        labels=Labels.of(rows("passage-labels", **run)),
    )  # fmt: skip


def read_from(
    stated: list[Row], grounds: dict[str, Ground]
) -> list[tuple[Quotation, list[tuple[Ground, list[Statement]]]]]:
    """Quotations, each with the graphs that rest on it and their statements."""
    found: dict[Quotation, dict[str, list[Statement]]] = {}
    for row in stated:
        graphs = found.setdefault(quotation_of(row, "from"), {})
        ground = grounds.setdefault(row["g"].value, Ground(row["g"].value))
        graphs.setdefault(ground.iri, []).append(Statement(row["s"], row["p"], row["x"], [ground]))
    return [
        (quotation, [(grounds[graph], statements) for graph, statements in graphs.items()])
        for quotation, graphs in found.items()
    ]


def _facts(about: list[Row], wanted: str) -> dict[str, tuple[Term, str]]:
    """Author and publisher with their labels."""
    facts: dict[str, tuple[Term, str]] = {}
    for row in about:
        name = row["p"].value.removeprefix(SCHEMA)
        if name not in ("author", "publisher") or "label" not in row:
            continue
        if name not in facts or row["label"].language == wanted:
            facts[name] = (row["x"], row["label"].value)
    return facts
