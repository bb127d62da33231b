"""Pickup points, their weekly hours, and their slots."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool

from ovop.api.v1.schemas.fields import (
    Answer,
    Body,
    Clock,
    Day,
    Filled,
    Instant,
    Latitude,
    Line,
    Longitude,
    Quantity,
    QueryKey,
    QueryKm,
    QueryPlace,
    QueryWhole,
    Ref,
    Whole,
    whole,
)
from ovop.api.v1.schemas.pages import Page, PageQuery
from ovop.pickup.queries import PointRow, SlotRow
from ovop.pickup.rules import HORIZON_DAYS, MOST_CAPACITY, Hours, NewPoint, PointChanges

#: So many points are looked at when nobody says how many.
MOST_POINTS = 1000

SlotMinutes = Annotated[int, Field(ge=10, le=1440), BeforeValidator(whole)]
DeadlineMinutes = Annotated[
    int, Field(ge=0, le=20160, description="Orders close this long before a slot."), BeforeValidator(whole)
]


class OpeningHours(Body):
    """One opening of a week, clock times in Asia/Jakarta.  capacity: orders per slot; capacity_grams: the cold box."""

    weekday: Whole = Field(ge=1, le=7, description="1 is Monday.")
    opens: Clock
    closes: Clock
    capacity: Whole = Field(ge=1, le=MOST_CAPACITY)
    capacity_grams: Quantity | None = None


class PointBody(Body):
    """A pickup point as its co-operative describes it."""

    name: Filled = Field(max_length=80)
    latitude: Latitude
    longitude: Longitude
    address: Line = Field(default="", max_length=200)
    hours: list[OpeningHours] = Field(max_length=50)
    slot_minutes: SlotMinutes
    deadline_minutes: DeadlineMinutes

    def as_new(self) -> NewPoint:
        """What pickup takes."""
        return NewPoint(
            name=self.name,
            latitude=self.latitude,
            longitude=self.longitude,
            hours=_week(self.hours),
            slot_minutes=self.slot_minutes,
            deadline_minutes=self.deadline_minutes,
            address=self.address,
        )


class PointPatch(Body):
    """What changes of a point; what is left out stays.  `hours` replaces the whole week; `active: false` retires it."""

    name: Filled | None = Field(default=None, max_length=80)
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    address: Line | None = Field(default=None, max_length=200)
    hours: list[OpeningHours] | None = Field(default=None, max_length=50)
    slot_minutes: SlotMinutes | None = None
    deadline_minutes: DeadlineMinutes | None = None
    active: StrictBool | None = None

    def as_changes(self) -> PointChanges:
        """What pickup takes."""
        return PointChanges(
            name=self.name,
            latitude=self.latitude,
            longitude=self.longitude,
            address=self.address,
            hours=None if self.hours is None else _week(self.hours),
            slot_minutes=self.slot_minutes,
            deadline_minutes=self.deadline_minutes,
            is_active=self.active,
        )


class PointQuery(PageQuery):
    """Which points; with `near` by distance, else by name."""

    near: QueryPlace | None = None
    max_km: QueryKm | None = Field(default=None, description="Only with near.")
    limit: QueryWhole = Field(default=MOST_POINTS, ge=1, le=MOST_POINTS, description="So many in all.")
    cooperative: QueryKey | None = None


class PickupPoint(Answer):
    """A pickup point.  distance_km: geodesic, from `near`; null without it."""

    id: int
    name: str
    cooperative: Ref
    latitude: float
    longitude: float
    address: str
    hours: list[OpeningHours]
    slot_minutes: int
    deadline_minutes: int
    active: bool
    distance_km: float | None


class PickupPointPage(Page[PickupPoint]):
    """Pickup points, nearest first where `near` was given."""


class SlotQuery(PageQuery):
    """Slots of which days."""

    first: Day | None = Field(default=None, alias="from", description="A day in Asia/Jakarta; today without it.")
    days: QueryWhole = Field(default=7, ge=1, le=HORIZON_DAYS + 1)
    per_page: QueryWhole = Field(default=100, ge=1, le=100)


class Slot(Answer):
    """A time at a point.  free: orders that it still takes; 0 when full, closed, or past its order deadline."""

    id: int
    starts_at: Instant
    ends_at: Instant
    capacity: int
    free: int


class SlotPage(Page[Slot]):
    """Coming slots, by time."""


class CloseBody(Body):
    """Why a slot cannot take place: its buyers read this."""

    reason: Filled = Field(max_length=200)


class ClosedSlot(Slot):
    """A closed slot.  cancelled: how many open orders were cancelled with it."""

    cancelled: int


def _week(hours: list[OpeningHours]) -> tuple[Hours, ...]:
    return tuple(
        Hours(opening.weekday, opening.opens, opening.closes, opening.capacity, opening.capacity_grams)
        for opening in hours
    )


def point_of(row: PointRow, distance_km: float | None = None) -> PickupPoint:
    """The point as it is shown."""
    return PickupPoint(
        id=row.id,
        name=row.name,
        cooperative=Ref(id=row.cooperative_id, name=row.cooperative_name),
        latitude=row.latitude,
        longitude=row.longitude,
        address=row.address,
        hours=[
            OpeningHours.model_construct(
                weekday=hours.weekday,
                opens=hours.opens,
                closes=hours.closes,
                capacity=hours.capacity,
                capacity_grams=hours.capacity_grams,
            )
            for hours in row.hours
        ],
        slot_minutes=row.slot_minutes,
        deadline_minutes=row.deadline_minutes,
        active=row.is_active,
        distance_km=None if distance_km is None else round(distance_km, 3),
    )


def slot_of(row: SlotRow, now: datetime) -> Slot:
    """The slot as it is shown."""
    return Slot(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        free=row.free if now <= row.deadline_at else 0,
    )
