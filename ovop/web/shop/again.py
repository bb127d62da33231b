"""Ordering again: an earlier shopping goes into the basket as far as it is on sale, and what is not is said."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import NotFound, Refused
from ovop.ordering.again import Again, ordered_again, quantities
from ovop.ordering.basket import Kept
from ovop.ordering.queries import get_checkout
from ovop.web.access import current_actor, requires, signed_in
from ovop.web.language import gettext as _
from ovop.web.refusals import sentence
from ovop.web.shop.area import blueprint
from ovop.web.shop.kept import current_basket, keep_basket


@blueprint.post("/pesanan/belanja/<checkout_id>/lagi")
@requires(Role.BUYER)
def order_again(checkout_id: str) -> ResponseReturnValue:
    """The basket has what was bought then, beside what was in it; sent twice, it is put in once."""
    found = _again(checkout_id, signed_in())
    basket = current_basket()
    try:
        for catch, (offer, quantity) in quantities(found).items():
            basket = basket.with_line(catch, Kept(quantity, offer.price_for(quantity), offer.measure))
    except Refused as error:
        flash(sentence(error), "warning")
    keep_basket(basket)
    if any(each.offer for each in found):
        flash(_("Belanjamu yang dulu sudah masuk. Periksa jumlahnya, lalu pilih tempat dan jam."), "good")
    return redirect(url_for("shop.basket", again=checkout_id))


def changed_since() -> tuple[Again, ...]:
    """What of the shopping that is ordered again, as the address says, is gone or less by now."""
    actor, checkout_id = current_actor(), request.args.get("again")
    if not checkout_id or actor is None or actor.role is not Role.BUYER:
        return ()
    try:
        return tuple(each for each in _again(checkout_id, actor) if each.offer is None or each.is_less)
    except NotFound:
        return ()


def _again(checkout_id: str, actor: Actor) -> tuple[Again, ...]:
    now = days.now()
    checkout = get_checkout(db.session(), checkout_id, actor, now)
    return ordered_again(db.session(), [line for order in checkout.orders for line in order.lines], now)
