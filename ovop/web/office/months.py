"""Months: open ones as they stand, closed ones as they were closed, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.closing.errors import AlreadyClosed, MonthNotOver
from ovop.closing.operations import close_month as close
from ovop.closing.queries import count_month, find_closed, get_closed, list_months
from ovop.closing.rules import Correction, Figures, Line, is_over
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.days import month_end
from ovop.kernel.errors import NotFound
from ovop.sales.exports import Cell, Column, Kind, Sheet
from ovop.sales.rules import Span
from ovop.web.access import requires, signed_in
from ovop.web.language import gettext as _
from ovop.web.language import pgettext
from ovop.web.office.area import blueprint, page
from ovop.web.sheets import sent_sheet

_TITLES: dict[str, Callable[[], str]] = {
    "districts": lambda: _("Kecamatan"),
    "villages": lambda: _("Desa"),
    "cooperatives": lambda: _("Koperasi"),
    "species": lambda: _("Jenis"),
}


@blueprint.get("/bulan")
@requires(Role.OFFICE)
def months() -> Response:
    """Every month with sales, newest first: closed or open."""
    return page("months.html", place="sales", rows=list_months(db.session()), is_over=_over)


@blueprint.get("/bulan/<month>")
@requires(Role.OFFICE)
def month(month: str) -> Response:
    """One month: as it was closed, or as it stands."""
    first = _read(month)
    closed = find_closed(db.session(), first)
    figures = closed.figures if closed else count_month(db.session(), first)
    return page(
        "month.html",
        place="sales",
        first=first,
        code=month,
        closed=closed,
        figures=figures,
        is_over=_over(first),
        span=Span(first, month_end(first)),
        tables=[(title(), getattr(figures, name)) for name, title in _TITLES.items()],
        corrections=[(one, date.fromisoformat(f"{one.month}-01")) for one in figures.corrections],
    )


@blueprint.post("/bulan/<month>/tutup")
@requires(Role.OFFICE)
def close_month(month: str) -> ResponseReturnValue:
    """The month is closed; sent twice it stays as it was closed."""
    first = _read(month)
    try:
        write(close, first, signed_in(), days.now())
        flash(_("Bulan ditutup. Angkanya tidak akan berubah lagi."), "good")
    except MonthNotOver:
        flash(_("Bulan ini belum selesai, jadi belum bisa ditutup."), "error")
    except AlreadyClosed:
        flash(_("Bulan ini sudah ditutup."), "good")
    return redirect(url_for("office.month", month=month))


@blueprint.get("/bulan/<month>.json")
@requires(Role.OFFICE)
def month_body(month: str) -> Response:
    """What a closed month was closed with: the very bytes that its digest is of."""
    closed = get_closed(db.session(), _read(month))
    answer = Response(closed.body.encode(), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="bulan-{month}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/bulan/<month>.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def month_file(month: str, ending: str) -> Response:
    """The same figures as a table."""
    first = _read(month)
    closed = find_closed(db.session(), first)
    columns = [
        Column(_("Bagian"), width=18),
        Column(_("Kode"), width=14),
        Column(_("Nama"), width=28),
        Column(_("Pesanan"), Kind.NUMBER),
        Column(pgettext("jumlah", "Pembeli"), Kind.NUMBER),
        Column(_("Gram"), Kind.NUMBER),
        Column(_("Buah"), Kind.NUMBER),
        Column(_("Rupiah"), Kind.NUMBER),
    ]
    facts: list[tuple[str, Cell]] = [(_("Bulan"), month)]
    if closed:
        facts += [(_("Ditutup"), days.day_of(closed.closed_at)), ("SHA-256", closed.digest)]
    figures = closed.figures if closed else count_month(db.session(), first)
    return sent_sheet(Sheet(_("Bulan"), columns, list(_cells(figures)), facts), ending, "bulan", month)


def _cells(figures: Figures) -> Iterator[Sequence[Cell]]:
    def cells(part: str, line: Line) -> Sequence[Cell]:
        return part, line.code, line.name, line.orders, line.buyers, line.grams, line.pieces, line.revenue

    def correction(one: Correction) -> Sequence[Cell]:
        return _("Koreksi"), one.month, "", one.orders, None, None, None, one.rupiah

    for name, title in _TITLES.items():
        for line in getattr(figures, name):
            yield cells(title(), line)
    for one in figures.corrections:
        yield correction(one)
    yield cells(_("Jumlah"), figures.total)


def _read(month: str) -> date:
    """The first day of ``2026-10``.  Raises: NotFound."""
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", month):
        raise NotFound()
    return date.fromisoformat(f"{month}-01")


def _over(first: date) -> bool:
    return is_over(first, days.today())
