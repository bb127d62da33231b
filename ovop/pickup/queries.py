"""Reading points and slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.pickup.models import OpeningHours, PickupPoint, PointUse, Slot
from ovop.pickup.rules import Hours, Misfit, misfit
from ovop.pickup.use_queries import IS_OPEN
from ovop.stock.models import Catch


@dataclass(frozen=True, slots=True)
class PointRow:
    """A pickup point with its co-operative's name; degrees, minutes."""

    id: int
    cooperative_id: int
    cooperative_name: str
    name: str
    latitude: float
    longitude: float
    address: str
    slot_minutes: int
    deadline_minutes: int
    is_active: bool
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot; `free` is how many orders still fit, 0 when closed."""

    id: int
    point_id: int
    cooperative_id: int
    starts_at: datetime
    ends_at: datetime
    deadline_at: datetime
    capacity: int
    free: int
    capacity_grams: int | None
    free_grams: int | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class OfferedSlot:
    """A slot with its point, and why it does not fit the goods in question (None when it does).

    cooperative_id: whose goods they are; at a shared point not always its owner's.
    """

    slot: SlotRow
    point: PointRow
    misfit: Misfit | None
    cooperative_id: int


_POINT_COLUMNS: Mapping[str, ColumnElement[Any]] = {
    column.key: column for column in PickupPoint.__table__.columns if column.key in PointRow.__slots__
} | {"cooperative_name": Cooperative.name.label("cooperative_name")}


def get_point(session: Session, point_id: int) -> PointRow:
    """One point with its week.  Raises: NotFound."""
    found = points(session, [point_id])
    if not found:
        raise NotFound()
    return found[0]


def list_points(session: Session, cooperative_id: int, *, with_retired: bool = False) -> list[PointRow]:
    """A co-operative's points with their weeks, by name."""
    wanted = select(PickupPoint.id).where(PickupPoint.cooperative_id == cooperative_id)
    if not with_retired:
        wanted = wanted.where(PickupPoint.is_active.is_(True))
    return sorted(points(session, session.scalars(wanted).all()), key=lambda point: point.name)


def points_by_name(session: Session, limit: int, cooperative_id: int | None = None) -> Sequence[int]:
    """Ids of the first `limit` points in use, by name: all, or those where one co-operative hands over."""
    wanted = (
        select(PickupPoint.id)
        .join(Cooperative, Cooperative.id == PickupPoint.cooperative_id)
        .where(PickupPoint.is_active.is_(True), Cooperative.is_active.is_(True))
    )
    if cooperative_id is not None:
        wanted = wanted.join(
            PointUse, and_(PointUse.point_id == PickupPoint.id, PointUse.cooperative_id == cooperative_id, IS_OPEN)
        )
    return session.scalars(wanted.order_by(PickupPoint.name, PickupPoint.id).limit(limit)).all()


def points(session: Session, ids: Iterable[int]) -> list[PointRow]:
    """The points with these ids, each with its week, in two queries; ids that are none are left out."""
    wanted = list(ids)
    if not wanted:
        return []
    rows = session.execute(
        select(*_POINT_COLUMNS.values())
        .join(Cooperative, Cooperative.id == PickupPoint.cooperative_id)
        .where(PickupPoint.id.in_(wanted))
        .order_by(PickupPoint.id)
    ).all()
    week: dict[int, list[Hours]] = {}
    for opening in session.execute(
        select(OpeningHours.__table__)
        .where(OpeningHours.point_id.in_(wanted))
        .order_by(OpeningHours.weekday, OpeningHours.opens)
    ):
        week.setdefault(opening.point_id, []).append(
            Hours(opening.weekday, opening.opens, opening.closes, opening.capacity, opening.capacity_grams)
        )
    return [PointRow(**row._mapping, hours=tuple(week.get(row.id, ()))) for row in rows]


