"""What a co-operative took: its collected orders, counted on the day of collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, func, select
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


def takings(session: Session, cooperative_id: int, spans: Sequence[tuple[date, date]]) -> list[list[Taking]]:
    """A co-operative's takings by method, of each span of days (first and last in Asia/Jakarta, both counted).

    One query.
    """
    rows = session.execute(
        select(Order.collected_on, Checkout.method, func.count().label("orders"), func.sum(Order.total).label("amount"))
        .join(Checkout, Checkout.id == Order.checkout_id)
        .where(
            Order.cooperative_id == cooperative_id,
            Order.collected_on >= min(first for first, _last in spans),
            Order.collected_on <= max(last for _first, last in spans),
        )
        .group_by(Order.collected_on, Checkout.method)
    ).all()
    return [list(_added(row for row in rows if first <= row.collected_on <= last)) for first, last in spans]


def _added(rows: Iterable[Row[date | None, str, int, int]]) -> Iterator[Taking]:
    """Takings of several days by method, in the order of `Method`."""
    known = list(rows)
    for method in Method:
        of_method = [row for row in known if row.method == method]
        if of_method:
            yield Taking(method, sum(row.orders for row in of_method), sum(int(row.amount) for row in of_method))


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
