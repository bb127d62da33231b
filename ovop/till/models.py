"""Tills and what went into and out of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Till(Base):
    """The cash of one clerk on one day (Asia/Jakarta), from opening it to bringing it to the bank.  Rupiah.

    `expected` is what its entries came to with the float when it was counted.
    """

    __tablename__ = "till"
    __table_args__ = (
        CheckConstraint("float_amount >= 0 AND (counted IS NULL OR counted >= 0)", name="amounts"),
        CheckConstraint(
            "(closed_at IS NULL) = (counted IS NULL) AND (closed_at IS NULL) = (expected IS NULL)", name="closed"
        ),
        CheckConstraint("counted IS NULL OR counted = expected OR explanation <> ''", name="explained"),
        CheckConstraint("(deposited_at IS NULL) = (deposited IS NULL)", name="deposited"),
        CheckConstraint("deposited_at IS NULL OR closed_at IS NOT NULL", name="order"),
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
    #: Change that was in it before the first sale, and stays with the clerk.
    float_amount: Mapped[int] = mapped_column(Id, default=0)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    expected: Mapped[int | None] = mapped_column(Id)
    counted: Mapped[int | None] = mapped_column(Id)
    explanation: Mapped[str] = mapped_column(String(200), default="", server_default="")
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    deposited: Mapped[int | None] = mapped_column(Id)
    deposit_reference: Mapped[str] = mapped_column(String(80), default="", server_default="")
    deposited_at: Mapped[datetime | None] = mapped_column(Instant)
    deposited_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class TillEntry(Base):
    """Cash that went into a till (above zero) or out of it; never altered.  `key` names the fact, so that it is one."""

    __tablename__ = "till_entry"
    __table_args__ = (CheckConstraint("amount <> 0", name="amount"), UniqueConstraint("key"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"), index=True)
    amount: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(120))
    order_number: Mapped[str | None] = mapped_column(ForeignKey("order.number"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    at: Mapped[datetime] = mapped_column(Instant)
