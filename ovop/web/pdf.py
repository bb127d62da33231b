"""Papers (`ovop.web.paper`) drawn as PDF.  The same content gives the same bytes.

What the typeface cannot write is printed as a question mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, current_app

from ovop.kernel import days
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.paper import PLAIN, SMALL, Codes, Column, Facts, Lines, Paper, Table, Words
from ovop.web.paper_font import BOLD, REGULAR, WRITABLE, paper_faces

if TYPE_CHECKING:
    from fpdf import FPDF

#: Millimetres and points.
_GAP, _PAD = 4.0, 1.0
_HEADING = 11.5
_CODE = 18.0
#: Longer than any roll that is printed.
_ENDLESS = 4_000.0
_LINE = 0.3528 * 1.35
_FACT_SHARE = 0.32

_INK, _SOFT, _RULE, _BAND = (11, 60, 73), (71, 100, 107), (180, 199, 198), (232, 240, 239)


def pdf_of(paper: Paper) -> bytes:
    """The paper as PDF; on a roll as long as what stands on it."""
    if paper.page.height is None:
        length = _drawn(paper, _ENDLESS).get_y() + paper.page.margin
        return bytes(_drawn(paper, length).output())
    return bytes(_drawn(paper, paper.page.height).output())


def _drawn(paper: Paper, height: float) -> FPDF:
    pdf = _blank(paper, height)
    _head(pdf, paper)
    for part in (Facts(paper.facts), *paper.parts) if paper.facts else paper.parts:
        pdf.set_y(pdf.get_y() + paper.page.gap)
        match part:
            case Table():
                _draw_table(pdf, part)
            case Facts():
                _draw_facts(pdf, part)
            case Words():
                _write(pdf, part.text, part.size, _SOFT if part.is_soft else _INK)
            case Lines():
                _draw_lines(pdf, part)
            case Codes():
                _draw_codes(pdf, part)
    return pdf


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
        page_foot = 0.0

        def header(self) -> None:
            """From the second page on, what it is."""
            if self.page_no() > 1:
                _set(self, SMALL, color=_SOFT)
                self.cell(0, SMALL * _LINE, self.words, new_x="LMARGIN", new_y="NEXT")
                self.set_y(self.get_y() + _GAP)

        def footer(self) -> None:
            """Which page of how many; a roll is one."""
            if not self.page_foot:
                return
            self.set_y(-self.page_foot + _GAP)
            _set(self, SMALL, color=_SOFT)
            number = _("Halaman %(page)s dari %(count)s", page=str(self.page_no()), count="{nb}")
            self.cell(0, SMALL * _LINE, number)

    return _Sheet


def _blank(paper: Paper, height: float) -> FPDF:
    orientation = "landscape" if paper.is_wide else "portrait"
    pdf = _paper_class()(orientation=orientation, format=(paper.page.width, height))
    pdf.set_margins(paper.page.margin, paper.page.margin)
    pdf.set_auto_page_break(paper.page.height is not None, paper.page.foot)
    pdf.page_foot = paper.page.foot  # type: ignore[attr-defined]
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
    _write(pdf, paper.issuer, PLAIN, _SOFT)
    _write(pdf, paper.title, paper.page.title, _INK, bold=True)
    if paper.note:
        _write(pdf, paper.note, PLAIN, _SOFT)


def _write(pdf: FPDF, text: str, size: float, color: tuple[int, int, int], *, bold: bool = False) -> None:
    """Each line of `text` as a paragraph."""
    _set(pdf, size, bold=bold, color=color)
    for words in text.splitlines():
        pdf.multi_cell(0, size * _LINE, _written(words), align="L", new_x="LMARGIN", new_y="NEXT")


def _heading(pdf: FPDF, title: str, below: float) -> None:
    """A part's title, never alone at the foot of a page: `below` millimetres come with it."""
    if not title:
        return
    if pdf.will_page_break(_HEADING * _LINE + below):
        pdf.add_page()
    _set(pdf, _HEADING, bold=True)
    pdf.cell(0, _HEADING * _LINE + _PAD, _written(title), new_x="LMARGIN", new_y="NEXT")


