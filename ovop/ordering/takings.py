"""What a co-operative took: its collected orders, counted on the day of collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.ordering.models import Checkout, Order
from ovop.ordering.rules import OrderStatus
from ovop.payment.rules import Method


@dataclass(frozen=True, slots=True)
class Taking:
    """Orders collected on some days and paid in one way; rupiah."""

    method: Method
    orders: int
    amount: int


@dataclass(frozen=True, slots=True)
class Awaited:
    """What open orders will bring: those weighed at their final sum, those not yet weighed at their estimate."""

    ready: int
    ready_amount: int
    to_weigh: int
    to_weigh_amount: int


def takings(session: Session, cooperative_id: int, first: date, last: date) -> Sequence[Taking]:
    """A co-operative's takings of `first` … `last` (days in Asia/Jakarta, both counted), by method.  One query."""
    rows = session.execute(
        select(Checkout.method, func.count().label("orders"), func.sum(Order.total).label("amount"))
        .join(Checkout, Checkout.id == Order.checkout_id)
        .where(Order.cooperative_id == cooperative_id, Order.collected_on >= first, Order.collected_on <= last)
        .group_by(Checkout.method)
        .order_by(Checkout.method)
    )
    return [Taking(Method(row.method), row.orders, int(row.amount)) for row in rows]


def awaited(session: Session, cooperative_id: int) -> Awaited:
    """What a co-operative's paid-for or promised orders will bring when they are collected.  One query."""
    ready = Order.status == OrderStatus.READY
    to_weigh = Order.status == OrderStatus.CONFIRMED
    row = session.execute(
        select(
            func.count().filter(ready),
            func.coalesce(func.sum(Order.total).filter(ready), 0),
            func.count().filter(to_weigh),
            func.coalesce(func.sum(Order.total).filter(to_weigh), 0),
        ).where(Order.cooperative_id == cooperative_id, Order.status.in_([OrderStatus.READY, OrderStatus.CONFIRMED]))
    ).one()
    return Awaited(row[0], int(row[1]), row[2], int(row[3]))
