"""Reading complaints: a fixed number of queries, whatever is in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Cooperative
from ovop.accounts.rules import Actor, cooperative_of, may_see_order
from ovop.complaints.models import Complaint, ComplaintEvent, ComplaintPhoto, Goodwill
from ovop.complaints.rows import ComplaintRow, GoodwillRow, KeptPhoto, Owed, Pending, PhotoRow, StepRow
from ovop.complaints.rules import MOVES, ComplaintStatus, Step, overdue_step, steps_by_turn
from ovop.kernel.errors import NotFound
from ovop.ordering.models import Checkout, Order
from ovop.payment.models import Payment
from ovop.payment.rules import Method
from ovop.villages.models import Village

_BY_HAND = [method.value for method in Method if not method.is_card]


def find_complaint(session: Session, number: str, actor: Actor, now: datetime) -> ComplaintRow | None:
    """The complaint about an order that is `actor`'s to read, none when nobody complained.  Three queries."""
    row = session.execute(_complaints().where(Order.number == number)).one_or_none()
    if row is None or not may_see_order(actor, buyer_id=row.buyer_id, cooperative_id=row.cooperative_id):
        return None
    return _whole(session, _row(row, now))


def get_complaint(session: Session, number: str, actor: Actor, now: datetime) -> ComplaintRow:
    """As `find_complaint`.  Raises: NotFound."""
    found = find_complaint(session, number, actor, now)
    if found is None:
        raise NotFound()
    return found


def list_complaints(
    session: Session,
    now: datetime,
    *,
    cooperative_id: int | None = None,
    at: Collection[ComplaintStatus] = (),
    before: int | None = None,
    limit: int = 20,
) -> Sequence[ComplaintRow]:
    """Complaints of one co-operative or of all, newest first.  One query.

    at: only those that are now at one of these points.  before: the id to go on from.
    """
    wanted = _complaints().order_by(Complaint.id.desc()).limit(limit)
    if cooperative_id is not None:
        wanted = wanted.where(Order.cooperative_id == cooperative_id)
    if at:
        wanted = wanted.where(or_(*(_is_at(status, now) for status in at)))
    if before is not None:
        wanted = wanted.where(Complaint.id < before)
    return [_row(row, now) for row in session.execute(wanted)]


def count_complaints(session: Session, at: ComplaintStatus, now: datetime, cooperative_id: int | None = None) -> int:
    """How many complaints are at that point now, of one co-operative or of all.  One query."""
    wanted = select(func.count()).select_from(Complaint).where(_is_at(at, now))
    if cooperative_id is not None:
        wanted = wanted.join(Order, Order.id == Complaint.order_id).where(Order.cooperative_id == cooperative_id)
    return session.scalar(wanted) or 0


def get_photo(session: Session, photo_id: int, number: str, actor: Actor) -> KeptPhoto:
    """The photo of a complaint about that order, for those whom it concerns.  Raises: NotFound."""
    row = session.execute(
        select(ComplaintPhoto.key, ComplaintPhoto.width, ComplaintPhoto.height, Order.buyer_id, Order.cooperative_id)
        .join(Complaint, Complaint.id == ComplaintPhoto.complaint_id)
        .join(Order, Order.id == Complaint.order_id)
        .where(ComplaintPhoto.id == photo_id, Order.number == number)
    ).one_or_none()
    if row is None or not may_see_order(actor, buyer_id=row.buyer_id, cooperative_id=row.cooperative_id):
        raise NotFound()
    return KeptPhoto(row.key, row.width, row.height)


def list_owed(session: Session, actor: Actor, limit: int = 100) -> Sequence[Owed]:
    """What the actor's co-operative still has to give back in cash or by transfer, oldest first.

    One query.  Raises: Forbidden.
    """
    rows = session.execute(_owed().where(Order.cooperative_id == cooperative_of(actor)).order_by(Order.id).limit(limit))
    return [Owed(**row._mapping) for row in rows]


def find_owed(session: Session, number: str) -> Owed | None:
    """What of that order its co-operative still has to give back with its own hands, if anything.  One query."""
    row = session.execute(_owed().where(Order.number == number)).one_or_none()
    return Owed(**row._mapping) if row is not None else None


