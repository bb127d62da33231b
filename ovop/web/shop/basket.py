"""The basket: putting lots in, changing how much, seeing what it comes to and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound, Refused
from ovop.kernel.quantity import Measure, parse_quantity
from ovop.ordering.basket import Contents, Kept, accepted, contents_of
from ovop.ordering.offer import Offer, check_quantity
from ovop.ordering.offers import offers
from ovop.stock.errors import OutOfStock
from ovop.web import refusals
from ovop.web.access import current_actor
from ovop.web.addresses import read_id
from ovop.web.formats import quantity as written_quantity
from ovop.web.formats import typed_quantity
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.shop.again import changed_since
from ovop.web.shop.area import blueprint
from ovop.web.shop.kept import current_basket, keep_basket

#: What a first look at a lot proposes.
FIRST = {Measure.WEIGHT: 1000, Measure.COUNT: 1}
#: From how much on one tap changes it by how much: half a kilogram for a household, five or ten for a restaurant.
STEPS = {
    Measure.WEIGHT: ((50_000, 10_000), (10_000, 5_000), (0, 500)),
    Measure.COUNT: ((50, 10), (20, 5), (0, 1)),
}
#: The same, as the component `stepper` takes them.
STEPS_WRITTEN = {measure: " ".join(f"{least}:{step}" for least, step in steps) for measure, steps in STEPS.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed for one lot, and what is wrong with it.  confirmed: the quantity that they are asked about.

    quantity: grams or pieces; unit_price, amount, maximum: rupiah that it comes to; as far as it can be read.
    """

    catch: int
    typed: str
    error: str | None = None
    confirmed: int | None = None
    quantity: int | None = None
    unit_price: int | None = None
    amount: int | None = None
    maximum: int | None = None


@blueprint.get("/belanja")
def basket() -> ResponseReturnValue:
    """The basket by co-operative, with estimate and maximum, and line by line what has changed since."""
    return _basket_page(contents())


@blueprint.get("/belanja/tambah")
def choose_quantity() -> ResponseReturnValue:
    """How much of one lot, on a page of its own."""
    offer = _offer(read_id(request.args.get("catch")))
    return _quantity_page(offer, _asked(offer, _proposed(offer)))


@blueprint.post("/belanja/tambah")
def add_to_basket() -> ResponseReturnValue:
    """So much of the lot is in the basket, or the question how much comes back with what was wrong."""
    offer = _offer(read_id(request.form.get("catch")))
    try:
        quantity = _read_quantity(offer)
        if {"quantity_step", "take"} & set(request.form):
            return _quantity_page(offer, _asked(offer, quantity))
        _put_in(offer, quantity)
    except Refused as error:
        return _quantity_page(offer, _refused(offer, error), error.status)
    words = _(
        "%(name)s %(quantity)s ada di belanjaanmu.",
        name=offer.name,
        quantity=written_quantity(quantity, offer.measure, offer.unit),
    )
    flash(words, "good")
    return redirect(url_for("shop.basket"))


@blueprint.post("/belanja/<id:catch>")
def change_line(catch: int) -> ResponseReturnValue:
    """The line has another quantity, or is out of the basket; a lot that is gone can only be taken out."""
    kept = current_basket()
    if catch not in kept.lines:
        return redirect(url_for("shop.basket"))
    found = offers(db.session(), [catch], days.now()).get(catch)
    if "remove" in request.form or found is None:
        keep_basket(kept.without(catch))
        return redirect(url_for("shop.basket"))
    try:
        _put_in(found, found.available if "rest" in request.form else _read_quantity(found))
    except Refused as error:
        return _basket_page(contents(), _refused(found, error), error.status)
    return redirect(url_for("shop.basket"))


@blueprint.post("/belanja/lanjut")
def go_on() -> ResponseReturnValue:
    """On to place and time, at the prices that the page showed; back to the basket while something is in the way."""
    now_in_it = contents()
    shown = {line.catch: request.form.get(f"price_{line.catch}", type=int) for line in now_in_it.lines}
    if not now_in_it.can_be_ordered or shown != now_in_it.prices:
        return redirect(url_for("shop.basket"))
    keep_basket(accepted(current_basket(), now_in_it))
    return redirect(url_for("shop.choose_pickup", near=request.form.get("near") or None))


