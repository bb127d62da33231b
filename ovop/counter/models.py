"""Sales at the counter, and the number that each co-operative gives them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class CounterSale(Base):
    """Goods of a lot that somebody without an order bought at the counter; never altered.  Grams or pieces; rupiah.

    A sale that was a mistake is undone by another row: the same below zero, with `reverses_id` and the `reason`.
    What was sold is copied, as orders do.  `number` counts a co-operative's sales from 1 without a gap.
    """

    __tablename__ = "counter_sale"
    __table_args__ = (
        CheckConstraint("method IN ('cash', 'qris')", name="method"),
        CheckConstraint("quantity <> 0 AND (quantity < 0) = (reverses_id IS NOT NULL)", name="quantity"),
        CheckConstraint("(quantity < 0) = (amount < 0) AND amount <> 0", name="amount"),
        CheckConstraint("(number IS NULL) = (reverses_id IS NOT NULL)", name="number"),
        CheckConstraint("reverses_id IS NULL OR reason <> ''", name="reason"),
        UniqueConstraint("cooperative_id", "number"),
        UniqueConstraint("reverses_id"),
        Index("ix_counter_sale_sold_on", "sold_on", "cooperative_id"),
        Index("ix_counter_sale_cooperative_id", "cooperative_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), index=True)
    number: Mapped[int | None]
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"))
    form: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(80))
    measure: Mapped[str] = mapped_column(String(8))
    unit: Mapped[str] = mapped_column(String(8))
    unit_price: Mapped[int] = mapped_column(Id)
    quantity: Mapped[int] = mapped_column(Id)
    amount: Mapped[int] = mapped_column(Id)
    commission: Mapped[int] = mapped_column(Id)
    tax_basis_points: Mapped[int]
    method: Mapped[str] = mapped_column(String(8))
    reference: Mapped[str] = mapped_column(String(80), default="", server_default="")
    #: The day in Asia/Jakarta on which it counts.
    sold_on: Mapped[date]
    sold_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("counter_sale.id"))
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class CounterNumber(Base):
    """The last number that a co-operative gave to a sale at the counter."""

    __tablename__ = "counter_number"

    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True)
    last: Mapped[int]