def get_pending(session: Session, actor: Actor) -> Pending:
    """What of the buyer's complaints and money is under way.  Two queries."""
    complaints = session.scalar(
        select(func.count())
        .select_from(Complaint)
        .join(Order, Order.id == Complaint.order_id)
        .where(Order.buyer_id == actor.id, Complaint.status != ComplaintStatus.CLOSED)
    )
    owed = _owed().where(Order.buyer_id == actor.id).subquery()
    return Pending(complaints or 0, session.scalar(select(func.sum(owed.c.amount))) or 0)


def sum_owed(session: Session, cooperative_id: int) -> int:
    """Rupiah that the co-operative still has to give back with its own hands.  One query."""
    owed = _owed().where(Order.cooperative_id == cooperative_id).subquery()
    return session.scalar(select(func.sum(owed.c.amount))) or 0


def list_goodwill(session: Session, number: str) -> Sequence[GoodwillRow]:
    """What was given back of that order without a complaint, in order.  One query."""
    rows = session.execute(
        select(Goodwill.id, Goodwill.amount, Goodwill.text, Goodwill.at)
        .join(Order, Order.id == Goodwill.order_id)
        .where(Order.number == number)
        .order_by(Goodwill.id)
    )
    return [GoodwillRow(**row._mapping) for row in rows]


def _is_at(status: ComplaintStatus, now: datetime) -> ColumnElement[bool]:
    """Whether that is where a complaint is now, also when nobody has written down yet that a turn is over."""
    passed = [turn for turn, step in steps_by_turn().items() if MOVES[step].target is status]
    is_there = Complaint.status == status
    if status in steps_by_turn():
        is_there &= Complaint.answer_by > now
    return or_(is_there, and_(Complaint.status.in_(passed), Complaint.answer_by <= now))


def _owed() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Order.number,
            Payment.method,
            (Order.refunded - Payment.refunded).label("amount"),
            Payment.refunded.label("after"),
        )
        .join(Payment, Payment.id == Order.payment_id)
        .where(Order.refunded > 0, Payment.method.in_(_BY_HAND), Order.refunded > Payment.refunded)
    )


def _complaints() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Complaint.id,
            Order.number,
            Order.buyer_id,
            Order.cooperative_id,
            Cooperative.name.label("cooperative_name"),
            Village.name.label("village_name"),
            Checkout.method,
            Order.total,
            (Order.total - Order.refunded).label("left"),
            Complaint.status,
            Complaint.text,
            Complaint.offered,
            Complaint.refunded,
            Complaint.answer_by,
            Complaint.created_at,
        )
        .join(Order, Order.id == Complaint.order_id)
        .join(Checkout, Checkout.id == Order.checkout_id)
        .join(Cooperative, Cooperative.id == Order.cooperative_id)
        .join(Village, Village.code == Order.village_code)
    )


def _row(row: Row[*tuple[Any, ...]], now: datetime) -> ComplaintRow:
    """The complaint as it stands: what was let pass has happened, whether or not the worker has got to it."""
    values = dict(row._mapping)
    found = ComplaintRow(status=ComplaintStatus(values.pop("status")), **values)
    step = overdue_step(found.status, found.answer_by, now)
    if step is None:
        return found
    back = min(found.offered or 0, found.left) if step is Step.CARRY_OUT else 0
    return replace(found, status=MOVES[step].target, refunded=back, left=found.left - back, overdue=step)


def _whole(session: Session, complaint: ComplaintRow) -> ComplaintRow:
    photos = session.execute(
        select(ComplaintPhoto.id, ComplaintPhoto.width, ComplaintPhoto.height)
        .where(ComplaintPhoto.complaint_id == complaint.id)
        .order_by(ComplaintPhoto.id)
    )
    events = session.execute(
        select(
            ComplaintEvent.id,
            ComplaintEvent.step,
            Account.role,
            ComplaintEvent.amount,
            ComplaintEvent.text,
            ComplaintEvent.at,
        )
        .outerjoin(Account, Account.id == ComplaintEvent.actor_id)
        .where(ComplaintEvent.complaint_id == complaint.id)
        .order_by(ComplaintEvent.id)
    )
    steps = [StepRow(**row._mapping) for row in events]
    return replace(complaint, photos=tuple(PhotoRow(**row._mapping) for row in photos), steps=tuple(steps))
