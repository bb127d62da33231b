"""Paying a checkout by card: the provider's page, the confirmation, and what time does to one that is not paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.kernel.errors import Refused
from ovop.ordering.locks import lines_of, lock_checkout, lock_orders
from ovop.ordering.models import Checkout, Order
from ovop.ordering.operations import give_back, held_of, step, step_checkout
from ovop.ordering.placing import check_fit
from ovop.ordering.post import Letter, post_letters
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.rules import CheckoutStatus, OrderStatus, Step, Who
from ovop.ordering.settling import ask_to_close
from ovop.payment.ledger import About
from ovop.payment.models import Payment
from ovop.payment.operations import lock_payment, record_event
from ovop.payment.providers.base import Opening
from ovop.payment.rules import SOONEST_LOOK, EventKind
from ovop.pickup import operations as pickup
from ovop.stock.movements import Move, hold, record
from ovop.stock.rules import MovementKind


def confirm(session: Session, checkout: Checkout, orders: Sequence[Order], now: datetime) -> bool:
    """The paid checkout is confirmed, also one that has expired, where goods and places can still be had.

    Answers whether it is: else its money is for nothing.
    """
    status = CheckoutStatus(checkout.status)
    if status is CheckoutStatus.AWAITING_PAYMENT:
        taken = Step.CONFIRM
    elif status is CheckoutStatus.EXPIRED and _take_again(session, orders, now):
        taken = Step.REVIVE
    else:
        return status is CheckoutStatus.CONFIRMED
    step_checkout(checkout, taken)
    checkout.expires_at = None
    waiting = [order for order in orders if order.status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED)]
    for order in waiting:
        step(session, order, taken, Who.MARKET, now, None)
    post_letters(session, Letter.CONFIRMED, [order.number for order in waiting], now)
    return True


def _take_again(session: Session, orders: Sequence[Order], now: datetime) -> bool:
    """Goods and places of expired orders are held again, all of them or none; answers whether that was possible."""
    expired = [order for order in orders if order.status == OrderStatus.EXPIRED]
    lines = lines_of(session, [order.id for order in expired])
    try:
        with session.begin_nested():
            wanted = {line.catch_id: line.quantity for order in expired for line in lines[order.id]}
            catches = hold(session, wanted, now)
            for line in (line for order in expired for line in lines[order.id]):
                line.allotted = None  # what was shared out without them is over: they buy of what is left
            for order in sorted(expired, key=lambda order: order.slot_id):
                slot = pickup.book(session, order.slot_id, order.cooperative_id, order.grams, now)
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
        placed_at=checkout.created_at,
        expires_at=checkout.expires_at,
        language=language,
        known_as=known.provider_reference,
        retries=known.retries,
    )


def remember_page(session: Session, opening: Opening, reference: str, now: datetime) -> str | None:
    """The provider's page for the payment is known, unless another was meanwhile; answers the one that counts.

    None when the checkout waits no longer: the page is closed after the commit.  Safe to repeat.
    """
    checkout = lock_checkout(session, opening.checkout_id)
    payment = lock_payment(session, opening.payment_id)
    if payment.provider_reference == opening.known_as:
        payment.provider_reference = reference
        payment.look_again_at = now + SOONEST_LOOK
        session.flush()
    if checkout.status != CheckoutStatus.AWAITING_PAYMENT:
        ask_to_close(session, payment, now)
        return None
    return payment.provider_reference


def change_page(session: Session, payment_id: str, known_as: str | None, reference: str) -> bool:
    """The payment was made on another page of the provider's than the one known; False when that changed meanwhile."""
    payment = lock_payment(session, payment_id)
    if payment.provider_reference != known_as:
        return False
    payment.provider_reference = reference
    return True
