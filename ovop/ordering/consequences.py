"""What follows for a checkout's orders when its card money has changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ovop.ordering.models import Checkout, Order
from ovop.ordering.operations import cancel_all
from ovop.ordering.paying import confirm
from ovop.ordering.post import Letter, post_letters
from ovop.ordering.refunding import agree_refund
from ovop.ordering.rules import CardReason, OrderStatus, Who, due_of
from ovop.ordering.settling import ask_to_settle
from ovop.payment.ledger import About
from ovop.payment.models import Payment
from ovop.payment.operations import record_event
from ovop.payment.rules import MOVING, EventKind, Oddity

#: States in which nothing was handed over and something is to be.
_WAITING = (OrderStatus.CONFIRMED, OrderStatus.READY)


def follow_money(
    session: Session,
    checkout: Checkout,
    orders: Sequence[Order],
    payment: Payment,
    kept: set[EventKind],
    now: datetime,
) -> None:
    """The orders are what `kept` has made of their money, and what is then due is asked for.  All are locked.

    Money that is held confirms.  A hold that ended, or money that a bank took back, cancels what was not handed over;
    what was stays sold.  Where somebody gave money back at the provider's, or took too little, what lacks it ends.
    """
    if EventKind.AUTHORISED in kept and not confirm(session, checkout, orders, now):
        post_letters(session, Letter.PAID_LATE, [orders[0].number], now)
    if EventKind.VOIDED in kept:
        _cancel(session, checkout, orders, CardReason.LET_GO, now)
        _note_loss(session, checkout, orders, payment, now)
    if EventKind.DISPUTED in kept:
        _cancel(session, checkout, orders, CardReason.TAKEN_BACK, now)
    if kept & {EventKind.CAPTURED, EventKind.REFUNDED}:
        reason = CardReason.GIVEN_BACK if EventKind.REFUNDED in kept else CardReason.LET_GO
        _cover(session, checkout, orders, payment, reason, now)
    if kept & MOVING:
        ask_to_settle(session, checkout, now)


def _cancel(session: Session, checkout: Checkout, orders: Sequence[Order], reason: CardReason, now: datetime) -> None:
    """Those of the orders that wait to be handed over are cancelled by the market."""
    falling = [order for order in orders if order.status in _WAITING]
    if falling:
        cancel_all(session, checkout, falling, Who.MARKET, now, None, reason)


def _note_loss(session: Session, checkout: Checkout, orders: Sequence[Order], payment: Payment, now: datetime) -> None:
    """Goods that were handed over before their money was taken are on record for a person: nothing holds it now."""
    lost = sum(map(_claim, orders))
    if lost:
        key, about = f"{payment.id}:lost:{payment.moves}", About(checkout.id)
        record_event(session, payment, EventKind.MISMATCH, lost, key, now, about, Oddity.GOODS_GONE.note())


def _cover(
    session: Session, checkout: Checkout, orders: Sequence[Order], payment: Payment, reason: CardReason, now: datetime
) -> None:
    """What the orders claim is not more than what was taken and not given back.

    An open order that claims just what is missing falls: that is what was meant.  Else it counts as a refund agreed of
    what was handed over; and for what is still missing the smallest open orders fall that are enough.
    """
    missing = sum(map(_claim, orders)) - (payment.captured - payment.refunded)
    if missing <= 0:
        return
    waiting = sorted((order for order in orders if order.status in _WAITING), key=_claim)
    falling = [order for order in waiting if _claim(order) == missing][:1]
    if not falling:
        for order in orders:
            amount = min(missing, order.total - order.refunded)
            if order.status == OrderStatus.COLLECTED and amount > 0:
                agree_refund(session, checkout, order, amount, now)
                missing -= amount
        while missing > 0 and waiting:
            enough = next((order for order in waiting if _claim(order) >= missing), waiting[-1])
            waiting.remove(enough)
            falling.append(enough)
            missing -= _claim(enough)
    _cancel(session, checkout, falling, reason, now)


def _claim(order: Order) -> int:
    return due_of(OrderStatus(order.status), order.maximum, order.total, order.refunded)
