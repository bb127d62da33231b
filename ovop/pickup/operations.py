"""Points, their slots, and the places in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor, cooperative_of, require_member
from ovop.kernel import days, geo
from ovop.kernel.errors import NotFound
from ovop.pickup.errors import CapacityBelowBookings, SlotFull, SlotUnsuitable
from ovop.pickup.last_times import lock_lots, retime_lots
from ovop.pickup.models import OpeningHours, PickupPoint, Slot, SpecialDay
from ovop.pickup.plans import as_plan, plans_of
from ovop.pickup.rules import (
    HORIZON_DAYS,
    DayPlan,
    Hours,
    Misfit,
    NewPoint,
    PointChanges,
    check_day_plan,
    check_point,
    slot_times,
)
from ovop.pickup.use_letters import post_to_guests
from ovop.pickup.use_queries import may_use, users_of
from ovop.pickup.use_rules import PointNews
from ovop.pickup.uses import own_use


@dataclass(frozen=True, slots=True)
class BookedSlot:
    """A slot in which a place was just taken, as it stands in the same transaction."""

    id: int
    point_id: int
    cooperative_id: int
    starts_at: datetime
    ends_at: datetime
    deadline_at: datetime


def add_point(session: Session, new: NewPoint, actor: Actor, now: datetime) -> int:
    """A new point with its slots for the coming weeks; answers its id.  Raises: Invalid, Forbidden."""
    cooperative_id = cooperative_of(actor)
    check_point(new)
    place = geo.place(new.latitude, new.longitude)
    point = PickupPoint(
        cooperative_id=cooperative_id,
        name=new.name.strip(),
        latitude=place.latitude,
        longitude=place.longitude,
        address=new.address.strip(),
        slot_minutes=new.slot_minutes,
        deadline_minutes=new.deadline_minutes,
        created_at=now,
    )
    session.add(point)
    session.flush()
    own_use(session, point, now)
    _write_hours(session, point.id, new.hours)
    make_slots(session, point, new.hours, (), now)
    retime_lots(session, lock_lots(session, [cooperative_id], now), now, actor.id)
    return point.id


def change_point(session: Session, point_id: int, changes: PointChanges, actor: Actor, now: datetime) -> None:
    """The point is as `changes` say; slots without orders follow new hours, booked ones stay as promised.

    Raises: Invalid, NotFound, Forbidden, CapacityBelowBookings.
    """
    point = _lock_own(session, point_id, actor)
    old = _hours_of(session, point_id)
    hours = changes.hours if changes.hours is not None else old
    was_active, times = point.is_active, _times(point, old)
    check_point(
        NewPoint(
            name=point.name if changes.name is None else changes.name,
            latitude=point.latitude if changes.latitude is None else changes.latitude,
            longitude=point.longitude if changes.longitude is None else changes.longitude,
            address=point.address if changes.address is None else changes.address,
            hours=hours,
            slot_minutes=point.slot_minutes if changes.slot_minutes is None else changes.slot_minutes,
            deadline_minutes=point.deadline_minutes if changes.deadline_minutes is None else changes.deadline_minutes,
        )
    )
    for name in ("name", "latitude", "longitude", "address", "slot_minutes", "deadline_minutes", "is_active"):
        if (value := getattr(changes, name)) is not None:
            setattr(point, name, value)
    session.flush()
    if changes.hours is not None:
        _write_hours(session, point_id, hours)
    if {changes.hours, changes.slot_minutes, changes.deadline_minutes, changes.is_active} != {None}:
        _remake_slots(session, point, hours, now, actor)
        if point.is_active is not was_active:
            post_to_guests(session, point_id, PointNews.REVIVED if point.is_active else PointNews.RETIRED, now)
        elif point.is_active and times != _times(point, hours):
            post_to_guests(session, point_id, PointNews.CHANGED, now)


def _times(point: PickupPoint, hours: tuple[Hours, ...]) -> object:
    """All that its slots follow from, to tell whether it changed."""
    week = sorted(hours, key=lambda opening: (opening.weekday, opening.opens))
    return week, point.slot_minutes, point.deadline_minutes


def plan_day(session: Session, point_id: int, plan: DayPlan, actor: Actor, now: datetime) -> int:
    """That day the point is open as planned; answers how many orders stay in slots that are no longer offered.

    Such orders stand until their slots are closed.  Raises: Invalid, NotFound, Forbidden, CapacityBelowBookings.
    """
    point = _lock_own(session, point_id, actor)
    check_day_plan(plan, point.slot_minutes, days.day_of(now))
    session.execute(delete(SpecialDay).where(SpecialDay.point_id == point_id, SpecialDay.day == plan.day))
    hours = plan.hours
    session.execute(
        insert(SpecialDay).values(
            point_id=point_id,
            day=plan.day,
            opens=hours.opens if hours else None,
            closes=hours.closes if hours else None,
            capacity=hours.capacity if hours else None,
            reason=plan.reason.strip(),
        )
    )
    _remake_slots(session, point, _hours_of(session, point_id), now, actor)
    post_to_guests(session, point_id, PointNews.CHANGED, now)
    return _left_behind(session, point_id, plan.day)


def unplan_day(session: Session, point_id: int, day: date, actor: Actor, now: datetime) -> None:
    """That day is as every week again.  Safe to repeat.  Raises: NotFound, Forbidden."""
    point = _lock_own(session, point_id, actor)
    session.execute(delete(SpecialDay).where(SpecialDay.point_id == point_id, SpecialDay.day == day))
    _remake_slots(session, point, _hours_of(session, point_id), now, actor)
    post_to_guests(session, point_id, PointNews.CHANGED, now)


def _lock_own(session: Session, point_id: int, actor: Actor) -> PickupPoint:
    point = session.scalars(select(PickupPoint).where(PickupPoint.id == point_id).with_for_update()).one_or_none()
    if point is None:
        raise NotFound()
    require_member(actor, point.cooperative_id)
    return point


def _left_behind(session: Session, point_id: int, day: date) -> int:
    """Orders booked in that day's retired slots."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Slot.booked), 0)).where(
                Slot.point_id == point_id,
                Slot.is_retired.is_(True),
                Slot.closed_at.is_(None),
                Slot.starts_at >= days.start_of(day),
                Slot.starts_at < days.end_of(day),
            )
        )
        or 0
    )


