"""What the market keeps of a buyer's reviews, for them to take along (UU 27/2022)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.catalogue.models import Product
from ovop.ordering.models import Order
from ovop.reviews.models import Review, ReviewEvent


def reviews_about(session: Session, numbers: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """By order number: the reviews of what came with it, each with its history.  Two queries."""
    said = select(
        Order.number,
        Review.id,
        Product.name.label("product"),
        Review.rating,
        Review.text,
        Review.created_at,
        Review.changed_at,
        Review.answer,
        Review.answered_at,
        Review.hidden_at,
        Review.hidden_reason,
    ).join(Review, Review.order_id == Order.id)
    rows = session.execute(
        said.join(Product, Product.id == Review.product_id).where(Order.number.in_(numbers)).order_by(Review.id)
    ).all()
    steps: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for step in session.execute(
        select(ReviewEvent.review_id, ReviewEvent.step, ReviewEvent.rating, ReviewEvent.words, ReviewEvent.at)
        .where(ReviewEvent.review_id.in_([row.id for row in rows]))
        .order_by(ReviewEvent.id)
    ):
        facts = dict(step._mapping)
        steps[facts.pop("review_id")].append(facts)
    found: dict[str, list[dict[str, Any]]] = {number: [] for number in numbers}
    for row in rows:
        facts = dict(row._mapping)
        found[facts.pop("number")].append(facts | {"steps": steps[facts.pop("id")]})
    return found
