"""Fishers of a co-operative, and their parts of lots."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Fisher(Base):
    """A member whose catch or harvest a co-operative sells."""

    __tablename__ = "fisher"
    __table_args__ = (UniqueConstraint("cooperative_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    name: Mapped[str] = mapped_column(String(80))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class CatchPart(Base):
    """What one fisher brought of a lot, in grams or pieces."""

    __tablename__ = "catch_part"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), primary_key=True)
    fisher_id: Mapped[int] = mapped_column(ForeignKey("fisher.id"), primary_key=True, index=True)
    quantity: Mapped[int] = mapped_column(Id)
