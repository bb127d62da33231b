"""Making a complaint and every answer to it.  Each function is one change, to be run by `ovop.db.write`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_member, require_role
from ovop.complaints.errors import AlreadyComplained
from ovop.complaints.models import Complaint, ComplaintPhoto
from ovop.complaints.rows import KeptPhoto
from ovop.complaints.rules import (
    MOST_PHOTOS,
    OPENED,
    ComplaintStatus,
    Step,
    Who,
    answer_by,
    check_in_time,
    check_text,
    check_words,
)
from ovop.complaints.steps import Case, Taken, lock_case, remember, take
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering.errors import WrongStatus
from ovop.ordering.locks import lock_order
from ovop.ordering.models import Order


def check_may_complain(session: Session, number: str, actor: Actor, now: datetime) -> None:
    """Returns when a complaint could be made now: asked before the work of reading photos.

    Raises: NotFound, WrongStatus, AlreadyComplained, TooLate.
    """
    order = session.scalars(select(Order).where(Order.number == number)).one_or_none()
    if order is None:
        raise NotFound()
    _check_chance(session, order, actor, now)


def open_complaint(
    session: Session, number: str, text: str, photos: Sequence[KeptPhoto], actor: Actor, now: datetime
) -> int:
    """The buyer says what was wrong with a collected order; its co-operative is told.  Answers the complaint's id.

    Raises: NotFound, WrongStatus unless collected, AlreadyComplained, TooLate, Invalid.
    """
    _checkout, order = lock_order(session, number)
    _check_chance(session, order, actor, now)
    check_text(text)
    if len(photos) > MOST_PHOTOS:
        raise Invalid({"photo": "too-many"})
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
        about = {"complaint_id": complaint.id, "created_at": now}
        session.execute(
            insert(ComplaintPhoto),
            [about | {"key": photo.key, "width": photo.width, "height": photo.height} for photo in photos],
        )
    remember(session, complaint.id, OPENED, now, actor_id=actor.id, words=complaint.text)
    return complaint.id


def offer(session: Session, number: str, amount: int, words: str, actor: Actor, now: datetime) -> None:
    """The co-operative offers to give `amount` rupiah back, which raises an offer that stands.

    Raises: NotFound, Forbidden, WrongTurn, Invalid when it is more than what is left or no more than before.
    """
    check_words(words)
    case = _lock_of_member(session, number, actor, now)
    take(session, case, Taken(Step.OFFER, Who.COOPERATIVE, actor.id, amount, words.strip()), now)


def give_all_back(session: Session, number: str, words: str, actor: Actor, now: datetime) -> None:
    """The co-operative gives back all that is left of the order, at once.

    Raises: NotFound, Forbidden, WrongTurn, Invalid.
    """
    check_words(words)
    case = _lock_of_member(session, number, actor, now)
    is_closed = case.complaint.status == ComplaintStatus.CLOSED
    amount = case.complaint.refunded if is_closed else case.left  # sent again, it is the same amount as before
    take(session, case, Taken(Step.GIVE_BACK, Who.COOPERATIVE, actor.id, amount, words.strip()), now)


def decline(session: Session, number: str, words: str, actor: Actor, now: datetime) -> None:
    """The co-operative gives nothing back, and says why.

    Raises: NotFound, Forbidden, WrongTurn, Invalid without words.
    """
    check_text(words, field="words")
    case = _lock_of_member(session, number, actor, now)
    take(session, case, Taken(Step.DECLINE, Who.COOPERATIVE, actor.id, words=words.strip()), now)


def accept(session: Session, number: str, actor: Actor, now: datetime) -> None:
    """The buyer takes what was offered, and it is given back.  Raises: NotFound, WrongTurn."""
    case = _lock_of_buyer(session, number, actor, now)
    take(session, case, Taken(Step.ACCEPT, Who.BUYER, actor.id, case.complaint.offered), now)


def withdraw(session: Session, number: str, actor: Actor, now: datetime) -> None:
    """The buyer lets it be.  Raises: NotFound, WrongTurn."""
    case = _lock_of_buyer(session, number, actor, now)
    take(session, case, Taken(Step.WITHDRAW, Who.BUYER, actor.id), now)


def escalate(session: Session, number: str, words: str, actor: Actor, now: datetime) -> None:
    """The buyer asks the office to decide.  Raises: NotFound, WrongTurn, Invalid."""
    check_words(words)
    case = _lock_of_buyer(session, number, actor, now)
    take(session, case, Taken(Step.ESCALATE, Who.BUYER, actor.id, words=words.strip()), now)


def rule(session: Session, number: str, amount: int, words: str, actor: Actor, now: datetime) -> None:
    """The office decides how much is given back, perhaps nothing, and why.

    Raises: Forbidden, NotFound, WrongTurn, Invalid.
    """
    require_role(actor, Role.OFFICE)
    check_text(words, field="words")
    case = lock_case(session, number, now)
    take(session, case, Taken(Step.RULE, Who.OFFICE, actor.id, amount, words.strip()), now)


def take_overdue(session: Session, number: str, now: datetime) -> None:
    """A turn that was let pass has its consequence.  Safe to repeat.  Raises: NotFound."""
    lock_case(session, number, now)


def find_overdue(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Numbers of orders about whose complaints a turn was let pass, longest first."""
    return session.scalars(
        select(Order.number)
        .join(Complaint, Complaint.order_id == Order.id)
        .where(Complaint.answer_by <= now)
        .order_by(Complaint.answer_by)
        .limit(limit)
    ).all()


def _check_chance(session: Session, order: Order, actor: Actor, now: datetime) -> None:
    if actor.role is not Role.BUYER or order.buyer_id != actor.id:
        raise NotFound()
    if order.collected_at is None:
        raise WrongStatus(order.status)
    if session.scalar(select(Complaint.id).where(Complaint.order_id == order.id)) is not None:
        raise AlreadyComplained()
    check_in_time(order.collected_at, now)


def _lock_of_member(session: Session, number: str, actor: Actor, now: datetime) -> Case:
    case = lock_case(session, number, now)
    require_member(actor, case.order.cooperative_id)
    if actor.id == case.order.buyer_id:  # a buyer who has joined the co-operative since
        raise Forbidden(reason="own-complaint")
    return case


def _lock_of_buyer(session: Session, number: str, actor: Actor, now: datetime) -> Case:
    case = lock_case(session, number, now)
    if actor.role is not Role.BUYER or case.order.buyer_id != actor.id:
        raise NotFound()
    return case
