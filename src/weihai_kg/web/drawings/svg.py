"""SVG elements as safe markup: text escaped and visible, numbers finite and short.

https://www.w3.org/TR/SVG2/
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

from markupsafe import Markup, escape

from weihai_kg.web.things.terms import visible

# What XML 1.0 has no place for, and what is left of half a surrogate pair.
_NO_TEXT = re.compile("[\ud800-\udfff\ufffe\uffff]")
_WIDE, _NARROW = 1.0, 0.56
_LONGEST, _NO_END = 400, 1_000_000


def clean(text: object, longest: int = _LONGEST) -> str:
    """A text as a page may show it: unseen characters named, at most so many characters."""
    shown = _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", visible(text))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def number(value: float) -> str:
    """A number as an attribute has it, to a tenth; raises ValueError where it is not finite."""
    if not math.isfinite(value):
        raise ValueError(f"{value} has no place in a drawing")
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def percent(share: float) -> str:
    """A share from 0 to 1 as a percentage for an attribute."""
    if not math.isfinite(share):
        raise ValueError(f"{share} has no place in a drawing")
    return f"{100 * min(1.0, max(0.0, share)):.2f}%"


def element(name: str, *children: object, **attributes: object) -> Markup:
    """An element; attributes without a value are left out, ``_`` in their names becomes ``-``."""
    written = []
    for key, value in attributes.items():
        if value is None or value == "":
            continue
        text = number(value) if isinstance(value, float) else clean(value, _NO_END)
        written.append(f' {key.strip("_").replace("_", "-")}="{escape(text)}"')
    inner = Markup("").join(
        child if isinstance(child, Markup) else escape(clean(child)) for child in children
    )
    return Markup(f"<{name}{''.join(written)}>") + inner + Markup(f"</{name}>")  # noqa: S704


def joined(parts: Iterable[Markup]) -> Markup:
    """Parts, one after the other."""
    return Markup("").join(parts)


def linked(address: str, inner: Markup, label: str = "") -> Markup:
    """What leads to an address, if there is one."""
    if not address:
        return inner
    outside = None if address.startswith("/") else "external noopener noreferrer"
    return element("a", inner, href=address, aria_label=clean(label), rel=outside)


def width(text: str, size: float) -> float:
    """About how wide a text is in a font of a size; rather too much than too little."""
    return size * sum(
        _WIDE if unicodedata.east_asian_width(letter) in "WF" else _NARROW for letter in text
    )


def shortened(text: str, room: float, size: float) -> str:
    """As much of a text as has room, with an ellipsis where some is missing."""
    if width(text, size) <= room:
        return text
    taken = ""
    for letter in text:
        if width(taken + letter + "…", size) > room:
            break
        taken += letter
    return taken.rstrip() + "…"


def lines(text: str, room: float, size: float, most: int = 2) -> list[str]:
    """A text in at most so many lines, broken between words or Chinese characters."""
    found: list[str] = []
    line = ""
    pieces = re.findall(r"[\u0021-\u2e7f]+|\s+|.", text, re.DOTALL)
    for place, piece in enumerate(pieces):
        if not line and piece.isspace():
            continue
        if line and width(line + piece, size) > room:
            if len(found) == most - 1:
                return [*found, shortened(line + "".join(pieces[place:]), room, size)]
            found.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*found, shortened(line.strip(), room, size)]
