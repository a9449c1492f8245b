"""The formats that a saved query is answered in, and how an answer becomes a file in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weihai_kg.engine.request import Form
from weihai_kg.formats import BY_NAME, RDF, RESULTS, Format, Kind
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.web.http.negotiation import offered, rank
from weihai_kg.web.http.problem import Problem, not_acceptable
from weihai_kg.web.tables import files, places
from weihai_kg.web.tables import table as tables
from weihai_kg.web.tables.result import Result

_IANA = "https://www.iana.org/assignments/media-types/"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

HTML = Format("html", "HTML", "text/html", Kind.RESULTS, _IANA + "text/html",
              ("application/xhtml+xml",))  # fmt: skip
JSON = Format("json", "JSON", "application/json", Kind.RESULTS, _IANA + "application/json")
FILES = (
    Format("xlsx", "Excel", _SHEET, Kind.RESULTS, _IANA + _SHEET),
    Format("parquet", "Parquet", "application/vnd.apache.parquet", Kind.RESULTS,
           _IANA + "application/vnd.apache.parquet", ("application/x-parquet",)),
    Format("geojson", "GeoJSON", "application/geo+json", Kind.RESULTS,
           _IANA + "application/geo+json"),
)  # fmt: skip
BY_EXTENSION = BY_NAME | {each.name: each for each in (HTML, *FILES)}

GUARD = ("X-Formula-Guard", "apostrophe")
"""Says of a CSV file that text which could become a formula has an apostrophe before it."""

Fetch = Callable[[str], Result]


@dataclass(frozen=True)
class File:
    """One answer as bytes in a format; ``rows`` is None for a graph."""

    format: Format
    body: bytes

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers that belong to the format."""
        content_type = self.format.content_type
        if self.format.name == "csv":
            return [("Content-Type", content_type + "; header=present"), GUARD]
        return [("Content-Type", content_type)]


def of_query(query: SavedQuery) -> tuple[Format, ...]:
    """The formats that a query is answered in; GeoJSON where a column can hold places."""
    if query.form in (Form.CONSTRUCT, Form.DESCRIBE):
        return RDF
    if query.form is Form.ASK:
        return RESULTS
    places = "geojson" if _may_have_places(query) else ""
    return (*RESULTS, *(each for each in FILES if each.name in ("xlsx", "parquet", places)))


def _may_have_places(query: SavedQuery) -> bool:
    return ("?latitude" in query.body and "?longitude" in query.body) or (
        "asWKT" in query.body or "wktLiteral" in query.body
    )  # fmt: skip


def choose(word: str | None, accept: str, formats: tuple[Format, ...]) -> Format:
    """The format that ``?format=`` or else Accept asks for; raises Problem 406 or 400."""
    if word is not None:
        for each in formats:
            if word in (each.name, each.media_type):
                return each
        raise not_acceptable(
            offered(formats), f"No format {word[:40]!r} here. Offered: "
            f"{', '.join(each.name for each in formats)}.",
        )  # fmt: skip
    names = rank(accept, formats)
    if not names:
        raise not_acceptable(offered(formats))
    return next(each for each in formats if each.name == names[0])


def by_extension(name: str, extension: str, formats: tuple[Format, ...]) -> Format:
    """The format of a file name; raises Problem 404 that lists those there are."""
    for each in formats:
        if each.name == extension:
            return each
    there = ", ".join(f".{each.name}" for each in formats)
    raise Problem(
        404, f"There is no {name}.{extension[:20]}.", todo=f"There are {there}.",
        offered=list(offered(formats)),
    )  # fmt: skip


def to_file(format_: Format, fetch: Fetch, about: Mapping[str, str], modified: str) -> File:
    """An answer in a format; ``fetch`` gets it in one of the engine's own formats."""
    form = fetch("json").form if format_.name == "csv" else Form.SELECT
    if format_ not in FILES and (format_.name != "csv" or form is not Form.SELECT):
        return File(format_, fetch(format_.name).body)
    table = tables.read(fetch("json").body)
    if format_.name == "csv":
        return File(format_, files.to_csv(table))
    if format_.name == "xlsx":
        return File(format_, files.to_xlsx(table, about, files.moment(modified)))
    if format_.name == "parquet":
        return File(format_, files.to_parquet(table, about))
    return File(format_, places.to_geojson(table, about))
