"""Ranks as ladders: the first places as steps, the one that was reached filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from weihai_kg.web.drawings.svg import clean, element, linked
from weihai_kg.web.things.labels import said

LOWEST = 1000
"""The lowest rank that is drawn."""

_STEPS, _SIZE, _GAP = 5, 16, 4


@dataclass(frozen=True)
class Rank:
    """A rank within a scope; ``years`` are those it was held in a row, empty where not told."""

    label: str
    address: str
    rank: int
    scope: str = ""
    years: str = ""
    period: str = ""


def ladders(found: Iterable[Rank], language: str) -> Markup:
    """A table with one ladder for each rank."""
    head = element(
        "tr",
        element("th", said(("内容", "What"), language), scope="col"),
        element("th", said(("名次", "Rank"), language), scope="col"),
        element("th", said(("范围", "Among"), language), scope="col"),
    )
    body = element("tbody", *(_row(each, language) for each in found))
    return element("table", element("thead", head), body, class_="bars ladders")


def _row(rank: Rank, language: str) -> Markup:
    name = linked(rank.address, element("bdi", clean(rank.label)))
    if rank.period:
        name += element("span", rank.period, class_="soft when")
    place = said((f"第{rank.rank}位", f"no. {rank.rank}"), language)
    years = said((f"连续{rank.years}年", f"{rank.years} years in a row"), language)
    words = place + (f", {years}" if rank.years else "")
    cell = element("td", _ladder(rank.rank), element("span", words, class_="soft when"))
    return element("tr", element("th", name, scope="row"), cell, element("td", rank.scope or "—"))


def _ladder(rank: int) -> Markup:
    """Steps from the first place on; a gap stands for those between, an arrow for those below."""
    steps = [*range(1, _STEPS + 1)] if rank <= _STEPS else [1, 2, 3, 0, rank]
    parts = []
    for place, step in enumerate(steps):
        x = place * (_SIZE + _GAP) + 1
        if not step:
            parts.append(element("text", "…", x=x + 4, y=13))
            continue
        kind = "step reached" if step == rank else "step"
        parts.append(element("rect", class_=kind, x=x, y=1, width=_SIZE, height=_SIZE, rx=2))
        if step < 10:
            parts.append(element("text", f"{step}", x=x + 8, y=13, text_anchor="middle",
                                 class_=kind))  # fmt: skip
    end = len(steps) * (_SIZE + _GAP) + 1
    parts.append(element("path", d=f"M{end} 9h14m-5 -4l5 4l-5 4", class_="grid"))
    wide = end + 18
    return element("svg", *parts, viewBox=f"0 0 {wide} 18", width=wide, height=18,
                   aria_hidden="true", class_="ladder")  # fmt: skip
