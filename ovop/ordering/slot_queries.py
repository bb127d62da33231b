"""What waits in slots: their orders, and how far these are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.kernel import days
from ovop.ordering.models import Order
from ovop.ordering.reading import orders_with_all, read_orders
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import (
    OPEN,
    OrderStatus,
)
from ovop.pickup.models import PickupPoint, PointUse, Slot


def orders_in_slot(session: Session, slot_id: int, actor: Actor, now: datetime) -> list[OrderRow]:
    """What `actor`'s co-operative has to pack and hand over in a slot, by number."""
    return read_orders(
        session,
        orders_with_all()
        .where(Order.slot_id == slot_id, Order.cooperative_id == actor.cooperative_id)
        .order_by(Order.number),
        now,
    )


@dataclass(frozen=True, slots=True)
class SlotLoad:
    """What waits in one slot: orders by how far they are, grams and pieces not yet weighed."""

    slot_id: int
    point_name: str
    starts_at: datetime
    ends_at: datetime
    is_closed: bool
    to_weigh: int
    ready: int
    collected: int


def slot_loads(session: Session, cooperative_id: int, first: date, last: date) -> list[SlotLoad]:
    """Slots of `first` … `last` (Asia/Jakarta) with orders of that co-operative, and those alone, by time.  One query.

    At its own points, and at those that a neighbour shares with it, or did when they were ordered.
    """
    points = select(PointUse.point_id).where(PointUse.cooperative_id == cooperative_id, PointUse.opened_at.is_not(None))
    rows = session.execute(
        select(
            Slot.id,
            PickupPoint.name,
            Slot.starts_at,
            Slot.ends_at,
            Slot.closed_at,
            func.count().filter(Order.status == OrderStatus.CONFIRMED).label("to_weigh"),
            func.count().filter(Order.status == OrderStatus.READY).label("ready"),
            func.count().filter(Order.status == OrderStatus.COLLECTED).label("collected"),
        )
        .join(PickupPoint, PickupPoint.id == Slot.point_id)
        .join(Order, Order.slot_id == Slot.id)
        .where(
            Slot.point_id.in_(points),
            Order.cooperative_id == cooperative_id,
            Slot.starts_at >= days.start_of(first),
            Slot.starts_at < days.end_of(last),
            Order.status.in_([OrderStatus.CONFIRMED, OrderStatus.READY, OrderStatus.COLLECTED]),
        )
        .group_by(Slot.id, PickupPoint.name, Slot.starts_at, Slot.ends_at, Slot.closed_at)
        .order_by(Slot.starts_at, Slot.id)
    )
    return [
        SlotLoad(
            row.id,
            row.name,
            row.starts_at,
            row.ends_at,
            row.closed_at is not None,
            row.to_weigh,
            row.ready,
            row.collected,
        )
        for row in rows
    ]


def open_orders_in_slot(session: Session, slot_id: int, limit: int = 50) -> Sequence[str]:
    """Numbers of orders that still hold a place in a slot."""
    return session.scalars(
        select(Order.number)
        .where(Order.slot_id == slot_id, Order.status.in_([status.value for status in OPEN]))
        .order_by(Order.id)
        .limit(limit)
    ).all()


def open_by_cooperative(session: Session, slot_id: int) -> dict[int, int]:
    """How many orders still hold a place in a slot, by co-operative."""
    rows = session.execute(
        select(Order.cooperative_id, func.count().label("orders"))
        .where(Order.slot_id == slot_id, Order.status.in_([status.value for status in OPEN]))
        .group_by(Order.cooperative_id)
        .order_by(Order.cooperative_id)
    )
    return {row.cooperative_id: row.orders for row in rows}


@dataclass(frozen=True, slots=True)
class LeftThere:
    """Orders that a guest still hands over at a point: how many, and when the last of their times ends."""

    orders: int
    until: datetime | None


def left_at(session: Session, point_id: int, cooperative_id: int) -> LeftThere:
    """Open orders of the co-operative at the point."""
    row = session.execute(
        select(func.count(), func.max(Slot.ends_at))
        .select_from(Order)
        .join(Slot, Slot.id == Order.slot_id)
        .where(
            Slot.point_id == point_id,
            Order.cooperative_id == cooperative_id,
            Order.status.in_([status.value for status in OPEN]),
        )
    ).one()
    return LeftThere(row[0], row[1])
