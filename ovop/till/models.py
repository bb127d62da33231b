"""Tills, what went into and out of them, and what of it was brought to the bank."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Till(Base):
    """The cash of one clerk on one day (Asia/Jakarta), from opening it to bringing it to the bank.  Rupiah.

    `change_amount`, `expected` and `deposited` are sums of its entries and deposits, kept for reading; once it is
    closed only `deposited` can still change.
    """

    __tablename__ = "till"
    __table_args__ = (
        CheckConstraint("change_amount >= 0 AND (counted IS NULL OR counted >= 0)", name="amounts"),
        CheckConstraint("deposited >= 0 AND deposited <= coalesce(counted, 0)", name="deposited"),
        CheckConstraint(
            "(closed_at IS NULL) = (counted IS NULL) AND (closed_at IS NULL) = (closed_by IS NULL)", name="closed"
        ),
        CheckConstraint("counted IS NULL OR counted = expected OR explanation <> ''", name="explained"),
        Index(
            "uq_till_open",
            "account_id",
            "day",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_till_cooperative", "cooperative_id", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    day: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    #: Change for buyers, which stays with the clerk.
    change_amount: Mapped[int] = mapped_column(Id, default=0)
    expected: Mapped[int] = mapped_column(Id, default=0)
    counted: Mapped[int | None] = mapped_column(Id)
    explanation: Mapped[str] = mapped_column(String(200), default="", server_default="")
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    deposited: Mapped[int] = mapped_column(Id, default=0)


class TillEntry(Base):
    """Cash that went into a till (above zero) or out of it; never altered.  `key` names the fact, so that it is one."""

    __tablename__ = "till_entry"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("kind IN ('receipt', 'refund', 'change', 'hand', 'counter')", name="kind"),
        CheckConstraint("kind NOT IN ('receipt', 'refund') OR order_number IS NOT NULL", name="order"),
        UniqueConstraint("key"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(120))
    order_number: Mapped[str | None] = mapped_column(ForeignKey("order.number"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class TillDeposit(Base):
    """Cash of a till that was brought to the bank; one that was noted wrongly is taken back by another, below zero."""

    __tablename__ = "till_deposit"
    __table_args__ = (
        CheckConstraint("amount <> 0 AND (amount < 0) = (reverses_id IS NOT NULL)", name="amount"),
        UniqueConstraint("key", "till_id"),
        UniqueConstraint("reverses_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"), index=True)
    #: Names the slip, which may be of several tills.
    key: Mapped[str] = mapped_column(String(120))
    amount: Mapped[int] = mapped_column(Id)
    reference: Mapped[str] = mapped_column(String(80))
    deposited_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("till_deposit.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)
