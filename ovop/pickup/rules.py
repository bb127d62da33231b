"""Which times a point offers, and which of them fit which goods.  Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from ovop.kernel import days, geo
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import LARGEST_QUANTITY

#: Slots are made this many days ahead, so that a worker that slept for a week is not missed.
HORIZON_DAYS = 28
MOST_CAPACITY = 10_000
#: Special days are planned this far ahead at most.
FARTHEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Hours:
    """One opening of a week, clock times in Asia/Jakarta.  weekday: 1 is Monday.  capacity: orders per slot."""

    weekday: int
    opens: time
    closes: time
    capacity: int
    capacity_grams: int | None = None


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A pickup point as its co-operative describes it; degrees, minutes."""

    name: str
    latitude: float
    longitude: float
    hours: tuple[Hours, ...]
    slot_minutes: int = 60
    deadline_minutes: int = 120
    address: str = ""


@dataclass(frozen=True, slots=True)
class PointChanges:
    """What changes of a point; None leaves a thing as it is.  `hours` replaces the whole week."""

    name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    address: str | None = None
    hours: tuple[Hours, ...] | None = None
    slot_minutes: int | None = None
    deadline_minutes: int | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class SlotTime:
    """A slot that hours make: instants and room."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    capacity_grams: int | None = field(default=None)


class Misfit(StrEnum):
    """Why goods and slot do not go together."""

    BEFORE_LANDING = "before-landing"
    AFTER_BEST_BEFORE = "after-best-before"
    DEADLINE_PASSED = "deadline-passed"
    CLOSED = "closed"
    #: The point is a neighbour's, and is not shared with the goods' co-operative.
    NOT_SHARED = "not-shared"


def check_point(new: NewPoint) -> None:
    """Raises Invalid, naming each field that cannot be right."""
    errors: dict[str, str] = {}
    if not new.name.strip():
        errors["name"] = "required"
    elif len(new.name) > 80:
        errors["name"] = "too-long"
    if len(new.address) > 200:
        errors["address"] = "too-long"
    try:
        geo.place(new.latitude, new.longitude)
    except Invalid as error:
        errors |= error.errors
    if not 10 <= new.slot_minutes <= 1440:
        errors["slot_minutes"] = "too-small" if new.slot_minutes < 10 else "too-large"
    if not 0 <= new.deadline_minutes <= 20160:
        errors["deadline_minutes"] = "too-small" if new.deadline_minutes < 0 else "too-large"
    if reason := _hours_error(new.hours, new.slot_minutes):
        errors["hours"] = reason
    if errors:
        raise Invalid(errors)


def _hours_error(hours: tuple[Hours, ...], slot_minutes: int) -> str | None:
    """Why `hours` cannot be a week, or None."""
    if len(hours) > 50:
        return "too-large"
    for opening in hours:
        if not 1 <= opening.weekday <= 7 or opening.closes <= opening.opens:
            return "not-a-time"
        if opening.capacity < 1 or (opening.capacity_grams is not None and opening.capacity_grams < 1):
            return "too-small"
        if opening.capacity > MOST_CAPACITY or (opening.capacity_grams or 0) > LARGEST_QUANTITY:
            return "too-large"
        if _minutes(opening.closes) - _minutes(opening.opens) < slot_minutes:
            return "shorter-than-slot"
    ordered = sorted(hours, key=lambda opening: (opening.weekday, opening.opens))
    for earlier, later in itertools.pairwise(ordered):
        if earlier.weekday == later.weekday and later.opens < earlier.closes:
            return "overlapping"
    return None


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day that is not like its weekday; without `hours` the point stays shut."""

    day: date
    hours: Hours | None = None
    reason: str = ""


def check_day_plan(plan: DayPlan, slot_minutes: int, today: date) -> None:
    """Raises Invalid, naming what cannot be right of a special day.  slot_minutes: of its point."""
    errors: dict[str, str] = {}
    if plan.day < today:
        errors["day"] = "in-the-past"
    elif plan.day > today + timedelta(days=FARTHEST_DAYS):
        errors["day"] = "too-large"
    if len(plan.reason) > 80:
        errors["reason"] = "too-long"
    if plan.hours is not None and (code := _hours_error((plan.hours,), slot_minutes)):
        errors["hours"] = code
    if errors:
        raise Invalid(errors)


def slot_times(
    hours: Iterable[Hours], slot_minutes: int, first: date, last: date, special: Iterable[DayPlan] = ()
) -> Iterator[SlotTime]:
    """The slots of `first` … `last` (days in Asia/Jakarta, both counted): whole ones only, in order of time.

    special: days on which these hours count instead of the week's.
    """
    week = sorted(hours, key=lambda opening: opening.opens)
    plans = {plan.day: (plan.hours,) if plan.hours is not None else () for plan in special}
    day = first
    while day <= last:
        for opening in plans.get(day, week):
            if day in plans or opening.weekday == day.isoweekday():
                start = _minutes(opening.opens)
                while start + slot_minutes <= _minutes(opening.closes):
                    starts_at = days.start_of(day) + timedelta(minutes=start)
                    ends_at = starts_at + timedelta(minutes=slot_minutes)
                    yield SlotTime(starts_at, ends_at, opening.capacity, opening.capacity_grams)
                    start += slot_minutes
        day += timedelta(days=1)


def misfit(
    *,
    starts_at: datetime,
    ends_at: datetime,
    deadline_at: datetime,
    is_closed: bool,
    landed_at: datetime,
    best_before: datetime,
    now: datetime,
) -> Misfit | None:
    """Why a lot cannot be handed over in a slot, or None when they fit.  Source: contract, A catch and a slot fit."""
    if is_closed:
        return Misfit.CLOSED
    if now > deadline_at:
        return Misfit.DEADLINE_PASSED
    if starts_at < landed_at:
        return Misfit.BEFORE_LANDING
    if ends_at > best_before:
        return Misfit.AFTER_BEST_BEFORE
    return None


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
