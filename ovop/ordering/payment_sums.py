"""What a buyer paid and is yet to pay, in sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.ordering.models import Order
from ovop.ordering.rules import OPEN, OrderStatus


@dataclass(frozen=True, slots=True)
class PaymentSums:
    """Rupiah.  paid: for orders collected since some instant; back: of these, agreed to be given back; open: what
    orders that are under way come to, by the scale or, before it, by the estimate.
    """

    paid: int
    back: int
    open: int


def sums_of(session: Session, buyer_id: int, since: datetime) -> PaymentSums:
    """The buyer's sums; one query."""
    is_recent = (Order.status == OrderStatus.COLLECTED.value) & (Order.collected_at >= since)
    row = session.execute(
        select(
            func.coalesce(func.sum(Order.total).filter(is_recent), 0),
            func.coalesce(func.sum(Order.refunded).filter(is_recent), 0),
            func.coalesce(func.sum(Order.total).filter(Order.status.in_([status.value for status in OPEN])), 0),
        ).where(Order.buyer_id == buyer_id)
    ).one()
    return PaymentSums(*(int(value) for value in row))
