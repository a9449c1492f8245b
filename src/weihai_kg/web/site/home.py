"""The first page: what this is, key figures with their words, search, map, questions, data."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup

from weihai_kg.release import about
from weihai_kg.web.drawings import chart_map as drawings
from weihai_kg.web.page import context, language, page
from weihai_kg.web.site import chart_map
from weihai_kg.web.site.downloads import files_of
from weihai_kg.web.site.files import root
from weihai_kg.web.things.asking import Row, rows
from weihai_kg.web.things.labels import said
from weihai_kg.web.things.presentation import report
from weihai_kg.web.things.statements import Quotation, quotation_of
from weihai_kg.web.things.terms import Term

bp = Blueprint("home", __name__)

TITLE = (
    "威海对日韩合作知识图谱",
    "Weihai’s cooperation with Japan and South Korea: a knowledge graph",
)
QUESTIONS = (
    ("trade-in-a-year", "威海一年与日韩的贸易额是多少?",
     "How much does Weihai trade with Japan and Korea in a year?"),
    ("is-south-korea-a-neighbour", "韩国是威海的邻国吗?", "Is South Korea a neighbour of Weihai?"),
    ("routes", "有哪些航线与运输线路?", "Which routes are there?"),
    ("companies-named", "文中点名的企业有哪些?", "Which companies does the article name?"),
    ("sister-cities-named", "文中点名的友城有哪些?", "Which sister cities does it name?"),
    ("plans", "有哪些计划?", "What is planned?"),
    ("said-more-than-once", "哪些话说了不止一遍?", "What does it say more than once?"),
    ("words-without-a-statement", "哪些文字未被读出?", "Which words yielded nothing?"),
)  # fmt: skip
_LARGE = ((10**9, "billion"), (10**6, "million"))
MAIN_DUMPS = ("weihai-kg.ttl", "weihai-kg.trig", "weihai-kg.jsonld", "weihai-kg.nq")


@bp.get("/")
def home() -> Response:
    """The first page."""
    wanted = language()
    counted = report()
    found = context().releases.find(context().engine.version)
    files = {each.name: each for each in files_of(found)} if found else {}
    questions = found.queries() if found and (found.path / "queries.json").is_file() else {}
    known = {Path(name).stem for name in questions}
    response = page(
        "index.html",
        title=said(TITLE, wanted),
        figures=figures(rows("home-figures", language=Term(wanted, "literal"))),
        counted=counted,
        in_english=in_english,
        map=places_and_lines(wanted),
        questions=[(each[0], said(each[1:], wanted)) for each in QUESTIONS if each[0] in known],
        files=[files[name] for name in MAIN_DUMPS if name in files],
        root=root(),
        base=context().settings.base,
        document=dataset(wanted, counted, list(files)),
        year=str(counted.get("modified", ""))[:4],
    )
    response.headers["Link"] = (
        '</void.ttl>; rel="describedby"; type="text/turtle", </sparql>; rel="service-desc"'
    )
    return response


def places_and_lines(wanted: str) -> Markup | None:
    """The map of the places and routes; None where there is no place."""
    places = chart_map.places(wanted)
    routes = chart_map.routes(wanted, places)
    if not places:
        return None
    ends = {end for each in routes for end in each.ends}
    around = [each.position for key, each in places.items() if each.kind != "area" or key in ends]
    lines = [each.line for each in routes]
    notes = [said(chart_map.COUNTRIES, wanted)]
    return drawings.chart(
        list(places.values()), lines, wanted, around=around, notes=notes, items=()
    )


def figures(found: list[Row]) -> list[tuple[Row, Quotation]]:
    """Each figure with the first words that print it."""
    first: dict[str, tuple[Row, Quotation]] = {}
    for row in found:
        first.setdefault(row["figure"].value, (row, quotation_of(row, "from")))
    return list(first.values())


def in_english(row: Row) -> str:
    """A figure in English words; what is counted stands in its label."""
    value, kind = Decimal(row["value"].value), row["unit"].value.rpartition("/")[2]
    bound = {"moreThan": "more than ", "lessThan": "fewer than ", "approximately": "about "}
    large = [(size, name) for size, name in _LARGE if abs(value) >= size]
    shown = f"{(value / large[0][0]).normalize():,f} {large[0][1]}" if large else f"{value:,f}"
    unit = {"PERCENT": "%", "NUM": ""}.get(kind, f" {row['unitLabel'].value}")
    return f"{bound.get(row['qualifier'].value, '')}{shown}{unit}"


def dataset(wanted: str, counted: dict[str, Any], files: list[str]) -> dict[str, Any]:
    """The graph as a schema.org Dataset."""
    version, address = context().engine.version, root()
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": context().settings.base + "void#dataset",
        "name": said(TITLE, wanted),
        "description": said(
            ("一篇关于威海与日本、韩国合作的新闻所含的陈述,每条都指向其原文,或指向推出它的规则与前提。",
             "What one Chinese news article states about the cooperation of Weihai with Japan and "
             "South Korea; every statement points to the words it was read from, or to the rule "
             "and premises that infer it."), wanted),
        "url": address + "/",
        "version": version,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "inLanguage": ["zh", "en"],
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "The weihai-kg authors"},
        "dateModified": str(counted.get("modified", "")),
        "spatialCoverage": {"@type": "Place", "name": "Weihai"},
        "distribution": [
            {"@type": "DataDownload", "name": name, "description": text,
             "contentUrl": f"{address}/downloads/{version}/{name}"}
            for name in files if (text := about(name))
        ],
    }  # fmt: skip
