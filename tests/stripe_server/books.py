"""What Stripe has of each payment, in rupiah, to be held against what the market has."""

from __future__ import annotations

from dataclasses import dataclass

from .world import World


@dataclass(frozen=True)
class Book:
    """One payment as Stripe sees it, in rupiah.

    session: the Checkout Session it was made on, if any.  intent: none while nobody tried to pay.  refunded: given back
    of what was captured, on its way or not.  disputed: taken back by a bank and not returned.
    """

    session: str | None
    intent: str | None
    metadata: dict[str, str]
    status: str
    amount: int
    authorised: int = 0
    captured: int = 0
    refunded: int = 0
    disputed: int = 0


def books(world: World) -> list[Book]:
    """A book for each session and for each intent without one, in the order they were begun."""
    sessions = [_book(world, row.id, row.payment_intent) for row in world.sessions.values()]
    return sessions + [_book(world, None, row.id) for row in world.intents.values() if not row.session]


def _book(world: World, session: str | None, intent: str | None) -> Book:
    row = world.sessions[session] if session else None
    paying = world.intents.get(intent or "")
    if paying is None:
        assert row is not None
        return Book(session, None, row.metadata, row.status, row.amount_total // 100)
    metadata = (row.metadata if row else {}) | paying.metadata
    charge = world.charges.get(paying.latest_charge or "")
    if charge is None or charge.status == "failed":
        return Book(session, intent, metadata, paying.status, paying.amount // 100)
    refunded = sum(one.amount for one in world.refunds.values() if one.charge == charge.id and one.status != "failed")
    lost = sum(one.amount for one in world.disputes.values() if one.charge == charge.id and one.status != "won")
    amounts = (paying.amount, charge.amount, charge.amount_captured, refunded, lost)
    return Book(session, intent, metadata, paying.status, *(amount // 100 for amount in amounts))
