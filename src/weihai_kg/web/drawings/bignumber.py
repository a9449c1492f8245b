"""One number, or a few, written large with what bounds it."""

from __future__ import annotations

from markupsafe import Markup

from weihai_kg.web.drawings.amounts import Amount, amounts
from weihai_kg.web.drawings.frame import figure
from weihai_kg.web.drawings.roles import Drawn
from weihai_kg.web.drawings.svg import element
from weihai_kg.web.things.labels import CODES, said

MOST = 4


def suits(drawn: Drawn) -> bool:
    """Whether there is one row with a few numbers."""
    return len(drawn.table.rows) == 1 and 0 < len(drawn.measures) <= MOST


def draw(drawn: Drawn) -> Markup | None:
    """The numbers of the only row; None where there is none."""
    if not suits(drawn):
        return None
    found = amounts(drawn, drawn.table.rows)
    return figure("numbers", drawn.language, *(_number(each, drawn.language) for each in found))


def _number(amount: Amount, language: str) -> Markup:
    sign = said(CODES[amount.qualifier], language) + " " if amount.sign else ""
    parts = [
        element("span", sign, class_="soft") if sign else Markup(""),
        element("strong", amount.shown),
        element("span", f" {amount.unit}", class_="unit") if amount.unit else Markup(""),
    ]
    about = [
        amount.label,
        amount.period,
        said(CODES["planned"], language) if amount.planned else "",
    ]
    if amount.has_band:
        about.append(amount.words(language).partition("(")[2].partition(")")[0])
    words = " · ".join(each for each in about if each)
    return element("p", *parts, class_="big") + (
        element("p", words, class_="soft") if words else ""
    )
