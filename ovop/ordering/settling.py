"""Bringing card money to what the orders come to: asked for in the change, done between transactions.

The change only notes that there is something to settle.  `settle` then reads what is due, asks the provider for one
step with a key that names that step, and records the answer; killed anywhere, it is asked again and nothing is done
twice.  Source: contract, Card money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.ordering.locks import lock_checkout
from ovop.ordering.models import Checkout, Order
from ovop.ordering.rules import OrderStatus, due_of
from ovop.outside.queue import enqueue
from ovop.payment.ledger import About
from ovop.payment.models import Payment
from ovop.payment.operations import facts_of, lock_payment, record_event
from ovop.payment.providers.base import Charge
from ovop.payment.rules import EventKind, Method, Step, next_step, step_key

#: The kind of the outbox's jobs; `ovop.ordering.flows.settle` does them.
SETTLE_JOB = "settle"


@dataclass(frozen=True, slots=True)
class ToSettle:
    """A step that a checkout's card payment needs.  `key` names it: the same facts give the same key."""

    checkout_id: str
    payment_id: str
    method: Method
    reference: str
    step: Step
    key: str


def ask_to_settle(session: Session, checkout: Checkout, now: datetime) -> None:
    """The checkout's card money is brought to what is due, after the commit; cash and QRIS need nothing."""
    if Method(checkout.method).is_card:
        enqueue(session, SETTLE_JOB, {"checkout": checkout.id}, now=now)


def find_step(session: Session, checkout_id: str) -> ToSettle | None:
    """What has to be asked of the provider for this checkout now, or None."""
    row = session.execute(
        select(Payment, Checkout.method)
        .select_from(Checkout)
        .join(Order, Order.checkout_id == Checkout.id)
        .join(Payment, Payment.id == Order.payment_id)
        .where(Checkout.id == checkout_id)
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not Method(row.method).is_card:
        return None
    payment = row.Payment
    orders = session.execute(
        select(Order.status, Order.maximum, Order.total, Order.refunded).where(Order.checkout_id == checkout_id)
    ).all()
    weighed = any(order.status in (OrderStatus.READY, OrderStatus.COLLECTED) for order in orders)
    due = sum(due_of(OrderStatus(order.status), order.maximum, order.total, order.refunded) for order in orders)
    wanted = next_step(facts_of(payment), due, capture_now=weighed)
    if wanted is None or payment.provider_reference is None:
        return None
    return ToSettle(
        checkout_id=checkout_id,
        payment_id=payment.id,
        method=Method(payment.method),
        reference=payment.provider_reference,
        step=wanted,
        key=step_key(payment.id, wanted.kind, facts_of(payment)),
    )


def record_step(session: Session, done: ToSettle, now: datetime) -> None:
    """The provider did what was asked; kept once."""
    lock_checkout(session, done.checkout_id)
    payment = lock_payment(session, done.payment_id)
    record_event(session, payment, done.step.kind, done.step.amount, done.key, now, About(done.checkout_id))


def catch_up(session: Session, asked: ToSettle, charge: Charge, now: datetime) -> bool:
    """What the provider has done beyond what we know is kept; answers whether there was anything."""
    lock_checkout(session, asked.checkout_id)
    payment = lock_payment(session, asked.payment_id)
    news = [
        (EventKind.CAPTURED, charge.captured - payment.captured),
        (EventKind.REFUNDED, charge.refunded - payment.refunded),
    ]
    found = False
    for kind, amount in news:
        if amount > 0:
            key = step_key(payment.id, kind, facts_of(payment))
            found |= record_event(
                session, payment, kind, amount, key, now, About(asked.checkout_id), note="found at the provider"
            )
    if charge.is_void and not facts_of(payment).is_void:
        key = step_key(payment.id, EventKind.VOIDED, facts_of(payment))
        found |= record_event(session, payment, EventKind.VOIDED, 0, key, now, About(asked.checkout_id))
    return found
