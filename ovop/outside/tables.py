"""Reading tables that people bring: XLSX or CSV, told apart by their content, as rows of plain cells.

CSV may come from any spreadsheet program: UTF-8 with or without a byte-order mark, else Windows-1252; columns parted
by semicolons, commas or tabs, whichever the heading has most of.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from ovop.kernel.errors import Invalid

TableCell = str | int | float | date | None

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 40
#: An XLSX file is a packed folder; one that unpacks to more than this is no table that somebody typed.
_MOST_UNPACKED = 100_000_000
_LONGEST_CELL = 500


def read_table(data: bytes, *, field: str = "file") -> list[list[TableCell]]:
    """The rows of the file's first sheet, empty ones included, so that their places are those of the file.

    Raises: Invalid naming `field`: ``required``, ``table-too-large``, ``not-a-table``.
    """
    if not data:
        raise Invalid({field: "required"})
    if len(data) > MOST_BYTES:
        raise Invalid({field: "table-too-large"})
    try:
        rows = _xlsx(data) if data[:4] == b"PK\x03\x04" else _csv(data)
        found = [row[:MOST_COLUMNS] for row in islice(rows, MOST_ROWS + 1)]
    except _Unreadable:
        raise Invalid({field: "not-a-table"}) from None
    if len(found) > MOST_ROWS:
        raise Invalid({field: "table-too-large"})
    while found and not any(cell not in (None, "") for cell in found[-1]):
        found.pop()
    return found


class _Unreadable(Exception):
    pass


def _csv(data: bytes) -> Iterator[list[TableCell]]:
    if b"\0" in data:
        raise _Unreadable
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    heading = text.partition("\n")[0]
    separator = max(";,\t", key=heading.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield [cell.strip()[:_LONGEST_CELL] for cell in row]
    except csv.Error:
        raise _Unreadable from None


def _xlsx(data: bytes) -> Iterator[list[TableCell]]:
    import openpyxl  # noqa: PLC0415 - slow to import, and used by few

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise _Unreadable
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
            yield [_plain(cell) for cell in row]
    except _Unreadable:
        raise
    except Exception:  # whatever a broken file makes the library stumble over
        raise _Unreadable from None


def _plain(cell: object) -> TableCell:
    match cell:
        case None | bool():
            return None if cell is None else str(cell)
        case datetime():
            return cell.date()
        case int() | float() | date():
            return cell
        case _:
            return str(cell).strip()[:_LONGEST_CELL]