def make_slots(
    session: Session, point: PickupPoint, hours: tuple[Hours, ...], special: tuple[DayPlan, ...], now: datetime
) -> None:
    """The slots of today … today + HORIZON_DAYS exist; those that did already are left as they are."""
    if not point.is_active:
        return
    today = days.day_of(now)
    rows = [
        {
            "point_id": point.id,
            "cooperative_id": point.cooperative_id,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "deadline_at": slot.starts_at - timedelta(minutes=point.deadline_minutes),
            "capacity": slot.capacity,
            "capacity_grams": slot.capacity_grams,
            "booked": 0,
            "booked_grams": 0,
            "is_retired": False,
        }
        for slot in slot_times(hours, point.slot_minutes, today, today + timedelta(days=HORIZON_DAYS), special)
    ]
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(dialect.insert(Slot).on_conflict_do_nothing(), rows)


def extend_slots(session: Session, now: datetime) -> None:
    """Every active point has its slots for the coming weeks; what the worker does each day."""
    points = session.scalars(select(PickupPoint).where(PickupPoint.is_active.is_(True)).order_by(PickupPoint.id)).all()
    openings: dict[int, list[Hours]] = {}
    for row in session.scalars(select(OpeningHours)):
        openings.setdefault(row.point_id, []).append(_as_hours(row))
    plans: dict[int, list[DayPlan]] = {}
    for special in session.scalars(select(SpecialDay).where(SpecialDay.day >= days.day_of(now))):
        plans.setdefault(special.point_id, []).append(as_plan(special))
    for point in points:
        make_slots(session, point, tuple(openings.get(point.id, ())), tuple(plans.get(point.id, ())), now)
    users = users_of(session, [point.id for point in points])
    lots = lock_lots(session, users, now)
    for cooperative_id in users:
        retime_lots(session, [lot for lot in lots if lot.cooperative_id == cooperative_id], now)


