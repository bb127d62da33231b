"""Making a complaint and every answer to it.  Each function is one change, to be run by `ovop.db.write`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_member, require_role
from ovop.complaints.errors import AlreadyComplained
from ovop.complaints.models import Complaint, ComplaintEvent, ComplaintPhoto
from ovop.complaints.rows import KeptPhoto
from ovop.complaints.rules import (
    LONGEST_TEXT,
    MOST_PHOTOS,
    ComplaintStatus,
    Step,
    Who,
    answer_by,
    check_in_time,
    next_status,
    overdue_step,
)
from ovop.kernel.errors import Invalid, NotFound
from ovop.ordering.errors import WrongStatus
from ovop.ordering.locks import lock_order
from ovop.ordering.models import Checkout, Order
from ovop.ordering.post import Letter, post_letters
from ovop.ordering.refunding import agree_refund

OPENED = "opened"
#: Which letter each step sends to the buyer, and which to the co-operative's members.
_TO_BUYER = {
    Step.OFFER: Letter.COMPLAINT_OFFERED,
    Step.DECLINE: Letter.COMPLAINT_DECLINED,
    Step.HAND_ON: Letter.COMPLAINT_PASSED_ON,
    Step.RULE: Letter.COMPLAINT_CLOSED,
    Step.CARRY_OUT: Letter.COMPLAINT_CLOSED,
    Step.LAPSE: Letter.COMPLAINT_CLOSED,
}
_TO_MEMBERS = {
    Step.ESCALATE: Letter.COMPLAINT_ESCALATED,
    Step.HAND_ON: Letter.COMPLAINT_ESCALATED,
    Step.ACCEPT: Letter.COMPLAINT_ENDED,
    Step.WITHDRAW: Letter.COMPLAINT_ENDED,
    Step.RULE: Letter.COMPLAINT_ENDED,
    Step.CARRY_OUT: Letter.COMPLAINT_ENDED,
    Step.LAPSE: Letter.COMPLAINT_ENDED,
}


def open_complaint(
    session: Session, number: str, text: str, photos: Sequence[KeptPhoto], actor: Actor, now: datetime
) -> int:
    """The buyer says what was wrong with a collected order; its co-operative is told.  Answers the complaint's id.

    Raises: Invalid, NotFound, WrongStatus unless collected, TooLate, AlreadyComplained.
    """
    _check_text(text)
    if len(photos) > MOST_PHOTOS:
        raise Invalid({"photo": "too-many"})
    _checkout, order = lock_order(session, number)
    if actor.role is not Role.BUYER or order.buyer_id != actor.id:
        raise NotFound()
    if order.collected_at is None:
        raise WrongStatus(order.status)
    if session.scalar(select(Complaint.id).where(Complaint.order_id == order.id)) is not None:
        raise AlreadyComplained()
    check_in_time(order.collected_at, now)
    complaint = Complaint(
        order_id=order.id,
        status=ComplaintStatus.OPEN.value,
        text=text.strip(),
        refunded=0,
        answer_by=answer_by(ComplaintStatus.OPEN, now),
        created_at=now,
    )
    session.add(complaint)
    session.flush()
    if photos:
        session.execute(
            insert(ComplaintPhoto),
            [
                {
                    "complaint_id": complaint.id,
                    "key": photo.key,
                    "width": photo.width,
                    "height": photo.height,
                    "created_at": now,
                }
                for photo in photos
            ],
        )
    _remember(session, complaint, OPENED, actor.id, None, text.strip(), now)
    post_letters(session, Letter.COMPLAINT_OPENED, [number], now)
    return complaint.id


def offer(session: Session, number: str, amount: int, words: str, actor: Actor, now: datetime) -> None:
    """The co-operative offers to give `amount` rupiah back.

    Raises: NotFound, WrongTurn, Invalid when it is more than what is left of the order's total.
    """
    _check_words(words)
    checkout, order, complaint = _lock(session, number, now)
    require_member(actor, order.cooperative_id)
    _check_amount(order, amount, least=1)
    complaint.offered = amount
    _step(session, checkout, order, complaint, Step.OFFER, Who.COOPERATIVE, now, actor.id, amount, words)


def decline(session: Session, number: str, words: str, actor: Actor, now: datetime) -> None:
    """The co-operative gives nothing back, and says why.  Raises: NotFound, WrongTurn, Invalid without words."""
    _check_text(words, field="words")
    checkout, order, complaint = _lock(session, number, now)
    require_member(actor, order.cooperative_id)
    _step(session, checkout, order, complaint, Step.DECLINE, Who.COOPERATIVE, now, actor.id, None, words)


def accept(session: Session, number: str, actor: Actor, now: datetime) -> None:
    """The buyer takes what was offered, and it is given back.  Raises: NotFound, WrongTurn."""
    checkout, order, complaint = _lock_of_buyer(session, number, actor, now)
    _step(session, checkout, order, complaint, Step.ACCEPT, Who.BUYER, now, actor.id, complaint.offered)


def withdraw(session: Session, number: str, actor: Actor, now: datetime) -> None:
    """The buyer lets it be.  Raises: NotFound, WrongTurn."""
    checkout, order, complaint = _lock_of_buyer(session, number, actor, now)
    _step(session, checkout, order, complaint, Step.WITHDRAW, Who.BUYER, now, actor.id)


def escalate(session: Session, number: str, words: str, actor: Actor, now: datetime) -> None:
    """The buyer asks the office to decide.  Raises: NotFound, WrongTurn, Invalid."""
    _check_words(words)
    checkout, order, complaint = _lock_of_buyer(session, number, actor, now)
    _step(session, checkout, order, complaint, Step.ESCALATE, Who.BUYER, now, actor.id, None, words)


def rule(session: Session, number: str, amount: int, words: str, actor: Actor, now: datetime) -> None:
    """The office decides how much is given back, perhaps nothing, and why.

    Raises: NotFound, Forbidden, WrongTurn, Invalid.
    """
    require_role(actor, Role.OFFICE)
    _check_text(words, field="words")
    checkout, order, complaint = _lock(session, number, now)
    _check_amount(order, amount, least=0)
    _step(session, checkout, order, complaint, Step.RULE, Who.OFFICE, now, actor.id, amount, words)


def take_overdue(session: Session, complaint_id: int, now: datetime) -> None:
    """A turn that was let pass has its consequence.  Safe to repeat.  Raises: NotFound."""
    number = session.scalar(
        select(Order.number).join(Complaint, Complaint.order_id == Order.id).where(Complaint.id == complaint_id)
    )
    if number is None:
        raise NotFound()
    _lock(session, number, now)


def find_overdue(session: Session, now: datetime, limit: int = 200) -> Sequence[int]:
    """Complaints in which a turn was let pass, longest first."""
    return session.scalars(
        select(Complaint.id).where(Complaint.answer_by <= now).order_by(Complaint.answer_by).limit(limit)
    ).all()


def _lock(session: Session, number: str, now: datetime) -> tuple[Checkout, Order, Complaint]:
    """The complaint with its order and checkout, locked, after what was overdue has happened.  Raises: NotFound."""
    checkout, order = lock_order(session, number)
    complaint = session.scalars(
        select(Complaint)
        .where(Complaint.order_id == order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if complaint is None:
        raise NotFound()
    step = overdue_step(ComplaintStatus(complaint.status), complaint.answer_by, now)
    if step is not None:
        amount = complaint.offered if step is Step.CARRY_OUT else None
        _step(session, checkout, order, complaint, step, Who.MARKET, now, None, amount)
    return checkout, order, complaint


def _lock_of_buyer(session: Session, number: str, actor: Actor, now: datetime) -> tuple[Checkout, Order, Complaint]:
    checkout, order, complaint = _lock(session, number, now)
    if actor.role is not Role.BUYER or order.buyer_id != actor.id:
        raise NotFound()
    return checkout, order, complaint


def _step(
    session: Session,
    checkout: Checkout,
    order: Order,
    complaint: Complaint,
    step: Step,
    who: Who,
    now: datetime,
    actor_id: int | None,
    amount: int | None = None,
    words: str = "",
) -> None:
    """The complaint is in the state after `step`; where that gives money back, it is agreed.  Raises: WrongTurn."""
    status = next_status(ComplaintStatus(complaint.status), step, who)
    complaint.status = status.value
    complaint.answer_by = answer_by(status, now)
    if status is ComplaintStatus.CLOSED and amount:
        back = min(amount, order.total - order.refunded)
        if back:
            agree_refund(session, checkout, order, back, now)
        complaint.refunded = back
    session.flush()
    _remember(session, complaint, step.value, actor_id, amount, words.strip(), now)
    for letters in (_TO_BUYER, _TO_MEMBERS):
        if step in letters:
            post_letters(session, letters[step], [order.number], now)


def _remember(
    session: Session,
    complaint: Complaint,
    step: str,
    actor_id: int | None,
    amount: int | None,
    words: str,
    now: datetime,
) -> None:
    session.execute(
        insert(ComplaintEvent).values(
            complaint_id=complaint.id, step=step, actor_id=actor_id, amount=amount, text=words, at=now
        )
    )


def _check_text(text: str, *, field: str = "text") -> None:
    if not text.strip():
        raise Invalid({field: "required"})
    _check_words(text, field=field)


def _check_words(words: str, *, field: str = "words") -> None:
    if len(words) > LONGEST_TEXT:
        raise Invalid({field: "too-long"})


def _check_amount(order: Order, amount: int, *, least: int) -> None:
    if amount < least:
        raise Invalid({"amount": "too-small"})
    if amount > order.total - order.refunded:
        raise Invalid({"amount": "too-large"})
