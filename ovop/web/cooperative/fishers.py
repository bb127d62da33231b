"""The members who fish for the co-operative: the list, each one's name, and whether they still bring something."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.shares.operations import add_fisher, employ_fisher, rename_fisher
from ovop.shares.queries import get_fisher, list_fishers
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.refusals import field_errors


@blueprint.get("/nelayan")
@requires(Role.COOPERATIVE)
def fishers() -> ResponseReturnValue:
    """The list, those at work first, and room for one more."""
    return _list({})


@blueprint.post("/nelayan")
@requires(Role.COOPERATIVE)
def add_one_fisher() -> ResponseReturnValue:
    """One more fisher is on the list."""
    actor, _cooperative_id = clerk()
    try:
        write(add_fisher, request.form.get("name", ""), actor, days.now())
    except Invalid as error:
        return _list(field_errors(error), 422)
    flash(_("%(name)s sudah ada di daftar.", name=" ".join(request.form["name"].split())), "good")
    return redirect(url_for("cooperative.fishers"))


@blueprint.get("/nelayan/<id:fisher_id>")
@requires(Role.COOPERATIVE)
def fisher(fisher_id: int) -> ResponseReturnValue:
    """One fisher: what they are called, and whether they are offered for new lots."""
    return _one(fisher_id, {})


@blueprint.post("/nelayan/<id:fisher_id>")
@requires(Role.COOPERATIVE)
def rename_one_fisher(fisher_id: int) -> ResponseReturnValue:
    """The fisher is called so."""
    actor, _cooperative_id = clerk()
    try:
        write(rename_fisher, fisher_id, request.form.get("name", ""), actor)
    except Invalid as error:
        return _one(fisher_id, field_errors(error), 422)
    flash(_("Tersimpan."), "good")
    return redirect(url_for("cooperative.fishers"))


@blueprint.post("/nelayan/<id:fisher_id>/aktif")
@requires(Role.COOPERATIVE)
def employ_one_fisher(fisher_id: int) -> ResponseReturnValue:
    """The fisher is offered for new lots, or no longer; sent twice it stays so."""
    actor, _cooperative_id = clerk()
    is_active = request.form.get("active") == "1"
    write(employ_fisher, fisher_id, actor, is_active=is_active)
    name = get_fisher(db.session(), fisher_id, actor).name
    words = _("%(name)s bisa dipilih lagi.") if is_active else _("%(name)s tidak ditawarkan lagi. Bagiannya tetap ada.")
    flash(words % {"name": name}, "good")
    return redirect(url_for("cooperative.fishers"))


def _list(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    _actor, cooperative_id = clerk()
    found = list_fishers(db.session(), cooperative_id)
    return page("fishers.html", status, found=found, typed=request.form, errors=errors, place="money")


def _one(fisher_id: int, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    found = get_fisher(db.session(), fisher_id, actor)
    typed = request.form.get("name", found.name)
    return page("fisher.html", status, fisher=found, typed=typed, errors=errors, place="money")
