"""Paying: what it comes to, how to pay, and placing the order, once for each basket."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.idempotency import Answer, find_remembered
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid, Refused
from ovop.ordering import flows
from ovop.ordering.basket import Contents, Part
from ovop.ordering.choices import Spot, Time
from ovop.ordering.errors import CashNotAllowed, PriceChanged, WrongStatus
from ovop.ordering.paying_choices import Way, ways_to_pay
from ovop.ordering.requests import CheckoutRequest, WantedLine, WantedPickup
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.standing import standing_of
from ovop.payment import providers
from ovop.payment.errors import MethodNotAllowed, ProviderAway
from ovop.payment.rules import Method
from ovop.pickup.errors import SlotFull, SlotUnsuitable
from ovop.stock.errors import NotOnSale, OutOfStock
from ovop.web import refusals
from ovop.web.access import current_actor, requires, signed_in
from ovop.web.account.area import private
from ovop.web.addresses import read_id
from ovop.web.language import current_language, public_origin, site_root
from ovop.web.language import gettext as _
from ovop.web.market import current_market
from ovop.web.shop.area import blueprint
from ovop.web.shop.basket import contents
from ovop.web.shop.kept import chosen_slots, current_basket, forget_basket
from ovop.web.shop.pickup_choice import choices

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Summary:
    """One co-operative's part with the place and time chosen for it."""

    part: Part
    spot: Spot
    time: Time


@blueprint.get("/bayar")
def pay() -> ResponseReturnValue:
    """The last look before ordering; who is not signed in does that here, and keeps everything."""
    now_in_it = contents()
    summaries = _summaries(now_in_it)
    if summaries is None:
        return _back_to_what_is_missing()
    return _pay_page(now_in_it, summaries)


@blueprint.post("/bayar")
@requires()
def place_order() -> ResponseReturnValue:
    """The orders stand, once for each basket: sent again, or from another tab, it leads to what was ordered."""
    actor = signed_in()
    key = request.form.get("key", "")
    if key != current_basket().id:
        return _ordered_before(actor, key) or _back_to_what_is_missing()
    try:
        placed = flows.check_out(_wanted(), actor, key, days.now(), _word)
    except Refused as error:
        # Sent again after its answer was lost, it may be refused because this very basket holds the last kilo.
        return _ordered_before(actor, key) or _refused(error)
    return _ordered(placed.answer, key)


@blueprint.post("/pesanan/belanja/<checkout_id>/bayar")
@requires(Role.BUYER)
def begin_payment(checkout_id: str) -> ResponseReturnValue:
    """On to the card provider's page, for a checkout that is not paid yet."""
    return redirect(_payment_address(checkout_id))


def _ordered_before(actor: Actor, key: str) -> ResponseReturnValue | None:
    """The way on, when the basket of that key has become a checkout already."""
    answer = find_remembered(db.session(), actor.id, key) if key else None
    return _ordered(answer, key) if answer is not None else None


def _ordered(answer: Answer, key: str) -> ResponseReturnValue:
    """The basket has become a checkout: on to paying it by card, else to what was ordered."""
    if key == current_basket().id:
        forget_basket()
    checkout = json.loads(answer.body)
    if Method(checkout["payment"]["method"]).is_card:
        try:
            return redirect(_payment_address(checkout["id"]))
        except (MethodNotAllowed, WrongStatus):  # paid or over by now
            pass
    return redirect(url_for("shop.checkout", checkout_id=checkout["id"]))


def _payment_address(checkout_id: str) -> str:
    """The provider's page, or the checkout's own while the provider does not answer.

    Raises: NotFound, WrongStatus, MethodNotAllowed.
    """
    here = url_for("shop.checkout", checkout_id=checkout_id)
    back_to = public_origin() + here.removeprefix(site_root())
    try:
        address = flows.begin_payment(checkout_id, signed_in(), days.now(), back_to, current_language())
    except ProviderAway:
        flash(_("Penyedia kartu sedang tidak menjawab. Pesananmu aman; coba bayar lagi sebentar lagi."), "warning")
        return here
    return request.script_root + address if address.startswith("/") else address


