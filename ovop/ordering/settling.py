"""Bringing card money to what the orders come to: asked for in the change, done between transactions.

The change only notes that there is something to settle.  `settle` then reads what is due, asks the provider for one
step with a key that names that step, and records the answer; killed anywhere, it is asked again and nothing is done
twice.  Source: contract, Card money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.ordering.locks import lock_checkout
from ovop.ordering.models import Checkout, Order
from ovop.ordering.rules import OrderStatus, due_of
from ovop.outside.queue import enqueue
from ovop.payment.ledger import About
from ovop.payment.models import Payment, PaymentEvent
from ovop.payment.operations import facts_of, lock_payment, record_event
from ovop.payment.rules import EventKind, Method, Step, next_step, step_key

#: The kinds of the outbox's jobs; `ovop.ordering.card_flows` does them.
SETTLE_JOB, CLOSE_JOB = "settle", "close-card-page"


@dataclass(frozen=True, slots=True)
class ToSettle:
    """A step that a checkout's card payment needs.

    key: names it, the same for the same facts.  request_key: what the provider is asked under; another one after an
    answer that would only be repeated under the old.  returns: refunds of this payment that came back so far.
    """

    checkout_id: str
    payment_id: str
    method: Method
    reference: str
    step: Step
    key: str
    request_key: str
    returns: int = 0


def ask_to_settle(session: Session, checkout: Checkout, now: datetime) -> None:
    """The checkout's card money is brought to what is due, after the commit; cash and QRIS need nothing."""
    if Method(checkout.method).is_card:
        enqueue(session, SETTLE_JOB, {"checkout": checkout.id}, now=now)


def ask_to_close(session: Session, payment: Payment, now: datetime) -> None:
    """The page on which the payment could be made is closed after the commit, where there is one."""
    if payment.provider_reference is not None and Method(payment.method).is_card:
        enqueue(session, CLOSE_JOB, {"payment": payment.id}, now=now)


def ask_again(session: Session, checkout_id: str, now: datetime) -> None:
    """As `ask_to_settle`, for a checkout that nothing else changes.  Raises: NotFound."""
    ask_to_settle(session, lock_checkout(session, checkout_id), now)


def find_step(session: Session, checkout_id: str, held_until: datetime | None = None) -> ToSettle | None:
    """What has to be asked of the provider for this checkout now, or None.

    held_until: a hold that ends before this is captured, weighed or not.
    """
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
    ends = payment.capture_before
    lapses = held_until is not None and ends is not None and ends <= held_until
    wanted = next_step(facts_of(payment), due, capture_now=weighed or lapses)
    if wanted is None or payment.provider_reference is None:
        return None
    key = step_key(payment.id, wanted.kind, payment.moves)
    return ToSettle(
        checkout_id=checkout_id,
        payment_id=payment.id,
        method=Method(payment.method),
        reference=payment.provider_reference,
        step=wanted,
        key=key,
        request_key=f"{key}:{payment.retries}" if payment.retries else key,
        returns=_returns_of(session, payment.id) if wanted.kind is EventKind.REFUNDED else 0,
    )


def _returns_of(session: Session, payment_id: str) -> int:
    returned = select(func.count()).where(
        PaymentEvent.payment_id == payment_id, PaymentEvent.kind == EventKind.RETURNED.value
    )
    return session.scalar(returned) or 0


def record_step(session: Session, done: ToSettle, now: datetime) -> bool:
    """The provider did what was asked; kept once.  Answers False when something was kept under its name before."""
    lock_checkout(session, done.checkout_id)
    payment = lock_payment(session, done.payment_id)
    return record_event(session, payment, done.step.kind, done.step.amount, done.key, now, About(done.checkout_id))
