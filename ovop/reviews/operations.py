"""What happens to reviews.  Locks: order, the product's ratings, review.

A product's ratings are locked before any of its reviews is touched, so that they are counted one change at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_role
from ovop.catalogue.ratings import lock_rating
from ovop.kernel.errors import Forbidden, NotFound
from ovop.ordering.errors import WrongStatus
from ovop.ordering.events import BuyerLeft
from ovop.ordering.locks import lock_order, party
from ovop.ordering.models import Order, OrderLine
from ovop.ordering.rules import OrderStatus, Who
from ovop.outside.queue import enqueue
from ovop.reviews.errors import AlreadyAnswered, ReviewHidden
from ovop.reviews.models import Review, ReviewEvent
from ovop.reviews.rules import (
    LONGEST_ANSWER,
    LONGEST_REASON,
    Given,
    Step,
    check_change,
    check_first,
    read_words,
)
from ovop.stock.models import Catch

#: The kind of the outbox's jobs that tell of a step; `ovop.reviews.letters` does them.
REVIEW_LETTER_JOB = "review-letter"
#: Nothing of these rows is read again in the same transaction.
_UNSYNCED = {"synchronize_session": False}


def rate_order(session: Session, number: str, given: Mapping[int, Given], actor: Actor, now: datetime) -> int:
    """The buyer's ratings of what they collected stand as given, by product; answers how many are new or other.

    Sent again, nothing changes.  Raises: NotFound, WrongStatus before the handover, RatingOver.
    """
    _checkout, order = lock_order(session, number)
    if party(actor, order) is not Who.BUYER:
        raise NotFound()
    if order.status != OrderStatus.COLLECTED or order.collected_at is None:
        raise WrongStatus(order.status)
    if not set(given) <= _received(session, order):
        raise NotFound()
    return sum(_rate(session, order, product_id, given[product_id], now) for product_id in sorted(given))


def answer_review(session: Session, review_id: int, words: str, actor: Actor, now: datetime) -> None:
    """The co-operative's one answer stands under the review, and its buyer is told; sent again, nothing changes.

    Raises: Invalid, NotFound, Forbidden, ReviewHidden, AlreadyAnswered.
    """
    words = read_words(words, LONGEST_ANSWER, "answer", required=True)
    review = _lock(session, review_id)
    require_role(actor, Role.COOPERATIVE)
    if review.cooperative_id != actor.cooperative_id:
        raise NotFound()
    if review.buyer_id == actor.id:  # a buyer who has joined the co-operative since
        raise Forbidden(reason="own-review")
    if review.answered_at is not None:
        if review.answer == words:
            return
        raise AlreadyAnswered()
    if review.hidden_at is not None:
        raise ReviewHidden()
    review.answer, review.answered_at = words, now
    _remember(session, review, Step.ANSWERED, actor.id, now, words=words)


def hide_review(session: Session, review_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Nobody reads the review and it does not count, until it is shown again; both sides are told why.

    Hidden already, it stays as it is.  Raises: Invalid, NotFound, Forbidden.
    """
    require_role(actor, Role.OFFICE)
    reason = read_words(reason, LONGEST_REASON, "reason", required=True)
    review = _lock_counted(session, review_id)
    if review.hidden_at is not None:
        return
    review.hidden_at, review.hidden_reason, review.is_counted = now, reason, False
    _remember(session, review, Step.HIDDEN, actor.id, now, words=reason)
    _count_anew(session, review.product_id, review.buyer_id)


def show_review(session: Session, review_id: int, actor: Actor, now: datetime) -> None:
    """The review is read and counts again.  Raises: NotFound, Forbidden."""
    require_role(actor, Role.OFFICE)
    review = _lock_counted(session, review_id)
    if review.hidden_at is None:
        return
    review.hidden_at, review.hidden_reason = None, ""
    _remember(session, review, Step.SHOWN, actor.id, now)
    _count_anew(session, review.product_id, review.buyer_id)


