"""Where and when a lot can be collected next: the first free time at each point that fits it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ovop.accounts.models import Cooperative
from ovop.db.types import Instant
from ovop.pickup.models import PickupPoint, PointUse, Slot
from ovop.pickup.use_queries import is_used_by

Time = ColumnElement[Any] | InstrumentedAttribute[datetime]


@dataclass(frozen=True, slots=True)
class NextTime:
    """A point with its first time that fits; `free` is how many orders still have room.

    host: the neighbour whose point it is, where it is a neighbour's.
    last_order_at, last_pickup_at: of all points together: until when the lot can be ordered and collected at all.
    """

    point_id: int
    name: str
    address: str
    latitude: float
    longitude: float
    host: str | None
    starts_at: datetime
    ends_at: datetime
    free: int
    last_order_at: datetime
    last_pickup_at: datetime


def fits(landed_at: Time, best_before: Time, now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a slot of a point in use fits a lot, can still be ordered for and has room.

    Source: contract, A catch and a slot fit.
    """
    return and_(
        Slot.starts_at >= landed_at,
        Slot.ends_at <= best_before,
        Slot.deadline_at >= now,
        Slot.closed_at.is_(None),
        Slot.is_retired.is_(False),
        Slot.booked < Slot.capacity,
        PickupPoint.is_active.is_(True),
    )


def next_times(
    session: Session, cooperative_id: int, landed_at: datetime, best_before: datetime, now: datetime, limit: int = 4
) -> list[NextTime]:
    """The first fitting time at each point where the co-operative hands over, soonest first; one query."""
    values = {"cooperative": cooperative_id, "landed_at": landed_at, "best_before": best_before, "now": now}
    rows = session.connection().execute(_first_times(), {**values, "limit": limit})
    return [NextTime(**row._mapping) for row in rows]


@lru_cache(maxsize=1)
def _first_times() -> Select[*tuple[Any, ...]]:
    now = bindparam("now", type_=Instant)
    in_turn = func.row_number().over(partition_by=Slot.point_id, order_by=(Slot.starts_at, Slot.id)).label("turn")
    times = (
        select(
            Slot.point_id,
            PickupPoint.name,
            PickupPoint.address,
            PickupPoint.latitude,
            PickupPoint.longitude,
            case((PointUse.cooperative_id != PickupPoint.cooperative_id, Cooperative.name)).label("host"),
            Slot.starts_at,
            Slot.ends_at,
            (Slot.capacity - Slot.booked).label("free"),
            func.max(Slot.deadline_at).over().label("last_order_at"),
            func.max(Slot.ends_at).over().label("last_pickup_at"),
            in_turn,
        )
        .join(PickupPoint, PickupPoint.id == Slot.point_id)
        .join(Cooperative, Cooperative.id == PickupPoint.cooperative_id)
        .join(PointUse, is_used_by(bindparam("cooperative", type_=Integer)))
        .where(
            Slot.starts_at >= now,
            fits(bindparam("landed_at", type_=Instant), bindparam("best_before", type_=Instant), now),
        )
        .subquery()
    )
    columns = [times.c[name] for name in NextTime.__dataclass_fields__]
    return (
        select(*columns)
        .where(times.c.turn == 1)
        .order_by(times.c.starts_at, times.c.name, times.c.point_id)
        .limit(bindparam("limit"))
    )
