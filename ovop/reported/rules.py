"""Reading a village's own figures, row by row: what counts, or what is wrong where.  Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from ovop.catalogue.rules import Form
from ovop.kernel.days import month_start
from ovop.kernel.words import fold

LONGEST_SOURCE = 200
#: Errors that are told at once; whoever has more should look at the columns first.
MOST_ERRORS = 50
#: No month of a village sells more than this: a slip, or other units.
MOST_GRAMS, MOST_PIECES, MOST_REVENUE = 1_000_000_000, 10_000_000, 100_000_000_000
_EARLIEST = date(2000, 1, 1)

Cell = str | int | float | date | None

#: What the heading of a column may be called, folded.
_HEADINGS = {
    "month": {"bulan", "month", "periode"},
    "species": {"jenis", "species", "komoditas", "ikan"},
    "form": {"bentuk", "form"},
    "kilograms": {"kilogram", "kilograms", "kg", "berat"},
    "pieces": {"buah", "pieces", "bungkus", "jumlah"},
    "revenue": {"rupiah", "revenue", "nilai", "penjualan"},
}
_REQUIRED = ("month", "species", "revenue")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb", "pebruari"),
            ("maret", "march", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("agustus", "august", "agu", "aug"),
            ("september", "sep"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov", "nopember"),
            ("desember", "december", "des", "dec"),
        ),
        1,
    )
    for name in names
}
_FORMS = {
    "segar": Form.FRESH,
    "beku": Form.FROZEN,
    "kering": Form.DRIED,
    "asin": Form.SALTED,
    "asap": Form.SMOKED,
    "olahan": Form.PROCESSED,
    "hidup": Form.LIVE,
} | {form.value: form for form in Form}


@dataclass(frozen=True, slots=True)
class Reported:
    """What one row says: of one species and form in the month that begins on `month`; grams, pieces, rupiah."""

    month: date
    species_code: str
    form: str
    grams: int
    pieces: int
    revenue: int

    @property
    def key(self) -> tuple[date, str, str]:
        """What a village may report once."""
        return self.month, self.species_code, self.form


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong: in which row of the file (1 is the heading), in which column, and the reason code."""

    row: int
    column: str
    code: str


def read_reported(
    table: Sequence[Sequence[Cell]], species: Mapping[str, str], joined: date | None
) -> tuple[list[Reported], list[RowError]]:
    """The rows of a table, or everything that is wrong with them; one error is enough for nothing to count.

    species: codes by every folded name and code that names one species.  joined: the month of the village's first sale
    on the market, from which on nothing can be reported.
    """
    if not table:
        return [], [RowError(1, "month", "no-rows")]
    columns = _columns(table[0])
    missing = [name for name in _REQUIRED if name not in columns]
    if "kilograms" not in columns and "pieces" not in columns:
        missing.append("kilograms")
    if missing:
        return [], [RowError(1, name, "no-column") for name in missing]
    found: list[Reported] = []
    errors: list[RowError] = []
    seen: dict[tuple[date, str, str], int] = {}
    for number, cells in enumerate(table[1:], 2):
        if not any(cell not in (None, "") for cell in cells):
            continue
        row, wrong = _read_row(number, {name: _cell(cells, place) for name, place in columns.items()}, species, joined)
        errors += wrong
        if row is None:
            continue
        if row.key in seen:
            errors.append(RowError(number, "species", "twice"))
        seen[row.key] = number
        found.append(row)
    if not found and not errors:
        errors.append(RowError(1, "month", "no-rows"))
    return ([], errors[:MOST_ERRORS]) if errors else (found, [])


