"""Complaints, their photos, every step of them, and money given back without one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Complaint(Base):
    """What a buyer says was wrong with a collected order: one for each.  Rupiah."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("offered IS NULL OR offered > 0", name="offered"),
        CheckConstraint("refunded >= 0", name="refunded"),
        Index("ix_complaint_waiting", "status", "answer_by"),
        Index("ix_complaint_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), unique=True)
    status: Mapped[str] = mapped_column(String(12))
    #: Nothing once the buyer has left.
    text: Mapped[str] = mapped_column(Text)
    #: What the co-operative offered last; none while it has not, or has declined.
    offered: Mapped[int | None] = mapped_column(Id)
    #: What was given back in the end.
    refunded: Mapped[int] = mapped_column(Id, default=0)
    #: Until when whoever's turn it is may answer; none once it is closed.
    answer_by: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class ComplaintPhoto(Base):
    """A photo that shows what was wrong: `key` names its files in media storage, which only the parties get.

    Pixels of the largest file.
    """

    __tablename__ = "complaint_photo"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)


class ComplaintEvent(Base):
    """A step of a complaint: never deleted, and altered only by taking the words out when its buyer leaves.

    `amount` in rupiah where it names one.
    """

    __tablename__ = "complaint_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    step: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    amount: Mapped[int | None] = mapped_column(Id)
    text: Mapped[str] = mapped_column(Text, default="", server_default="")
    at: Mapped[datetime] = mapped_column(Instant)


class Goodwill(Base):
    """Money of a collected order that its co-operative gives back without a complaint.  Rupiah.

    `text` says why, and nothing once the buyer has left.
    """

    __tablename__ = "goodwill"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    amount: Mapped[int] = mapped_column(Id)
    text: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)
