"""Locking reads, in the one order that keeps two changes from waiting for each other.

Checkout, order, payment, catch, slot; among equals the smaller id first.  Catches come before slots because how much of
a cold box an order takes is known from its lots.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.kernel.errors import NotFound
from ovop.ordering.models import Checkout, Order, OrderLine
from ovop.ordering.rules import Who


def lock_checkout(session: Session, checkout_id: str) -> Checkout:
    """The checkout, locked and as it stands now.  Raises: NotFound."""
    checkout = session.scalars(
        select(Checkout).where(Checkout.id == checkout_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if checkout is None:
        raise NotFound()
    return checkout


def lock_orders(session: Session, checkout_id: str) -> list[Order]:
    """The checkout's orders, locked, by id; their checkout is locked already."""
    return list(
        session.scalars(
            select(Order)
            .where(Order.checkout_id == checkout_id)
            .order_by(Order.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def lock_order(session: Session, number: str) -> tuple[Checkout, Order]:
    """The order with its checkout, both locked.  Raises: NotFound."""
    checkout_id = session.scalar(select(Order.checkout_id).where(Order.number == number))
    if checkout_id is None:
        raise NotFound()
    checkout = lock_checkout(session, checkout_id)
    order = session.scalars(
        select(Order).where(Order.number == number).with_for_update().execution_options(populate_existing=True)
    ).one()
    return checkout, order


def lines_of(session: Session, order_ids: list[int]) -> dict[int, list[OrderLine]]:
    """Lines by order; their orders are locked already."""
    lines: dict[int, list[OrderLine]] = {order_id: [] for order_id in order_ids}
    for line in session.scalars(select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.id)):
        lines[line.order_id].append(line)
    return lines


def party(actor: Actor, order: Order) -> Who:
    """As whom `actor` may act on `order`.  Raises: NotFound, since strangers are not told that it exists."""
    if actor.role is Role.BUYER and actor.id == order.buyer_id:
        return Who.BUYER
    if actor.role is Role.COOPERATIVE and actor.cooperative_id == order.cooperative_id:
        return Who.COOPERATIVE
    raise NotFound()