def _columns(heading: Sequence[Cell]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(heading):
        word = re.sub(r"[^a-z]+.*", "", fold(str(cell or "")))
        for name, words in _HEADINGS.items():
            if word in words:
                places.setdefault(name, place)
    return places


def _cell(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None


def _read_row(
    number: int, cells: Mapping[str, Cell], species: Mapping[str, str], joined: date | None
) -> tuple[Reported | None, list[RowError]]:
    values: dict[str, object] = {}
    errors: list[RowError] = []
    readers: dict[str, Callable[[Cell], object]] = {
        "month": lambda cell: read_month(cell, joined),
        "species": lambda cell: _species(cell, species),
        "form": _form,
        "kilograms": lambda cell: _whole(cell, 1000, MOST_GRAMS),
        "pieces": lambda cell: _whole(cell, 1, MOST_PIECES),
        "revenue": lambda cell: _whole(cell, 1, MOST_REVENUE),
    }
    for name, read in readers.items():
        try:
            values[name] = read(cells.get(name))
        except _Wrong as wrong:
            errors.append(RowError(number, name, wrong.code))
    if not errors and not values["kilograms"] and not values["pieces"]:
        errors.append(RowError(number, "kilograms", "required"))
    if not errors and not values["revenue"]:
        errors.append(RowError(number, "revenue", "required"))
    if errors:
        return None, errors
    row = Reported(
        month=values["month"],  # type: ignore[arg-type]
        species_code=str(values["species"]),
        form=str(values["form"]),
        grams=int(str(values["kilograms"])),
        pieces=int(str(values["pieces"])),
        revenue=int(str(values["revenue"])),
    )
    return row, []


class _Wrong(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_month(cell: Cell, joined: date | None) -> date:
    """First day of a month written as a date, ``2024-03``, ``03/2024``, ``Maret 2024``."""
    if isinstance(cell, date):
        month = month_start(cell)
    else:
        text = str(cell or "").strip().casefold()
        if not text:
            raise _Wrong("required")
        if match := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?", text):
            year, number = int(match[1]), int(match[2])
        elif match := re.fullmatch(r"(?:\d{1,2}/)?(\d{1,2})/(\d{4})", text):
            year, number = int(match[2]), int(match[1])
        elif (match := re.fullmatch(r"([a-z]+)\.?[ -](\d{4})", text)) and match[1] in _MONTHS:
            year, number = int(match[2]), _MONTHS[match[1]]
        else:
            raise _Wrong("not-a-month")
        if not 1 <= number <= 12:
            raise _Wrong("not-a-month")
        if not _EARLIEST.year <= year <= 2199:
            raise _Wrong("not-a-month")
        month = date(year, number, 1)
    if month < _EARLIEST:
        raise _Wrong("not-a-month")
    if joined is not None and month >= month_start(joined):
        raise _Wrong("on-the-market")
    return month


def _species(cell: Cell, species: Mapping[str, str]) -> str:
    word = fold(str(cell or ""))
    if not word:
        raise _Wrong("required")
    if word not in species:
        raise _Wrong("unknown-species")
    return species[word]


def _form(cell: Cell) -> Form:
    word = fold(str(cell or "")) or Form.FRESH.value
    if word not in _FORMS:
        raise _Wrong("unknown-form")
    return _FORMS[word]


def _whole(cell: Cell, factor: int, most: int) -> int:
    """A number in the smallest unit, `factor` of which make one of what is written; an empty cell is 0."""
    if cell in (None, ""):
        return 0
    if isinstance(cell, date):
        raise _Wrong("not-a-number")
    try:
        value = Decimal(str(cell)) if isinstance(cell, int | float) else Decimal(_plain_number(str(cell)))
    except InvalidOperation:
        raise _Wrong("not-a-number") from None
    scaled = value * factor
    if not scaled.is_finite() or scaled < 0:
        raise _Wrong("not-a-number")
    if scaled != scaled.to_integral_value():
        raise _Wrong("part-of-a-unit")
    if scaled > most:
        raise _Wrong("too-large")
    return int(scaled)


def _plain_number(text: str) -> str:
    """Digits with a point at most, from a number as Indonesian writes it: points group, a comma parts the decimals.

    A point before one or two digits cannot group, and is taken for what programs write.
    """
    text = re.sub(r"(?i)^rp\.?|\s", "", text.strip())
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?", text):
        return text.replace(".", "").replace(",", ".")
    if re.fullmatch(r"\d+\.\d{1,2}", text):
        return text
    raise _Wrong("not-a-number")
