"""The co-operative's scales: what they are called, until when they are verified, and which of them are still in use."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import parse_weight
from ovop.scales.operations import add_scale, change_scale, employ_scale, record_verification
from ovop.scales.queries import ScaleRow, get_scale, list_scales, verifications_of
from ovop.scales.rules import NewScale
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.formats import typed_quantity
from ovop.web.refusals import field_errors
from ovop.web.scale_words import seen
from ovop.web.times import dated
from ovop.web.typed import Reading, has_decimal_point, parse_day


@blueprint.get("/timbangan")
@requires(Role.COOPERATIVE)
def scales() -> ResponseReturnValue:
    """The list with how each stands, and room for one more."""
    return _list({})


@blueprint.post("/timbangan")
@requires(Role.COOPERATIVE)
def add_one_scale() -> ResponseReturnValue:
    """One more scale is on the list."""
    actor, _cooperative_id = clerk()
    reading = Reading()
    try:
        capacity, until = _capacity(reading), _until(reading)
        reading.finish()
        new = NewScale(reading.text("name"), capacity, until, reading.text("reference"))
        write(add_scale, new, actor, days.now())
    except Invalid as error:
        return _list(field_errors(error), 422)
    flash(_("%(name)s sudah ada di daftar.", name=" ".join(reading.text("name").split())), "good")
    return redirect(url_for("cooperative.scales"))


@blueprint.get("/timbangan/<id:scale_id>")
@requires(Role.COOPERATIVE)
def scale(scale_id: int) -> ResponseReturnValue:
    """One scale: its verification with what was said of it before, its name, and whether it is still used."""
    return _one(scale_id, {})


@blueprint.post("/timbangan/<id:scale_id>")
@requires(Role.COOPERATIVE)
def change_one_scale(scale_id: int) -> ResponseReturnValue:
    """The scale is called so and weighs so much at most."""
    actor, _cooperative_id = clerk()
    reading = Reading()
    try:
        capacity = _capacity(reading)
        reading.finish()
        write(change_scale, scale_id, reading.text("name"), capacity, actor)
    except Invalid as error:
        return _one(scale_id, field_errors(error), 422)
    flash(_("Tersimpan."), "good")
    return redirect(url_for("cooperative.scale", scale_id=scale_id))


@blueprint.post("/timbangan/<id:scale_id>/tera")
@requires(Role.COOPERATIVE)
def verify_one_scale(scale_id: int) -> ResponseReturnValue:
    """The scale is verified to that day; sent twice it stays so."""
    actor, _cooperative_id = clerk()
    reading = Reading()
    try:
        until = reading.take(parse_day, "verified_until", days.today())
        reading.finish()
        write(record_verification, scale_id, until, reading.text("reference"), actor, days.now())
    except Invalid as error:
        return _one(scale_id, field_errors(error), 422)
    flash(_("Tersimpan: tera berlaku sampai %(day)s.", day=dated(until)), "good")
    return redirect(url_for("cooperative.scale", scale_id=scale_id))


@blueprint.post("/timbangan/<id:scale_id>/aktif")
@requires(Role.COOPERATIVE)
def employ_one_scale(scale_id: int) -> ResponseReturnValue:
    """The scale is offered for weighing, or no longer; sent twice it stays so."""
    actor, _cooperative_id = clerk()
    is_active = request.form.get("active") == "1"
    write(employ_scale, scale_id, actor, is_active=is_active)
    name = get_scale(db.session(), scale_id, actor).name
    words = (
        _("%(name)s bisa dipilih lagi.") if is_active else _("%(name)s tidak ditawarkan lagi. Riwayatnya tetap ada.")
    )
    flash(words % {"name": name}, "good")
    return redirect(url_for("cooperative.scales"))


def _capacity(reading: Reading) -> int | None:
    """Grams; nothing where nobody said."""
    if not reading.text("capacity"):
        return None
    return reading.take(parse_weight, "capacity", None, decimal_point=has_decimal_point(), field="capacity")


def _until(reading: Reading) -> date | None:
    return reading.take(parse_day, "verified_until", None) if reading.text("verified_until") else None


def _list(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    _actor, cooperative_id = clerk()
    found = [seen(row, days.today()) for row in list_scales(db.session(), cooperative_id)]
    return page("scales.html", status, found=found, typed=request.form, errors=errors, place="today")


def _one(scale_id: int, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    found = get_scale(db.session(), scale_id, actor)
    return page(
        "scale.html",
        status,
        scale=seen(found, days.today()),
        history=verifications_of(db.session(), scale_id),
        typed=_kept(found) | request.form.to_dict(),
        errors=errors,
        place="today",
    )


def _kept(found: ScaleRow) -> dict[str, str]:
    capacity = typed_quantity(found.capacity_grams, "weight") if found.capacity_grams else ""
    return {"name": found.name, "capacity": capacity}
