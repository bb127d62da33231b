"""A place in one slot given up for a place in another, both or neither."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ovop.kernel.errors import NotFound
from ovop.pickup.errors import PlaceKept
from ovop.pickup.models import PickupPoint, PointUse, Slot
from ovop.pickup.operations import BookedSlot, book
from ovop.pickup.rules import Misfit


def move_place(
    session: Session, cooperative_id: int, from_id: int, to_id: int, grams: int, now: datetime
) -> tuple[BookedSlot, BookedSlot]:
    """The place, and `grams` of the cold box, are in slot `to_id` instead of `from_id`; answers (old, new).

    The smaller id is changed first, so that two who trade places wait for each other in the same order.
    Raises: PlaceKept when the old slot is closed or past its deadline; SlotFull, SlotUnsuitable, NotFound for the new.
    """
    _check_there(session, cooperative_id, to_id)
    if from_id < to_id:
        old = _give_up(session, from_id, grams, now)
        return old, book(session, to_id, cooperative_id, grams, now)
    new = book(session, to_id, cooperative_id, grams, now)
    return _give_up(session, from_id, grams, now), new


def _check_there(session: Session, cooperative_id: int, slot_id: int) -> None:
    """Raises NotFound unless the slot is at a point in use where that co-operative hands over, or once did."""
    there = (
        select(Slot.id)
        .join(PickupPoint, PickupPoint.id == Slot.point_id)
        .join(PointUse, PointUse.point_id == PickupPoint.id)
        .where(
            Slot.id == slot_id,
            PickupPoint.is_active.is_(True),
            PointUse.cooperative_id == cooperative_id,
            PointUse.opened_at.is_not(None),
        )
    )
    if session.scalar(there) is None:
        raise NotFound(slot=slot_id)


def _give_up(session: Session, slot_id: int, grams: int, now: datetime) -> BookedSlot:
    """As `release`, only while the slot is open and its order deadline has not passed.  Raises: PlaceKept.

    Who closes a slot cancels what is in it afterwards: whatever is in it then must stay to be found.
    """
    columns = [getattr(Slot, name) for name in BookedSlot.__slots__]
    row = session.execute(
        update(Slot)
        .where(Slot.id == slot_id, Slot.closed_at.is_(None), Slot.deadline_at >= now)
        .values(booked=Slot.booked - 1, booked_grams=Slot.booked_grams - grams)
        .returning(*columns)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        closed_at = session.scalar(select(Slot.closed_at).where(Slot.id == slot_id))
        raise PlaceKept(slot_id, Misfit.DEADLINE_PASSED if closed_at is None else Misfit.CLOSED)
    return BookedSlot(**row._mapping)
