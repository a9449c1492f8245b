"""What the page of an answer shows: rows with their reasons, views, files, the address to cite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from weihai_kg.formats import RDF, RESULTS, Format
from weihai_kg.namespaces import Namespaces
from weihai_kg.web.drawings import draw, suited
from weihai_kg.web.editor.asking import LONGEST_SHOWN, Asked
from weihai_kg.web.http.problem_page import in_chinese
from weihai_kg.web.page import context, language
from weihai_kg.web.queries.desk import desk
from weihai_kg.web.queries.permalink import LONGEST_TEXT, Question, path_of
from weihai_kg.web.queries.view import show_all, why_rows
from weihai_kg.web.tables.formats import FILES
from weihai_kg.web.tables.paging import Page
from weihai_kg.web.tables.table import Table

SIZE = 100
LONGEST_ADDRESS = 6000
"""Characters of an address that every browser and proxy takes."""
_MOST_NAMED = 2000
VIEW_NAMES = {
    "table": ("表格", "Table"), "number": ("数字", "Number"), "bar": ("条形图", "Bars"),
    "line": ("折线图", "Lines"), "map": ("地图", "Map"), "network": ("关系图", "Network"),
    "timeline": ("时间线", "Timeline"),
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """An answer in a format: its address, empty if the query is too long for one."""

    format: Format
    address: str


def shown(asked: Asked, view: str, number: int) -> dict[str, Any]:
    """What the template needs to show an answer in a view, at a page."""
    values: dict[str, Any] = {
        "asked": asked, "files": list(_files(asked)), "cite": _cite(asked),
        "share": _address("/results", query=asked.text),
        "edit": _address("/sparql", edit=asked.text),
    }  # fmt: skip
    if asked.problem is not None:
        limit = asked.problem.members.get("limit")
        values["chinese"] = in_chinese(asked.problem.status, limit)[1]
    if asked.table is not None:
        values |= _table(asked, asked.table, view, number)
    if asked.is_graph:
        values["turtle"] = asked.turtle[:LONGEST_SHOWN]
        values["cut"] = len(asked.turtle) > LONGEST_SHOWN
    return values


def _table(asked: Asked, table: Table, view: str, number: int) -> dict[str, Any]:
    views = suited(table)
    drawing: Markup | None = None
    if view in views[1:]:
        drawing = draw(table, view, language(), names=_names(table))
    page = Page(1, SIZE, len(table.rows))
    page = Page(min(max(number, 1), page.last), SIZE, page.total)
    part = table.part(page.start, page.size)
    library = desk().library()
    why = why_rows(asked.text, {}, table, part, Namespaces(library.base).prefixes)
    why = tuple(each if len(each) <= LONGEST_ADDRESS else "" for each in why)
    return {
        "views": [(name, VIEW_NAMES.get(name, (name, name))) for name in views],
        "view": view if drawing is not None else "table",
        "drawing": drawing,
        "page": page,
        "table": show_all(desk(), library, table, part, language(), why),
    }


def _names(table: Table) -> dict[str, str]:
    """Labels for the IRIs that a drawing may name."""
    rows = table.rows[:_MOST_NAMED]
    iris = [each.text for row in rows for each in row if each and each.is_iri]
    return desk().labels(desk().library(), iris, language())


def _address(path: str, **parameters: str) -> str:
    found = f"{path}?{urlencode(parameters, quote_via=quote)}"
    return found if len(found) <= LONGEST_ADDRESS else ""


def _files(asked: Asked) -> Iterator[File]:
    if asked.result is None:
        return
    for each in RDF if asked.is_graph else RESULTS:
        yield File(each, _address("/sparql", query=asked.text, format=each.name))
    cite = _cite(asked)
    if asked.table is not None and cite:
        for each in FILES[:2]:
            yield File(each, f"{cite}.{each.name}")


def _cite(asked: Asked) -> str:
    """The address of the answer in this release, if it has one."""
    if asked.result is None or not asked.is_lasting:
        return ""
    if len(asked.text.encode("utf-8", "replace")) > LONGEST_TEXT:
        return ""
    path = path_of(Question(None, text=asked.text), context().engine.version)
    return path if len(path) <= LONGEST_ADDRESS else ""
