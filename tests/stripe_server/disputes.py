"""Disputes: the buyer's bank takes the money back first and is argued with afterwards.

docs.stripe.com/disputes: the network "immediately reverses the payment", and Stripe debits the balance;
docs.stripe.com/api/disputes.  Fees are not played.
"""

from __future__ import annotations

from .errors import StripeError
from .records import Charge, Dispute, Json
from .world import World, found

#: What is not decided yet.
OPEN = ("needs_response", "under_review")


def open_dispute(world: World, charge: Charge, amount: int | None = None, reason: str = "fraudulent") -> Dispute:
    """The charge is disputed and the money is gone: charge.dispute.created, then charge.dispute.funds_withdrawn.

    docs.stripe.com/refunds: disputes "aren't possible on credit card charges that are fully refunded".
    """
    left = charge.amount_captured - charge.amount_refunded
    assert left, "nothing is left that could be disputed"
    dispute = Dispute(
        world.new_id("du_"), world.now(), amount or left, charge.currency, charge.id, charge.payment_intent, reason
    )
    world.disputes[dispute.id] = dispute
    charge.disputed = True
    world.tell("charge.dispute.created", dispute.shown())
    _move(world, dispute, -dispute.amount)
    world.tell("charge.dispute.funds_withdrawn", dispute.shown())
    return dispute


def _move(world: World, dispute: Dispute, amount: int) -> None:
    entry = world.book(amount, "adjustment", dispute.id)
    dispute.balance_transactions.append(entry.shown())


def answer(world: World, dispute: Dispute) -> None:
    """The seller sent evidence."""
    dispute.status = "under_review"
    world.tell("charge.dispute.updated", dispute.shown(), previous={"status": "needs_response"})


def win(world: World, dispute: Dispute) -> None:
    """The bank gave the money back: charge.dispute.closed, then charge.dispute.funds_reinstated."""
    assert dispute.status in OPEN, dispute.status
    dispute.status = "won"
    world.tell("charge.dispute.closed", dispute.shown())
    _move(world, dispute, dispute.amount)
    world.tell("charge.dispute.funds_reinstated", dispute.shown())


def lose(world: World, dispute: Dispute) -> None:
    """The buyer keeps the money; it was taken already."""
    assert dispute.status in OPEN, dispute.status
    dispute.status = "lost"
    world.tell("charge.dispute.closed", dispute.shown())


def close(world: World, given: Json, name: str) -> Json:
    """docs.stripe.com/api/disputes/close: the seller gives in; "Closing a dispute is irreversible"."""
    dispute = found(world.disputes, "dispute", name)
    if dispute.status != "needs_response":
        raise StripeError(f"This dispute is already closed: {dispute.status}")
    lose(world, dispute)
    return dispute.shown()
