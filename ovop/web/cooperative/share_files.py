"""Members' shares as files: the list to sign and each slip as PDF, and every part as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response

from ovop.accounts.models import Role
from ovop.kernel import days
from ovop.sales.exports import Cell, Column, Kind, Sheet, csv_chunks, file_name
from ovop.shares.rows import LotRow, Statement
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint
from ovop.web.cooperative.share_words import moment_of, overview_of, slip_of
from ovop.web.cooperative.shares import asked_exactly, share_of, statement_of
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.nota import paper_of
from ovop.web.pdf import sent_pdf


@blueprint.get("/bagi-hasil.pdf")
@requires(Role.COOPERATIVE)
def shares_paper() -> Response:
    """The list of all fishers, to be signed.  Raises: Invalid."""
    span = asked_exactly()
    name = file_name("bagi-hasil", span.first, span.last, ending="pdf")
    return sent_pdf(overview_of(statement_of(span)), name)


@blueprint.get("/bagi-hasil/<id:fisher_id>.pdf")
@requires(Role.COOPERATIVE)
def share_file(fisher_id: int) -> Response:
    """One fisher's slip.  Raises: Invalid, NotFound."""
    span = asked_exactly()
    found, own = share_of(fisher_id, span)
    name = file_name("bagi-hasil", own.fisher.name, span.first, span.last, ending="pdf")
    return sent_pdf(paper_of(slip_of(found, own), moment_of(found)), name)


@blueprint.get("/bagi-hasil.csv")
@requires(Role.COOPERATIVE)
def shares_table() -> Response:
    """Every part of every lot, dues, and what is the co-operative's: rupiah that sum to what was received.

    Raises: Invalid.
    """
    span = asked_exactly()
    columns = [
        Column(_("Milik")),
        Column(_("Untuk")),
        Column(_("Hasil")),
        Column(_("Lot")),
        Column(_("Didaratkan"), Kind.DAY),
        Column(_("Gram"), Kind.NUMBER),
        Column(_("Buah"), Kind.NUMBER),
        Column(_("Rupiah"), Kind.NUMBER),
    ]
    sheet = Sheet(_("Bagi hasil"), columns, _rows(statement_of(span)))
    # Excel splits at what the reader's regional settings say: a semicolon for Indonesian, a comma for English.
    chunks = csv_chunks(sheet, ";" if current_language() == "id" else ",")
    response = Response(b"".join(chunks), mimetype="text/csv")
    name = file_name("bagi-hasil", span.first, span.last, ending="csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _rows(found: Statement) -> Iterator[Sequence[Cell]]:
    for share in found.fishers:
        for lot, part in share.parts:
            yield share.fisher.name, _("Bagian"), *_lot_cells(lot, part.quantity), part.amount
        if share.dues:
            yield share.fisher.name, _("Iuran"), *_NO_LOT, -share.dues
    for lot in found.lots:
        left = max(0, lot.caught - sum(part.quantity for part in lot.parts))
        if lot.own or left:
            yield _("Koperasi"), _("Bagian"), *_lot_cells(lot, left), lot.own
    if found.dues:
        yield _("Koperasi"), _("Iuran"), *_NO_LOT, found.dues


_NO_LOT: tuple[Cell, ...] = (None, None, None, None, None)


def _lot_cells(lot: LotRow, quantity: int) -> tuple[Cell, ...]:
    grams, pieces = (quantity, None) if lot.measure == "weight" else (None, quantity)
    return lot.name, lot.lot_code, days.day_of(lot.landed_at), grams, pieces
