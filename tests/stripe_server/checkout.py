"""Checkout Sessions: a page of Stripe's on which one payment is made, once, until it expires.

docs.stripe.com/api/checkout/sessions, docs.stripe.com/payments/checkout/how-checkout-works.
"""

from __future__ import annotations

from functools import partial

from .cards import Card
from .errors import StripeError, bad_parameter
from .payments import attempt, check_amount, end, method_of, start
from .records import Charge, Json, Session
from .world import Due, World, found

#: docs.stripe.com/api/checkout/sessions/create, expires_at: 30 minutes to 24 hours, 24 by default.
SHORTEST, LONGEST = 30 * 60, 24 * 3600


def create(world: World, given: Json) -> Json:
    """docs.stripe.com/api/checkout/sessions/create, mode=payment with prices made up on the spot."""
    now = world.now()
    currency, total = _sum(given["line_items"])
    check_amount(world, total, currency, "line_items")
    name = world.new_id("cs_test_", 58)
    session = Session(
        name,
        now,
        _expiry(given.get("expires_at", now + LONGEST), now),
        f"{world.url}/c/pay/{name}",
        given["success_url"],
        given["line_items"],
        currency,
        total,
        given.get("cancel_url"),
        given.get("client_reference_id"),
        given.get("customer_email"),
        given.get("locale"),
        given.get("metadata", {}),
        given.get("payment_intent_data", {}),
    )
    world.sessions[name] = session
    return session.shown()


def _sum(lines: list[Json]) -> tuple[str, int]:
    """Currency and total of the lines, which share one currency."""
    if not lines:
        raise bad_parameter("At least one line item is required.", "line_items")
    currencies = {line["price_data"]["currency"] for line in lines}
    if len(currencies) > 1:
        raise StripeError("All line items must have the same currency.", param="line_items")
    return currencies.pop(), sum(line["price_data"]["unit_amount"] * line["quantity"] for line in lines)


def _expiry(expires_at: int, now: int) -> int:
    if expires_at < now + SHORTEST:
        raise StripeError("expires_at must be at least 30 minutes from Checkout Session creation.", param="expires_at")
    if expires_at > now + LONGEST:
        raise StripeError("expires_at must be less than 24 hours from Checkout Session creation.", param="expires_at")
    return expires_at


def expire(world: World, given: Json, name: str) -> Json:
    """docs.stripe.com/api/checkout/sessions/expire: "when it is in one of these statuses: open"."""
    session = found(world.sessions, "checkout.session", name)
    if session.status != "open":
        raise StripeError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"{session.status}."
        )
    finish(world, session)
    return session.shown()


def finish(world: World, session: Session) -> None:
    """The session can no longer be paid, nor can the payment that was tried on it."""
    session.status = "expired"
    intent = world.intents.get(session.payment_intent or "")
    if intent and intent.status == "requires_payment_method":
        end(world, intent, "automatic")
    world.tell("checkout.session.expired", session.shown())


def lapsing(world: World) -> list[Due]:
    """When each open session expires by itself."""
    rows = world.sessions.values()
    return [(row.expires_at, partial(finish, world, row)) for row in rows if row.status == "open"]


def pay(world: World, session: Session, card: Card) -> Charge | None:
    """The buyer pressed "pay" on the page; none where the page can no longer be used.

    docs.stripe.com/changelog/2022-08-01/deferred-paymentintent-checkout-session: the PaymentIntent is made now, not
    with the session.  A session whose payment is only authorised is complete and unpaid.
    """
    if session.status != "open":
        return None
    if session.payment_intent is None:
        data = session.intent_data
        session.payment_intent = start(world, session.amount_total, session.currency, data, session.id).id
    charge = attempt(world, world.intents[session.payment_intent], method_of(world, card))
    if charge.status == "succeeded":
        session.status = "complete"
        world.tell("checkout.session.completed", session.shown())
    return charge
