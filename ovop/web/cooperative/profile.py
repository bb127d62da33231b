"""What the market says of the co-operative, and how it may be paid."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.accounts.names import written_mobile
from ovop.accounts.operations import change_cooperative, change_rates
from ovop.accounts.queries import CooperativeRow, get_cooperative
from ovop.db import db, write
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_percent
from ovop.payment.merchant import find_merchant
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.formats import typed_percent
from ovop.web.refusals import field_errors
from ovop.web.typed import Reading


@blueprint.get("/profil")
@requires(Role.COOPERATIVE)
def profile() -> ResponseReturnValue:
    """The co-operative as buyers see it, to be changed."""
    return _page({}, {})


@blueprint.post("/profil")
@requires(Role.COOPERATIVE)
def save_profile() -> ResponseReturnValue:
    """Number, story and whether cash is taken are as typed."""
    actor, _cooperative_id = clerk()
    form = request.form
    try:
        write(
            change_cooperative,
            actor,
            phone=form.get("phone", ""),
            about=form.get("about", ""),
            allows_cash=form.get("allows_cash") == "1",
        )
    except Invalid as error:
        return _page({"allows_cash": "", **form.to_dict()}, field_errors(error), 422)
    flash(_("Tersimpan. Pembeli melihatnya mulai sekarang."), "good")
    return redirect(url_for("cooperative.profile"))


@blueprint.post("/profil/pajak")
@requires(Role.COOPERATIVE)
def save_rates() -> ResponseReturnValue:
    """Tax number, tax and dues are as typed, for what is collected and shared out from now on."""
    actor, _cooperative_id = clerk()
    reading = Reading()
    try:
        tax, dues = (reading.take(parse_percent, name, 0, field=name) for name in ("tax", "dues"))
        reading.finish()
        number = reading.text("tax_number")
        write(change_rates, actor, tax_number=number, tax_points=tax, dues_points=dues)
    except Invalid as error:
        return _page(request.form.to_dict(), field_errors(error), 422)
    flash(_("Tersimpan. Nota dan pembagian yang sudah ada tetap memakai tarif lamanya."), "good")
    return redirect(url_for("cooperative.profile"))


def _typed_profile(found: CooperativeRow) -> dict[str, str]:
    return {
        "phone": written_mobile(found.phone) if found.phone else "",
        "about": found.about,
        "allows_cash": "1" if found.allows_cash else "",
    }


def _typed_rates(found: CooperativeRow) -> dict[str, str]:
    return {
        "tax_number": found.tax_number,
        "tax": typed_percent(found.tax_basis_points),
        "dues": typed_percent(found.dues_basis_points),
    }


def _page(typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    """`typed`: of the form that came back; fields of the other stand as they are kept."""
    actor, cooperative_id = clerk()
    found = get_cooperative(db.session(), cooperative_id)
    return page(
        "profile.html",
        status,
        typed={**_typed_profile(found), **_typed_rates(found), **typed},
        errors=errors,
        merchant=find_merchant(found.qris_payload),
        may_set_rates=actor.is_manager,
        place="profile",
    )
