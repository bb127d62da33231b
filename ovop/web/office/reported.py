"""Figures that villages report of the time before they joined: brought as a table, shown apart from the market's."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, reading, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict, Invalid
from ovop.outside.tables import read_table
from ovop.reported.operations import Unreadable, add_batch, withdraw_batch
from ovop.reported.queries import list_batches, list_years
from ovop.reported.rules import LONGEST_SOURCE, RowError
from ovop.sales.exports import Column, Kind, Sheet
from ovop.villages.queries import list_village_names
from ovop.web.access import requires, signed_in
from ovop.web.addresses import read_id
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import field_errors
from ovop.web.sheets import sent_sheet

PER_PAGE = 20
_COLUMNS: dict[str, Callable[[], str]] = {
    "month": lambda: _("Bulan"),
    "species": lambda: _("Jenis"),
    "form": lambda: _("Bentuk"),
    "kilograms": lambda: _("Kilogram"),
    "pieces": lambda: _("Buah"),
    "revenue": lambda: _("Rupiah"),
}
_SAYS: dict[str, Callable[[], str]] = {
    "no-rows": lambda: _("tidak ada isinya"),
    "no-column": lambda: _("kolom ini tidak ada"),
    "required": lambda: _("masih kosong"),
    "not-a-month": lambda: _("tulis seperti 2024-03 atau Maret 2024"),
    "on-the-market": lambda: _("desa ini sudah berjualan di pasar sejak bulan itu"),
    "unknown-species": lambda: _("jenis ini tidak dikenal; pakai nama atau kode FAO-nya"),
    "unknown-form": lambda: _("pakai segar, beku, kering, asin, asap, olahan, atau hidup"),
    "not-a-number": lambda: _("bukan angka; tulis seperti 1.250,5"),
    "part-of-a-unit": lambda: _("lebih halus daripada satuannya"),
    "too-large": lambda: _("terlalu besar untuk satu bulan"),
    "twice": lambda: _("bulan, jenis, dan bentuk ini sudah ada di baris lain"),
    "reported": lambda: _("sudah dilaporkan di berkas lain; tarik dulu yang itu"),
}


@blueprint.get("/laporan-desa")
@requires(Role.OFFICE)
def reported() -> Response:
    """Years of the villages that reported, beside the market's; together only where that is asked for."""
    return _page()


@blueprint.get("/laporan-desa/contoh.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def reported_form(ending: str) -> Response:
    """An empty table with the right columns, two rows of it filled in as an example."""
    kinds = (Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.NUMBER, Kind.NUMBER, Kind.NUMBER)
    columns = [Column(words(), kind) for words, kind in zip(_COLUMNS.values(), kinds, strict=True)]
    rows = [
        ("2024-03", "Bandeng", "segar", 1250, None, 37_500_000),
        ("2024-03", "Bandeng", "olahan", None, 420, 16_800_000),
    ]
    return sent_sheet(Sheet(_("Laporan desa"), columns, rows), ending, _("Laporan desa"))


@blueprint.post("/laporan-desa")
@requires(Role.OFFICE)
def add_reported() -> ResponseReturnValue:
    """The file's figures are the village's, all of them or none."""
    village, source = request.form.get("village", "").strip(), request.form.get("source", "")
    typed, file = {"village": village, "source": source}, request.files.get("file")
    try:
        table = read_table(file.read() if file else b"")
        if not any(village == row.code for row in list_village_names(db.session())):
            raise Invalid({"village": "unknown" if village else "required"})
        write(add_batch, village, source, table, signed_in(), days.now())
    except Unreadable as error:
        return _page(field_errors(error), typed, [_row_words(row) for row in error.rows])
    except Invalid as error:
        return _page(field_errors(error), typed)
    flash(_("Angkanya tersimpan, terpisah dari penjualan di pasar."), "good")
    return redirect(url_for("office.reported"))


@blueprint.post("/laporan-desa/<id:batch_id>/tarik")
@requires(Role.OFFICE)
def withdraw_reported(batch_id: int) -> ResponseReturnValue:
    """The file no longer counts; that it was there, and why it went, stays to be read."""
    try:
        write(withdraw_batch, batch_id, request.form.get("reason", ""), signed_in(), days.now())
    except Invalid as error:
        return _page({"reason": next(iter(field_errors(error).values()))}, {"batch": str(batch_id)})
    except Conflict:
        flash(_("Sudah ditarik sebelumnya."), "plain")
        return redirect(url_for("office.reported"))
    flash(_("Ditarik. Angkanya tidak dihitung lagi."), "good")
    return redirect(url_for("office.reported"))


def _page(
    errors: dict[str, str] | None = None, typed: dict[str, str] | None = None, rows: list[str] | None = None
) -> Response:
    session = reading()
    before = read_id(request.args.get("before"))
    found = list_batches(session, before=before, limit=PER_PAGE + 1)
    answer = page(
        "reported.html",
        place="sales",
        years=list_years(session),
        together=request.args.get("together") == "1",
        batches=found[:PER_PAGE],
        following=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        villages=[(row.code, f"{row.name}, {row.district_name}") for row in list_village_names(session)],
        errors=errors or {},
        typed=typed or {},
        wrong_rows=rows or [],
        longest=LONGEST_SOURCE,
    )
    answer.status_code = 422 if errors else 200
    return answer


def _row_words(error: RowError) -> str:
    """``Baris 7, Rupiah: bukan angka …``."""
    return _(
        "Baris %(row)s, %(column)s: %(says)s.",
        row=str(error.row),
        column=_COLUMNS[error.column](),
        says=_SAYS[error.code](),
    )
