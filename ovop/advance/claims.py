"""Who waits for a planned lot, in the order in which they are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.advance.rules import Claim
from ovop.ordering.models import Order, OrderEvent, OrderLine
from ovop.ordering.rules import OPEN, OrderStatus
from ovop.stock.models import Catch


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of an open order that has not been weighed; grams or pieces.  held: of the lot, now."""

    line_id: int
    order_id: int
    checkout_id: str
    number: str
    quantity: int
    held: int
    others_held: int

    @property
    def claim(self) -> Claim:
        """What it asks of the harvest."""
        return Claim(self.line_id, self.quantity)


def waiting_for(session: Session, catch_id: int) -> list[Waiting]:
    """Lines that wait for the lot, those served first before those served later.

    Who has confirmed first is served first: a card's order counts from when it was paid, and one that is not paid yet
    comes after all that are.  others_held: what the order's other lines hold, of whatever lots.
    """
    confirmed = (
        select(OrderEvent.order_id, func.min(OrderEvent.id).label("at"))
        .where(OrderEvent.status == OrderStatus.CONFIRMED.value)
        .group_by(OrderEvent.order_id)
        .subquery()
    )
    held = func.coalesce(OrderLine.allotted, OrderLine.quantity)
    other = OrderLine.__table__.alias("other")
    others = (
        select(func.coalesce(func.sum(func.coalesce(other.c.allotted, other.c.quantity)), 0))
        .where(other.c.order_id == Order.id, other.c.catch_id != catch_id)
        .correlate(Order)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            OrderLine.id.label("line_id"),
            Order.id.label("order_id"),
            Order.checkout_id,
            Order.number,
            OrderLine.quantity,
            held.label("held"),
            others.label("others_held"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(confirmed, confirmed.c.order_id == Order.id)
        .where(
            OrderLine.catch_id == catch_id,
            OrderLine.final_quantity.is_(None),
            Order.status.in_([status.value for status in OPEN]),
        )
        .order_by(confirmed.c.at.is_(None), confirmed.c.at, Order.id)
    )
    return [Waiting(**row._mapping) for row in rows]


def gone_of(catch: Catch, waiting: Sequence[Waiting]) -> int:
    """Grams or pieces of the lot that can be shared out no more: packed, sold or lost."""
    return catch.caught - catch.available - sum(line.held for line in waiting)
