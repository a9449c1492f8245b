"""What the page of a saved query shows: the fields of its form and the cells of its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from weihai_kg.explanation.address import of_row as address_of_row
from weihai_kg.namespaces import Namespaces
from weihai_kg.saved_queries.parameters import InvalidParameterError, Parameter, Type
from weihai_kg.saved_queries.saved_query import SavedQuery
from weihai_kg.web.queries.desk import Choice, Desk
from weihai_kg.web.queries.library import Library
from weihai_kg.web.tables.headings import heading
from weihai_kg.web.tables.table import Cell, Table
from weihai_kg.web.things import why_address
from weihai_kg.web.things.terms import Term

_OTHER = {"zh": "En", "en": "Zh"}
_INPUT = {
    Type.INTEGER: ("number", "1"), Type.YEAR: ("number", "1"), Type.DECIMAL: ("number", "any"),
    Type.DATE: ("date", ""),
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    parameter: Parameter
    label: str
    value: str
    kind: str
    step: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Shown:
    """A cell as it is shown: text, an address within these pages or outside, its language."""

    text: str
    href: str = ""
    outside: bool = False
    language: str = ""
    number: bool = False


@dataclass(frozen=True)
class ShownTable:
    """The columns and rows of a page, and the columns that only the files have."""

    names: tuple[str, ...]
    numbers: tuple[bool, ...]
    rows: tuple[tuple[Shown, ...], ...]
    left_out: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    """The address that explains each row; nothing where rows cannot be explained."""


def fields(
    desk: Desk, library: Library, query: SavedQuery, arguments: Mapping[str, str], language: str
) -> list[Field]:
    """The form of a query, filled with the arguments or else the defaults."""
    return [_field(desk, library, query, each, arguments, language) for each in query.parameters]


def _field(
    desk: Desk, library: Library, query: SavedQuery, parameter: Parameter,
    arguments: Mapping[str, str], language: str,
) -> Field:  # fmt: skip
    value = arguments.get(parameter.name) or parameter.default or ""
    choices = desk.choices(library, parameter, language)
    if choices and value:
        same = [each for each in choices if _same(parameter, query, each.value, value)]
        if same:
            value = same[0].value
        else:
            choices.insert(0, Choice(value, value))
    kind, step = _INPUT.get(parameter.type, ("text", ""))
    return Field(parameter, parameter.label[language], value, kind, step, tuple(choices))


def _same(parameter: Parameter, query: SavedQuery, one: str, other: str) -> bool:
    try:
        return parameter.term(one, query.prefixes) == parameter.term(other, query.prefixes)
    except InvalidParameterError:
        return False


def show(desk: Desk, library: Library, query: SavedQuery | None, table: Table, part: Table,
         language: str, why: tuple[str, ...] = ()) -> ShownTable:  # fmt: skip
    """A part of a table for readers of a language; ``why`` has an address for each of its rows.

    A column in the other language is left out where there is its twin, and so are parameters:
    the form shows them. The page says so; the files have every column.
    """
    asked = {each.name for each in query.parameters} if query else set()
    left_out = tuple(
        name for name in table.names if name in asked or _has_twin(name, table.names, language)
    )
    if len(left_out) == len(table.names):
        left_out = ()
    return _shown_table(desk, library, table, part, language, left_out, why)


def show_all(desk: Desk, library: Library, table: Table, part: Table, language: str,
             why: tuple[str, ...] = ()) -> ShownTable:  # fmt: skip
    """A part of a table with every column."""
    return _shown_table(desk, library, table, part, language, (), why)


def _shown_table(
    desk: Desk, library: Library, table: Table, part: Table, language: str,
    left_out: tuple[str, ...], why: tuple[str, ...],
) -> ShownTable:  # fmt: skip
    kept = [place for place, name in enumerate(table.names) if name not in left_out]
    iris = [each.text for row in part.rows for each in row if each and each.is_iri]
    labels = desk.labels(library, iris, language)
    prefixes = Namespaces(library.base).prefixes
    rows = tuple(
        tuple(_shown(row[place], library.base, labels, prefixes) for place in kept)
        for row in part.rows
    )
    columns = [table.columns[place] for place in kept]
    return ShownTable(
        tuple(each.name for each in columns),
        tuple(each.kind.is_number for each in columns),
        rows,
        left_out,
        tuple(heading(each.name, language) for each in columns),
        why,
    )


def why_rows(
    query: str, arguments: Mapping[str, str], table: Table, part: Table,
    prefixes: Mapping[str, str],
) -> tuple[str, ...]:  # fmt: skip
    """The address that explains each row of a part of a table.

    ``query`` is a text, or the name of a saved query that was asked with ``arguments``. A row with
    a blank node has none: nobody can name it.
    """
    found = []
    for row in part.rows:
        cells = {table.names[place]: row[place] for place in table.key}
        if any(cell and cell.type == "bnode" for cell in cells.values()):
            found.append("")
            continue
        bindings = {
            name: why_address.written(_term(cell), prefixes) if cell else ""
            for name, cell in cells.items()
        }
        found.append(address_of_row(query, bindings, arguments))
    return tuple(found)


def _term(cell: Cell) -> Term:
    return Term(cell.text, cell.type, cell.language, cell.datatype)


def _has_twin(name: str, names: tuple[str, ...], language: str) -> bool:
    other = _OTHER[language]
    twin = name.removesuffix(other) + ("En" if other == "Zh" else "Zh")
    return name.endswith(other) and twin in names


def _shown(
    cell: Cell | None, base: str, labels: Mapping[str, str], prefixes: Mapping[str, str]
) -> Shown:
    if cell is None:
        return Shown("")
    if cell.is_iri:
        text = labels.get(cell.text) or short(cell.text, prefixes)
        href, outside = address(cell.text, base)
        return Shown(text, href, outside)
    return Shown(cell.text, language=cell.language, number=cell.is_number)


def address(iri: str, base: str) -> tuple[str, bool]:
    """Where an IRI leads: a path here for those under the base, http(s) outside, else nowhere."""
    local = iri.removeprefix(base)
    if local != iri and not local.startswith(("/", "\\")):
        return "/" + local, False
    try:
        scheme = urlsplit(iri).scheme.lower()
    except ValueError:
        return "", True
    return (iri if scheme in ("http", "https") else ""), True


def short(iri: str, prefixes: Mapping[str, str]) -> str:
    """A prefixed name where a prefix fits, else the IRI."""
    fitting = [(len(name), prefix) for prefix, name in prefixes.items() if iri.startswith(name)]
    if not fitting:
        return iri
    length, prefix = max(fitting)
    return f"{prefix}:{iri[length:]}"
