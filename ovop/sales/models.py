"""Totals of collected orders, kept as they are collected and rebuilt from the orders to the same figures."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id


class DayTotal(Base):
    """A co-operative's collected orders of one day (Asia/Jakarta) and payment method."""

    __tablename__ = "day_total"
    __table_args__ = (Index("ix_day_total_village", "village_code", "day"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True)
    method: Mapped[str] = mapped_column(String(8), primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    orders: Mapped[int] = mapped_column(Id)
    grams: Mapped[int] = mapped_column(Id)
    pieces: Mapped[int] = mapped_column(Id)
    revenue: Mapped[int] = mapped_column(Id)


class ProductTotal(Base):
    """What of a species and form a co-operative sold on one day; `orders` counts those with any of it in them."""

    __tablename__ = "product_total"
    __table_args__ = (Index("ix_product_total_species", "species_code", "day"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True)
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"), primary_key=True)
    form: Mapped[str] = mapped_column(String(12), primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    orders: Mapped[int] = mapped_column(Id)
    grams: Mapped[int] = mapped_column(Id)
    pieces: Mapped[int] = mapped_column(Id)
    revenue: Mapped[int] = mapped_column(Id)