def _draw_facts(pdf: FPDF, facts: Facts) -> None:
    _heading(pdf, facts.title, 3 * PLAIN * _LINE)
    label = Column("", _FACT_SHARE)
    value = Column("", 1 - _FACT_SHARE, facts.right)
    widths = _widths(pdf, (label, value))
    for row in facts.rows:
        _draw_row(pdf, row, (label, value), widths, PLAIN, pad=_PAD / 2)
    for row in facts.sums:
        _rule(pdf, _INK)
        _draw_row(pdf, row, (label, value), widths, PLAIN, bold=True)


def _draw_table(pdf: FPDF, table: Table) -> None:
    widths = _widths(pdf, table.columns)
    titles = [column.title for column in table.columns]
    _heading(pdf, table.title, 4 * table.size * _LINE)

    def head() -> None:
        _draw_row(pdf, titles, table.columns, widths, table.size, bold=True, color=_SOFT, band=True)

    head()
    for row in table.rows:
        if pdf.will_page_break(max(table.height, _height(pdf, row, widths, table.size, bold=False))):
            pdf.add_page()
            head()
        top = pdf.get_y()
        _draw_row(pdf, row, table.columns, widths, table.size)
        pdf.set_y(max(pdf.get_y(), top + table.height))
        _rule(pdf, _RULE)
    for row in table.foot:
        if pdf.will_page_break(_height(pdf, row, widths, table.size, bold=True)):
            pdf.add_page()
            head()
        _draw_row(pdf, row, table.columns, widths, table.size, bold=True)


def _draw_lines(pdf: FPDF, lines: Lines) -> None:
    _heading(pdf, lines.title, 3 * PLAIN * _LINE)
    for line in lines.rows:
        if line.is_sum:
            _rule(pdf, _INK)
        _set(pdf, PLAIN, bold=True)
        amount = _written(line.amount)
        taken = pdf.get_string_width(amount) + 2 * pdf.c_margin
        columns = (Column("", pdf.epw - taken), Column("", taken, right=True))
        widths = [column.width for column in columns]
        _draw_row(pdf, (line.name, amount), columns, widths, PLAIN, bold=line.is_sum or bool(line.note))
        if line.note:
            pdf.set_y(pdf.get_y() - 2 * _PAD)
            _draw_row(pdf, (line.note,), (Column(""),), [pdf.epw], SMALL, color=_SOFT)
        if lines.is_ruled:
            _rule(pdf, _RULE)


def _draw_codes(pdf: FPDF, codes: Codes) -> None:
    _heading(pdf, codes.title, _CODE)
    in_a_row = max(1, int((pdf.epw + _GAP) // (_CODE + _GAP)))
    _set(pdf, codes.size, color=_SOFT)
    for start in range(0, len(codes.rows), in_a_row):
        row = codes.rows[start : start + in_a_row]
        below = max(len(_lines(pdf, words, _CODE + _GAP)) for _picture, words in row) * codes.size * _LINE
        if pdf.will_page_break(_CODE + below):
            pdf.add_page()
        top = pdf.get_y()
        for place, (picture, words) in enumerate(row):
            left = pdf.l_margin + place * (_CODE + _GAP)
            pdf.image(BytesIO(picture), x=left, y=top, w=_CODE)
            for number, line in enumerate(_lines(pdf, words, _CODE + _GAP)):
                pdf.set_xy(left - _GAP / 2, top + _CODE + number * codes.size * _LINE)
                pdf.cell(_CODE + _GAP, codes.size * _LINE, line, align="C")
        pdf.set_xy(pdf.l_margin, top + _CODE + below + _PAD)


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
    pad: float = _PAD,
) -> None:
    """One row at the present height, which then is below it; texts too long for their column take more lines."""
    height = _height(pdf, row, widths, size, bold=bold) - 2 * (_PAD - pad)
    if pdf.will_page_break(height):
        pdf.add_page()
    _set(pdf, size, bold=bold, color=color)
    left, top = pdf.l_margin, pdf.get_y()
    if band:
        pdf.set_fill_color(*_BAND)
        pdf.rect(left, top, pdf.epw, height, style="F")
    for text, column, width in zip(row, columns, widths, strict=True):
        for number, line in enumerate(_lines(pdf, text, width)):
            pdf.set_xy(left, top + pad + number * size * _LINE)
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
