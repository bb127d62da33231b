"""Giving back money of collected orders: agreed here, paid back by the card provider or by the co-operative itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor, require_member
from ovop.kernel.errors import Invalid
from ovop.kernel.events import announce
from ovop.kernel.money import commission_on
from ovop.ordering.errors import WrongStatus
from ovop.ordering.events import RefundAgreed, RefundPaidOut
from ovop.ordering.locks import lock_order
from ovop.ordering.models import Checkout, Order, Payout
from ovop.ordering.post import Letter, post_letters
from ovop.ordering.rules import OrderStatus
from ovop.ordering.settling import ask_to_settle
from ovop.payment import ledger
from ovop.payment.operations import lock_payment, record_event
from ovop.payment.rules import EventKind, Method

LONGEST_REFERENCE = 80


class PayoutWay(StrEnum):
    """How a co-operative gives money back with its own hands."""

    CASH = "cash"
    TRANSFER = "transfer"


def agree_refund(session: Session, checkout: Checkout, order: Order, amount: int, now: datetime) -> None:
    """`amount` rupiah of a collected order are to be given back: owed to its buyer, no longer to its co-operative.

    checkout, order: locked.  The commission shrinks to what it is on the rest.  A card is refunded after the commit;
    cash and QRIS the co-operative pays back itself and says so (`record_payout`).
    Raises: WrongStatus unless collected; Invalid when it is more than what is left.
    """
    if order.status != OrderStatus.COLLECTED:
        raise WrongStatus(order.status)
    left = order.total - order.refunded
    if not 0 < amount <= left:
        raise Invalid({"amount": "not-an-amount" if amount <= 0 else "too-large"})
    points = order.commission_basis_points
    commission = commission_on(left, points) - commission_on(left - amount, points)
    about = ledger.About(checkout.id, order.cooperative_id, order.number)
    journal = f"order:{order.number}:refund:{order.refunded}"
    ledger.book(session, journal, ledger.unearned(amount, commission), now, about)
    order.refunded += amount
    session.flush()
    ask_to_settle(session, checkout, now)
    announce(session, RefundAgreed(order.number, order.cooperative_id, checkout.method, amount, now))


def record_payout(
    session: Session,
    number: str,
    reference: str,
    actor: Actor,
    now: datetime,
    *,
    way: PayoutWay = PayoutWay.CASH,
    after: int | None = None,
) -> int:
    """The co-operative has given the buyer everything that was agreed, in cash or by transfer; answers how much.

    reference: where to find it again, such as the transfer's number, which needs one.  after: rupiah that had been
    given back when somebody said so: when it is more by now, this was said before, and nothing happens.  Nothing
    happens either when nothing is left to give back.  The buyer is told.
    Raises: NotFound, Forbidden, Invalid.
    """
    _check_reference(reference, way)
    checkout, order = lock_order(session, number)
    require_member(actor, order.cooperative_id)
    if Method(checkout.method).is_card:
        raise Invalid({"number": "paid-by-card"})
    payment = lock_payment(session, order.payment_id)
    before, amount = payment.refunded, order.refunded - payment.refunded
    if amount <= 0 or after not in (None, before):
        return 0
    about = ledger.About(checkout.id, order.cooperative_id, number)
    record_event(session, payment, EventKind.REFUNDED, amount, f"{payment.id}:paid-out:{before}", now, about, reference)
    session.execute(
        insert(Payout).values(
            order_id=order.id, way=way.value, amount=amount, reference=reference, actor_id=actor.id, at=now
        )
    )
    journal = f"order:{number}:paid-out:{before}"
    ledger.book(session, journal, ledger.paid_out(amount), now, about)
    post_letters(session, Letter.PAID_BACK, [number], now, fact=str(before))
    announce(session, RefundPaidOut(journal, number, order.cooperative_id, actor.id, way.value, amount, now))
    return amount


def _check_reference(reference: str, way: PayoutWay) -> None:
    if len(reference) > LONGEST_REFERENCE:
        raise Invalid({"reference": "too-long"})
    if way is PayoutWay.TRANSFER and not reference.strip():
        raise Invalid({"reference": "required"})
