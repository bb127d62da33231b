"""Refunds: at most what was captured and not given back yet, paid from the available balance.

docs.stripe.com/api/refunds; docs.stripe.com/refunds: where the available balance does not cover it, "Stripe holds the
refund as pending for card transactions […] until your Stripe balance becomes sufficient".  It counts as refunded
meanwhile.
"""

from __future__ import annotations

from .errors import StripeError, bad_parameter
from .records import Charge, Json, Refund
from .world import World, found


def create(world: World, given: Json) -> Json:
    """docs.stripe.com/api/refunds/create

    "This method will raise an error when called on an already-refunded charge, or when trying to refund more money
    than is left on a charge."
    """
    charge = _charge_of(world, given)
    left = _left(world, charge)
    amount = given.get("amount", left)
    if amount > left:
        raise StripeError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    refund = Refund(
        world.new_id("re_"),
        world.now(),
        amount,
        charge.currency,
        charge.id,
        charge.payment_intent,
        given.get("reason"),
        given.get("metadata", {}),
    )
    if world.balance()[0] >= amount:
        _pay(world, refund)
    world.refunds[refund.id] = refund
    before = charge.amount_refunded
    charge.amount_refunded += amount
    world.tell("refund.created", refund.shown())
    world.tell("charge.refunded", charge.shown(), previous={"amount_refunded": before})
    return refund.shown()


def _pay(world: World, refund: Refund) -> None:
    """The balance covers it: it is on its way to the card."""
    refund.balance_transaction = world.book(-refund.amount, "refund", refund.id).id
    refund.status = "succeeded"


def settle(world: World) -> None:
    """Refunds that waited for money go on, oldest first, as far as it reaches."""
    for refund in world.refunds.values():
        if refund.status == "pending" and world.balance()[0] >= refund.amount:
            _pay(world, refund)
            _tell(world, refund, "refund.updated", "charge.refund.updated")


def fail(world: World, refund: Refund) -> None:
    """The card's bank sent it back: it is no refund any more and the money is the seller's again.

    docs.stripe.com/refunds#failed-refunds; the charge can be refunded anew.
    """
    assert refund.status == "succeeded", refund.status
    refund.status, refund.failure_reason = "failed", "lost_or_stolen_card"
    world.charges[refund.charge].amount_refunded -= refund.amount
    world.book(refund.amount, "refund_failure", refund.id)
    _tell(world, refund, "refund.failed", "refund.updated", "charge.refund.updated")


def _tell(world: World, refund: Refund, *types: str) -> None:
    for type in types:
        world.tell(type, refund.shown())


def _charge_of(world: World, given: Json) -> Charge:
    """The charge to refund, named itself or by its PaymentIntent."""
    if ("charge" in given) == ("payment_intent" in given):
        raise bad_parameter(
            "One of the following params should be provided: payment_intent or charge.", "payment_intent"
        )
    if "charge" in given:
        return found(world.charges, "charge", given["charge"], "charge")
    intent = found(world.intents, "payment_intent", given["payment_intent"], "payment_intent")
    charge = world.charges.get(intent.latest_charge or "")
    if charge is None or charge.status != "succeeded":
        raise StripeError(
            f"The PaymentIntent ({intent.id}) does not have a successful charge to refund.", param="payment_intent"
        )
    return charge


def _left(world: World, charge: Charge) -> int:
    """What may still be refunded.

    docs.stripe.com/error-codes: charge_already_refunded, charge_disputed, charge_not_refundable.
    An authorisation is cancelled, not refunded (docs.stripe.com/refunds#cancel-payment).  That a dispute which was
    won leaves the charge refundable is our reading.
    """
    if charge.status != "succeeded":
        raise StripeError(f"Charge {charge.id} failed and cannot be refunded.", code="charge_not_refundable")
    if any(one.charge == charge.id and one.status != "won" for one in world.disputes.values()):
        raise StripeError(f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed")
    if charge.refunded:
        raise StripeError(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    if not charge.captured:
        raise StripeError(
            f"Charge {charge.id} is uncaptured: cancel the PaymentIntent instead.", code="charge_not_refundable"
        )
    return charge.amount_captured - charge.amount_refunded
