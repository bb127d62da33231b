"""Where else and when else an order could be collected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ovop.ordering.choices import Spot, spots_for
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import MOVES, OrderStatus, Step
from ovop.ordering.slot_changes import is_near
from ovop.pickup.queries import SlotRow, fitting_slots, get_slot


def grams_of(order: OrderRow) -> int:
    """What the order takes of a cold box: as ordered."""
    return sum(line.quantity for line in order.lines if line.measure == "weight")


def can_change_slot(slot: SlotRow, status: OrderStatus, now: datetime) -> bool:
    """Whether an order of that status may leave its slot now."""
    return status in MOVES[Step.CHANGE_SLOT].sources and not slot.is_closed and now <= slot.deadline_at


def spots_instead(session: Session, order: OrderRow, now: datetime) -> tuple[Spot, ...]:
    """The points and times that fit the order, its own among them as barred; the point it has first.

    None when it may not leave its slot any more.  Three queries.
    """
    own = order.pickup
    if not can_change_slot(get_slot(session, own.slot_id), order.status, now):
        return ()
    lots = [line.catch for line in order.lines if line.final_quantity != 0 and line.promised]
    offered = [
        option
        for option in fitting_slots(session, lots, now).get(order.cooperative_id, ())
        if order.status is not OrderStatus.READY
        or is_near(own.point_id, own.starts_at, option.point.id, option.slot.starts_at)
    ]
    spots = spots_for(grams_of(order), offered, near=None, own=own.slot_id)
    return tuple(sorted(spots, key=lambda spot: spot.point.id != own.point_id))
