"""Pickup points, their weekly hours and the slots made from them."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class PickupPoint(Base):
    """Where a co-operative hands orders over.  Whole minutes; a slot's deadline lies that long before it."""

    __tablename__ = "pickup_point"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="place"),
        CheckConstraint("slot_minutes BETWEEN 10 AND 1440 AND deadline_minutes BETWEEN 0 AND 20160", name="minutes"),
        Index("ix_pickup_point_place", "latitude", "longitude"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    latitude: Mapped[float]
    longitude: Mapped[float]
    address: Mapped[str] = mapped_column(String(200), default="", server_default="")
    slot_minutes: Mapped[int]
    deadline_minutes: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class PointUse(Base):
    """A co-operative that hands over at a point: its owner, or a guest by consent.

    opened_at: since when it could for the first time; kept for the orders that outlast the agreement.
    """

    __tablename__ = "point_use"
    __table_args__ = (
        CheckConstraint("status IN ('own', 'offered', 'asked', 'agreed', 'over')", name="status"),
        CheckConstraint("status NOT IN ('own', 'agreed') OR opened_at IS NOT NULL", name="opened"),
    )

    point_id: Mapped[int] = mapped_column(ForeignKey("pickup_point.id"), primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True, index=True)
    status: Mapped[str] = mapped_column(String(8))
    opened_at: Mapped[datetime | None] = mapped_column(Instant)


class PointUseEvent(Base):
    """A step towards sharing a point with a guest, or away from it: which side took it, who, when, with what words."""

    __tablename__ = "point_use_event"
    __table_args__ = (
        ForeignKeyConstraint(["point_id", "cooperative_id"], ["point_use.point_id", "point_use.cooperative_id"]),
        Index("ix_point_use_event_use", "point_id", "cooperative_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    point_id: Mapped[int]
    cooperative_id: Mapped[int]
    side: Mapped[str] = mapped_column(String(8))
    step: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    at: Mapped[datetime] = mapped_column(Instant)


class OpeningHours(Base):
    """Weekly hours, clock times in Asia/Jakarta.  weekday: 1 is Monday.  capacity: orders per slot."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7 AND capacity > 0", name="weekday"),
        CheckConstraint("closes > opens", name="order"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("pickup_point.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    capacity: Mapped[int]
    capacity_grams: Mapped[int | None] = mapped_column(Id)


class SpecialDay(Base):
    """A day (Asia/Jakarta) on which a point is open otherwise than every week: at these hours, or not at all."""

    __tablename__ = "special_day"
    __table_args__ = (
        CheckConstraint("(opens IS NULL) = (closes IS NULL) AND (opens IS NULL) = (capacity IS NULL)", name="whole"),
        CheckConstraint("closes > opens AND capacity > 0", name="order"),
    )

    point_id: Mapped[int] = mapped_column(ForeignKey("pickup_point.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    capacity: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(80), default="", server_default="")


class Slot(Base):
    """One time at one point: `booked` orders of `capacity`, `booked_grams` of the cold box's `capacity_grams`.

    The place is one, so is its room: orders of everybody who hands over there count.
    cooperative_id: the point's owner.
    """

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("point_id", "starts_at"),
        CheckConstraint("booked BETWEEN 0 AND capacity", name="places"),
        CheckConstraint(
            "booked_grams >= 0 AND (capacity_grams IS NULL OR booked_grams <= capacity_grams)", name="cold_box"
        ),
        CheckConstraint("ends_at > starts_at AND deadline_at <= starts_at", name="times"),
        Index("ix_slot_cooperative", "cooperative_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("pickup_point.id"))
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    deadline_at: Mapped[datetime] = mapped_column(Instant)
    capacity: Mapped[int]
    capacity_grams: Mapped[int | None] = mapped_column(Id)
    booked: Mapped[int] = mapped_column(default=0)
    booked_grams: Mapped[int] = mapped_column(Id, default=0)
    #: No longer in the point's hours: keeps its orders, takes no more.
    is_retired: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    close_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
