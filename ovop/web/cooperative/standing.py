"""Listings that stand every week: made once, they put each of their days on sale and close it by themselves."""

from __future__ import annotations

from datetime import date, time, timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.advance import flows
from ovop.advance import standing as operations
from ovop.advance.errors import ListingEnded
from ovop.advance.queries import DayRow, DayState, ListingRow, get_listing
from ovop.advance.rules import FURTHEST_OPENING, Standing, check_standing
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_rupiah
from ovop.kernel.quantity import parse_count, parse_quantity
from ovop.pickup.plans import holidays_between
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.tiles import Tile, tiles_of
from ovop.web.formats import NBSP, per_unit, rupiah, typed_quantity
from ovop.web.formats import quantity as written
from ovop.web.language import current_language, ngettext
from ovop.web.refusals import field_errors, sentence
from ovop.web.times import clock, near_day
from ovop.web.times import day as short_day
from ovop.web.typed import Reading, has_decimal_point, parse_clock, parse_day

_A_MONDAY = date(2024, 1, 1)
#: What a form that nobody has filled in says: a pond is emptied at dawn.
_USUAL = {"opens_days_before": "3", "lands_at": "05:00"}


@blueprint.get("/panen/rutin")
@requires(Role.COOPERATIVE)
def new_standing() -> ResponseReturnValue:
    """The form for a listing that stands."""
    return _form(None, {}, _USUAL)


@blueprint.post("/panen/rutin")
@requires(Role.COOPERATIVE)
def save_new_standing() -> ResponseReturnValue:
    """The listing stands, and what is due of it is on sale; the same once more stays one."""
    actor, _cooperative_id = clerk()
    try:
        listing_id = write(operations.stand, _read(), actor, days.now())
    except Invalid as error:
        return _form(None, field_errors(error), request.form.to_dict(), 422)
    flows.open_due(days.now())
    flash(_("Jual rutin tersimpan. Tiap harinya dibuka dan ditutup sendiri."), "good")
    return redirect(url_for("cooperative.standing", listing_id=listing_id))


@blueprint.get("/panen/rutin/<id:listing_id>")
@requires(Role.COOPERATIVE)
def standing(listing_id: int) -> ResponseReturnValue:
    """One listing: its next days, and what can be changed of it."""
    actor, _cooperative_id = clerk()
    return _form(get_listing(db.session(), listing_id, actor, days.now()), {}, {})


@blueprint.post("/panen/rutin/<id:listing_id>")
@requires(Role.COOPERATIVE)
def change_standing(listing_id: int) -> ResponseReturnValue:
    """Days that are not on sale yet are as typed."""
    actor, _cooperative_id = clerk()
    found = get_listing(db.session(), listing_id, actor, days.now())
    try:
        write(operations.change, listing_id, _read(), actor)
    except Invalid as error:
        return _form(found, field_errors(error), request.form.to_dict(), 422)
    flows.open_due(days.now())
    flash(_("Tersimpan. Berlaku untuk hari yang belum dibuka."), "good")
    return redirect(url_for("cooperative.standing", listing_id=listing_id))


@blueprint.post("/panen/rutin/<id:listing_id>/jeda")
@requires(Role.COOPERATIVE)
def pause_standing(listing_id: int) -> ResponseReturnValue:
    """No day is opened for a while."""
    actor, _cooperative_id = clerk()
    found = get_listing(db.session(), listing_id, actor, days.now())
    reading = Reading()
    try:
        until = reading.take(parse_day, "until", None) if reading.text("until") else None
        reading.finish()
        write(operations.pause, listing_id, until, actor, days.now())
    except Invalid as error:
        return _form(found, field_errors(error), {}, 422)
    flash(_("Jual rutin ini berhenti dulu. Yang sudah dibuka tetap dijual."), "good")
    return redirect(url_for("cooperative.standing", listing_id=listing_id))


@blueprint.post("/panen/rutin/<id:listing_id>/lanjut")
@requires(Role.COOPERATIVE)
def resume_standing(listing_id: int) -> ResponseReturnValue:
    """Days are opened again."""
    actor, _cooperative_id = clerk()
    try:
        write(operations.resume, listing_id, actor)
    except ListingEnded as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.coming_harvests"))
    flows.open_due(days.now())
    flash(_("Jual rutin ini jalan lagi."), "good")
    return redirect(url_for("cooperative.standing", listing_id=listing_id))


@blueprint.post("/panen/rutin/<id:listing_id>/akhiri")
@requires(Role.COOPERATIVE)
def end_standing(listing_id: int) -> ResponseReturnValue:
    """No further day is opened."""
    actor, _cooperative_id = clerk()
    write(operations.end, listing_id, actor, days.now())
    flash(_("Jual rutin itu sudah diakhiri. Yang sudah dibuka tetap dijual."), "good")
    return redirect(url_for("cooperative.coming_harvests"))


@blueprint.post("/panen/rutin/<id:listing_id>/lewati")
@requires(Role.COOPERATIVE)
def skip_standing_day(listing_id: int) -> ResponseReturnValue:
    """One day is left out, or taken in again."""
    actor, _cooperative_id = clerk()
    try:
        day = parse_day(request.form.get("day", ""))
        if request.form.get("back"):
            write(operations.unskip, listing_id, day, actor)
        else:
            write(operations.skip, listing_id, day, actor, days.now())
    except (Invalid, ListingEnded) as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.coming_harvests"))
    flows.open_due(days.now())
    return redirect(url_for("cooperative.standing", listing_id=listing_id))


