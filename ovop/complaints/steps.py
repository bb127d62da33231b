"""How a complaint moves: locked, brought to the present, one step further, remembered, told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.complaints.models import Complaint, ComplaintEvent
from ovop.complaints.post import post_letters
from ovop.complaints.rules import ComplaintStatus, Step, Who, answer_by, check_amount, next_status, overdue_step
from ovop.kernel.errors import NotFound
from ovop.ordering.locks import lock_order
from ovop.ordering.models import Checkout, Order
from ovop.ordering.refunding import agree_refund


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint with what it is about, all of it locked."""

    checkout: Checkout
    order: Order
    complaint: Complaint

    @property
    def left(self) -> int:
        """Rupiah of the order that can still be given back."""
        return self.order.total - self.order.refunded


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that somebody takes; the market itself is nobody.  Rupiah, where it names any."""

    step: Step
    who: Who
    actor_id: int | None = None
    amount: int | None = None
    words: str = ""


def lock_case(session: Session, number: str, now: datetime) -> Case:
    """The complaint about that order, after what was overdue has happened.  Raises: NotFound."""
    checkout, order = lock_order(session, number)
    complaint = session.scalars(
        select(Complaint)
        .where(Complaint.order_id == order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if complaint is None:
        raise NotFound()
    case = Case(checkout, order, complaint)
    step = overdue_step(ComplaintStatus(complaint.status), complaint.answer_by, now)
    if step is not None:
        amount = complaint.offered if step is Step.CARRY_OUT else None
        take(session, case, Taken(step, Who.MARKET, amount=amount), now)
    return case


def take(session: Session, case: Case, taken: Taken, now: datetime) -> None:
    """The complaint is in the state after the step; where that gives money back, it is agreed; all sides are told.

    The same step sent again is no other one, and changes nothing.  Raises: WrongTurn, Invalid.
    """
    complaint = case.complaint
    if _is_last(session, complaint, taken):
        return
    before = ComplaintStatus(complaint.status)
    status = next_status(before, taken.step, taken.who)
    check_amount(taken.step, taken.amount, case.left, complaint.offered)
    if taken.step is Step.OFFER:
        complaint.offered = taken.amount
    if status is not before:  # who raises an offer gains no time by it
        complaint.status = status.value
        complaint.answer_by = answer_by(status, now)
    if status is ComplaintStatus.CLOSED and taken.amount:
        # Somebody may have given money back at the card provider's meanwhile.
        complaint.refunded = min(taken.amount, case.left)
        if complaint.refunded:
            agree_refund(session, case.checkout, case.order, complaint.refunded, now)
    session.flush()
    remember(
        session,
        complaint.id,
        taken.step.value,
        now,
        actor_id=taken.actor_id,
        amount=taken.amount,
        words=taken.words,
    )


def remember(
    session: Session,
    complaint_id: int,
    step: str,
    now: datetime,
    *,
    actor_id: int | None,
    amount: int | None = None,
    words: str = "",
) -> None:
    """The step is in the complaint's history, and whom it concerns will be told of it."""
    values = {"complaint_id": complaint_id, "step": step, "actor_id": actor_id, "amount": amount, "text": words}
    event_id = session.execute(
        insert(ComplaintEvent).values(**values, at=now).returning(ComplaintEvent.id)
    ).scalar_one()
    post_letters(session, event_id, now)


def _is_last(session: Session, complaint: Complaint, taken: Taken) -> bool:
    if taken.who is Who.MARKET:
        return False
    last = session.execute(
        select(ComplaintEvent.step, ComplaintEvent.actor_id, ComplaintEvent.amount, ComplaintEvent.text)
        .where(ComplaintEvent.complaint_id == complaint.id)
        .order_by(ComplaintEvent.id.desc())
        .limit(1)
    ).one()
    return tuple(last) == (taken.step.value, taken.actor_id, taken.amount, taken.words)
