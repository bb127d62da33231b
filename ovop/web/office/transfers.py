"""The list of bank transfers: taken to the bank as a file, and told back when the bank has paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.names import parse_name
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict, Invalid
from ovop.sales.exports import Column, Kind, Sheet
from ovop.settlement import operations
from ovop.settlement.bank_list import list_transfers
from ovop.settlement.operations import LONGEST_REFERENCE
from ovop.settlement.rows import TransferRow
from ovop.settlement.rules import transfer_text
from ovop.web import statements
from ovop.web.access import requires, signed_in
from ovop.web.addresses import read_id
from ovop.web.language import gettext as _
from ovop.web.language import ngettext
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import field_errors, sentence
from ovop.web.sheets import sent_sheet
from ovop.web.typed import Reading, parse_day


@blueprint.get("/uang/transfer")
@requires(Role.OFFICE)
def transfers() -> ResponseReturnValue:
    """Every statement that two people approved and that is not paid yet."""
    return _page({}, {})


@blueprint.post("/uang/transfer/berkas")
@requires(Role.OFFICE)
def transfers_file() -> Response:
    """The list as a file for the bank; it is kept who took it."""
    ids = write(operations.export, signed_in(), days.now())
    ending = "xlsx" if request.form.get("ending") == "xlsx" else "csv"
    return sent_sheet(_sheet(list_transfers(db.session(), ids)), ending, _("transfer"), days.today())


@blueprint.post("/uang/transfer/bayar")
@requires(Role.OFFICE)
def pay_settlements() -> ResponseReturnValue:
    """The bank has paid those that are ticked, all on one day and under one reference."""
    form = Reading()
    ids = {found for typed in request.form.getlist("settlements") if (found := read_id(typed))}
    try:
        paid_on = form.take(parse_day, "paid_on", date.min)
        reference = form.take(parse_name, "reference", "", field="reference", longest=LONGEST_REFERENCE)
        if not ids:
            form.refuse("settlements", "none-chosen")
        form.finish()
        count = write(operations.pay, ids, paid_on, reference, signed_in(), days.now())
    except Invalid as error:
        return _page(request.form, field_errors(error), ids, 422)
    except Conflict as error:
        flash(sentence(error), "error")
    else:
        flash(ngettext("%(num)s transfer dicatat.", "%(num)s transfer dicatat.", count), "good")
    return redirect(url_for("office.transfers"))


def _page(
    typed: Mapping[str, str], errors: dict[str, str], ticked: set[int] | None = None, status: int = 200
) -> ResponseReturnValue:
    """ticked: statements whose boxes are; without it those that somebody has taken to the bank."""
    found = list_transfers(db.session())
    if ticked is None:
        ticked = {row.statement.id for row in found if row.exported_at is not None}
    response = page(
        "transfers.html",
        place="money",
        transfers=found,
        total=sum(row.statement.net for row in found),
        ticked=ticked,
        typed=typed,
        errors=errors,
        today=days.today(),
        words=statements,
    )
    response.status_code = status
    return response


def _sheet(found: Sequence[TransferRow]) -> Sheet:
    columns = [
        Column(_("Bank"), width=20),
        Column(_("Nomor rekening"), width=22),
        Column(_("Nama pemilik rekening"), width=32),
        Column(_("Rupiah"), Kind.NUMBER, 14),
        Column(_("Berita transfer"), width=38),
        Column(_("Koperasi"), width=32),
        Column(_("Nomor rekap"), Kind.NUMBER, 12),
    ]
    rows = [
        (
            row.account.bank,
            row.account.number,
            row.account.holder,
            row.statement.net,
            transfer_text(row.statement.id, row.statement.period),
            row.statement.cooperative,
            row.statement.id,
        )
        for row in found
    ]
    return Sheet(_("Transfer"), columns, rows)
