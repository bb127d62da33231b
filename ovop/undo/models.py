"""What was done lately, with what it takes to take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Step(Base):
    """One deed of an account; gone a day later.

    subject_id: of the lot or product, as the deed says.  facts: what its words need, and what it was before.
    """

    __tablename__ = "undo_step"
    __table_args__ = (Index("ix_undo_step_latest", "account_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    deed: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Id)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)
    taken_back_at: Mapped[datetime | None] = mapped_column(Instant)
