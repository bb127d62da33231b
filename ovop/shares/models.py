"""Fishers of a co-operative, their parts of lots, and what was shared out of what the lots brought."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
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
    """What one fisher brought of a lot, in grams or pieces; what nobody is named for is the co-operative's own."""

    __tablename__ = "catch_part"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), primary_key=True)
    fisher_id: Mapped[int] = mapped_column(ForeignKey("fisher.id"), primary_key=True, index=True)
    quantity: Mapped[int] = mapped_column(Id)


class CatchPartEvent(Base):
    """What was said of a fisher's part of a lot, and by whom: never altered.  0 says that they brought nothing."""

    __tablename__ = "catch_part_event"
    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), index=True)
    fisher_id: Mapped[int] = mapped_column(ForeignKey("fisher.id"))
    quantity: Mapped[int] = mapped_column(Id)
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Sharing(Base):
    """What the orders of some days brought was shared out (days in Asia/Jakarta, both counted), and stays as it was.

    Opened again it no longer counts, and the days may be shared out anew.
    """

    __tablename__ = "sharing"
    __table_args__ = (
        CheckConstraint("last >= first", name="period"),
        CheckConstraint("dues_basis_points BETWEEN 0 AND 10000", name="dues"),
        CheckConstraint("(reopened_at IS NULL) = (reopened_by IS NULL)", name="reopened"),
        Index(
            "uq_sharing_in_force",
            "cooperative_id",
            "first",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    first: Mapped[date]
    last: Mapped[date]
    dues_basis_points: Mapped[int]
    closed_at: Mapped[datetime] = mapped_column(Instant)
    closed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reopened_at: Mapped[datetime | None] = mapped_column(Instant)
    reopened_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class SharedLot(Base):
    """What a lot brought in the days of a sharing, in rupiah.  `caught`: the grams or pieces that it was shared by."""

    __tablename__ = "shared_lot"

    sharing_id: Mapped[int] = mapped_column(ForeignKey("sharing.id"), primary_key=True)
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), primary_key=True)
    caught: Mapped[int] = mapped_column(Id)
    sold: Mapped[int] = mapped_column(Id)
    refunded: Mapped[int] = mapped_column(Id)
    commission: Mapped[int] = mapped_column(Id)


class SharedPart(Base):
    """A fisher's part of a shared lot: grams or pieces, and rupiah before dues."""

    __tablename__ = "shared_part"

    sharing_id: Mapped[int] = mapped_column(ForeignKey("sharing.id"), primary_key=True)
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), primary_key=True)
    fisher_id: Mapped[int] = mapped_column(ForeignKey("fisher.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(Id)
    amount: Mapped[int] = mapped_column(Id)
