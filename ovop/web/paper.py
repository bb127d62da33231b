"""What a paper to be printed consists of: a header, facts, tables, lines with amounts, codes to scan.

Text comes in the language of the page, ready to be printed.  Sizes of type are points, all others millimetres.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

SMALL, PLAIN = 8.0, 9.5


@dataclass(frozen=True, slots=True)
class Page:
    """Size and margins; no height for a roll.  foot: where the page's number stands.  gap: between parts.

    title: points of its letters.
    """

    width: float
    height: float | None
    margin: float
    foot: float
    gap: float
    title: float


A4 = Page(210, 297, 16, 18, 4, 16)
A5 = Page(148, 210, 12, 13, 2, 15)
ROLL_80 = Page(80, None, 4, 0, 2.5, 13)
ROLL_58 = Page(58, None, 3, 0, 2.5, 11.5)


@dataclass(frozen=True, slots=True)
class Column:
    """width: beside the other columns'.  right: holds figures."""

    title: str
    width: float = 1.0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """rows: may be read only once; each has one text for each column.  foot: sums, set in bold.

    height: of a row at least, where something is to be written by hand.
    """

    columns: Sequence[Column]
    rows: Iterable[Sequence[str]]
    foot: Sequence[Sequence[str]] = ()
    title: str = ""
    size: float = SMALL
    height: float = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values side by side; `sums` below a rule and in bold.  right: values are amounts."""

    rows: Sequence[tuple[str, str]]
    sums: Sequence[tuple[str, str]] = ()
    title: str = ""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A name with an amount at the right, and below it in small letters what it is made of; a sum has a rule above."""

    name: str
    amount: str
    note: str = ""
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines with amounts, as receipts have them; `is_ruled` draws a rule below each."""

    rows: Sequence[Line]
    title: str = ""
    is_ruled: bool = False


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes to scan, as PNG, side by side, each with its words below."""

    rows: Sequence[tuple[bytes, str]]
    title: str = ""
    size: float = 6


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, or several: each line of `text` is one."""

    text: str
    is_soft: bool = False
    size: float = PLAIN


Part = Table | Facts | Lines | Codes | Words


@dataclass(frozen=True, slots=True)
class Paper:
    """issuer: whose paper it is, above the title.  dated: the paper's own moment, which its file carries as its date.

    note: lines below the title.  is_wide: landscape, for tables of many columns.
    """

    title: str
    issuer: str
    dated: datetime
    parts: Sequence[Part]
    note: str = ""
    is_wide: bool = False
    facts: Sequence[tuple[str, str]] = field(default=())
    page: Page = A4