def contents() -> Contents:
    """The basket beside what is on offer now."""
    kept, now = current_basket(), days.now()
    return contents_of(kept, offers(db.session(), kept.lines.keys(), now), now)


def _offer(catch: int | None) -> Offer:
    found = offers(db.session(), [catch], days.now()) if catch is not None else {}
    if catch not in found:
        raise NotFound()
    return found[catch]


def _proposed(offer: Offer) -> int:
    """What is in the basket already, else a usual amount, else what is left."""
    kept = current_basket().lines.get(offer.id)
    wanted = kept.quantity if kept else FIRST[offer.measure]
    return max(min(wanted, offer.available), 1)


def step_above(quantity: int, measure: Measure) -> int:
    """By how much a tap makes `quantity` larger."""
    return next(step for least, step in STEPS[Measure(measure)] if quantity >= least)


def step_below(quantity: int, measure: Measure) -> int:
    """By how much a tap makes `quantity` smaller."""
    return next((step for least, step in STEPS[Measure(measure)] if quantity > least), 1)


def _read_quantity(offer: Offer) -> int:
    """The quantity typed, one step on where a step was pressed, or that of a break which was.  Raises: Invalid."""
    if (wanted := read_id(request.form.get("take"))) in {each.quantity for each in offer.breaks}:
        assert wanted is not None
        return wanted
    typed = request.form.get("quantity", "")
    quantity = parse_quantity(typed, offer.measure, decimal_point=current_language() == "en")
    step = request.form.get("quantity_step", type=int)
    if not step:
        return quantity
    size = abs(step)
    stepped = (quantity // size + 1) * size if step > 0 else (-(-quantity // size) - 1) * size
    return max(min(stepped, offer.available), min(size, quantity), 1)


def _put_in(offer: Offer, quantity: int) -> None:
    check_quantity(offer, quantity, days.now(), confirmed=request.form.get("confirmed", type=int))
    keep_basket(current_basket().with_line(offer.id, Kept(quantity, offer.price_for(quantity), offer.measure)))


def _asked(offer: Offer, quantity: int) -> Asked:
    return Asked(
        offer.id,
        typed_quantity(quantity, offer.measure),
        quantity=quantity,
        unit_price=offer.price_for(quantity),
        amount=offer.amount_of(quantity),
        maximum=offer.maximum_of(quantity),
    )


def _refused(offer: Offer, error: Refused) -> Asked:
    """What was typed, beside the reason why it cannot be; a likely slip is shown back with its unit."""
    typed = request.form.get("quantity", "")
    if isinstance(error, OutOfStock):
        left = written_quantity(offer.available, offer.measure, offer.unit)
        return Asked(offer.id, typed, _("Sisanya %(left)s.", left=left))
    if not isinstance(error, Invalid) or error.errors.get("quantity") != "slip":
        return Asked(offer.id, typed, refusals.sentence(error))
    quantity = _read_quantity(offer)
    meant = written_quantity(quantity, offer.measure, offer.unit)
    words = _("Itu %(quantity)s. Kalau memang benar, tekan sekali lagi.", quantity=meant)
    return replace(_asked(offer, quantity), typed=typed, error=words, confirmed=quantity)


def _quantity_page(offer: Offer, asked: Asked, status: int = 200) -> ResponseReturnValue:
    quantity = asked.quantity or FIRST[offer.measure]
    page = render_template(
        "shop/quantity.html",
        offer=offer,
        asked=asked,
        step=step_above(quantity, offer.measure),
        step_down=step_below(quantity, offer.measure),
        steps=STEPS_WRITTEN[offer.measure],
        gone=not offer.is_on_sale(days.now()),
    )
    return page, status


def _basket_page(shown: Contents, asked: Asked | None = None, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "shop/basket.html",
        contents=shown,
        asked=asked,
        steps=STEPS_WRITTEN,
        step_above=step_above,
        step_below=step_below,
        changed=changed_since(),
        is_buyer=(actor := current_actor()) is not None and actor.role is Role.BUYER,
    )
    return page, status
