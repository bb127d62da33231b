"""Invariants of reviews, from the rows alone."""

from __future__ import annotations

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from ovop.catalogue.models import ProductRating
from ovop.db.counting import count_rows
from ovop.kernel.checks import Check, Finding, finding
from ovop.ordering.models import Order, OrderLine
from ovop.reviews.models import Review, ReviewEvent
from ovop.reviews.rules import TIME_TO_RATE, Step
from ovop.stock.models import Catch


def _sums(session: Session) -> Finding:
    """What a product's ratings come to is the count and sum of those that count."""
    of = (
        select(Review.product_id, func.count().label("buyers"), func.sum(Review.rating).label("total"))
        .where(Review.is_counted)
        .group_by(Review.product_id)
        .subquery()
    )
    buyers, total = func.coalesce(of.c.buyers, 0), func.coalesce(of.c.total, 0)
    kept = session.execute(
        select(ProductRating.product_id, ProductRating.buyers, ProductRating.total, buyers.label("counted"))
        .outerjoin(of, of.c.product_id == ProductRating.product_id)
        .where(or_(ProductRating.buyers != buyers, ProductRating.total != total))
    ).all()
    missing = session.scalars(
        select(of.c.product_id).where(~exists().where(ProductRating.product_id == of.c.product_id))
    ).all()
    words = [f"product {row.product_id}: {row.buyers} buyers kept, {row.counted} found" for row in kept]
    words += [f"product {product_id}: rated, and no sum is kept" for product_id in missing]
    return finding(count_rows(session, ProductRating) + len(missing), words)


def _voices(session: Session) -> Finding:
    """Of each buyer's reviews of a product exactly the newest that is not hidden counts."""
    newest = (
        select(Review.product_id, Review.buyer_id, func.max(Review.id).label("id"))
        .where(Review.hidden_at.is_(None))
        .group_by(Review.product_id, Review.buyer_id)
        .subquery()
    )
    rows = session.scalars(
        select(Review.id)
        .outerjoin(newest, newest.c.id == Review.id)
        .where(or_(and_(Review.is_counted, newest.c.id.is_(None)), and_(~Review.is_counted, newest.c.id.is_not(None))))
    )
    return finding(count_rows(session, Review), (f"review {row} counts, or does not, against the rule" for row in rows))


def _beginnings(session: Session) -> Finding:
    """Reviews are by an order's buyer about what they collected with it, in time."""
    received = exists().where(
        OrderLine.order_id == Review.order_id,
        OrderLine.final_quantity > 0,
        OrderLine.catch_id == Catch.id,
        Catch.product_id == Review.product_id,
    )
    rows = session.execute(
        select(
            Review.id,
            Review.created_at,
            Order.collected_at,
            received.label("received"),
            (and_(Order.buyer_id == Review.buyer_id, Order.cooperative_id == Review.cooperative_id)).label("theirs"),
        ).join(Order, Order.id == Review.order_id)
    )
    return finding(
        count_rows(session, Review),
        (
            f"review {row.id} of {row.created_at} is about goods collected {row.collected_at}, or another's"
            for row in rows
            if row.collected_at is None
            or not row.collected_at <= row.created_at <= row.collected_at + TIME_TO_RATE
            or not (row.received and row.theirs)
        ),
    )


def _histories(session: Session) -> Finding:
    """Every review is as its history says: first written, rated as last said, hidden when that was last done."""

    def last(*steps: Step) -> object:
        return (
            select(func.max(ReviewEvent.id))
            .where(ReviewEvent.review_id == Review.id, ReviewEvent.step.in_(steps))
            .correlate(Review)
            .scalar_subquery()
        )

    said, shut = last(Step.WRITTEN, Step.CHANGED), last(Step.HIDDEN, Step.SHOWN)
    saying, shutting = ReviewEvent.__table__.alias("saying"), ReviewEvent.__table__.alias("shutting")
    rows = session.scalars(
        select(Review.id)
        .outerjoin(saying, saying.c.id == said)
        .outerjoin(shutting, shutting.c.id == shut)
        .where(
            or_(
                func.coalesce(saying.c.rating, 0) != Review.rating,
                (func.coalesce(shutting.c.step, "") == Step.HIDDEN.value) != Review.hidden_at.is_not(None),
            )
        )
    )
    return finding(count_rows(session, Review), (f"review {row} is not as its history says" for row in rows))


CHECKS = (
    Check("what a product's ratings come to is what buyers gave", "products", _sums),
    Check("every buyer has one voice for each product", "reviews", _voices),
    Check("reviews are in time about collected goods", "reviews", _beginnings),
    Check("every review is as its history says", "reviews", _histories),
)
