"""PaymentIntents and their charges: authorise, capture once, let go.

docs.stripe.com/payments/paymentintents/lifecycle, docs.stripe.com/payments/place-a-hold-on-a-payment-method.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from .cards import PAYMENT_METHODS, Card, card_numbered
from .disputes import open_dispute
from .errors import StripeError, declined, wrong_state
from .records import Charge, Intent, Json, Method
from .world import Due, World, found

#: Customer-initiated payments online, by brand: docs.stripe.com/payments/place-a-hold-on-a-payment-method.
HOLDS_FOR = 7 * 24 * 3600
#: The states in which no card was good yet.
WAITING = ("requires_payment_method", "requires_confirmation")
#: docs.stripe.com/currencies#minimum-and-maximum-charge-amounts: twelve digits for IDR.
MOST = 999_999_999_999


def check_amount(world: World, amount: int, currency: str, param: str = "amount") -> None:
    """The amount can be charged: rupiah, at most twelve digits, worth half a dollar.

    docs.stripe.com/currencies#minimum-and-maximum-charge-amounts: the floor is that of the settlement currency.  Other
    currencies are not played.
    """
    if currency != "idr":
        raise StripeError(f"Invalid currency: {currency}", param="currency")
    if amount > MOST:
        raise StripeError("Amount must be no more than Rp9,999,999,999.99", code="amount_too_large", param=param)
    if amount < world.minimum:
        raise StripeError("Amount must convert to at least 50 cents.", code="amount_too_small", param=param)


def create_method(world: World, given: Json) -> Json:
    """docs.stripe.com/api/payment_methods/create: of a card's number, which real sellers had better never see."""
    return method_of(world, card_numbered(given["card"]["number"])).shown()


def method_of(world: World, card: Card) -> Method:
    """A PaymentMethod of that card."""
    method = Method(world.new_id("pm_"), world.now(), card)
    world.methods[method.id] = method
    return method


def create(world: World, given: Json) -> Json:
    """docs.stripe.com/api/payment_intents/create"""
    check_amount(world, given["amount"], given["currency"])
    method = _method(world, given["payment_method"]) if "payment_method" in given else None
    if given.get("confirm") and method is None:
        raise StripeError("You cannot confirm this PaymentIntent without a payment method.", param="payment_method")
    intent = start(world, given["amount"], given["currency"], given)
    if method:
        intent.payment_method, intent.status = method.id, "requires_confirmation"
    return confirm(world, {}, intent.id) if given.get("confirm") else intent.shown()


def _method(world: World, name: str) -> Method:
    """The PaymentMethod of that name; the ready-made ones become one of their own (docs.stripe.com/testing)."""
    if name in PAYMENT_METHODS:
        return method_of(world, PAYMENT_METHODS[name])
    return found(world.methods, "PaymentMethod", name, "payment_method")


def start(world: World, amount: int, currency: str, given: Json, session: str | None = None) -> Intent:
    """A PaymentIntent that waits for a card is there."""
    intent = Intent(
        world.new_id("pi_"),
        world.now(),
        amount,
        currency,
        given.get("capture_method", "automatic_async"),
        given.get("description"),
        dict(given.get("metadata", {})),
        given.get("transfer_group"),
        session,
    )
    world.intents[intent.id] = intent
    world.tell("payment_intent.created", intent.shown())
    return intent


def confirm(world: World, given: Json, name: str) -> Json:
    """docs.stripe.com/api/payment_intents/confirm: the card is tried; its refusal is a 402."""
    intent = found(world.intents, "payment_intent", name)
    if intent.status not in WAITING:
        message = f"You cannot confirm this PaymentIntent because it has a status of {intent.status}."
        raise wrong_state(message, intent.shown())
    wanted = given.get("payment_method") or intent.payment_method
    if wanted is None:
        raise StripeError("You cannot confirm this PaymentIntent without a payment method.", param="payment_method")
    charge = attempt(world, intent, _method(world, wanted))
    if charge.status == "failed":
        card, more = charge.card, {"charge": charge.id, "payment_intent": intent.shown()}
        raise declined(card.refusal, str(card.code), card.decline_code, **more)
    return intent.shown()


def attempt(world: World, intent: Intent, method: Method) -> Charge:
    """The card was tried: the charge succeeded, or failed and the intent waits for another card."""
    charge = Charge(
        world.new_id("ch_"),
        world.now(),
        intent.amount,
        intent.currency,
        intent.id,
        method.id,
        method.card,
        dict(intent.metadata),
        intent.description,
        intent.transfer_group,
    )
    world.charges[charge.id] = charge
    intent.latest_charge = charge.id
    if method.card.code:
        _fail(world, intent, charge)
    else:
        intent.payment_method, intent.last_payment_error = method.id, None
        _authorise(world, intent, charge)
    return charge


