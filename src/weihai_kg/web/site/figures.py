"""The figures: every observation with its bounds and its period, drawn as far as they are known."""

from __future__ import annotations

from flask import Blueprint, Response

from weihai_kg.web.page import language, page
from weihai_kg.web.site import figure_charts
from weihai_kg.web.site.observations import WIDTH, Calendar, read
from weihai_kg.web.things.asking import rows
from weihai_kg.web.things.terms import Term

bp = Blueprint("figures", __name__)


@bp.get("/figures")
def table() -> Response:
    """Every figure as a table; shares and ranks as charts before it."""
    wanted = language()
    found = read(rows("figures", language=Term(wanted, "literal")))
    return page(
        "figures.html", figures=found, calendar=Calendar.of(found), width=WIDTH,
        shares=figure_charts.shares(found, wanted), ranks=figure_charts.rankings(found, wanted),
    )  # fmt: skip
