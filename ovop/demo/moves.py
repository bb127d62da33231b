"""The demo's changes of slot: some who wait for their order have put it off a little."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.kernel import days
from ovop.ordering.models import Order
from ovop.ordering.post import LETTER_JOB
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slot_changes import change_slot
from ovop.outside.models import OutboxJob
from ovop.pickup.errors import SlotFull, SlotUnsuitable
from ovop.pickup.models import Slot

#: How many orders at most, and how long after they were placed.
_MOST, _LATER = 6, timedelta(minutes=25)


def put_off_some(session: Session, now: datetime) -> None:
    """A few of those who wait have taken a later time of the same day at the same point.  Its letters have left."""
    for number, buyer_id, slot_id, at in list(_wishes(session, now)):
        try:
            with session.begin_nested():
                change_slot(session, number, slot_id, Actor(buyer_id, Role.BUYER), at)
        except (SlotFull, SlotUnsuitable):
            continue  # what was ordered does not keep so long
    session.execute(update(OutboxJob).where(OutboxJob.kind == LETTER_JOB).values(done_at=now))


def _wishes(session: Session, now: datetime) -> Iterator[tuple[str, int, int, datetime]]:
    """Number, buyer, another slot, and when it was asked for."""
    own, other = aliased(Slot), aliased(Slot)
    rows = session.execute(
        select(
            Order.number, Order.buyer_id, Order.created_at, own.starts_at, other.id, other.starts_at.label("instead")
        )
        .join(own, own.id == Order.slot_id)
        .join(other, (other.point_id == own.point_id) & (other.starts_at > own.starts_at))
        .where(
            Order.status == OrderStatus.CONFIRMED,
            Order.created_at < now - _LATER,
            own.deadline_at > now,
            own.closed_at.is_(None),
            other.closed_at.is_(None),
            other.is_retired.is_(False),
            other.booked < other.capacity,
        )
        .order_by(Order.number, other.starts_at)
    )
    found: dict[str, tuple[str, int, int, datetime]] = {}
    for row in rows:
        is_same_day = days.day_of(row.starts_at) == days.day_of(row.instead)
        if is_same_day and Random(f"move {row.number}").random() < 0.3:
            found.setdefault(row.number, (row.number, row.buyer_id, row.id, row.created_at + _LATER))
    yield from list(found.values())[:_MOST]
