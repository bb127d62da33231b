"""Orders that end without goods in a buyer's hands: cancelled by the co-operative, or not collected."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.ordering.errors import TooEarly, WrongStatus
from ovop.ordering.queries import get_order
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OPEN
from ovop.stock.queries import sellable_of
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.refusals import reason, sentence

_LONGEST_REASON = 200


@blueprint.get("/pesanan/<number>/batal")
@requires(Role.COOPERATIVE)
def cancel(number: str) -> ResponseReturnValue:
    """Why, and where the goods go; an order that has ended is shown instead."""
    actor, _cooperative_id = clerk()
    order = get_order(db.session(), number, actor, days.now())
    if order.status not in OPEN:
        return redirect(url_for("cooperative.order", number=number))
    return _cancel_page(order)


@blueprint.post("/pesanan/<number>/batal")
@requires(Role.COOPERATIVE)
def cancel_order(number: str) -> ResponseReturnValue:
    """The order is cancelled: its buyer is told, its goods are on sale again or lost, its money is not taken."""
    actor, _cooperative_id = clerk()
    now = days.now()
    order = get_order(db.session(), number, actor, now)
    typed = request.form.get("reason", "").strip()
    goods = request.form.get("goods", "")
    errors = {}
    if not typed:
        errors["reason"] = _("Tulis alasannya; pembeli ikut membacanya.")
    elif len(typed) > _LONGEST_REASON:
        errors["reason"] = reason("too-long")
    if goods not in ("restock", "lost"):
        errors["goods"] = _("Pilih dulu: dijual lagi atau hilang.")
    if errors:
        return _cancel_page(order, errors, 422)
    try:
        write(operations.cancel_order, number, actor, now, typed, restock=goods == "restock")
    except WrongStatus as error:
        flash(sentence(error), "warning")
    else:
        flash(_("%(number)s dibatalkan. Pembelinya dikabari.", number=number), "good")
    return redirect(url_for("cooperative.order", number=number))


@blueprint.post("/pesanan/<number>/tidak-diambil")
@requires(Role.COOPERATIVE)
def no_show(number: str) -> ResponseReturnValue:
    """The order counts as not collected, once its slot is over."""
    actor, _cooperative_id = clerk()
    order = get_order(db.session(), number, actor, days.now())
    try:
        write(operations.mark_no_show, number, actor, days.now())
    except (WrongStatus, TooEarly) as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.order", number=number))
    flash(_("%(number)s ditandai tidak diambil. Barangnya kembali ke stok kalau masih layak.", number=number), "good")
    return redirect(url_for("cooperative.slot", slot_id=order.pickup.slot_id))


def _cancel_page(order: OrderRow, errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    sellable = sellable_of(db.session(), [line.catch for line in order.lines], days.now())
    return page(
        "cancel.html",
        status,
        order=order,
        typed=request.form,
        errors=errors or {},
        spoiled=[line for line in order.lines if line.catch not in sellable],
        place="today",
    )