def book(session: Session, slot_id: int, cooperative_id: int, grams: int, now: datetime) -> BookedSlot:
    """One place, and `grams` of the cold box, are taken for an order of that co-operative.  Locks the row.

    Raises: SlotFull, SlotUnsuitable when closed, past its deadline or at a point that is not shared (any more),
    NotFound.
    """
    columns = [getattr(Slot, name) for name in BookedSlot.__slots__]
    row = session.execute(
        update(Slot)
        .where(
            Slot.id == slot_id,
            Slot.closed_at.is_(None),
            Slot.is_retired.is_(False),
            Slot.deadline_at >= now,
            Slot.booked < Slot.capacity,
            or_(Slot.capacity_grams.is_(None), Slot.booked_grams + grams <= Slot.capacity_grams),
        )
        .values(booked=Slot.booked + 1, booked_grams=Slot.booked_grams + grams)
        .returning(*columns)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is not None:
        # Asked under the slot's lock, which whoever ends the sharing takes too.
        if row.cooperative_id != cooperative_id and not may_use(session, row.point_id, cooperative_id):
            raise SlotUnsuitable(slot_id, Misfit.NOT_SHARED)
        return BookedSlot(**row._mapping)
    found = session.execute(
        select(Slot.closed_at, Slot.is_retired, Slot.deadline_at).where(Slot.id == slot_id)
    ).one_or_none()
    if found is None:
        raise NotFound(slot=slot_id)
    if found.closed_at is not None or found.is_retired:
        raise SlotUnsuitable(slot_id, Misfit.CLOSED)
    if found.deadline_at < now:
        raise SlotUnsuitable(slot_id, Misfit.DEADLINE_PASSED)
    raise SlotFull(slot_id)


def release(session: Session, slot_id: int, grams: int) -> None:
    """The place that `book` took is free again.  Locks the row."""
    session.execute(
        update(Slot)
        .where(Slot.id == slot_id)
        .values(booked=Slot.booked - 1, booked_grams=Slot.booked_grams - grams)
        .execution_options(synchronize_session=False)
    )


def close(session: Session, slot_id: int, reason: str, actor: Actor, now: datetime) -> Slot:
    """The slot takes no more orders, anybody's; those in it are ordering's to cancel.  For the owner.  Safe to repeat.

    Raises: NotFound, Forbidden.
    """
    point_id = session.scalar(select(Slot.point_id).where(Slot.id == slot_id))
    if point_id is None:
        raise NotFound()
    _lock_own(session, point_id, actor)
    lots = lock_lots(session, users_of(session, [point_id]), now)
    slot = session.scalars(select(Slot).where(Slot.id == slot_id).with_for_update()).one()
    if slot.closed_at is None:
        slot.closed_at = now
        slot.close_reason = reason[:200]
        session.flush()
        retime_lots(session, lots, now, actor.id)
    return slot


def _hours_of(session: Session, point_id: int) -> tuple[Hours, ...]:
    rows = session.scalars(
        select(OpeningHours).where(OpeningHours.point_id == point_id).order_by(OpeningHours.weekday, OpeningHours.opens)
    )
    return tuple(_as_hours(row) for row in rows)


def _as_hours(row: OpeningHours) -> Hours:
    return Hours(row.weekday, row.opens, row.closes, row.capacity, row.capacity_grams)


def _write_hours(session: Session, point_id: int, hours: tuple[Hours, ...]) -> None:
    session.execute(delete(OpeningHours).where(OpeningHours.point_id == point_id))
    if hours:
        session.execute(
            insert(OpeningHours),
            [
                {
                    "point_id": point_id,
                    "weekday": opening.weekday,
                    "opens": opening.opens,
                    "closes": opening.closes,
                    "capacity": opening.capacity,
                    "capacity_grams": opening.capacity_grams,
                }
                for opening in hours
            ],
        )


def _remake_slots(session: Session, point: PickupPoint, hours: tuple[Hours, ...], now: datetime, actor: Actor) -> None:
    """Coming slots follow `hours`; one that is no longer offered keeps its orders and takes no more."""
    lots = lock_lots(session, users_of(session, [point.id]), now)
    today = days.day_of(now)
    special = plans_of(session, point.id, today)
    offered = {
        slot.starts_at: slot
        for slot in slot_times(hours, point.slot_minutes, today, today + timedelta(days=HORIZON_DAYS), special)
        if point.is_active
    }
    coming = session.scalars(
        select(Slot).where(Slot.point_id == point.id, Slot.starts_at > now).order_by(Slot.id).with_for_update()
    )
    for slot in coming:
        wanted = offered.get(slot.starts_at)
        slot.is_retired = wanted is None or (slot.booked > 0 and wanted.ends_at != slot.ends_at)
        if wanted is None or slot.is_retired:
            continue
        if wanted.capacity < slot.booked or (wanted.capacity_grams or slot.booked_grams) < slot.booked_grams:
            raise CapacityBelowBookings(slot.id, slot.booked)
        slot.capacity, slot.capacity_grams = wanted.capacity, wanted.capacity_grams
        slot.ends_at = wanted.ends_at
        slot.deadline_at = slot.starts_at - timedelta(minutes=point.deadline_minutes)
    session.flush()
    make_slots(session, point, hours, special, now)
    retime_lots(session, lots, now, actor.id)
