"""Bringing cash to the bank: from one till, or all that waits on one slip; and what was noted wrongly."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_amount
from ovop.till import operations, queries
from ovop.till.errors import TillNotCounted
from ovop.till.operations import Slip
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.tills import Typed, shared, till_page
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence
from ovop.web.typed import Reading, parse_day


@blueprint.post("/kas/<id:till_id>/setor")
@requires(Role.COOPERATIVE)
def deposit(till_id: int) -> ResponseReturnValue:
    """Some or all of the till was brought to the bank; the page says what stays."""
    actor, _cooperative_id = clerk()
    form = Reading()
    try:
        amount, slip = form.take(parse_amount, "amount", 0, field="amount"), _read_slip(form)
        write(operations.deposit, {till_id: amount}, slip, form.text("key"), actor, days.now())
    except Invalid as error:
        return till_page(till_id, request.form, field_errors(error), 422)
    except TillNotCounted as error:
        flash(sentence(error), "warning")
    else:
        flash(_("%(amount)s disetor ke bank.", amount=rupiah(amount)), "good")
    return redirect(url_for("cooperative.till", till_id=till_id))


@blueprint.post("/kas/<id:till_id>/setoran/<id:deposit_id>/batal")
@requires(Role.COOPERATIVE)
def take_back_deposit(till_id: int, deposit_id: int) -> ResponseReturnValue:
    """A deposit that was noted wrongly counts no more."""
    actor, _cooperative_id = clerk()
    reason = request.form.get("reason", "").strip()
    try:
        till_id = write(operations.take_back_deposit, deposit_id, reason, actor, days.now())
    except Invalid as error:
        return till_page(till_id, request.form, {f"reason-{deposit_id}": field_errors(error)["reason"]}, 422)
    return redirect(url_for("cooperative.till", till_id=till_id))


@blueprint.get("/kas/setor")
@requires(Role.COOPERATIVE)
def deposit_all() -> ResponseReturnValue:
    """Every counted till from which cash has to go to the bank."""
    return _deposit_page({}, {})


@blueprint.post("/kas/setor")
@requires(Role.COOPERATIVE)
def save_deposits() -> ResponseReturnValue:
    """The chosen tills were brought to the bank on one slip, each but for its change."""
    actor, _cooperative_id = clerk()
    form = Reading()
    chosen = [till_id for typed in request.form.getlist("till") if (till_id := read_id(typed))]
    # As the page said them: what has changed since is refused, and a second tap finds its key.
    amounts = {till_id: read_id(form.text(f"amount_{till_id}")) or 0 for till_id in chosen}
    if not amounts:
        form.refuse("till", "nothing-chosen")
    try:
        slip = _read_slip(form)
        write(operations.deposit, amounts, slip, form.text("key"), actor, days.now())
    except Invalid as error:
        return _deposit_page(request.form, field_errors(error), 422)
    flash(_("%(amount)s disetor ke bank.", amount=rupiah(sum(amounts.values()))), "good")
    return redirect(url_for("cooperative.tills"))


def _read_slip(form: Reading) -> Slip:
    """What was typed of the bank's slip.  Raises: Invalid, with all that was found wrong before."""
    on = form.take(parse_day, "on", days.today())
    if not form.text("reference"):
        form.refuse("reference", "required")
    form.finish()
    return Slip(form.text("reference"), on)


def _deposit_page(typed: Typed, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    _actor, cooperative_id = clerk()
    waiting = queries.tills_to_deposit(db.session(), cooperative_id)
    chosen = set(request.form.getlist("till")) if typed else {str(row.id) for row in waiting}
    return page("till_deposit.html", status, waiting=waiting, chosen=chosen, typed=typed, errors=errors, **shared())
