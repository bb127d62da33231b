"""Who follows what, and which lots they have been told of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Follow(Base):
    """An account follows something.  `target`: a species' or village's code, a product's or co-operative's id."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "target"),
        CheckConstraint("kind IN ('species', 'product', 'village', 'cooperative')", name="kind"),
        CheckConstraint("pace IN ('at_once', 'daily')", name="pace"),
        Index("ix_follow_target", "kind", "target", "account_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(12))
    target: Mapped[str] = mapped_column(String(20))
    pace: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(Instant)


class FollowNews(Base):
    """A lot that a follower is to hear of, or has: one row for both, so that nobody hears of a lot twice.

    settled_at: when it was told, or was no news any more.  told_at: only when it was told.
    """

    __tablename__ = "follow_news"
    __table_args__ = (
        UniqueConstraint("account_id", "catch_id"),
        CheckConstraint("pace IN ('at_once', 'daily')", name="pace"),
        CheckConstraint("told_at IS NULL OR settled_at IS NOT NULL", name="told"),
        Index(
            "ix_follow_news_waiting",
            "account_id",
            "due_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    catch_id: Mapped[int] = mapped_column(ForeignKey("catch.id"), index=True)
    pace: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
