"""Prices of periods that are over, counted once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant

_BY_KEY = {"sqlite_with_rowid": False}


class PricedPeriod(Base):
    """A period (``day``, ``week``, ``month``) whose prices are counted, whether any goods were sold in it or not."""

    __tablename__ = "priced_period"
    __table_args__ = (CheckConstraint("period IN ('day', 'week', 'month')", name="period"), _BY_KEY)

    period: Mapped[str] = mapped_column(String(5), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(Instant)


class PriceCell(Base):
    """One species and form in one period: rupiah per kilogram over its collected lines, and how much they were.

    Only goods by weight.  sellers: co-operatives among them; few are for the office's eyes alone.
    """

    __tablename__ = "price_cell"
    __table_args__ = (
        CheckConstraint("sellers > 0 AND minimum <= median AND median <= maximum AND grams > 0", name="amounts"),
        _BY_KEY,
    )

    period: Mapped[str] = mapped_column(String(5), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"), primary_key=True)
    form: Mapped[str] = mapped_column(String(12), primary_key=True)
    sellers: Mapped[int]
    minimum: Mapped[int] = mapped_column(Id)
    median: Mapped[int] = mapped_column(Id)
    maximum: Mapped[int] = mapped_column(Id)
    grams: Mapped[int] = mapped_column(Id)
    revenue: Mapped[int] = mapped_column(Id)
