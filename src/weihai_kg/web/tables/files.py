"""Tables as files: CSV and Excel without formulas, Parquet with real column types."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from weihai_kg.web.http.problem import Problem
from weihai_kg.web.tables.table import Cell, Column, Kind, Table

# What a spreadsheet may take for the start of a formula, full-width forms included.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

EXCEL_ROWS = 1_048_575
EXCEL_CHARACTERS = 32_767
EXCEL_COLUMNS = 16_384
_EXCEL_DIGITS = 15
_NOT_FINITE = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}
"""As XML Schema writes them."""
_EPOCH = date(1900, 3, 1)
"""Before this day Excel's calendar is wrong or absent. It counts in milliseconds."""


def guarded(cell: Cell) -> str:
    """The text of a cell for a CSV file: an apostrophe before what could become a formula."""
    if cell.text.startswith(FORMULA_STARTS) and not cell.is_number:
        return "'" + cell.text
    return cell.text


def to_csv(table: Table) -> bytes:
    """CSV (RFC 4180) in UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(table.names)
    for row in table.rows:
        writer.writerow([guarded(each) if each else "" for each in row])
    return stream.getvalue().encode()


def to_xlsx(table: Table, about: Mapping[str, str], made: datetime) -> bytes:
    """An Excel workbook: the table, and a second sheet that says what it is.

    Raises Problem 413 when Excel cannot hold the table, rather than cut it.
    """
    _check_size(table)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    })  # fmt: skip
    book.set_properties({"created": made})
    bold = book.add_format({"bold": True})
    styles = {
        Kind.DATE: book.add_format({"num_format": "yyyy-mm-dd"}),
        Kind.TIME: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    sheet = book.add_worksheet("answer")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.name, bold)
        sheet.set_column(place, place, _width(column))
        for row, value in enumerate(column.values, 1):
            _write(sheet, row, place, column.kind, value, styles)
    notes = book.add_worksheet("about")
    notes.set_column(0, 1, 24)
    for row, (name, text) in enumerate(about.items()):
        notes.write_string(row, 0, name, bold)
        notes.write_string(row, 1, text[:EXCEL_CHARACTERS])
    book.close()
    return stream.getvalue()


def _check_size(table: Table) -> None:
    longest = max((len(each.text) for row in table.rows for each in row if each), default=0)
    if (
        len(table.rows) > EXCEL_ROWS
        or len(table.names) > EXCEL_COLUMNS
        or longest > EXCEL_CHARACTERS
    ):
        raise Problem(
            413, "This answer is larger than an Excel sheet or one of its cells may be.",
            todo="Take it as CSV or Parquet.",
        )  # fmt: skip


def _width(column: Column) -> float:
    longest = max((len(str(each)) for each in column.values if each is not None), default=0)
    return min(max(longest, len(column.name)) + 2, 60)


def _write(sheet: Any, row: int, place: int, kind: Kind, value: Any, styles: Any) -> None:
    if value is None:
        return
    if kind is Kind.BOOLEAN:
        sheet.write_boolean(row, place, value)
    elif kind.is_number and _is_excel_number(value):
        sheet.write_number(row, place, value)
    elif _is_excel_time(kind, value):
        sheet.write_datetime(row, place, value, styles[kind])
    elif kind in (Kind.DATE, Kind.TIME):
        sheet.write_string(row, place, value.isoformat())
    else:
        sheet.write_string(row, place, _NOT_FINITE.get(str(value), str(value)))


def _is_excel_number(value: Any) -> bool:
    """Whether Excel holds a number as it is; infinities and NaN would become formulas."""
    return math.isfinite(value) and sum(map(str.isdigit, str(value))) <= _EXCEL_DIGITS


def _is_excel_time(kind: Kind, value: Any) -> bool:
    if kind is Kind.TIME:
        whole = value.microsecond % 1000 == 0
        return whole and value.tzinfo is None and bool(value.date() >= _EPOCH)
    return kind is Kind.DATE and bool(value >= _EPOCH)


def to_parquet(table: Table, about: Mapping[str, str]) -> bytes:
    """Parquet with a type for each column; ``about`` goes into the metadata of the schema."""
    # Imported when first needed: it takes a third of a second and starts threads, and server
    # processes are forked from one that must have none.
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays, fields = [], []
    for column in table.columns:
        type_ = _arrow_type(pa, column)
        arrays.append(pa.array(column.values, type=type_))
        fields.append(pa.field(column.name, type_, metadata={"kind": column.kind.value}))
    schema = pa.schema(fields, metadata=dict(about))
    stream = io.BytesIO()
    pq.write_table(pa.table(arrays, schema=schema), stream, compression="zstd")
    return stream.getvalue()


def _arrow_type(pa: Any, column: Column) -> Any:
    if column.kind is Kind.DECIMAL:
        digits = [each.as_tuple() for each in column.values if each is not None]
        scale = max(max(0, -each.exponent) for each in digits)
        whole = max(len(each.digits) + each.exponent for each in digits)
        precision = max(1, scale + max(whole, 0))
        return pa.decimal128(precision, scale) if precision <= 38 else pa.float64()
    if column.kind is Kind.TIME:
        zoned = any(each is not None and each.tzinfo is not None for each in column.values)
        return pa.timestamp("us", tz="UTC" if zoned else None)
    return {
        Kind.INTEGER: pa.int64(), Kind.DOUBLE: pa.float64(), Kind.BOOLEAN: pa.bool_(),
        Kind.DATE: pa.date32(),
    }.get(column.kind, pa.string())  # fmt: skip


def moment(text: str) -> datetime:
    """A release's date as workbooks store it, in UTC; the first day of the epoch if unknown."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime(1970, 1, 1, tzinfo=UTC)
    return found.astimezone(UTC).replace(tzinfo=None)
