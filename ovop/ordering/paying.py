"""What a card payment's events do to its checkout, and what the passing of time does to one that is not paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.kernel.errors import NotFound, Refused
from ovop.ordering.locks import lines_of, lock_checkout, lock_orders
from ovop.ordering.models import Checkout, Order
from ovop.ordering.operations import give_back, held_of, step, step_checkout
from ovop.ordering.placing import check_fit
from ovop.ordering.post import Letter, post_letters
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.rules import CheckoutStatus, OrderStatus, Step, Who
from ovop.ordering.settling import ask_to_close, ask_to_settle
from ovop.payment.ledger import About
from ovop.payment.models import Payment
from ovop.payment.operations import lock_payment, record_event
from ovop.payment.providers.base import Opening
from ovop.payment.rules import EventKind
from ovop.pickup import operations as pickup
from ovop.stock.movements import Move, hold, record
from ovop.stock.rules import MovementKind


def apply_event(
    session: Session, payment_id: str, kind: EventKind, amount: int, key: str, now: datetime, note: str = ""
) -> bool:
    """What the provider told is kept, once, and the checkout follows; answers whether it was news.

    An authorisation of another sum than the checkout's is kept for a human and confirms nothing.  Raises: NotFound.
    """
    checkout_id = session.scalar(select(Order.checkout_id).where(Order.payment_id == payment_id).limit(1))
    if checkout_id is None:
        raise NotFound()
    checkout = lock_checkout(session, checkout_id)
    orders = lock_orders(session, checkout_id)
    payment = lock_payment(session, payment_id)
    if kind is EventKind.AUTHORISED and amount != payment.maximum:
        kind, note = EventKind.MISMATCH, f"authorised {amount} instead of {payment.maximum}"
    is_new = record_event(session, payment, kind, amount, key, now, About(checkout_id), note)
    if is_new and kind is EventKind.AUTHORISED:
        confirm(session, checkout, orders, now)
        ask_to_settle(session, checkout, now)
    return is_new


def confirm(session: Session, checkout: Checkout, orders: Sequence[Order], now: datetime) -> None:
    """The paid checkout is confirmed: also one that has expired, where goods and places can still be had."""
    status = CheckoutStatus(checkout.status)
    if status is CheckoutStatus.AWAITING_PAYMENT:
        taken = Step.CONFIRM
    elif status is CheckoutStatus.EXPIRED and _take_again(session, orders, now):
        taken = Step.REVIVE
    else:
        return
    step_checkout(checkout, taken)
    checkout.expires_at = None
    waiting = [order for order in orders if order.status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED)]
    for order in waiting:
        step(session, order, taken, Who.MARKET, now, None)
    post_letters(session, Letter.CONFIRMED, [order.number for order in waiting], now)


def _take_again(session: Session, orders: Sequence[Order], now: datetime) -> bool:
    """Goods and places of expired orders are held again, all of them or none; answers whether that was possible."""
    expired = [order for order in orders if order.status == OrderStatus.EXPIRED]
    lines = lines_of(session, [order.id for order in expired])
    try:
        with session.begin_nested():
            wanted = {line.catch_id: line.quantity for order in expired for line in lines[order.id]}
            catches = hold(session, wanted, now)
            for order in sorted(expired, key=lambda order: order.slot_id):
                slot = pickup.book(session, order.slot_id, order.grams, now)
                for line in lines[order.id]:
                    catch = catches[line.catch_id]
                    check_fit(slot, catch.id, catch.landed_at, catch.best_before, now)
            record(
                session,
                [
                    Move(line.catch_id, MovementKind.HOLD, held_of(line), order.number)
                    for order in expired
                    for line in lines[order.id]
                ],
                now,
            )
    except Refused:
        return False
    return True


def expire_checkout(session: Session, checkout_id: str, now: datetime) -> bool:
    """An unpaid checkout past its time gives back what it held; answers whether it did.  Safe to repeat.

    Raises: NotFound.
    """
    checkout = lock_checkout(session, checkout_id)
    due = checkout.expires_at is not None and checkout.expires_at <= now
    if checkout.status != CheckoutStatus.AWAITING_PAYMENT or not due:
        return False
    orders = [order for order in lock_orders(session, checkout_id) if order.status == OrderStatus.AWAITING_PAYMENT]
    step_checkout(checkout, Step.EXPIRE)
    for order in orders:
        step(session, order, Step.EXPIRE, Who.MARKET, now, None)
    payment = lock_payment(session, orders[0].payment_id)
    record_event(session, payment, EventKind.VOIDED, 0, f"{payment.id}:expired", now, About(checkout_id))
    ask_to_close(session, payment, now)
    give_back(session, orders, now, None, "")
    for order in sorted(orders, key=lambda order: order.slot_id):
        pickup.release(session, order.slot_id, order.grams)
    post_letters(session, Letter.EXPIRED, [order.number for order in orders], now)
    return True


def find_expired(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Ids of unpaid checkouts whose time is over, longest first."""
    return session.scalars(
        select(Checkout.id)
        .where(Checkout.status == CheckoutStatus.AWAITING_PAYMENT.value, Checkout.expires_at <= now)
        .order_by(Checkout.expires_at)
        .limit(limit)
    ).all()


def opening_of(session: Session, checkout: CheckoutRow, back_to: str, language: str) -> Opening:
    """What the provider is told of the payment of a checkout that waits for it."""
    assert checkout.expires_at is not None  # as long as it waits
    payment_id = checkout.orders[0].payment_id
    known = session.execute(select(Payment.provider_reference, Payment.retries).where(Payment.id == payment_id)).one()
    return Opening(
        payment_id=payment_id,
        checkout_id=checkout.id,
        orders=tuple(order.number for order in checkout.orders),
        amount=checkout.maximum,
        back_to=back_to,
        expires_at=checkout.expires_at,
        language=language,
        known_as=known.provider_reference,
        retries=known.retries,
    )


def remember_reference(session: Session, payment_id: str, reference: str) -> None:
    """The provider's name for the payment is known.  Safe to repeat."""
    lock_payment(session, payment_id).provider_reference = reference