def _word(row: CheckoutRow) -> str:
    """What is remembered of the answer: where a repeat is led to."""
    return json.dumps({"id": row.id, "payment": {"method": row.method}})


def _summaries(now_in_it: Contents) -> list[Summary] | None:
    """The parts of the basket with what is chosen for each, when nothing is missing or has gone."""
    if not now_in_it.can_be_ordered:
        return None
    slots = chosen_slots()
    summaries = []
    for choice in choices(now_in_it, None):
        found = choice.find(slots.get(choice.part.cooperative_id))
        if found is None:
            return None
        summaries.append(Summary(choice.part, *found))
    return summaries


def _back_to_what_is_missing() -> ResponseReturnValue:
    """The page on which something has to be chosen before anything can be ordered."""
    if contents().can_be_ordered:
        return redirect(url_for("shop.choose_pickup"))
    return redirect(url_for("shop.basket"))


def _wanted() -> CheckoutRequest:
    """What the page asks for.  Raises: Invalid, MethodNotAllowed."""
    payment = request.form.get("payment", "")
    if payment not in [method.value for method in Method]:
        raise Invalid({"payment": "required" if not payment else "unknown"})
    note = " ".join(request.form.get("note", "").split())
    if len(note) > LONGEST_NOTE:
        raise Invalid({"note": "too-long"})
    if payment == Method.DEMO and not current_market().is_demo:
        raise MethodNotAllowed(payment, "not-set-up")
    return CheckoutRequest(
        lines=tuple(WantedLine(catch, line.quantity) for catch, line in current_basket().lines.items()),
        pickups=tuple(WantedPickup(cooperative, slot) for cooperative, slot in chosen_slots().items()),
        payment=Method(payment),
        note=note,
        agreed_maximum=read_id(request.form.get("maximum")) or 0,
    )


def _refused(error: Refused) -> ResponseReturnValue:
    """The page on which the buyer can put right what was in the way."""
    match error:
        case OutOfStock() | NotOnSale():
            flash(refusals.sentence(error), "warning")
            return redirect(url_for("shop.basket"))
        case SlotFull() | SlotUnsuitable():
            flash(refusals.sentence(error), "warning")
            return redirect(url_for("shop.choose_pickup"))
        case Invalid() if {"payment", "note"} & set(error.errors):
            return _pay_again(error, refusals.field_errors(error))
        case Invalid():  # what was chosen and what is in the basket do not go together (any more)
            return _back_to_what_is_missing()
        case CashNotAllowed() | MethodNotAllowed():
            return _pay_again(error, {"payment": refusals.sentence(error)})
        case PriceChanged():
            return _pay_again(error, {"price": refusals.sentence(error)})
        case _:
            raise error


def _pay_again(error: Refused, errors: dict[str, str]) -> ResponseReturnValue:
    """The paying page as it is now, with what was wrong; what was typed stays."""
    now_in_it = contents()
    summaries = _summaries(now_in_it)
    if summaries is None:
        return _back_to_what_is_missing()
    return _pay_page(now_in_it, summaries, errors, error.status)


def _pay_page(
    now_in_it: Contents, summaries: list[Summary], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    page = render_template(
        "shop/pay.html",
        contents=now_in_it,
        summaries=summaries,
        ways=_ways(now_in_it, actor) if actor is not None and actor.role is Role.BUYER else (),
        actor=actor,
        key=current_basket().id,
        errors=errors or {},
        typed=request.form,
    )
    return private(page, status)


def _ways(now_in_it: Contents, actor: Actor) -> tuple[Way, ...]:
    return ways_to_pay(
        now_in_it,
        standing_of(db.session(), actor.id, days.now()),
        cards=[method for method in Method if method.is_card and _is_set_up(method)],
        qris_maximum=current_app.config["OVOP"].qris_maximum,
        card_minimum=current_app.config["OVOP"].stripe_minimum,
    )


def _is_set_up(method: Method) -> bool:
    """Whether cards can be paid with in this market: the demo's only in a demo."""
    if method is Method.DEMO and not current_market().is_demo:
        return False
    try:
        providers.check(method)
    except MethodNotAllowed:
        return False
    return True
