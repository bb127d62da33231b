"""Tables as files: CSV that is sent while it is read, and XLSX.

CSV is UTF-8 with a byte-order mark, lines end in CRLF, all text stands in quotes, numbers do not.  Excel takes the
separator from the reader's regional settings: a semicolon for Indonesian, a comma for English.  Amounts are whole
rupiah and grams, so that no decimal sign can be misread; days are ISO (2026-01-31), which both settings know.

Spreadsheets run text that begins like a formula.  In CSV an apostrophe is put before such text, and before text that
begins with an apostrophe itself, so that taking one away (`unguarded`) gives back what was written.  XLSX tells text
from formulas by itself and needs none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
GUARD = "'"
#: How a formula, or what is hidden before one, may begin: ASCII and full-width signs, tabs and line breaks.
_BEGINNINGS = tuple("=+-@\t\r\n＝＋－＠" + GUARD)
#: Also behind spaces, which some programs take away first.
_HIDDEN = re.compile(r"\s+[=+\-@＝＋－＠']")

#: Rows of one sheet, the heading among them.  Source: Excel specifications and limits.
MOST_SHEET_ROWS = 1_048_576
_ROWS_AT_ONCE = 500

Cell = str | int | float | date | None


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """width: in characters, for XLSX."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be sent as a file.  rows: may be read only once.  facts: pairs of what stands beside it in XLSX."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    facts: Sequence[tuple[str, Cell]] = field(default=())


def guarded(text: str) -> str:
    """`text` such that no spreadsheet runs it."""
    return GUARD + text if text.startswith(_BEGINNINGS) or _HIDDEN.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text.removeprefix(GUARD)


def file_name(*parts: object, ending: str) -> str:
    """A name that every system takes: small letters, digits, hyphens.  Parts that are empty are left out."""
    words = [re.sub(r"[^a-z0-9]+", "-", str(part).lower()).strip("-") for part in parts if part]
    return "-".join(word for word in words if word)[:120] + f".{ending}"


def csv_chunks(sheet: Sheet, separator: str = ";") -> Iterator[bytes]:
    """The sheet as CSV, in pieces, as its rows are read."""
    written = _Written()
    yield (BOM + separator.join(written[column.title] for column in sheet.columns) + "\r\n").encode()
    rows = iter(sheet.rows)
    while part := list(islice(rows, _ROWS_AT_ONCE)):
        lines = [separator.join(map(written.__getitem__, row)) for row in part]
        yield ("\r\n".join(lines) + "\r\n").encode()
        written.forget_some()


def xlsx_file(sheet: Sheet) -> IO[bytes]:
    """The sheet as XLSX, at its beginning, on disk as long as it is open; what follows a full sheet goes on another.

    Rows are written as they are read: memory does not grow with them.
    """
    import xlsxwriter  # noqa: PLC0415 - slow to import, and used by few

    file = TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        Kind.NUMBER: book.add_format({"num_format": "#,##0"}),
        Kind.SHARE: book.add_format({"num_format": "0.0%"}),
        Kind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
    }
    rows = iter(sheet.rows)
    number, has_more = 1, True
    while has_more:
        page = book.add_worksheet(_sheet_name(sheet.title, number))
        has_more = _fill(page, sheet.columns, rows, formats)
        number += 1
    if sheet.facts:
        page = book.add_worksheet("Info")
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 60)
        for row, (name, value) in enumerate(sheet.facts):
            page.write_string(row, 0, name)
            _write(page, row, 1, value, formats)
    book.close()
    file.seek(0)
    return file


class _Written(dict[Cell, str]):
    """How CSV writes a cell; remembered, since most cells of a column were in it before."""

    _MOST = 20_000

    def __missing__(self, cell: Cell) -> str:
        match cell:
            case None:
                written = ""
            case str():
                written = '"' + guarded(cell).replace('"', '""') + '"'
            case date():
                written = f'"{cell.isoformat()}"'
            case _:
                written = str(cell)
        self[cell] = written
        return written

    def forget_some(self) -> None:
        """Memory does not grow with the rows."""
        if len(self) > self._MOST:
            self.clear()


def _fill(page: Any, columns: Sequence[Column], rows: Iterator[Sequence[Cell]], formats: dict[Any, Any]) -> bool:
    """Writes heading and rows while the page has room; answers whether there may be more."""
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.title, formats["head"])
    row = 0
    for row, cells in enumerate(islice(rows, MOST_SHEET_ROWS - 1), 1):
        for place, cell in enumerate(cells):
            _write(page, row, place, cell, formats, columns[place].kind)
    if row:
        page.autofilter(0, 0, row, len(columns) - 1)
    return row == MOST_SHEET_ROWS - 1


def _write(page: Any, row: int, place: int, cell: Cell, formats: dict[Any, Any], kind: Kind = Kind.NUMBER) -> None:
    match cell:
        case None:
            pass
        case str():
            page.write_string(row, place, cell)
        case date():
            page.write_datetime(row, place, cell, formats[Kind.DAY])
        case _:
            page.write_number(row, place, cell, formats.get(kind))


def _sheet_name(title: str, number: int) -> str:
    """At most 31 characters, none of which Excel forbids in the name of a sheet."""
    name = re.sub(r"[\[\]:*?/\\']", " ", title).strip() or "Data"
    return name[:31] if number == 1 else f"{name[:27]} {number}"
