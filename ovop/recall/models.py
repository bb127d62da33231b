"""Recalls, the orders that each concerns, and whether their buyers have heard of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Recall(Base):
    """A lot was called back; why stands with the lot.  done_at: when none of its orders was open any more."""

    __tablename__ = "recall"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), unique=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class RecallOrder(Base):
    """An order that had of the lot when it was called back, open or collected.  Never altered."""

    __tablename__ = "recall_order"

    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True, index=True)
    was_collected: Mapped[bool]


class RecallBuyer(Base):
    """A buyer who has to hear of it.  mailed_at: the letter left.  reached_*: a clerk spoke with them."""

    __tablename__ = "recall_buyer"
    __table_args__ = (
        UniqueConstraint("recall_id", "buyer_id"),
        CheckConstraint("(reached_at IS NULL) = (reached_by IS NULL)", name="reached"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    mailed_at: Mapped[datetime | None] = mapped_column(Instant)
    reached_at: Mapped[datetime | None] = mapped_column(Instant)
    reached_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
