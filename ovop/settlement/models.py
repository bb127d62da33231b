"""Statements of what is owed to co-operatives, where it is paid to, and transfers by the card provider."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class BankAccountChange(Base):
    """A co-operative's bank account was set, or taken away (empty); the last one is in force.  Never altered."""

    __tablename__ = "bank_account_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    bank_name: Mapped[str] = mapped_column(String(60))
    bank_account: Mapped[str] = mapped_column(String(34))
    bank_holder: Mapped[str] = mapped_column(String(120))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Settlement(Base):
    """What one co-operative is owed for one period (days in Asia/Jakarta, both counted).  Rupiah.

    `net` is the sum of its lines and of what the last one carried over; it is paid when above zero, else carried on.
    The bank account is the one that was approved: the co-operative's own when the first of two people approved it.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint("carried <= 0", name="carried"),
        CheckConstraint("period_last >= period_first", name="period"),
        CheckConstraint("(status = 'carried') = (net <= 0)", name="net"),
        CheckConstraint("(status = 'paid') = (paid_on IS NOT NULL)", name="paid"),
        CheckConstraint("status NOT IN ('checked', 'approved', 'paid') OR bank_account <> ''", name="bank_account"),
        UniqueConstraint("cooperative_id", "period_first"),
        Index("ix_settlement_status", "status", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    period_first: Mapped[date]
    period_last: Mapped[date]
    status: Mapped[str] = mapped_column(String(12))
    carried: Mapped[int] = mapped_column(Id, default=0)
    net: Mapped[int] = mapped_column(Id)
    bank_name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    bank_account: Mapped[str] = mapped_column(String(34), default="", server_default="")
    bank_holder: Mapped[str] = mapped_column(String(120), default="", server_default="")
    drawn_at: Mapped[datetime] = mapped_column(Instant)
    paid_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(String(80), default="", server_default="")


class SettlementLine(Base):
    """A ledger entry of the account `payable` that a statement counts: each is counted by one statement at most."""

    __tablename__ = "settlement_line"

    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"), primary_key=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), index=True)


class SettlementEvent(Base):
    """A step of a statement: never altered, never deleted.  Two people's approvals are two rows.

    `note`: the account that was approved, the bank's reference, or why.  `day`: on which the bank paid.
    """

    __tablename__ = "settlement_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), index=True)
    step: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(String(240), default="", server_default="")
    day: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(Instant)


class Transfer(Base):
    """What the card provider passed on to a co-operative's own account with it for one order.  Rupiah."""

    __tablename__ = "transfer"
    __table_args__ = (CheckConstraint("amount > 0 AND reversed >= 0 AND reversed <= amount", name="amounts"),)

    order_number: Mapped[str] = mapped_column(ForeignKey("order.number"), primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    account: Mapped[str] = mapped_column(String(255))
    reference: Mapped[str] = mapped_column(String(255), unique=True)
    amount: Mapped[int] = mapped_column(Id)
    reversed: Mapped[int] = mapped_column(Id, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
