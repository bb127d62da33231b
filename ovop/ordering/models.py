"""Checkouts, their orders (one for each co-operative), lines and history."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Checkout(Base):
    """One act of buying over one or several co-operatives: all of it or none.  Rupiah."""

    __tablename__ = "checkout"
    __table_args__ = (Index("ix_checkout_waiting", "status", "expires_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    method: Mapped[str] = mapped_column(String(8))
    total: Mapped[int] = mapped_column(Id)
    maximum: Mapped[int] = mapped_column(Id)
    #: Until when it may be paid; none once nothing is waited for.
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Order(Base):
    """One co-operative's part of a checkout.  `total` is the estimate until weighed, then the final sum."""

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint("estimate > 0 AND maximum >= estimate AND total >= 0 AND total <= maximum", name="amounts"),
        CheckConstraint("(status = 'collected') = (collected_on IS NOT NULL)", name="collected"),
        CheckConstraint("receipt_number IS NULL OR status = 'collected'", name="receipt"),
        CheckConstraint(
            "refunded >= 0 AND refunded <= total AND (refunded = 0 OR status = 'collected')", name="refunded"
        ),
        CheckConstraint("scale_verified_until IS NULL OR scale_id IS NOT NULL", name="scale"),
        UniqueConstraint("cooperative_id", "receipt_number"),
        Index("ix_order_buyer", "buyer_id", "id"),
        Index("ix_order_cooperative", "cooperative_id", "id"),
        Index("ix_order_slot", "slot_id", "status"),
        Index("ix_order_collected", "collected_on", "id"),
        Index("ix_order_created", "created_at"),
        # Who bought, where and when: sales are counted from it alone.
        Index(
            "ix_order_sale",
            "collected_on",
            "village_code",
            "cooperative_id",
            "buyer_id",
            sqlite_where=text("collected_on IS NOT NULL"),
            postgresql_where=text("collected_on IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    checkout_id: Mapped[str] = mapped_column(ForeignKey("checkout.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    estimate: Mapped[int] = mapped_column(Id)
    maximum: Mapped[int] = mapped_column(Id)
    total: Mapped[int] = mapped_column(Id)
    #: Grams that it takes in the slot's cold box, as ordered.
    grams: Mapped[int] = mapped_column(Id, default=0)
    pickup_code: Mapped[str] = mapped_column(String(6))
    wrong_codes: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    weighed_at: Mapped[datetime | None] = mapped_column(Instant)
    #: What it was weighed on, if anybody said, and until when that was verified then.
    scale_id: Mapped[int | None] = mapped_column(ForeignKey("scale.id"))
    scale_verified_until: Mapped[date | None]
    collected_at: Mapped[datetime | None] = mapped_column(Instant)
    collected_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(String(80), default="", server_default="")
    #: As they were when it was collected.
    commission_basis_points: Mapped[int] = mapped_column(default=0, server_default="0")
    tax_basis_points: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Counts the co-operative's collected orders from 1, without a gap.
    receipt_number: Mapped[int | None]
    #: Rupiah that was agreed to be given back after collection; paid back by the ledger's word.
    refunded: Mapped[int] = mapped_column(Id, default=0, server_default="0")
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(Instant)


class OrderLine(Base):
    """A lot in an order, named and priced as it was when ordered."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND amount > 0 AND maximum >= amount", name="ordered"),
        CheckConstraint("final_quantity IS NULL OR (final_quantity >= 0 AND final_amount >= 0)", name="weighed"),
        CheckConstraint("final_amount IS NULL OR final_amount <= maximum", name="never_more"),
        CheckConstraint("allotted IS NULL OR (allotted >= 0 AND allotted < quantity)", name="allotted"),
        Index("uq_order_line_catch", "order_id", "catch_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"))
    form: Mapped[str] = mapped_column(String(12))
    measure: Mapped[str] = mapped_column(String(8))
    unit: Mapped[str] = mapped_column(String(8))
    unit_price: Mapped[int] = mapped_column(Id)
    quantity: Mapped[int] = mapped_column(Id)
    amount: Mapped[int] = mapped_column(Id)
    maximum: Mapped[int] = mapped_column(Id)
    #: What of it there is, where a harvest brought less than was ordered.
    allotted: Mapped[int | None] = mapped_column(Id)
    final_quantity: Mapped[int | None] = mapped_column(Id)
    final_amount: Mapped[int | None] = mapped_column(Id)


class OrderEvent(Base):
    """A step of an order's life: never altered, never deleted."""

    __tablename__ = "order_event"
    __table_args__ = (
        # Whose orders nobody came for, of late: few rows among very many.
        Index(
            "ix_order_event_no_show",
            "at",
            sqlite_where=text("status = 'no_show'"),
            postgresql_where=text("status = 'no_show'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Instant)


class SlotChange(Base):
    """A buyer's order was put into another slot of its co-operative; never altered, never deleted."""

    __tablename__ = "slot_change"
    __table_args__ = (CheckConstraint("from_slot_id <> to_slot_id", name="elsewhere"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    from_slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    to_slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Payout(Base):
    """Money of a collected order that its co-operative gave back with its own hands; never altered.  Rupiah."""

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("way = 'cash' OR (way = 'transfer' AND reference <> '')", name="way"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    way: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int] = mapped_column(Id)
    #: Where to find it again: a transfer's number, or a word about the cash.
    reference: Mapped[str] = mapped_column(String(80))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class ReceiptCounter(Base):
    """The last receipt's number of a co-operative; apart from its row, which pages are kept by."""

    __tablename__ = "receipt_counter"

    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True)
    last: Mapped[int]
