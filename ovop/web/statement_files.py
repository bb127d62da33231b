"""Statements of what co-operatives are owed as files: on paper, and for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response

from ovop.db import db
from ovop.kernel import days
from ovop.sales.exports import Cell, Column, Kind, Sheet, file_name
from ovop.settlement.lines import order_lines
from ovop.settlement.queries import get_statement
from ovop.settlement.rows import OrderLine, Statement
from ovop.web import paper
from ovop.web.formats import number, rupiah
from ovop.web.language import gettext as _
from ovop.web.market import NAME
from ovop.web.paper import Line, Lines, Paper, Table
from ovop.web.pdf import sent_pdf
from ovop.web.sheets import sent_sheet
from ovop.web.statements import PARTS, facts_of, line_words, net_words, period_words, sum_rows, used_parts


def statement_file(settlement_id: int, ending: str, cooperative_id: int | None = None) -> Response:
    """The statement as ``pdf``, ``csv`` or ``xlsx``.  cooperative_id: whose it must be.  Raises: NotFound."""
    session = db.session()
    statement = get_statement(session, settlement_id, cooperative_id)
    lines = order_lines(session, settlement_id)
    row = statement.row
    name = (_("rekap"), row.id, row.cooperative, row.period.first, row.period.last)
    if ending == "pdf":
        return sent_pdf(statement_paper(statement, lines), file_name(*name, ending="pdf"))
    return sent_sheet(statement_sheet(statement, lines), ending, *name)


def statement_sheet(statement: Statement, lines: Sequence[OrderLine]) -> Sheet:
    """Every order with every column, and the sum; what was carried over stands before it."""
    columns = [
        Column(_("Tanggal"), Kind.DAY, 12),
        Column(_("Nomor pesanan")),
        Column(_("Cara bayar")),
        *(Column(part.short(), Kind.NUMBER, 14) for part in PARTS),
        Column(_("Hak koperasi"), Kind.NUMBER, 14),
    ]
    return Sheet(_("Rekap"), columns, list(_cells(statement, lines)), facts_of(statement))


def statement_paper(statement: Statement, lines: Sequence[OrderLine]) -> Paper:
    """The statement to be printed: what it comes to and why, then order by order."""
    row, parts = statement.row, used_parts(statement)
    sums = [Line(words, rupiah(amount)) for words, amount in sum_rows(statement)]
    columns = [
        paper.Column(_("Pesanan"), 1.25),
        paper.Column(_("Tanggal"), 0.75),
        paper.Column(_("Cara bayar"), 1.05),
        *(paper.Column(part.short(), 1.0, right=True) for part in parts),
        paper.Column(_("Hak koperasi"), 1.0, right=True),
    ]
    rows = (
        (*line_words(line), *(_amount(part.of(line.figures)) for part in parts), number(line.figures.share))
        for line in lines
    )
    foot = (
        _("Jumlah"), "", "",
        *(_amount(part.of(statement.figures)) for part in parts), number(statement.figures.share),
    )  # fmt: skip
    return Paper(
        title=_("Rekap %(days)s", days=period_words(row.period)),
        issuer=NAME,
        dated=row.drawn_at,
        note="\n".join(
            [
                row.cooperative,
                _("Desa %(village)s, Kecamatan %(district)s", village=statement.village, district=statement.district),
            ]
        ),
        facts=facts_of(statement)[2:],
        parts=[
            Lines([*sums, Line(net_words(row), rupiah(row.net), is_sum=True)], title=_("Perhitungan")),
            Table(columns, rows, foot=[foot], title=_("Menurut pesanan")),
        ],
    )


def _cells(statement: Statement, lines: Sequence[OrderLine]) -> Iterator[Sequence[Cell]]:
    for line in lines:
        number_words, _day, method = line_words(line)
        amounts = (part.of(line.figures) for part in PARTS)
        yield days.day_of(line.at), number_words, method, *amounts, line.figures.share
    nothing = (None,) * len(PARTS)
    if statement.row.carried:
        yield None, _("Kekurangan dari rekap sebelumnya"), "", *nothing, statement.row.carried
    yield None, _("Jumlah"), "", *(part.of(statement.figures) for part in PARTS), statement.row.net


def _amount(amount: int) -> str:
    return number(amount) if amount else ""
