"""Payments, what happened to them, and the double-entry ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Payment(Base):
    """Money of a checkout: one for all its orders by card, one for each order in cash or by QRIS.

    The sums are those of its events; `maximum` is the most that may ever be asked.  All rupiah.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("method IN ('cash', 'qris', 'stripe', 'demo')", name="method"),
        CheckConstraint(
            "maximum >= 0 AND authorised >= 0 AND captured >= 0 AND refunded >= 0 AND disputed >= 0", name="sums"
        ),
        CheckConstraint("captured <= maximum AND refunded + disputed <= captured", name="limits"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    method: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16), index=True)
    maximum: Mapped[int] = mapped_column(Id)
    authorised: Mapped[int] = mapped_column(Id, default=0)
    captured: Mapped[int] = mapped_column(Id, default=0)
    refunded: Mapped[int] = mapped_column(Id, default=0)
    #: What a buyer's bank has taken back and not returned.
    disputed: Mapped[int] = mapped_column(Id, default=0)
    #: Events so far that moved money or a claim to it: numbers the next one.
    moves: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Requests to the provider that were answered with a failure: each needs a new key.
    retries: Mapped[int] = mapped_column(default=0, server_default="0")
    provider_reference: Mapped[str | None] = mapped_column(String(255), unique=True)
    capture_before: Mapped[datetime | None] = mapped_column(Instant)
    #: When the provider is asked about it again, whether or not there is news; None when nothing can come of it.
    look_again_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class PaymentEvent(Base):
    """A fact about a payment, kept once however often it is told: `key` is the provider's or our own name for it."""

    __tablename__ = "payment_event"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Instant)


class LedgerEntry(Base):
    """One side of a booking; the entries of a `journal` sum to zero.  Positive is debit.  Never altered."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_ledger_entry_balance", "account", "cooperative_id", "at", "amount"),
        UniqueConstraint("journal", "account"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: Names the fact that is booked, so that it can be booked only once.
    journal: Mapped[str] = mapped_column(String(270))
    account: Mapped[str] = mapped_column(String(24))
    amount: Mapped[int] = mapped_column(Id)
    cooperative_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative.id"))
    #: None for what concerns a co-operative as a whole, such as a bank transfer.
    checkout_id: Mapped[str | None] = mapped_column(ForeignKey("checkout.id"), index=True)
    order_number: Mapped[str | None] = mapped_column(ForeignKey("order.number"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class ProviderNotice(Base):
    """A signed event that a provider has told of, so that one told twice is taken once.  `id` is the provider's."""

    __tablename__ = "provider_notice"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    #: When the provider made it, and when it came.
    created_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)


class ProviderFeed(Base):
    """Until when a provider's news has been asked for: what it made before that has been taken."""

    __tablename__ = "provider_feed"

    method: Mapped[str] = mapped_column(String(8), primary_key=True)
    read_until: Mapped[datetime] = mapped_column(Instant)


class MerchantCodeChange(Base):
    """A co-operative's QRIS was set, or taken away (no payload); the last one is in force.  Never altered."""

    __tablename__ = "merchant_code_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    payload: Mapped[str | None] = mapped_column(String(512))
    #: None for codes that were in force before changes were noted.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class DemoCharge(Base):
    """The demo provider's own record of a card payment: what a real provider would keep on its side."""

    __tablename__ = "demo_charge"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    amount: Mapped[int] = mapped_column(Id)
    status: Mapped[str] = mapped_column(String(12))
    captured: Mapped[int] = mapped_column(Id, default=0)
    refunded: Mapped[int] = mapped_column(Id, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)


class DemoRequest(Base):
    """A request that the demo provider has done, by its idempotency key."""

    __tablename__ = "demo_request"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    asked: Mapped[str] = mapped_column(String(120))
