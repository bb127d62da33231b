"""Figures that villages reported of the time before they joined."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class ReportedBatch(Base):
    """One file of figures: whose, from where, brought by whom; withdrawn with a reason, never deleted."""

    __tablename__ = "reported_batch"
    __table_args__ = (CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    source: Mapped[str] = mapped_column(String(200))
    rows: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class ReportedSale(Base):
    """What a village says it sold of one species and form in one month, named by its first day."""

    __tablename__ = "reported_sale"
    __table_args__ = (
        CheckConstraint("grams >= 0 AND pieces >= 0 AND grams + pieces > 0 AND revenue > 0", name="amounts"),
        # Of the figures in force each is there once, whoever brings two files at once.
        Index(
            "uq_reported_sale_in_force",
            "village_code",
            "month",
            "species_code",
            "form",
            unique=True,
            sqlite_where=text("is_in_force"),
            postgresql_where=text("is_in_force"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("reported_batch.id"), index=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    month: Mapped[date]
    species_code: Mapped[str] = mapped_column(ForeignKey("species.code"))
    form: Mapped[str] = mapped_column(String(12))
    grams: Mapped[int] = mapped_column(Id)
    pieces: Mapped[int] = mapped_column(Id)
    revenue: Mapped[int] = mapped_column(Id)
    is_in_force: Mapped[bool] = mapped_column(default=True)
