"""What the market says of the co-operative, and how it may be paid."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.accounts.names import written_mobile
from ovop.accounts.operations import change_cooperative
from ovop.accounts.queries import get_cooperative
from ovop.db import db, write
from ovop.kernel.errors import Invalid
from ovop.payment.merchant import find_merchant
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.refusals import field_errors


@blueprint.get("/profil")
@requires(Role.COOPERATIVE)
def profile() -> ResponseReturnValue:
    """The co-operative as buyers see it, to be changed."""
    _actor, cooperative_id = clerk()
    found = get_cooperative(db.session(), cooperative_id)
    typed = {
        "phone": written_mobile(found.phone) if found.phone else "",
        "about": found.about,
        "allows_cash": "1" if found.allows_cash else "",
    }
    return _page(typed, {})


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
        return _page(form.to_dict(), field_errors(error), 422)
    flash(_("Tersimpan. Pembeli melihatnya mulai sekarang."), "good")
    return redirect(url_for("cooperative.profile"))


def _page(typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    _actor, cooperative_id = clerk()
    found = get_cooperative(db.session(), cooperative_id)
    return page(
        "profile.html", status, typed=typed, errors=errors, merchant=find_merchant(found.qris_payload), place="profile"
    )