def list_slots(session: Session, point_id: int, first: date, last: date, now: datetime) -> list[SlotRow]:
    """A point's slots that start on `first` … `last` (days in Asia/Jakarta) and later than `now`, by time."""
    rows = session.execute(
        _slots().where(
            Slot.point_id == point_id,
            Slot.is_retired.is_(False),
            Slot.starts_at >= days.start_of(first),
            Slot.starts_at < days.end_of(last),
            Slot.starts_at > now,
        )
    )
    return [_slot_row(row) for row in rows]


def get_slot(session: Session, slot_id: int) -> SlotRow:
    """One slot.  Raises: NotFound."""
    row = session.execute(_slots().where(Slot.id == slot_id)).one_or_none()
    if row is None:
        raise NotFound()
    return _slot_row(row)


def coming_slots(session: Session, cooperative_ids: Sequence[int], now: datetime, until: datetime) -> list[OfferedSlot]:
    """Slots that have not begun, before `until`, by time, of active points where these co-operatives hand over.

    A slot of a point that several of them share comes once for each.
    """
    rows = session.execute(
        select(
            *Slot.__table__.columns,
            PointUse.cooperative_id.label("used_by"),
            *[column.label(f"point_{name}") for name, column in _POINT_COLUMNS.items()],
        )
        .join(PickupPoint, and_(PickupPoint.id == Slot.point_id, PickupPoint.is_active.is_(True)))
        .join(Cooperative, and_(Cooperative.id == PickupPoint.cooperative_id, Cooperative.is_active.is_(True)))
        .join(PointUse, and_(PointUse.point_id == Slot.point_id, IS_OPEN))
        .where(
            PointUse.cooperative_id.in_(cooperative_ids),
            Slot.is_retired.is_(False),
            Slot.starts_at > now,
            Slot.starts_at < until,
        )
        .order_by(Slot.starts_at, Slot.id, PointUse.cooperative_id)
    ).all()
    return [
        OfferedSlot(
            _slot_row(row),
            PointRow(**{name: row._mapping[f"point_{name}"] for name in _POINT_COLUMNS}),
            Misfit.CLOSED if row.closed_at is not None else None,
            row.used_by,
        )
        for row in rows
    ]


def fitting_slots(session: Session, catch_ids: Sequence[int], now: datetime) -> dict[int, list[OfferedSlot]]:
    """For each co-operative among these lots its coming slots, by time, each with the first reason against it.

    A slot fits when it fits every one of that co-operative's lots.  Two queries, whatever the numbers.
    """
    lots = session.execute(
        select(
            Catch.cooperative_id,
            func.max(Catch.landed_at).label("landed_at"),
            func.min(Catch.best_before).label("best_before"),
        )
        .where(Catch.id.in_(catch_ids))
        .group_by(Catch.cooperative_id)
    ).all()
    if not lots:
        return {}
    window = {lot.cooperative_id: (lot.landed_at, lot.best_before) for lot in lots}
    until = max(best_before for _landed_at, best_before in window.values())
    offered: dict[int, list[OfferedSlot]] = {cooperative_id: [] for cooperative_id in window}
    for option in coming_slots(session, list(window), now, until):
        landed_at, best_before = window[option.cooperative_id]
        reason = misfit(
            starts_at=option.slot.starts_at,
            ends_at=option.slot.ends_at,
            deadline_at=option.slot.deadline_at,
            is_closed=option.slot.is_closed,
            landed_at=landed_at,
            best_before=best_before,
            now=now,
        )
        offered[option.cooperative_id].append(replace(option, misfit=reason))
    return offered


def _slots() -> Select[tuple[object, ...]]:
    return select(*Slot.__table__.columns).order_by(Slot.starts_at, Slot.id)


def _slot_row(row: object) -> SlotRow:
    slot: Slot = row  # type: ignore[assignment]  # a row with the table's columns
    closed = slot.closed_at is not None
    return SlotRow(
        id=slot.id,
        point_id=slot.point_id,
        cooperative_id=slot.cooperative_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        deadline_at=slot.deadline_at,
        capacity=slot.capacity,
        free=0 if closed else slot.capacity - slot.booked,
        capacity_grams=slot.capacity_grams,
        free_grams=None if slot.capacity_grams is None else slot.capacity_grams - slot.booked_grams,
        is_closed=closed,
    )
