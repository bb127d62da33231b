"""Totals of collected orders, kept as they are collected and rebuilt from the orders to the same figures.

Each table holds what one kind of question adds up: a range of days, a range of months, species and forms, and who
bought in a month.  `totals` says what a row of each counts.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id

#: SQLite then keeps a row within its key, and a range of days is read in one go.
_BY_KEY = {"sqlite_with_rowid": False}


class DayTotal(Base):
    """A co-operative's collected orders of one day (Asia/Jakarta); `short` had a line more than 10 % short."""

    __tablename__ = "day_total"
    __table_args__ = (
        Index("ix_day_total_village", "village_code", "day"),
        Index("ix_day_total_cooperative", "cooperative_id", "day"),
        _BY_KEY,
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), primary_key=True)
    orders: Mapped[int] = mapped_column(Id)
    grams: Mapped[int] = mapped_column(Id)
    pieces: Mapped[int] = mapped_column(Id)
    revenue: Mapped[int] = mapped_column(Id)
    short: Mapped[int] = mapped_column(Id, default=0, server_default="0")


class MonthTotal(Base):
    """The same for a whole month, named by its first day: years are read from here."""

    __tablename__ = "month_total"
    __table_args__ = (_BY_KEY,)

    month: Mapped[date] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), primary_key=True)
    orders: Mapped[int] = mapped_column(Id)
    grams: Mapped[int] = mapped_column(Id)
    pieces: Mapped[int] = mapped_column(Id)
    revenue: Mapped[int] = mapped_column(Id)


class MonthBuyer(Base):
    """Somebody collected an order in that month.  Buyers cannot be added up from days, only counted once."""

    __tablename__ = "month_buyer"
    __table_args__ = (_BY_KEY,)

    month: Mapped[date] = mapped_column(primary_key=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)


class ProductTotal(Base):
    """What of a species and form a co-operative sold on one day; `orders` counts those with any of it in them."""

    __tablename__ = "product_total"
    __table_args__ = (Index("ix_product_total_species", "species_code", "day"), _BY_KEY)

    day: Mapped[date] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), primary_key=True)
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"), primary_key=True)
    form: Mapped[str] = mapped_column(String(12), primary_key=True)
    orders: Mapped[int] = mapped_column(Id)
    grams: Mapped[int] = mapped_column(Id)
    pieces: Mapped[int] = mapped_column(Id)
    revenue: Mapped[int] = mapped_column(Id)
