"""Letters about reviews, worded when the worker gets to them.

Each step is one job, and each reader's mail has a key, so however often the job is done, one mail leaves for one step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from ovop.db import db
from ovop.ordering.letters import Reader, find_readers, hand_to_mail
from ovop.ordering.models import Order
from ovop.outside.mail import Message
from ovop.reviews.models import Review, ReviewEvent
from ovop.reviews.queries import get_review
from ovop.reviews.rows import ReviewRow
from ovop.reviews.rules import Step

#: Words a letter in its reader's language, by event and order; `ovop.web.review_letters` where pages are worded too.
Compose = Callable[[ReviewRow, Step, int, str, Reader], Message]

#: Who is told: the buyer never of what they did themselves, the co-operative never of its own answer.
_TO_BUYER = (Step.ANSWERED, Step.HIDDEN, Step.SHOWN)
_TO_MEMBERS = (Step.WRITTEN, Step.CHANGED, Step.HIDDEN, Step.SHOWN)


def send_step(payload: Mapping[str, Any], _now: datetime, compose: Compose) -> None:
    """Job: the step is a mail in the outbox for each of its readers, unless another step has overtaken it.

    Safe to repeat.
    """
    event_id = int(payload["event"])
    row = db.session.execute(
        select(Order.number, ReviewEvent.review_id, ReviewEvent.step)
        .join(Review, Review.order_id == Order.id)
        .join(ReviewEvent, ReviewEvent.review_id == Review.id)
        .where(ReviewEvent.id == event_id)
    ).one()
    last = select(func.max(ReviewEvent.id)).where(ReviewEvent.review_id == row.review_id)
    if db.session.scalar(last) != event_id:
        return
    step, review = Step(row.step), get_review(db.session(), row.review_id)
    readers = find_readers(row.number) if step in _TO_BUYER else []
    if step in _TO_MEMBERS:
        readers += find_readers(row.number, members=True)
    for reader in readers:
        hand_to_mail(compose(review, step, event_id, row.number, reader), _now)
