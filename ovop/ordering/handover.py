"""Handing an order over: the code, the goods sold, the money booked, the sale announced."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor, require_member
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.events import announce
from ovop.kernel.money import commission_on
from ovop.ordering.errors import Locked, WrongCode
from ovop.ordering.events import OrderCollected, SoldLine
from ovop.ordering.locks import lines_of, lock_order
from ovop.ordering.models import Checkout, Order, OrderLine
from ovop.ordering.numbering import next_receipt_number, tax_of
from ovop.ordering.operations import held_of, step
from ovop.ordering.rules import (
    LOCK_TIME,
    WRONG_CODES_ALLOWED,
    OrderStatus,
    Step,
    Who,
    next_status,
)
from ovop.ordering.settling import ask_to_settle
from ovop.payment import ledger
from ovop.payment.operations import lock_payment, record_event
from ovop.payment.rules import EventKind, Method
from ovop.stock.movements import Move, move
from ovop.stock.rules import MovementKind


@dataclass(frozen=True, slots=True)
class Handover:
    """How a handover went; a wrong code has to be counted, so it is an outcome, not an exception."""

    is_done: bool
    locked_for: int = 0

    def check(self) -> None:
        """Raises WrongCode or Locked unless the order was handed over."""
        if self.locked_for:
            raise Locked(self.locked_for)
        if not self.is_done:
            raise WrongCode()


def hand_over(
    session: Session, number: str, code: str, reference: str, actor: Actor, now: datetime, commission_points: int
) -> Handover:
    """The order is collected when `code` is its pickup code: goods sold, money booked, the sale announced.

    commission_points: the market's part in basis points.  Cash and QRIS are paid by this.
    Raises: NotFound, WrongStatus, Invalid.
    """
    if len(reference) > 80:
        raise Invalid({"reference": "too-long"})
    checkout, order = lock_order(session, number)
    require_member(actor, order.cooperative_id)
    next_status(OrderStatus(order.status), Step.HAND_OVER, Who.COOPERATIVE)
    if order.locked_until is not None and order.locked_until > now:
        return Handover(False, int((order.locked_until - now).total_seconds()))
    if not hmac.compare_digest(_digits(code).encode(), order.pickup_code.encode()):
        _count_wrong_code(order, now)
        return Handover(False)
    tax_points, receipt_number = (
        tax_of(session, order.cooperative_id),
        next_receipt_number(session, order.cooperative_id),
    )
    order.reference, order.collected_at, order.collected_on = reference, now, days.day_of(now)
    order.commission_basis_points, order.tax_basis_points = commission_points, tax_points
    order.receipt_number = receipt_number
    step(session, order, Step.HAND_OVER, Who.COOPERATIVE, now, actor.id)
    lines = lines_of(session, [order.id])[order.id]
    _book_sale(session, checkout, order, now)
    move(
        session,
        [Move(line.catch_id, MovementKind.SELL, held_of(line), number) for line in lines],
        now,
        actor_id=actor.id,
    )
    announce(session, _as_sale(checkout, order, lines, actor))
    ask_to_settle(session, checkout, now)
    return Handover(True)


def _digits(code: str) -> str:
    """What was typed or scanned, without the spaces that the page shows for reading."""
    return "".join(code.split())


def _count_wrong_code(order: Order, now: datetime) -> None:
    order.wrong_codes += 1
    if order.wrong_codes >= WRONG_CODES_ALLOWED:
        order.wrong_codes = 0
        order.locked_until = now + LOCK_TIME


def _book_sale(session: Session, checkout: Checkout, order: Order, now: datetime) -> None:
    """Payment and ledger say that the order's total was earned, and, for cash and QRIS, received and kept."""
    about = ledger.About(checkout.id, order.cooperative_id, order.number)
    takes_itself = not Method(checkout.method).is_card
    if takes_itself:
        payment = lock_payment(session, order.payment_id)
        record_event(session, payment, EventKind.CAPTURED, order.total, f"{order.payment_id}:received", now, about)
    commission = commission_on(order.total, order.commission_basis_points)
    ledger.book(session, f"order:{order.number}:earned", ledger.earned(order.total, commission), now, about)
    if takes_itself:
        ledger.book(session, f"order:{order.number}:kept", ledger.kept(order.total), now, about)


def _as_sale(checkout: Checkout, order: Order, lines: Sequence[OrderLine], actor: Actor) -> OrderCollected:
    assert order.collected_at is not None  # set by the handover that announces this
    return OrderCollected(
        order_number=order.number,
        at=order.collected_at,
        actor_id=actor.id,
        buyer_id=order.buyer_id,
        cooperative_id=order.cooperative_id,
        village_code=order.village_code,
        method=checkout.method,
        revenue=order.total,
        lines=tuple(
            SoldLine(
                line.species_code,
                line.form,
                line.measure,
                line.final_quantity or 0,
                line.final_amount or 0,
                is_short=(line.final_quantity or 0) * 10 < line.quantity * 9,
            )
            for line in lines
        ),
    )
