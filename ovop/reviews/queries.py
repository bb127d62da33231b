"""Reading reviews: a fixed number of queries, whatever is in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Cooperative, Role
from ovop.accounts.rules import Actor
from ovop.catalogue.models import Product, ProductRating, Species
from ovop.catalogue.ratings import rating_of
from ovop.kernel.errors import NotFound
from ovop.ordering.models import Order, OrderLine
from ovop.reviews.models import Review, ReviewEvent
from ovop.reviews.rows import EventRow, OwnReview, RatedProduct, ReviewRow
from ovop.reviews.rules import LEAST, MOST, Step, initial_of, may_change_until, may_rate_until
from ovop.stock.models import Catch
from ovop.villages.models import Village


def get_product(session: Session, product_id: int) -> RatedProduct:
    """The product with what its ratings come to.  One query.  Raises: NotFound."""
    numbers = range(MOST, LEAST - 1, -1)
    given = (
        select(
            Review.product_id,
            *(func.count().filter(Review.rating == number).label(f"given_{number}") for number in numbers),
        )
        .where(Review.product_id == product_id, Review.is_counted)
        .group_by(Review.product_id)
        .subquery()
    )
    row = session.execute(
        select(
            Product.id,
            Product.name,
            Product.cooperative_id,
            Cooperative.name.label("cooperative_name"),
            Village.code.label("village_code"),
            Village.name.label("village_name"),
            Species.name_id.label("species_name"),
            Species.category,
            Product.form,
            ProductRating.buyers,
            ProductRating.total,
            *(given.c[f"given_{number}"] for number in numbers),
        )
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .join(Village, Village.code == Cooperative.village_code)
        .join(Species, Species.code == Product.species_code)
        .outerjoin(ProductRating, ProductRating.product_id == Product.id)
        .outerjoin(given, given.c.product_id == Product.id)
        .where(Product.id == product_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return RatedProduct(
        id=row.id,
        name=row.name,
        cooperative_id=row.cooperative_id,
        cooperative_name=row.cooperative_name,
        village_code=row.village_code,
        village_name=row.village_name,
        species_name=row.species_name,
        category=row.category,
        form=row.form,
        rating=rating_of(row.buyers, row.total),
        buyers=row.buyers or 0,
        spread=tuple(row._mapping[f"given_{number}"] or 0 for number in numbers),
    )


def list_public(session: Session, product_id: int, *, before: int | None = None, limit: int = 20) -> list[ReviewRow]:
    """What buyers said of the product in words, each buyer's newest, newest first.  One query.

    before: the id to go on from.
    """
    wanted = _reviews().where(Review.product_id == product_id, Review.is_counted, Review.text != "")
    return _listed(session, wanted, before, limit)


def list_of_cooperative(
    session: Session, cooperative_id: int, *, unanswered: bool = False, before: int | None = None, limit: int = 20
) -> list[ReviewRow]:
    """The co-operative's reviews, hidden ones among them, newest first.  One query.

    unanswered: only those with words that wait for an answer.
    """
    wanted = _reviews().where(Review.cooperative_id == cooperative_id)
    if unanswered:
        wanted = wanted.where(*_waiting())
    return _listed(session, wanted, before, limit)


def count_unanswered(session: Session, cooperative_id: int) -> int:
    """How many of the co-operative's reviews have words and no answer.  One query."""
    wanted = select(func.count()).select_from(Review).where(Review.cooperative_id == cooperative_id, *_waiting())
    return session.scalar(wanted) or 0


def list_all(session: Session, *, hidden: bool = False, before: int | None = None, limit: int = 20) -> list[ReviewRow]:
    """Everybody's reviews, newest first; hidden: only those that the office has hidden.  One query."""
    wanted = _reviews()
    if hidden:
        wanted = wanted.where(Review.hidden_at.is_not(None))
    return _listed(session, wanted, before, limit)


def get_review(session: Session, review_id: int) -> ReviewRow:
    """One review.  One query.  Raises: NotFound."""
    row = session.execute(_reviews().where(Review.id == review_id)).one_or_none()
    if row is None:
        raise NotFound()
    return _row(row)


def list_events(session: Session, review_id: int) -> Sequence[EventRow]:
    """The review's history, in order.  One query."""
    rows = session.execute(
        select(ReviewEvent.step, ReviewEvent.rating, ReviewEvent.words, ReviewEvent.at, Account.name, Account.role)
        .join(Account, Account.id == ReviewEvent.actor_id)
        .where(ReviewEvent.review_id == review_id)
        .order_by(ReviewEvent.id)
    )
    return [
        EventRow(Step(row.step), row.rating, row.words, "" if row.role == Role.BUYER else row.name, row.at)
        for row in rows
    ]


def own_reviews(session: Session, number: str, actor: Actor, now: datetime) -> Sequence[OwnReview]:
    """What the buyer of a collected order got with it, each once, and what they said of it.  One query."""
    rows = session.execute(
        select(
            Catch.product_id,
            func.min(OrderLine.name).label("name"),
            Order.collected_at,
            Review.rating,
            Review.text,
            Review.answer,
            Review.answered_at,
            Review.hidden_at,
            Review.hidden_reason,
            Review.created_at,
        )
        .join(OrderLine, OrderLine.catch_id == Catch.id)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(Review, (Review.order_id == Order.id) & (Review.product_id == Catch.product_id))
        .where(
            Order.number == number,
            Order.buyer_id == actor.id,
            Order.collected_at.is_not(None),
            OrderLine.final_quantity > 0,
        )
        .group_by(Catch.product_id, Order.collected_at, Review.id)
        .order_by(func.min(OrderLine.id))
    )
    return [_own(row, now) for row in rows]


def _own(row: Row[*tuple[Any, ...]], now: datetime) -> OwnReview:
    until = may_change_until(row.created_at) if row.created_at else may_rate_until(row.collected_at)
    return OwnReview(
        product_id=row.product_id,
        name=row.name,
        rating=row.rating,
        text=row.text or "",
        answer=row.answer or "",
        answered_at=row.answered_at,
        hidden_at=row.hidden_at,
        hidden_reason=row.hidden_reason or "",
        created_at=row.created_at,
        changeable_until=until,
        is_open=now <= until,
    )


def _waiting() -> tuple[Any, ...]:
    return Review.text != "", Review.answered_at.is_(None), Review.hidden_at.is_(None)


def _reviews() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Review.id,
            Review.product_id,
            Product.name.label("product_name"),
            Review.cooperative_id,
            Cooperative.name.label("cooperative_name"),
            Account.name.label("buyer"),
            Account.deleted_at,
            Review.rating,
            Review.text,
            Review.created_at,
            Review.changed_at,
            Review.answer,
            Review.answered_at,
            Review.hidden_at,
            Review.hidden_reason,
            Review.is_counted,
        )
        .join(Product, Product.id == Review.product_id)
        .join(Cooperative, Cooperative.id == Review.cooperative_id)
        .join(Account, Account.id == Review.buyer_id)
    )


def _listed(session: Session, wanted: Select[*tuple[Any, ...]], before: int | None, limit: int) -> list[ReviewRow]:
    if before is not None:
        wanted = wanted.where(Review.id < before)
    return [_row(row) for row in session.execute(wanted.order_by(Review.id.desc()).limit(limit))]


def _row(row: Row[*tuple[Any, ...]]) -> ReviewRow:
    facts = dict(row._mapping)
    name, left = facts.pop("buyer"), facts.pop("deleted_at")
    facts["initial"] = "" if left is not None else initial_of(name)
    facts["changed_at"] = row.changed_at if row.changed_at != row.created_at else None
    return ReviewRow(**facts)
