"""Harvests that are sold ahead: what is to come, and counting it, with a look before anything happens."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ovop.accounts.models import Role
from ovop.advance import flows
from ovop.advance.errors import NotPlanned
from ovop.advance.queries import Forecast, counts_of, foresee, harvests, listings
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import LARGEST_QUANTITY, Measure, looks_like_slip, parse_quantity
from ovop.stock.queries import LotRow, get_lot
from ovop.undo.errors import ChangedSince
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.standing import day_notes
from ovop.web.formats import quantity as written
from ovop.web.refusals import field_errors, sentence
from ovop.web.typed import Reading, has_decimal_point, is_nothing


@blueprint.get("/panen")
@requires(Role.COOPERATIVE)
def coming_harvests() -> ResponseReturnValue:
    """What waits to be counted, first what is due, and the standing listings with their next days."""
    _actor, cooperative_id = clerk()
    now = days.now()
    found = listings(db.session(), cooperative_id, now)
    return page(
        "harvests.html",
        harvests=harvests(db.session(), cooperative_id, now),
        listings=found,
        notes={listing.id: day_notes(listing) for listing in found},
        now=now,
        place="stock",
    )


@blueprint.get("/panen/<id:catch_id>")
@requires(Role.COOPERATIVE)
def count_harvest(catch_id: int) -> ResponseReturnValue:
    """The form for what is really there."""
    return _form(_lot(catch_id), {})


@blueprint.post("/panen/<id:catch_id>")
@requires(Role.COOPERATIVE)
def save_harvest(catch_id: int) -> ResponseReturnValue:
    """First what it would mean for whom; said to be right, the lot is counted and shared out."""
    actor, _cooperative_id = clerk()
    now = days.now()
    lot = _lot(catch_id)
    try:
        counted = _read(lot)
        forecast = foresee(db.session(), catch_id, counted, actor)
        if not forecast.is_possible:
            least = written(forecast.least, lot.measure, lot.unit)
            words = _("Paling sedikit %(least)s: sebanyak itu sudah dikemas, diambil, atau hilang.", least=least)
            return _form(lot, {"quantity": words}, status=422)
        if request.form.get("sure") != str(counted) or _is_stale(lot, counted):
            return _form(lot, {}, forecast=forecast)
        cancelled = flows.count_harvest(catch_id, counted, actor, now)
    except Invalid as error:
        return _form(lot, field_errors(error), status=422)
    except ChangedSince:
        words = _("Bagian nelayan yang tercatat lebih banyak. Ubah dulu siapa membawa berapa.")
        return _form(lot, {"quantity": words}, status=409)
    except NotPlanned as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.lot", catch_id=catch_id))
    flash(_("%(name)s dihitung: %(there)s.", name=lot.name, there=written(counted, lot.measure, lot.unit)), "good")
    if cancelled:
        flash(
            ngettext(
                "%(num)s pesanan dibatalkan karena tidak kebagian, dan pembelinya dikabari.",
                "%(num)s pesanan dibatalkan karena tidak kebagian, dan pembelinya dikabari.",
                cancelled,
            ),
            "warning",
        )
    return redirect(url_for("cooperative.lot", catch_id=catch_id))


def _lot(catch_id: int) -> LotRow:
    actor, _cooperative_id = clerk()
    return get_lot(db.session(), catch_id, actor)


def _is_stale(lot: LotRow, counted: int) -> bool:
    """Whether the lot was counted otherwise since the form that is sent was looked at."""
    return lot.caught != counted and request.form.get("counts", "0") != str(len(counts_of(db.session(), lot.id)))


def _read(lot: LotRow) -> int:
    """Grams or pieces; nought is an answer too.  Raises: Invalid."""
    sure = request.form.get("sure", "")
    if sure.isascii() and sure.isdigit() and int(sure) <= LARGEST_QUANTITY:
        return int(sure)
    reading = Reading()
    if is_nothing(reading.text("quantity")):
        return 0
    counted = reading.take(parse_quantity, "quantity", 0, Measure(lot.measure), decimal_point=has_decimal_point())
    reading.finish()
    return counted


def _form(
    lot: LotRow, errors: dict[str, str], *, forecast: Forecast | None = None, status: int = 200
) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    return page(
        "harvest_count.html",
        status,
        lot=lot,
        waiting=foresee(db.session(), lot.id, lot.caught, actor),
        forecast=forecast,
        is_odd=forecast is not None and (not forecast.quantity or looks_like_slip(forecast.quantity, lot.caught)),
        counts=counts_of(db.session(), lot.id),
        typed=request.form.get("quantity", ""),
        errors=errors,
        now=days.now(),
        place="stock",
    )
