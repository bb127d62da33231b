"""Scales, what was said of their verification, and which one each clerk used last."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Scale(Base):
    """A scale of a co-operative.  Once orders were weighed on it, it is retired, never deleted."""

    __tablename__ = "scale"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "name"),
        CheckConstraint("capacity_grams IS NULL OR capacity_grams > 0", name="capacity"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    name: Mapped[str] = mapped_column(String(40))
    capacity_grams: Mapped[int | None] = mapped_column(Id)
    #: As its latest verification says: the last day (Asia/Jakarta) on which it may weigh for trade.
    verified_until: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class ScaleVerification(Base):
    """Until when a scale was said to be verified, by whom: never altered; the latest counts."""

    __tablename__ = "scale_verification"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    scale_id: Mapped[int] = mapped_column(ForeignKey("scale.id"), index=True)
    verified_until: Mapped[date]
    #: Number of the paper that says so.
    reference: Mapped[str] = mapped_column(String(60), default="", server_default="")
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class LastScale(Base):
    """The scale that a clerk used last, so that it is offered first."""

    __tablename__ = "last_scale"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    scale_id: Mapped[int] = mapped_column(ForeignKey("scale.id"))