def _fail(world: World, intent: Intent, charge: Charge) -> None:
    """The intent waits for another card: docs.stripe.com/payments/paymentintents/lifecycle."""
    charge.status, charge.failure_code, charge.failure_message = "failed", charge.card.code, charge.card.refusal
    intent.status, intent.payment_method = "requires_payment_method", None
    intent.last_payment_error = {
        "type": "card_error",
        "code": charge.card.code,
        "decline_code": charge.card.decline_code,
        "message": charge.card.refusal,
        "charge": charge.id,
    }
    world.tell("charge.failed", charge.shown())
    world.tell("payment_intent.payment_failed", intent.shown())


def _authorise(world: World, intent: Intent, charge: Charge) -> None:
    if intent.capture_method != "manual":
        _take(world, intent, charge, intent.amount)
        world.tell("charge.succeeded", charge.shown())
        world.tell("payment_intent.succeeded", intent.shown())
        _dispute(world, charge)
        return
    charge.capture_before = charge.created + HOLDS_FOR
    intent.status = "requires_capture"
    world.tell("charge.succeeded", charge.shown())
    world.tell("payment_intent.amount_capturable_updated", intent.shown())


def capture(world: World, given: Json, name: str) -> Json:
    """Takes the amount or all; the rest is the buyer's again at once, and there is no second capture.

    docs.stripe.com/api/payment_intents/capture; more than one capture is a feature to ask for
    (docs.stripe.com/payments/multicapture) and not played.
    """
    intent = found(world.intents, "payment_intent", name)
    if intent.status != "requires_capture":
        raise wrong_state(
            f"This PaymentIntent could not be captured because it has a status of {intent.status}. "
            "Only a PaymentIntent with one of the following statuses may be captured: requires_capture.",
            intent.shown(),
        )
    amount = given.get("amount_to_capture", intent.amount_capturable)
    if amount > intent.amount_capturable:
        raise StripeError(
            f"The amount_to_capture {amount} is greater than the amount_capturable {intent.amount_capturable}.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    intent.metadata |= given.get("metadata", {})
    charge = world.charges[str(intent.latest_charge)]
    _take(world, intent, charge, amount)
    world.tell("charge.captured", charge.shown())
    world.tell("payment_intent.succeeded", intent.shown())
    _dispute(world, charge)
    return intent.shown()


def _dispute(world: World, charge: Charge) -> None:
    """The buyers of some test cards dispute what was taken (docs.stripe.com/testing#disputes)."""
    if charge.card.disputed_for:
        open_dispute(world, charge, reason=charge.card.disputed_for)


def _take(world: World, intent: Intent, charge: Charge, amount: int) -> None:
    intent.status, intent.amount_received = "succeeded", amount
    charge.captured, charge.amount_captured = True, amount
    after = timedelta() if charge.card.is_available_at_once else world.settles_after
    available_on = world.now() + int(after.total_seconds())
    charge.balance_transaction = world.book(amount, "charge", charge.id, available_on=available_on).id
    if intent.session:
        world.sessions[intent.session].payment_status = "paid"


def cancel(world: World, given: Json, name: str) -> Json:
    """docs.stripe.com/api/payment_intents/cancel

    "You can directly cancel the PaymentIntent for a Checkout Session only when the PaymentIntent has a status of
    requires_capture.  Otherwise, you must expire the Checkout Session."
    """
    intent = found(world.intents, "payment_intent", name)
    allowed = ("requires_capture",) if intent.session else ("requires_capture", *WAITING)
    if intent.status not in allowed:
        raise wrong_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent.status}. Only a PaymentIntent "
            f"with one of the following statuses may be canceled: {', '.join(allowed)}.",
            intent.shown(),
        )
    end(world, intent, given.get("cancellation_reason"))
    return intent.shown()


def end(world: World, intent: Intent, reason: str | None) -> None:
    """The intent is cancelled; what it held is the buyer's again."""
    intent.status, intent.canceled_at, intent.cancellation_reason = "canceled", world.now(), reason
    world.tell("payment_intent.canceled", intent.shown())


def lapsing(world: World) -> list[Due]:
    """When each authorisation is let go by its bank."""
    held = [row for row in world.intents.values() if row.status == "requires_capture"]
    charges = [world.charges[str(row.latest_charge)] for row in held]
    return [(int(charge.capture_before or 0), partial(_lapse, world, charge)) for charge in charges]


def _lapse(world: World, charge: Charge) -> None:
    """docs.stripe.com/payments/capture-later: "the funds are released and the payment status changes to canceled".

    The reason is `expired`, once `automatic`, and charge.expired is told:
    docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow.
    """
    world.tell("charge.expired", charge.shown())
    end(world, world.intents[charge.payment_intent], "expired")
