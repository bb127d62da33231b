"""What happens to orders once they are placed.  Each function is one change, to be run by `ovop.db.write`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor, require_member
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import Measure
from ovop.ordering.errors import TooEarly
from ovop.ordering.locks import lines_of, lock_order, party
from ovop.ordering.models import Checkout, Order, OrderEvent, OrderLine
from ovop.ordering.post import Letter, post_letters
from ovop.ordering.rules import (
    CheckoutStatus,
    Ordered,
    OrderStatus,
    Step,
    Who,
    next_checkout_status,
    next_status,
    weigh,
)
from ovop.ordering.settling import ask_to_close, ask_to_settle
from ovop.payment import ledger
from ovop.payment.operations import lock_payment, record_event
from ovop.payment.rules import EventKind, Method
from ovop.pickup import operations as pickup
from ovop.pickup.models import Slot
from ovop.scales.operations import remember_scale, use_scale
from ovop.stock.models import Catch
from ovop.stock.movements import Move, move
from ovop.stock.rules import MovementKind, is_sellable


def step(
    session: Session, order: Order, taken: Step, who: Who, now: datetime, actor_id: int | None, reason: str = ""
) -> None:
    """The order, locked, is in the state after `taken`, and its history says so.  Raises: WrongStatus."""
    order.status = next_status(OrderStatus(order.status), taken, who).value
    session.flush()
    session.execute(
        insert(OrderEvent).values(
            order_id=order.id, status=order.status, actor_id=actor_id, reason=reason[:200], at=now
        )
    )


def step_checkout(checkout: Checkout, taken: Step) -> None:
    """The checkout, locked, is in the state after `taken`.  Raises: WrongStatus."""
    checkout.status = next_checkout_status(CheckoutStatus(checkout.status), taken).value


def weigh_order(
    session: Session,
    number: str,
    weights: dict[int, int],
    actor: Actor,
    now: datetime,
    *,
    scale_id: int | None = None,
) -> None:
    """The order is ready at its final amounts; differences went to or came from the stock.

    weights: grams or pieces by catch, one for each line but those of which a harvest left nothing.
    scale_id: what they were weighed on, kept with the order.
    Raises: NotFound, WrongStatus, Invalid, OverMaximum, NothingWeighed, OutOfStock.
    """
    checkout, order = lock_order(session, number)
    require_member(actor, order.cooperative_id)
    step(session, order, Step.WEIGH, Who.COOPERATIVE, now, actor.id)
    lines = lines_of(session, [order.id])[order.id]
    weights = {line.catch_id: 0 for line in lines if not held_of(line)} | weights
    if set(weights) != {line.catch_id for line in lines} or any(quantity < 0 for quantity in weights.values()):
        raise Invalid({"lines": "does-not-fit"})
    weighed = weigh(
        [
            Ordered(line.catch_id, Measure(line.measure), line.unit_price, line.quantity, line.allotted)
            for line in lines
        ],
        weights,
    )
    by_catch = {line.catch: line for line in weighed}
    for line in lines:
        line.final_quantity, line.final_amount = by_catch[line.catch_id].quantity, by_catch[line.catch_id].amount
    order.total = sum(line.amount for line in weighed)
    order.weighed_at = now
    if scale_id is not None:
        used = use_scale(session, scale_id, actor)
        order.scale_id, order.scale_verified_until = used.id, used.verified_until
    move(
        session,
        [
            Move(
                line.catch,
                MovementKind.HOLD if line.difference > 0 else MovementKind.RELEASE,
                abs(line.difference),
                number,
            )
            for line in weighed
        ],
        now,
        actor_id=actor.id,
    )
    letter = Letter.SHORT if any(line.is_short for line in weighed) else Letter.READY
    post_letters(session, letter, [number], now)
    ask_to_settle(session, checkout, now)
    if scale_id is not None:
        remember_scale(session, scale_id, actor)


def cancel_order(
    session: Session, number: str, actor: Actor, now: datetime, reason: str = "", *, restock: bool = True
) -> None:
    """The order is cancelled: place and goods are given back, money is not taken or goes back.

    restock: False books the goods as lost; only the co-operative's word counts, and goods past their best always are.
    Raises: NotFound, WrongStatus.
    """
    checkout, order = lock_order(session, number)
    who = party(actor, order)
    cancel(session, checkout, order, who, now, actor.id, reason, restock=restock or who is not Who.COOPERATIVE)


def cancel(
    session: Session,
    checkout: Checkout,
    order: Order,
    who: Who,
    now: datetime,
    actor_id: int | None,
    reason: str,
    *,
    restock: bool = True,
    letter: Letter | None = Letter.CANCELLED,
) -> None:
    """As `cancel_order`, for an order that is locked with its checkout.  letter: none where another tells of it."""
    cancel_all(session, checkout, [order], who, now, actor_id, reason, restock=restock, letter=letter)


def cancel_all(
    session: Session,
    checkout: Checkout,
    orders: Sequence[Order],
    who: Who,
    now: datetime,
    actor_id: int | None,
    reason: str,
    *,
    restock: bool = True,
    letter: Letter | None = Letter.CANCELLED,
) -> None:
    """As `cancel`, for some orders of one checkout at once: their goods first, then their places."""
    for order in orders:
        step(session, order, Step.CANCEL, who, now, actor_id, reason)
    give_back(session, orders, now, actor_id, reason, restock=restock)
    for order in sorted(orders, key=lambda order: order.slot_id):
        pickup.release(session, order.slot_id, order.grams)
    _close_checkout_when_empty(session, checkout, orders[0], now)
    if letter is not None:
        post_letters(session, letter, [order.number for order in orders], now)
    for order in orders:
        drop_claim(session, checkout, order, now)


def mark_no_show(session: Session, number: str, actor: Actor, now: datetime) -> None:
    """The order was not collected in its slot: its goods return to the stock or are lost, its money to the buyer.

    Raises: NotFound, WrongStatus, TooEarly.
    """
    checkout, order = lock_order(session, number)
    require_member(actor, order.cooperative_id)
    next_status(OrderStatus(order.status), Step.MARK_NO_SHOW, Who.COOPERATIVE)
    ends_at = session.scalars(select(Slot.ends_at).where(Slot.id == order.slot_id)).one()
    if now < ends_at:
        raise TooEarly()
    step(session, order, Step.MARK_NO_SHOW, Who.COOPERATIVE, now, actor.id)
    give_back(session, [order], now, actor.id, "")
    drop_claim(session, checkout, order, now)


def give_back(
    session: Session,
    orders: Sequence[Order],
    now: datetime,
    actor_id: int | None,
    reason: str,
    *,
    restock: bool = True,
) -> None:
    """What the orders held can be bought again, or is lost: when asked so, withdrawn, or past its best."""
    lines = lines_of(session, [order.id for order in orders])
    catches = {
        row.id: row
        for row in session.execute(
            select(Catch.id, Catch.is_withdrawn, Catch.is_planned, Catch.best_before).where(
                Catch.id.in_([line.catch_id for of_order in lines.values() for line in of_order])
            )
        )
    }
    moves = []
    for order in orders:
        for line in lines[order.id]:
            lot = catches[line.catch_id]
            # What was only planned is not there to be lost.
            wanted = restock or lot.is_planned
            back = wanted and is_sellable(is_withdrawn=lot.is_withdrawn, best_before=lot.best_before, now=now)
            kind = MovementKind.RELEASE if back else MovementKind.LOSE_HELD
            moves.append(Move(line.catch_id, kind, held_of(line), order.number))
    move(session, moves, now, actor_id=actor_id, reason=reason)


def held_of(line: OrderLine) -> int:
    """Grams or pieces that an open order's line holds."""
    if line.final_quantity is not None:
        return line.final_quantity
    return line.quantity if line.allotted is None else line.allotted


def drop_claim(session: Session, checkout: Checkout, order: Order, now: datetime) -> None:
    """The order asks for no money any more: its own payment is void, a shared one is settled anew."""
    if Method(checkout.method).is_card:
        ask_to_settle(session, checkout, now)
        return
    payment = lock_payment(session, order.payment_id)
    record_event(session, payment, EventKind.VOIDED, 0, f"{order.payment_id}:voided", now, ledger.About(checkout.id))


def _close_checkout_when_empty(session: Session, checkout: Checkout, order: Order, now: datetime) -> None:
    """A checkout whose orders are all cancelled is cancelled itself: there is nothing left to pay for."""
    left = session.scalar(
        select(Order.id).where(Order.checkout_id == checkout.id, Order.status != OrderStatus.CANCELLED.value).limit(1)
    )
    if left is None:
        step_checkout(checkout, Step.CANCEL)
        if checkout.expires_at is not None:
            checkout.expires_at = None
            ask_to_close(session, lock_payment(session, order.payment_id), now)
