"""Listings that stand every week, the days that they opened, and what was counted of planned lots."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class HarvestCount(Base):
    """What was there when a planned lot was counted, and counted again: never altered, the last one counts.

    Grams or pieces; expected: what the lot had been said to be until then.
    """

    __tablename__ = "harvest_count"
    __table_args__ = (CheckConstraint("expected >= 0 AND quantity >= 0", name="quantity"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), index=True)
    expected: Mapped[int] = mapped_column(Id)
    quantity: Mapped[int] = mapped_column(Id)
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class StandingListing(Base):
    """What a co-operative offers on the same weekdays again and again.  Grams or pieces, rupiah per kg or piece.

    weekdays: digits, 1 is Monday.  lands_at: clock time in Asia/Jakarta.  resumes_on: the first day that a pause
    leaves out no more, where that is known.
    """

    __tablename__ = "standing_listing"
    __table_args__ = (
        CheckConstraint("weekdays <> ''", name="weekdays"),
        CheckConstraint("quantity > 0 AND unit_price > 0", name="offer"),
        CheckConstraint("opens_days_before BETWEEN 1 AND 14 AND keeps_hours > 0", name="times"),
        CheckConstraint("resumes_on IS NULL OR is_paused", name="pause"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    weekdays: Mapped[str] = mapped_column(String(7))
    quantity: Mapped[int] = mapped_column(Id)
    unit_price: Mapped[int] = mapped_column(Id)
    opens_days_before: Mapped[int]
    lands_at: Mapped[time]
    keeps_hours: Mapped[int]
    is_paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    resumes_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Who made it or changed it last.
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class StandingDay(Base):
    """A day (Asia/Jakarta) of a standing listing that is done with: opened as a lot, or, without one, left out."""

    __tablename__ = "standing_day"
    __table_args__ = (UniqueConstraint("catch_id"),)

    listing_id: Mapped[int] = mapped_column(ForeignKey("standing_listing.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    catch_id: Mapped[int | None] = mapped_column(ForeignKey("catch.id"))
    at: Mapped[datetime] = mapped_column(Instant)
