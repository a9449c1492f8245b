"""What is around every drawing: a figure, what it leaves out in words, the same as a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from weihai_kg.web.drawings.svg import element, joined
from weihai_kg.web.things.labels import said


@dataclass(frozen=True)
class Item:
    """One line of the text that says the same as a drawing."""

    text: str
    address: str = ""


def figure(kind: str, language: str, *parts: Markup, notes: Iterable[str] = (),
           items: Iterable[Item] = ()) -> Markup:  # fmt: skip
    """A ``figure`` of a kind; ``items`` is its text alternative, folded away."""
    said_too = [each for each in notes if each]
    caption = element("figcaption", " ".join(said_too)) if said_too else Markup("")
    return element(
        "figure", *parts, _list(list(items), language), caption, class_=f"drawing {kind}",
        lang=language,
    )  # fmt: skip


def pan(drawing: Markup, name: str, *, small: bool) -> Markup:
    """What a drawing stands in; a large one keeps its size on a phone and is moved sideways."""
    if small:
        return element("div", drawing, class_="pan")
    return element("div", drawing, class_="pan", tabindex=0, role="region", aria_label=name)


def _list(items: list[Item], language: str) -> Markup:
    if not items:
        return Markup("")
    summary = said(("以文字列出", "The same in words"), language)
    entries = joined(
        element("li", element("a", each.text, href=each.address) if each.address else each.text)
        for each in items
    )
    return element(
        "details",
        element("summary", summary, " ", element("span", f"{len(items):,}", class_="count")),
        element("ul", entries),
    )


def cut(drawn: int, total: int, language: str) -> str:
    """Says that only the first of many are drawn; empty where all are."""
    if drawn >= total:
        return ""
    return said(
        (
            f"共 {total:,} 行,只画出前 {drawn:,} 行。",
            f"The first {drawn:,} of {total:,} are drawn.",
        ),
        language,
    )


def left_out(count: int, why: tuple[str, str], language: str) -> str:
    """Says how many rows are not drawn, and why; empty where there are none."""
    if not count:
        return ""
    rows = f"{count:,} row is" if count == 1 else f"{count:,} rows are"
    return said((f"{count:,} 行未画出:{why[0]}。", f"{rows} not drawn: {why[1]}."), language)