def forget_reviewer(session: Session, event: BuyerLeft) -> None:
    """The buyer's ratings stay and count; their words, and the answers to them, are gone.

    The office's reasons stay, since it has to account for them and never knew of whom it wrote.
    """
    theirs = select(Review.id).where(Review.buyer_id == event.buyer_id)
    session.execute(
        update(ReviewEvent).where(ReviewEvent.review_id.in_(theirs), ReviewEvent.step != Step.HIDDEN).values(words=""),
        execution_options=_UNSYNCED,
    )
    session.execute(
        update(Review).where(Review.buyer_id == event.buyer_id).values(text="", answer=""),
        execution_options=_UNSYNCED,
    )


def _received(session: Session, order: Order) -> set[int]:
    """The products of which the order's buyer got something."""
    return set(
        session.scalars(
            select(Catch.product_id)
            .join(OrderLine, OrderLine.catch_id == Catch.id)
            .where(OrderLine.order_id == order.id, OrderLine.final_quantity > 0)
        )
    )


def _rate(session: Session, order: Order, product_id: int, given: Given, now: datetime) -> bool:
    """The review says what is given; answers whether it said otherwise, or was not there."""
    lock_rating(session, product_id)
    review = session.scalars(
        select(Review).where(Review.order_id == order.id, Review.product_id == product_id).with_for_update()
    ).one_or_none()
    if review is None:
        assert order.collected_at is not None  # what its buyer rates is collected
        check_first(order.collected_at, now)
        review = Review(
            order_id=order.id,
            product_id=product_id,
            cooperative_id=order.cooperative_id,
            buyer_id=order.buyer_id,
            rating=given.rating,
            text=given.text,
            is_counted=False,
            created_at=now,
            changed_at=now,
        )
        session.add(review)
        step = Step.WRITTEN
    elif (review.rating, review.text) == (given.rating, given.text):
        return False
    else:
        check_change(review.created_at, now)
        review.rating, review.text, review.changed_at = given.rating, given.text, now
        step = Step.CHANGED
    _remember(session, review, step, order.buyer_id, now, rating=given.rating, words=given.text)
    _count_anew(session, product_id, order.buyer_id)
    return True


def _count_anew(session: Session, product_id: int, buyer_id: int) -> None:
    """Of the buyer's reviews of the product the newest that is not hidden counts, and the product's sums are those of
    all that count.  The product's ratings are locked."""
    session.flush()
    of_both = Review.product_id == product_id, Review.buyer_id == buyer_id
    newest = session.scalar(select(func.max(Review.id)).where(*of_both, Review.hidden_at.is_(None)))
    others = update(Review).where(*of_both, Review.is_counted)
    session.execute((others if newest is None else others.where(Review.id != newest)).values(is_counted=False))
    if newest is not None:
        session.execute(update(Review).where(Review.id == newest).values(is_counted=True))
    rating = lock_rating(session, product_id)
    rating.buyers, rating.total = session.execute(
        select(func.count(), func.coalesce(func.sum(Review.rating), 0)).where(
            Review.product_id == product_id, Review.is_counted
        )
    ).one()
    session.flush()


def _lock(session: Session, review_id: int) -> Review:
    found = session.scalars(
        select(Review).where(Review.id == review_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _lock_counted(session: Session, review_id: int) -> Review:
    """The review, locked after its product's ratings."""
    product_id = session.scalar(select(Review.product_id).where(Review.id == review_id))
    if product_id is None:
        raise NotFound()
    lock_rating(session, product_id)
    return _lock(session, review_id)


def _remember(
    session: Session,
    review: Review,
    step: Step,
    actor_id: int,
    now: datetime,
    *,
    rating: int | None = None,
    words: str = "",
) -> None:
    """The step is in the review's history, and whom it concerns is told once, after the commit."""
    session.flush()
    event_id = session.execute(
        insert(ReviewEvent)
        .values(review_id=review.id, step=step.value, actor_id=actor_id, rating=rating, words=words, at=now)
        .returning(ReviewEvent.id)
    ).scalar_one()
    enqueue(session, REVIEW_LETTER_JOB, {"event": event_id}, now=now, key=f"{REVIEW_LETTER_JOB}:{event_id}")
