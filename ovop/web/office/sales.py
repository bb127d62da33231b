"""The figures as a table by any group, the orders behind each, and both as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask import Response, request, send_file, stream_with_context

from ovop.accounts.models import Role
from ovop.db import reading
from ovop.sales.exports import Cell, Column, Kind, Sheet, csv_chunks, file_name, xlsx_file
from ovop.sales.queries import Figures, Key, Sales, SalesRow, sales_rows
from ovop.sales.rules import Group
from ovop.sales.sold import get_sold, list_sold, stream_sold
from ovop.web.access import requires
from ovop.web.goods import form_name
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.office.area import GROUPS, Asked, asked, blueprint, page
from ovop.web.times import dated, month

#: Where a row of a group leads: the parameter that its code becomes, and the group that comes next.
DEEPER = {
    Group.DISTRICT: ("district", Group.VILLAGE),
    Group.VILLAGE: ("village", Group.COOPERATIVE),
    Group.COOPERATIVE: ("cooperative", Group.SPECIES),
    Group.SPECIES: ("species", Group.FORM),
    Group.FORM: ("form", Group.VILLAGE),
}


@blueprint.get("/penjualan")
@requires(Role.OFFICE)
def sales() -> Response:
    """Sales of the chosen days by the chosen group."""
    wanted = asked()
    found = _found(wanted)
    rows = [(_row_name(wanted.group, row.keys[wanted.group]), _deeper(wanted, row), row.figures) for row in found.rows]
    return page(
        "sales.html", place="sales", asked=wanted, groups=GROUPS, words=group_words(), rows=rows, total=found.total
    )


@blueprint.get("/penjualan.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def sales_file(ending: str) -> Response:
    """The same table as a file."""
    wanted = asked()
    found = _found(wanted)
    columns = [
        Column(_("Kode"), width=14),
        Column(group_words()[wanted.group], width=28),
        *(Column(title, Kind.NUMBER) for title in (_("Pesanan"), _("Pembeli"), _("Gram"), _("Buah"), _("Rupiah"))),
    ]
    rows = [
        (row.keys[wanted.group].code, _row_name(wanted.group, row.keys[wanted.group]), *cells(row.figures))
        for row in found.rows
    ]
    rows.append(("", _("Jumlah"), *cells(found.total)))
    return _sent(Sheet(_("Penjualan"), columns, rows), wanted, ending, wanted.group)


@blueprint.get("/penjualan/pesanan")
@requires(Role.OFFICE)
def sold_orders() -> Response:
    """The orders that a figure counts, newest first, and what they come to."""
    wanted = asked()
    found = list_sold(reading(), wanted.span, wanted.scope, after=request.args.get("after"))
    total = sales_rows(reading(), wanted.span.first, wanted.span.last, (), wanted.scope).total
    return page("orders.html", place="sales", asked=wanted, found=found, total=total)


@blueprint.get("/penjualan/pesanan.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def sold_file(ending: str) -> Response:
    """Every line sold, as a file that is written as it is read."""
    wanted = asked()
    columns = [
        Column(_("Tanggal"), Kind.DAY, 12),
        Column(_("Nomor pesanan")),
        Column(_("Kecamatan")),
        Column(_("Kode desa")),
        Column(_("Desa")),
        Column(_("Koperasi"), width=28),
        Column(_("Hasil"), width=24),
        Column(_("Kode jenis")),
        Column(_("Jenis"), width=24),
        Column(_("Bentuk")),
        Column(_("Ukuran")),
        Column(_("Satuan")),
        Column(_("Harga"), Kind.NUMBER),
        Column(_("Banyaknya"), Kind.NUMBER),
        Column(_("Rupiah"), Kind.NUMBER),
        Column(_("Cara bayar")),
    ]
    in_english = current_language() == "en"

    def rows() -> Iterator[Sequence[Cell]]:
        # Asked for only when it is sent: what closes the page's reading must not close this.
        yield from stream_sold(reading(), wanted.span, wanted.scope, in_english=in_english)

    return _sent(Sheet(_("Pesanan"), columns, rows()), wanted, ending, "pesanan")


@blueprint.get("/penjualan/pesanan/<number>")
@requires(Role.OFFICE)
def sold_order(number: str) -> Response:
    """One collected order with its lines, its steps and what the ledger says of it; nothing of its buyer."""
    return page("order.html", place="sales", found=get_sold(reading(), number))


def group_words() -> dict[Group, str]:
    """What each group is called."""
    return {
        Group.VILLAGE: _("Desa"),
        Group.DISTRICT: _("Kecamatan"),
        Group.COOPERATIVE: _("Koperasi"),
        Group.SPECIES: _("Jenis"),
        Group.FORM: _("Bentuk"),
        Group.DAY: _("Hari"),
        Group.MONTH: _("Bulan"),
    }


def _row_name(group: Group, key: Key) -> str:
    """What a row is called in the reader's language."""
    if group is Group.FORM:
        return form_name(key.code)
    if group is Group.DAY:
        return dated(date.fromisoformat(key.code))
    if group is Group.MONTH:
        return month(date.fromisoformat(f"{key.code}-01"[:10]))
    return (key.name_en if current_language() == "en" and key.name_en else key.name) or key.code


def _deeper(wanted: Asked, row: SalesRow) -> str | None:
    """The page that takes a row apart, or the orders behind it where it cannot be."""
    if wanted.group not in DEEPER:
        return None
    parameter, group = DEEPER[wanted.group]
    return wanted.address("office.sales", group=group, **{parameter: row.keys[wanted.group].code})


def cells(figures: Figures) -> tuple[int, int, int, int, int]:
    """Orders, buyers, grams, pieces, rupiah."""
    return (figures.orders, figures.buyers, figures.grams, figures.pieces, figures.revenue)


def _found(wanted: Asked) -> Sales:
    found = sales_rows(reading(), wanted.span.first, wanted.span.last, (wanted.group,), wanted.scope)
    if wanted.group in (Group.DAY, Group.MONTH):
        return found
    return Sales(tuple(sorted(found.rows, key=lambda row: -row.figures.revenue)), found.total)


def _sent(sheet: Sheet, wanted: Asked, ending: str, *what: object) -> Response:
    name = file_name("penjualan", *what, wanted.span.first, wanted.span.last, ending=ending)
    if ending == "csv":
        response = Response(stream_with_context(csv_chunks(sheet)), mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return send_file(xlsx_file(sheet), mimetype=kind, as_attachment=True, download_name=name)
