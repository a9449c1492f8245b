"""What every template may use: links that keep the language, terms as text, numbers, dates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Flask, request
from markupsafe import Markup

from weihai_kg.errors import NoReleaseError
from weihai_kg.namespaces import Namespaces
from weihai_kg.web.http.negotiation import LANGUAGES
from weihai_kg.web.page import context, language
from weihai_kg.web.things import why_address
from weihai_kg.web.things.addresses import Addresses
from weihai_kg.web.things.labels import CODES, said
from weihai_kg.web.things.statements import Quotation, Statement
from weihai_kg.web.things.terms import UNSEEN, Term, visible

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
# What could end a script element, or is not seen.
_ESCAPED = re.compile(f"[<>&]|{UNSEEN.pattern}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def names() -> Namespaces:
    """The project's namespaces under the base of this service."""
    return Namespaces(context().settings.base)


def addresses() -> Addresses:
    """Where things are served here."""
    return Addresses(context().settings.base)


def report() -> dict[str, Any]:
    """What the build counted; empty where there is no report."""
    found = context().releases.find(context().engine.version)
    try:
        return found.report() if found else {}
    except (OSError, ValueError, NoReleaseError):
        return {}


def keep_language(address: str) -> str:
    """An address here with ``lang`` if the reader chose one."""
    chosen = request.args.get("lang", "")
    if chosen not in LANGUAGES or not address.startswith("/"):
        return address
    path, hash_, fragment = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}lang={chosen}{hash_}{fragment}"


def href(term: Term | str) -> str:
    """Where a page links to for an IRI; empty if it is no link."""
    iri = term if isinstance(term, str) else term.value if term.is_iri else ""
    return keep_language(addresses().link(iri) or "") if iri else ""


def prefixed(iri: str) -> str:
    """An IRI as a prefixed name where a prefix fits, else as it is."""
    for prefix, namespace in names().prefixes.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def passage(quotation: Quotation) -> str:
    """The address of a quotation in its article (RFC 5147)."""
    return f"{href(quotation.article)}#char={quotation.start},{quotation.end}"


def why(statement: Statement) -> str:
    """The address that explains a statement."""
    places = (statement.subject, statement.predicate, statement.value)
    return keep_language(why_address.of_statement(*places, names().prefixes))


def number(text: object) -> str:
    """A number with thousands apart; any other text as it is."""
    if not _NUMBER.fullmatch(str(text)):
        return visible(text)
    try:
        return f"{Decimal(str(text)):,f}"
    except InvalidOperation:
        return visible(text)


def thousands(text: object) -> str:
    """A number of five digits or more with thousands apart: one of four may be a year."""
    whole = str(text).lstrip("+-").partition(".")[0]
    return number(text) if len(whole) > 4 else visible(text)


def literal(term: Term, chosen: str) -> str:
    """A literal for a reader: codes in words, numbers and dates in their usual form."""
    if term.datatype.endswith(("#integer", "#decimal")):
        return number(term.value)
    if term.datatype.endswith(("#dateTime", "#date")) and (found := _DATE.match(term.value)):
        return found[0]
    if not term.language and term.value in CODES:
        return said(CODES[term.value], chosen)
    return visible(term.value)


def linked_data(document: Mapping[str, Any]) -> Markup:
    """JSON-LD for a script element: no ``<`` can end it."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    text = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return Markup(text)  # noqa: S704 - escaped above for the one place that it goes to


def register(app: Flask) -> None:
    """Make these known to the templates."""
    functions: dict[str, Callable[..., Any]] = {
        "href": href, "passage": passage, "why": why, "here": keep_language,
        "literal": literal, "prefixed": prefixed, "json_ld": linked_data,
    }  # fmt: skip
    app.jinja_env.globals.update(functions)
    app.jinja_env.filters.update(visible=visible, number=number, thousands=thousands)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _words() -> dict[str, Any]:
        chosen = language()
        return {
            "t": lambda zh, en: zh if chosen == "zh" else en,
            "code": lambda word: said(CODES[word], chosen) if word in CODES else visible(word),
            "lang": chosen,
        }
