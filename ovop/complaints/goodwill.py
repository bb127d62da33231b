"""Money that a co-operative gives back of its own accord: for a mistake that it found itself, or out of kindness."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor, require_member
from ovop.complaints.errors import AnswerFirst
from ovop.complaints.models import Complaint, Goodwill
from ovop.complaints.post import post_goodwill
from ovop.complaints.rules import ComplaintStatus, check_text
from ovop.complaints.steps import lock_case
from ovop.kernel.errors import Forbidden
from ovop.ordering.locks import lock_order
from ovop.ordering.refunding import agree_refund


def give_back(session: Session, number: str, amount: int, words: str, actor: Actor, now: datetime) -> int:
    """`amount` rupiah of a collected order are given back to its buyer, who is told why.  Answers its id.

    Raises: NotFound, Forbidden, WrongStatus unless collected, AnswerFirst while there is a complaint; Invalid without
    words, or when it is more than what is left.
    """
    check_text(words, field="words")
    checkout, order = lock_order(session, number)
    require_member(actor, order.cooperative_id)
    if actor.id == order.buyer_id:
        raise Forbidden(reason="own-order")
    has_complaint = session.scalar(select(Complaint.id).where(Complaint.order_id == order.id)) is not None
    if has_complaint and lock_case(session, number, now).complaint.status != ComplaintStatus.CLOSED:
        raise AnswerFirst()
    agree_refund(session, checkout, order, amount, now)
    goodwill_id = session.execute(
        insert(Goodwill)
        .values(order_id=order.id, amount=amount, text=words.strip(), actor_id=actor.id, at=now)
        .returning(Goodwill.id)
    ).scalar_one()
    post_goodwill(session, goodwill_id, now)
    return goodwill_id
