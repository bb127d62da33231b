"""Papers as PDF: a header, facts, tables that break over pages, page numbers.  The same content gives the same bytes.

Text comes in the language of the page, ready to be printed; amounts stand at the right.  What the typeface cannot
write is printed as a question mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, current_app

from ovop.kernel import days
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.paper_font import BOLD, REGULAR, WRITABLE, paper_faces

if TYPE_CHECKING:
    from fpdf import FPDF

#: Millimetres and points.
_MARGIN, _FOOT = 16.0, 18.0
_GAP, _PAD = 4.0, 1.0
_SMALL, _PLAIN, _HEADING, _TITLE = 8.0, 9.5, 11.5, 16.0
_LINE = 0.3528 * 1.35
_FACT_SHARE = 0.32

_INK, _SOFT, _RULE, _BAND = (11, 60, 73), (71, 100, 107), (180, 199, 198), (232, 240, 239)


@dataclass(frozen=True, slots=True)
class Column:
    """width: beside the other columns'.  right: holds figures."""

    title: str
    width: float = 1.0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """rows: may be read only once; each has one text for each column.  foot: sums, set in bold.  size: in points."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[str]]
    foot: Sequence[Sequence[str]] = ()
    title: str = ""
    size: float = _SMALL


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values side by side; `sums` below a rule and in bold.  right: values are amounts."""

    rows: Sequence[tuple[str, str]]
    sums: Sequence[tuple[str, str]] = ()
    title: str = ""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str
    is_soft: bool = False


Part = Table | Facts | Words


@dataclass(frozen=True, slots=True)
class Paper:
    """issuer: whose paper it is, above the title.  dated: the paper's own moment, which its file carries as its date.

    is_wide: landscape, for tables of many columns.
    """

    title: str
    issuer: str
    dated: datetime
    parts: Sequence[Part]
    note: str = ""
    is_wide: bool = False
    facts: Sequence[tuple[str, str]] = field(default=())