def day_notes(listing: ListingRow) -> list[tuple[DayRow, str, str | None]]:
    """The listing's next days, each with what it says of itself and the public holiday that it is."""
    if not listing.coming:
        return []
    is_english = current_language() == "en"
    holidays = {
        holiday.day: holiday.name_en if is_english else holiday.name_id
        for holiday in holidays_between(listing.coming[0].day, listing.coming[-1].day)
    }
    return [(row, _state_words(row), holidays.get(row.day)) for row in listing.coming]


def _state_words(row: DayRow) -> str:
    match row.state:
        case DayState.OPEN:
            return _("sudah bisa dipesan")
        case DayState.SKIPPED:
            return _("dilewati")
        case DayState.PAUSED:
            return _("berhenti dulu")
        case DayState.NO_SLOT:
            return _("belum ada jadwal ambil yang cocok, jadi belum dibuka")
        case DayState.WAITING:
            return _("dibuka %(day)s", day=near_day(max(row.opens_on, days.today())))


def _read() -> Standing:
    """The listing that the form describes.  Raises: Invalid with all that is wrong."""
    _actor, cooperative_id = clerk()
    reading = Reading()
    tiles = tiles_of(db.session(), cooperative_id, days.now())
    tile = next((tile for tile in tiles if tile.id == read_id(request.form.get("product"))), None)
    if tile is None:
        reading.refuse("product", "unknown")
    amount = (
        reading.take(parse_quantity, "quantity", 1, (tile or tiles[0]).measure, decimal_point=has_decimal_point())
        if tiles
        else 1
    )
    new = Standing(
        product_id=tile.id if tile else 0,
        weekdays="".join(sorted(set(request.form.getlist("weekdays")))),
        quantity=amount,
        unit_price=reading.take(parse_rupiah, "unit_price", 1),
        opens_days_before=reading.take(parse_count, "opens_days_before", 1),
        lands_at=reading.take(parse_clock, "lands_at", time(5)),
        keeps_hours=_keeps(reading, tile),
    )
    try:
        check_standing(new)
    except Invalid as error:
        for name, reason in error.errors.items():
            reading.refuse(name, reason)
    reading.finish()
    return new


def _keeps(reading: Reading, tile: Tile | None) -> int:
    """Hours: as many days as typed, or as the product usually keeps."""
    if reading.text("keeps"):
        return 24 * reading.take(parse_count, "keeps", 1)
    return tile.keeps_hours if tile else 24


def _form(
    listing: ListingRow | None, errors: dict[str, str], typed: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    _actor, cooperative_id = clerk()
    tiles = tiles_of(db.session(), cooperative_id, days.now())
    known = _typed_of(listing) if listing else {}
    weekdays = (
        request.form.getlist("weekdays")
        if request.form and "quantity" in typed
        else list(listing.standing.weekdays if listing else "")
    )
    return page(
        "standing.html",
        status,
        listing=listing,
        coming=day_notes(listing) if listing else [],
        tiles=tiles,
        products=[(tile.id, tile.name) for tile in tiles],
        typed=known | typed,
        chosen_days=weekdays,
        week=_week(),
        days_before=[
            (number, ngettext("%(num)s hari", "%(num)s hari", number)) for number in range(1, FURTHEST_OPENING + 1)
        ],
        errors=errors,
        place="stock",
    )


def _days_before(number: int) -> str:
    return _("sehari sebelumnya") if number == 1 else _("%(days)s hari sebelumnya", days=number)


def _typed_of(listing: ListingRow) -> dict[str, str]:
    standing = listing.standing
    whole_days, rest = divmod(standing.keeps_hours, 24)
    return {
        "product": str(standing.product_id),
        "quantity": typed_quantity(standing.quantity, listing.measure),
        "unit_price": rupiah(standing.unit_price).replace(NBSP, " "),
        "opens_days_before": str(standing.opens_days_before),
        "lands_at": standing.lands_at.strftime("%H:%M"),
        "keeps": "" if rest else str(whole_days),
    }


@blueprint.app_template_filter()
def standing_words(listing: ListingRow) -> str:
    """``Tiap Jum 60 kg, Rp 32.000 / kg, panen 05.00``."""
    standing = listing.standing
    return _(
        "Tiap %(days)s %(quantity)s, %(price)s, panen %(clock)s, dibuka %(before)s",
        days=", ".join(name for number, name in _week() if number in standing.weekdays),
        quantity=written(standing.quantity, listing.measure, listing.unit),
        price=f"{rupiah(standing.unit_price)} {per_unit(listing.unit)}",
        clock=clock(standing.lands_on(_A_MONDAY)),
        before=_days_before(standing.opens_days_before),
    )


def _week() -> list[tuple[str, str]]:
    """Numbers and short names of the weekdays, 1 is Monday."""
    return [(str(number), short_day(_A_MONDAY + timedelta(days=number - 1)).split(NBSP)[0]) for number in range(1, 8)]
