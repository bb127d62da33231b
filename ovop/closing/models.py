"""The table of closed months."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Instant


class ClosedMonth(Base):
    """A month by its first day, with its figures as text: written once, never altered, never deleted."""

    __tablename__ = "closed_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime] = mapped_column(Instant)
    closed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
