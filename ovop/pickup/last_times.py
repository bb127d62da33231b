"""When a lot can last be ordered, and last be collected: the freshness clock.

Two readings of the same slots.  What people are told is asked anew each time and leaves out what is full or over;
a lot's `last_pickup_at`, from which its price steps count, is kept with it and does not move when others order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from ovop.pickup.models import PickupPoint, PointUse, Slot
from ovop.pickup.rules import HORIZON_DAYS
from ovop.pickup.use_queries import IS_OPEN
from ovop.stock.events import LotTimed
from ovop.stock.models import Catch
from ovop.stock.pricing import PriceCause, replan


@dataclass(frozen=True, slots=True)
class LastTimes:
    """Until when a lot can be ordered, and the end of the last time at which that order can be collected."""

    order_at: datetime
    pickup_at: datetime


def last_times(session: Session, catch_ids: Collection[int], now: datetime) -> dict[int, LastTimes]:
    """Last times by lot; lots for which no time is left are left out.  One query.

    Source: contract, A catch and a slot fit.
    """
    if not catch_ids:
        return {}
    rows = session.execute(
        select(Catch.id, func.max(Slot.deadline_at).label("order_at"), func.max(Slot.ends_at).label("pickup_at"))
        .join(PointUse, and_(PointUse.cooperative_id == Catch.cooperative_id, IS_OPEN))
        .join(Slot, and_(Slot.point_id == PointUse.point_id, _fits_kept()))
        .join(PickupPoint, PickupPoint.id == Slot.point_id)
        .where(
            Catch.id.in_(catch_ids),
            PickupPoint.is_active.is_(True),
            Slot.starts_at >= now,
            Slot.deadline_at >= now,
            Slot.booked < Slot.capacity,
        )
        .group_by(Catch.id)
    )
    return {row.id: LastTimes(row.order_at, row.pickup_at) for row in rows}


def time_lot(session: Session, event: LotTimed) -> None:
    """The lot knows its last pickup; follows whatever gave it another landing or best-before."""
    catch = session.get_one(Catch, event.catch_id)
    catch.last_pickup_at = _kept(session, [catch], event.at)[catch.id]


def lock_lots(session: Session, cooperative_ids: Collection[int], now: datetime) -> Sequence[Catch]:
    """These co-operatives' lots on sale, locked: before slots, whose change may move their last times."""
    return session.scalars(
        select(Catch)
        .where(Catch.cooperative_id.in_(cooperative_ids), Catch.is_withdrawn.is_(False), Catch.best_before > now)
        .order_by(Catch.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def retime_lots(session: Session, catches: Sequence[Catch], now: datetime, actor_id: int | None = None) -> None:
    """These lots, which are locked, know their last pickup by the slots that there are now, and so do their prices."""
    found = _kept(session, catches, now)
    moved = [catch for catch in catches if catch.last_pickup_at != found[catch.id]]
    for catch in moved:
        catch.last_pickup_at = found[catch.id]
    replan(session, moved, PriceCause.TIMES, now, actor_id)


def _kept(session: Session, catches: Sequence[Catch], now: datetime) -> dict[int, datetime | None]:
    """The end of the last slot that fits each lot, full or not; none for lots that outlast what slots are made for."""
    ahead = now + timedelta(days=HORIZON_DAYS)
    near = [catch.id for catch in catches if catch.best_before <= ahead]
    found: dict[int, datetime | None] = {catch.id: None for catch in catches}
    if near:
        rows = session.execute(
            select(Catch.id, func.max(Slot.ends_at).label("ends_at"))
            .join(PointUse, and_(PointUse.cooperative_id == Catch.cooperative_id, IS_OPEN))
            .join(Slot, and_(Slot.point_id == PointUse.point_id, _fits_kept()))
            .join(PickupPoint, PickupPoint.id == Slot.point_id)
            .where(Catch.id.in_(near), PickupPoint.is_active.is_(True))
            .group_by(Catch.id)
        )
        found |= {row.id: row.ends_at for row in rows}
    return found


def _fits_kept() -> ColumnElement[bool]:
    """Whether a slot that is still offered fits the lot beside it, whoever is in it."""
    return and_(
        Slot.starts_at >= Catch.landed_at,
        Slot.ends_at <= Catch.best_before,
        Slot.closed_at.is_(None),
        Slot.is_retired.is_(False),
    )