def pdf_of(paper: Paper) -> bytes:
    """The paper as PDF on A4."""
    pdf = _blank(paper)
    _head(pdf, paper)
    for part in (Facts(paper.facts), *paper.parts) if paper.facts else paper.parts:
        pdf.set_y(pdf.get_y() + _GAP)
        match part:
            case Table():
                _draw_table(pdf, part)
            case Facts():
                _draw_facts(pdf, part)
            case Words():
                _set(pdf, _PLAIN, color=_SOFT if part.is_soft else _INK)
                pdf.multi_cell(0, _PLAIN * _LINE, _written(part.text), align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def sent_pdf(paper: Paper, name: str) -> Response:
    """The paper as a file called `name` that is opened in the browser, and kept by nobody on the way."""
    response = Response(pdf_of(paper), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@cache
def _paper_class() -> type[FPDF]:
    """FPDF with the market's foot; made when the first paper is, since its import is slow and takes memory."""
    from fpdf import FPDF  # noqa: PLC0415

    class _Sheet(FPDF):
        """A document that says below each page what it is and which page."""

        words = ""

        def header(self) -> None:
            """From the second page on, what it is."""
            if self.page_no() > 1:
                _set(self, _SMALL, color=_SOFT)
                self.cell(0, _SMALL * _LINE, self.words, new_x="LMARGIN", new_y="NEXT")
                self.set_y(self.get_y() + _GAP)

        def footer(self) -> None:
            """Which page of how many."""
            self.set_y(-_FOOT + _GAP)
            _set(self, _SMALL, color=_SOFT)
            number = _("Halaman %(page)s dari %(count)s", page=str(self.page_no()), count="{nb}")
            self.cell(0, _SMALL * _LINE, number)

    return _Sheet


def _blank(paper: Paper) -> FPDF:
    pdf = _paper_class()(orientation="landscape" if paper.is_wide else "portrait", format="A4")
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, _FOOT)
    pdf.set_creation_date(days.to_local(paper.dated))
    pdf.set_lang(current_language())
    pdf.set_title(paper.title)
    pdf.set_author(paper.issuer)
    pdf.words = _written(f"{paper.issuer} · {paper.title}")  # type: ignore[attr-defined]
    faces = paper_faces(Path(current_app.config["OVOP"].instance_path))
    pdf.add_font("jakarta", "", faces[REGULAR])
    pdf.add_font("jakarta", "B", faces[BOLD])
    pdf.add_page()
    return pdf


def _head(pdf: FPDF, paper: Paper) -> None:
    _set(pdf, _PLAIN, color=_SOFT)
    pdf.cell(0, _PLAIN * _LINE, _written(paper.issuer), new_x="LMARGIN", new_y="NEXT")
    _set(pdf, _TITLE, bold=True)
    pdf.multi_cell(0, _TITLE * _LINE, _written(paper.title), align="L", new_x="LMARGIN", new_y="NEXT")
    if paper.note:
        _set(pdf, _PLAIN, color=_SOFT)
        pdf.multi_cell(0, _PLAIN * _LINE, _written(paper.note), align="L", new_x="LMARGIN", new_y="NEXT")


def _heading(pdf: FPDF, title: str, below: float) -> None:
    """A part's title, never alone at the foot of a page: `below` millimetres come with it."""
    if not title:
        return
    if pdf.will_page_break(_HEADING * _LINE + below):
        pdf.add_page()
    _set(pdf, _HEADING, bold=True)
    pdf.cell(0, _HEADING * _LINE + _PAD, _written(title), new_x="LMARGIN", new_y="NEXT")


def _draw_facts(pdf: FPDF, facts: Facts) -> None:
    _heading(pdf, facts.title, 3 * _PLAIN * _LINE)
    label = Column("", _FACT_SHARE)
    value = Column("", 1 - _FACT_SHARE, facts.right)
    widths = _widths(pdf, (label, value))
    for row in facts.rows:
        _draw_row(pdf, row, (label, value), widths, _PLAIN)
    for row in facts.sums:
        _rule(pdf, _INK)
        _draw_row(pdf, row, (label, value), widths, _PLAIN, bold=True)


def _draw_table(pdf: FPDF, table: Table) -> None:
    widths = _widths(pdf, table.columns)
    titles = [column.title for column in table.columns]
    _heading(pdf, table.title, 4 * table.size * _LINE)

    def head() -> None:
        _draw_row(pdf, titles, table.columns, widths, table.size, bold=True, color=_SOFT, band=True)

    head()
    for row in table.rows:
        if pdf.will_page_break(_height(pdf, row, widths, table.size, bold=False)):
            pdf.add_page()
            head()
        _draw_row(pdf, row, table.columns, widths, table.size)
        _rule(pdf, _RULE)
    for row in table.foot:
        if pdf.will_page_break(_height(pdf, row, widths, table.size, bold=True)):
            pdf.add_page()
            head()
        _draw_row(pdf, row, table.columns, widths, table.size, bold=True)


def _widths(pdf: FPDF, columns: Sequence[Column]) -> list[float]:
    share = pdf.epw / sum(column.width for column in columns)
    return [column.width * share for column in columns]


def _height(pdf: FPDF, row: Sequence[str], widths: Sequence[float], size: float, *, bold: bool) -> float:
    _set(pdf, size, bold=bold)
    lines = max(len(_lines(pdf, text, width)) for text, width in zip(row, widths, strict=True))
    return lines * size * _LINE + 2 * _PAD


def _draw_row(
    pdf: FPDF,
    row: Sequence[str],
    columns: Sequence[Column],
    widths: Sequence[float],
    size: float,
    *,
    bold: bool = False,
    color: tuple[int, int, int] = _INK,
    band: bool = False,
) -> None:
    """One row at the present height, which then is below it; texts too long for their column take more lines."""
    height = _height(pdf, row, widths, size, bold=bold)
    if pdf.will_page_break(height):
        pdf.add_page()
    _set(pdf, size, bold=bold, color=color)
    left, top = pdf.l_margin, pdf.get_y()
    if band:
        pdf.set_fill_color(*_BAND)
        pdf.rect(left, top, pdf.epw, height, style="F")
    for text, column, width in zip(row, columns, widths, strict=True):
        for number, line in enumerate(_lines(pdf, text, width)):
            pdf.set_xy(left, top + _PAD + number * size * _LINE)
            pdf.cell(width, size * _LINE, line, align="R" if column.right else "L")
        left += width
    pdf.set_xy(pdf.l_margin, top + height)


def _lines(pdf: FPDF, text: str, width: float) -> list[str]:
    """`text` as it is broken to `width` in the present typeface; a word that is longer is broken within."""
    text, room = _written(text), width - 2 * pdf.c_margin
    if pdf.get_string_width(text) <= room:
        return [text]
    lines = [""]
    for word in _pieces(pdf, text, room):
        longer = f"{lines[-1]} {word}".strip(" ")
        if not lines[-1] or pdf.get_string_width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _pieces(pdf: FPDF, text: str, room: float) -> Iterator[str]:
    for word in text.split(" "):
        while len(word) > 1 and pdf.get_string_width(word) > room:
            fits = next(
                end for end in range(len(word) - 1, 0, -1) if end == 1 or pdf.get_string_width(word[:end]) <= room
            )
            yield word[:fits]
            word = word[fits:]
        yield word


def _rule(pdf: FPDF, color: tuple[int, int, int]) -> None:
    pdf.set_draw_color(*color)
    pdf.set_line_width(0.15)
    pdf.line(pdf.l_margin, pdf.get_y(), pdf.l_margin + pdf.epw, pdf.get_y())


def _set(pdf: FPDF, size: float, *, bold: bool = False, color: tuple[int, int, int] = _INK) -> None:
    pdf.set_font("jakarta", "B" if bold else "", size)
    pdf.set_text_color(*color)


def _written(text: str) -> str:
    """`text` on one line, with a question mark for every sign that the typeface does not have."""
    return "".join(sign if sign in WRITABLE else " " if sign.isspace() else "?" for sign in text)
