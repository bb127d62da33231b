"""Reviews of collected goods, and every step of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.db.types import Base, Id, Instant


class Review(Base):
    """What a buyer thinks of a product that they collected with an order: one for each of an order's products."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("order_id", "product_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("answer = '' OR answered_at IS NOT NULL", name="answer"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name="hidden"),
        CheckConstraint("NOT is_counted OR hidden_at IS NULL", name="counted"),
        Index("ix_review_product", "product_id", "id"),
        Index("ix_review_cooperative", "cooperative_id", "id"),
        Index("ix_review_buyer", "buyer_id"),
        # However often somebody buys a product, they have one voice about it.
        Index(
            "uq_review_counted",
            "product_id",
            "buyer_id",
            unique=True,
            sqlite_where=text("is_counted"),
            postgresql_where=text("is_counted"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    rating: Mapped[int]
    #: Nothing once the buyer has left; so with the answer.
    text: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Whether it is its buyer's newest of this product among those that are not hidden.
    is_counted: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="", server_default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)
    hidden_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")


class ReviewEvent(Base):
    """A step of a review: never deleted, and altered only by taking the words out when its buyer leaves."""

    __tablename__ = "review_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    step: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    rating: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text, default="", server_default="")
    at: Mapped[datetime] = mapped_column(Instant)
