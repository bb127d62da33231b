"""What the market keeps about recalls of what a buyer ordered, for them to take along (UU 27/2022)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ovop.ordering.models import Order
from ovop.recall.models import Recall, RecallBuyer, RecallOrder
from ovop.stock.models import Catch


def recalls_about(session: Session, numbers: Collection[str]) -> dict[str, list[dict[str, object]]]:
    """By order number: each recalled lot in it, why, and when its buyer was written to or spoken with.  One query."""
    found: dict[str, list[dict[str, object]]] = {number: [] for number in numbers}
    rows = session.execute(
        select(
            Order.number,
            Catch.lot_code,
            Catch.recall_reason.label("reason"),
            Recall.at,
            RecallBuyer.mailed_at,
            RecallBuyer.reached_at.label("spoken_at"),
        )
        .select_from(RecallOrder)
        .join(Order, Order.id == RecallOrder.order_id)
        .join(Recall, Recall.id == RecallOrder.recall_id)
        .join(Catch, Catch.id == Recall.catch_id)
        .join(RecallBuyer, and_(RecallBuyer.recall_id == Recall.id, RecallBuyer.buyer_id == Order.buyer_id))
        .where(Order.number.in_(numbers))
        .order_by(Recall.id)
    )
    for number, *facts in rows:
        found[number].append(dict(zip(("lot_code", "reason", "at", "mailed_at", "spoken_at"), facts, strict=True)))
    return found
