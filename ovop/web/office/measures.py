"""Ordered, handed over, paid, passed on: side by side, with every gap and the orders that it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from flask import Response, request, url_for

from ovop.accounts.models import Role
from ovop.db import reading
from ovop.kernel.days import day_of
from ovop.sales.exports import Cell, Column, Kind, Sheet
from ovop.sales.measures import CHAIN, Part, PartRow, get_measures, list_part
from ovop.sales.naming import names_of
from ovop.web.access import requires
from ovop.web.language import gettext as _
from ovop.web.office.area import asked, asked_exactly, blueprint, page
from ovop.web.office.filters import filters
from ovop.web.sheets import sent_sheet

PER_PAGE = 50
_WORDS: dict[Part, Callable[[], str]] = {
    Part.ORDERED: lambda: _("Dipesan"),
    Part.EXPIRED: lambda: _("Tidak jadi dibayar"),
    Part.CANCELLED: lambda: _("Dibatalkan"),
    Part.NO_SHOW: lambda: _("Tidak diambil"),
    Part.OPEN: lambda: _("Masih berjalan"),
    Part.SCALES: lambda: _("Selisih timbangan"),
    Part.HANDED_OVER: lambda: _("Diserahkan"),
    Part.REFUNDED: lambda: _("Dikembalikan ke pembeli"),
    Part.PAID: lambda: _("Dibayar"),
    Part.COMMISSION: lambda: _("Bagian pasar"),
    Part.NOT_DRAWN: lambda: _("Hak koperasi, belum direkap"),
    Part.NOT_PAID: lambda: _("Hak koperasi, direkap tetapi belum dibayar"),
    Part.HELD: lambda: _("Bukan haknya, masih dipegang koperasi"),
    Part.PASSED_ON: lambda: _("Sampai di koperasi"),
}


@blueprint.get("/ukuran")
@requires(Role.OFFICE)
def measures() -> Response:
    """The four measures of the orders placed in the chosen days and place."""
    wanted = asked().of_place
    found = get_measures(reading(), wanted.span, wanted.scope)
    return page(
        "measures.html",
        place="sales",
        asked=wanted,
        heading=wanted.heading,
        filters=filters(wanted),
        columns=[
            (measure, _WORDS[measure](), found[measure], [(gap, _WORDS[gap](), found[gap]) for gap in gaps])
            for measure, gaps in CHAIN
        ],
    )


@blueprint.get(f"/ukuran/<any({', '.join(Part)}):part>")
@requires(Role.OFFICE)
def measured(part: str) -> Response:
    """The orders that a measure or gap is, and what they come to."""
    wanted, kind = asked().of_place, Part(part)
    typed = request.args.get("page", "1")
    number = max(int(typed), 1) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    rows = list(
        list_part(reading(), kind, wanted.span, wanted.scope, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE)
    )
    names = names_of(reading(), wanted.scope)
    return page(
        "measured.html",
        place="sales",
        asked=wanted,
        heading=wanted.heading,
        title=_WORDS[kind](),
        part=kind.value,
        amount=get_measures(reading(), wanted.span, wanted.scope)[kind],
        rows=[(row, _address(row)) for row in islice(rows, PER_PAGE)],
        number=number,
        has_more=len(rows) > PER_PAGE,
        places=", ".join(key.name for key in (names.cooperative, names.village, names.district) if key),
    )


@blueprint.get("/ukuran.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def measures_file(ending: str) -> Response:
    """The measures and gaps as a file, in the order in which they are added."""
    wanted = asked_exactly().of_place
    found = get_measures(reading(), wanted.span, wanted.scope)
    columns = [Column(_("Ukuran"), width=40), Column(_("Pesanan"), Kind.NUMBER), Column(_("Rupiah"), Kind.NUMBER)]
    rows = [
        (_WORDS[part](), found[part].orders, found[part].rupiah) for measure, gaps in CHAIN for part in (*gaps, measure)
    ]
    return sent_sheet(Sheet(_("Empat ukuran"), columns, rows), ending, "ukuran", wanted.span.first, wanted.span.last)


@blueprint.get(f"/ukuran/<any({', '.join(Part)}):part>.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def measured_file(part: str, ending: str) -> Response:
    """The orders of a measure or gap as a file."""
    wanted, kind = asked_exactly().of_place, Part(part)
    columns = [
        Column(_("Tanggal"), Kind.DAY, 12),
        Column(_("Nomor pesanan")),
        Column(_("Kode desa")),
        Column(_("Desa")),
        Column(_("Koperasi"), width=28),
        Column(_("Rupiah"), Kind.NUMBER, 14),
    ]
    rows = _cells(list_part(reading(), kind, wanted.span, wanted.scope))
    return sent_sheet(Sheet(_WORDS[kind](), columns, rows), ending, "ukuran", part, wanted.span.first, wanted.span.last)


def _cells(rows: Iterator[PartRow]) -> Iterator[Sequence[Cell]]:
    for row in rows:
        yield day_of(row.placed_at), row.number, row.village_code, row.village, row.cooperative, row.amount


def _address(row: PartRow) -> str | None:
    """The page of the order, where it was sold."""
    return url_for("office.sold_order", number=row.number) if row.status == "collected" else None
