"""The views that a table can be drawn in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from markupsafe import Markup

from weihai_kg.web.drawings import bars, bignumber, chart_map, lines, network, timeline
from weihai_kg.web.drawings.roles import Drawn, Link
from weihai_kg.web.tables.table import Table
from weihai_kg.web.things.presentation import href

TABLE = "table"
_NO_NAMES: Mapping[str, str] = MappingProxyType({})

Suits = Callable[[Drawn], bool]
Draw = Callable[[Drawn], Markup | None]

VIEWS: Mapping[str, tuple[Suits, Draw]] = {
    "number": (bignumber.suits, bignumber.draw),
    "bar": (bars.suits, bars.draw),
    "line": (lines.suits, lines.draw),
    "map": (chart_map.suits, chart_map.draw),
    "network": (network.suits, network.draw),
    "timeline": (timeline.suits, timeline.draw),
}


def suited(table: Table) -> list[str]:
    """The names of the views that a table suits; ``table`` always, and first.

    Decided by the names of the columns and by what their first rows hold.
    """
    drawn = Drawn(table, "en", str)
    return [TABLE, *(name for name, (suits, _) in VIEWS.items() if table.rows and suits(drawn))]


def draw(
    table: Table, view: str, language: str, *, names: Mapping[str, str] = _NO_NAMES,
    link: Link = href,
) -> Markup | None:  # fmt: skip
    """A table in a view, for readers of a language (``zh`` or ``en``).

    ``names`` are labels for IRIs in the table, ``link`` gives the address that an IRI leads to
    (by default its page here, which needs a request at hand). None where the view does not suit
    the table, and for ``table`` itself, which is no drawing. Whatever the table holds, nothing is
    raised; rows beyond what can be read at a glance are left out, and the drawing says so.
    """
    if view not in VIEWS or not table.rows:
        return None
    suits, drawing = VIEWS[view]
    drawn = Drawn(table, language, link, names)
    return drawing(drawn) if suits(drawn) else None
