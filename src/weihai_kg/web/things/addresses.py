"""Where an IRI of the graph is served here, and which IRI an address here stands for.

The base IRI and the address of this service may differ: every link of a page goes through
``Addresses.link``, every name of an address through ``Addresses.iri``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from weihai_kg.web.http.iri import is_absolute_iri
from weihai_kg.web.things.terms import normalized

# Kinds of things with addresses of their own; their pages stand under /page/<kind>/, those of
# /id/ directly under /page/. Graphs answer at /graph/ by the Graph Store Protocol.
KINDS = ("id", "quote", "source", "rule", "graph", "article")

_SEGMENT = re.compile(r"[^/\\?#\x00-\x20\x7f<>\"{}|^`\ufffd]+")


def quoted(name: str) -> str:
    """A name as a segment of an address."""
    return quote(name, safe="!$&'()*+,;=:@~")


@dataclass(frozen=True)
class Addresses:
    """The addresses of everything under one base IRI."""

    base: str

    def iri(self, kind: str, name: str) -> str | None:
        """The IRI of a name in normalization form C; None for what cannot be a name here."""
        name = normalized(name)
        parts = name.split("/")
        if not all(_SEGMENT.fullmatch(part) and part not in (".", "..") for part in parts):
            return None
        iri = f"{self.base}{kind}/{name}"
        return iri if is_absolute_iri(iri) else None

    def split(self, iri: str) -> tuple[str, str] | None:
        """The kind and the name of an IRI of the project's own; None for any other."""
        if not iri.startswith(self.base):
            return None
        kind, _, name = iri[len(self.base) :].partition("/")
        return (kind, name) if kind in KINDS and self.iri(kind, name) == iri else None

    def page(self, kind: str, name: str) -> str:
        """The address of the page of a thing."""
        if kind == "article":
            return f"/article/{quoted(name)}"
        return f"/page/{quoted_path(name)}" if kind == "id" else f"/page/{kind}/{quoted_path(name)}"

    def data(self, kind: str, name: str, form: str) -> str:
        """The address of the data of a thing in a format."""
        folder = "" if kind == "id" else f"{kind}/"
        return f"/data/{folder}{quoted_path(name)}.{form}"

    def graph(self, name: str, form: str) -> str:
        """The address of all that a graph holds, in a format."""
        return f"/graph/{quoted_path(name)}?format={form}"

    def link(self, iri: str) -> str | None:
        """Where a page links to for an IRI: here if it is served here, else itself if it is on the
        web; None for what is no link, such as ``javascript:``.
        """
        found = self.split(iri)
        if found is not None:
            return self.page(*found)
        if iri.startswith(self.base):
            rest = iri[len(self.base) :]
            if rest.startswith(("ontology", "queries/", "mappings/")) and is_absolute_iri(iri):
                return "/" + quote(rest, safe="/#!$&'()*+,;=:@~%")
        if urlsplit_scheme(iri) in ("http", "https") and is_absolute_iri(iri):
            return iri
        return None


def quoted_path(name: str) -> str:
    """A name of one or more segments as part of an address."""
    return "/".join(map(quoted, name.split("/")))


def urlsplit_scheme(iri: str) -> str:
    """The scheme of an IRI; empty where it cannot be read."""
    try:
        return urlsplit(iri).scheme.lower()
    except ValueError:
        return ""
