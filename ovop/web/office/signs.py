"""The orders behind a sign of trouble: short, waited for in vain, complained of; and who needs a visit, as files."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, url_for

from ovop.accounts.models import Role
from ovop.db import reading
from ovop.sales.exports import Column, Kind, Sheet
from ovop.sales.naming import names_of
from ovop.sales.overview import Overview, get_overview
from ovop.sales.queries import Key
from ovop.sales.rules import Group
from ovop.sales.signs import SignRow, count_signs, list_signs, noted_signs
from ovop.sales.visits import Sign, recent_days
from ovop.web.access import requires
from ovop.web.language import gettext as _
from ovop.web.office.area import Asked, asked, asked_exactly, blueprint, page
from ovop.web.office.board import Visit, visits
from ovop.web.office.words import name_of
from ovop.web.sheets import sent_sheet

_TITLES: dict[Sign, Callable[[], str]] = {
    Sign.SHORT: lambda: _("Timbangan kurang lebih dari sepersepuluh"),
    Sign.NO_SHOW: lambda: _("Pesanan yang tidak diambil"),
    Sign.COMPLAINT: lambda: _("Pesanan dengan keluhan"),
}


def needing_visit(wanted: Asked, overview: Overview | None = None) -> list[Visit]:
    """Who needs a visit in the place that is asked for, by the limits that are asked for."""
    session = reading()
    overview = overview or get_overview(session, wanted.span, wanted.today, wanted.period, wanted.scope)
    days = recent_days(wanted.today)
    return visits(overview, wanted.limits, count_signs(session, days, noted_signs(session, days)))


@blueprint.get("/tanda/<any(short, no_shows, complaints):sign>")
@requires(Role.OFFICE)
def signs(sign: str) -> Response:
    """The orders that are that sign in the chosen days and place."""
    wanted, kind = asked(), Sign(sign)
    names = names_of(reading(), wanted.scope)
    places = [key for key in (names.cooperative, names.village, names.district) if key]
    return page(
        "signs.html",
        place="villages",
        asked=wanted,
        heading=wanted.heading,
        title=_TITLES[kind](),
        sign=kind.value,
        places=_words(places),
        rows=[(row, _address(kind, row)) for row in list_signs(reading(), kind, wanted.span, wanted.scope)],
    )


@blueprint.get("/tanda/<any(short, no_shows, complaints):sign>.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def signs_file(sign: str, ending: str) -> Response:
    """The same orders as a file."""
    wanted, kind = asked_exactly(), Sign(sign)
    columns = [
        Column(_("Tanggal"), Kind.DAY, 12),
        Column(_("Nomor pesanan")),
        Column(_("Kode desa")),
        Column(_("Desa")),
        Column(_("Koperasi"), width=28),
        Column(_("Rupiah"), Kind.NUMBER, 14),
    ]
    rows = (
        (row.day, row.number, row.village_code, row.village, row.cooperative, row.total)
        for row in list_signs(reading(), kind, wanted.span, wanted.scope)
    )
    return sent_sheet(
        Sheet(_TITLES[kind](), columns, list(rows)), ending, "tanda", sign, wanted.span.first, wanted.span.last
    )


@blueprint.get("/kunjungan.<any(csv, xlsx):ending>")
@requires(Role.OFFICE)
def visits_file(ending: str) -> Response:
    """Who needs a visit and why, as a file."""
    wanted = asked_exactly().of_totals
    columns = [
        Column(_("Kode desa")),
        Column(_("Desa")),
        Column(_("Kecamatan")),
        Column(_("Koperasi"), width=28),
        Column(_("Jual terakhir"), Kind.DAY, 12),
        Column(_("Hari diam"), Kind.NUMBER),
        Column(_("Perubahan"), Kind.SHARE),
        Column(_("Timbangan kurang"), Kind.NUMBER),
        Column(_("Tidak diambil"), Kind.NUMBER),
        Column(_("Keluhan"), Kind.NUMBER),
    ]
    rows = [
        (
            visit.cooperative.village_code,
            visit.cooperative.village_name,
            visit.cooperative.district_name,
            visit.cooperative.name,
            visit.cooperative.last_sale_on,
            visit.why.silent_days,
            None if visit.why.fall is None else round(visit.why.fall, 4),
            visit.why.short,
            visit.why.no_shows,
            visit.why.complaints,
        )
        for visit in needing_visit(wanted)
    ]
    return sent_sheet(Sheet(_("Perlu dikunjungi"), columns, rows), ending, "perlu-dikunjungi", wanted.today)


def _address(kind: Sign, row: SignRow) -> str | None:
    """The page of the order, where the office has one."""
    if kind is Sign.COMPLAINT:
        return url_for("office.complaint", number=row.number)
    return url_for("office.sold_order", number=row.number) if kind is Sign.SHORT else None


def _words(places: list[Key]) -> str:
    return ", ".join(name_of(Group.VILLAGE, key) for key in places)
