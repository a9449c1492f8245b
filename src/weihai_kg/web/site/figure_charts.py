"""Small charts for the figures: shares on one scale from 0 to 100 per cent, ranks as ladders."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from weihai_kg.web.drawings import bars, ranks
from weihai_kg.web.drawings.amounts import EXACT, Amount, shown
from weihai_kg.web.drawings.frame import figure
from weihai_kg.web.drawings.ranks import Rank
from weihai_kg.web.drawings.scale import Scale
from weihai_kg.web.site.observations import Figure
from weihai_kg.web.things.presentation import href

WHOLE = Scale(0.0, 100.0, 25.0)


def shares(figures: Iterable[Figure], language: str) -> Markup | None:
    """The shares, largest first; None where there are none. A change in per cent is no share."""
    found = [
        Amount(
            each.label, href(each.iri), each.value, shown(each.shown, each.value) + "%",
            each.lower, each.upper, each.qualifier or EXACT, "", each.period_label,
            each.basis == "planned",
        )
        for each in figures
        if each.percent and each.value is not None and 0 <= each.value <= 100
        and each.basis != "change"
    ]  # fmt: skip
    if not found:
        return None
    found.sort(key=lambda each: (-each.value, each.label))
    return figure("bars-of-shares", language, bars.panel("", found, language, WHOLE))


def rankings(figures: Iterable[Figure], language: str) -> Markup | None:
    """The ranks, best first; None where there are none."""
    found = [
        Rank(each.label, href(each.iri), int(each.rank), each.scope, each.years, each.period_label)
        for each in figures
        if each.rank.isascii() and each.rank.isdecimal() and 0 < int(each.rank) <= ranks.LOWEST
    ]
    found.sort(key=lambda each: (each.rank, each.label))
    return figure("ranks", language, ranks.ladders(found, language)) if found else None
