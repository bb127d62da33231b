"""Reading complaints: a fixed number of queries, whatever is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Cooperative
from ovop.accounts.rules import Actor, cooperative_of, may_see_order
from ovop.complaints.models import Complaint, ComplaintEvent, ComplaintPhoto
from ovop.complaints.rows import ComplaintRow, Owed, PhotoRow, StepRow
from ovop.complaints.rules import ComplaintStatus, as_seen
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
    photos = session.execute(
        select(ComplaintPhoto.id, ComplaintPhoto.width, ComplaintPhoto.height)
        .where(ComplaintPhoto.complaint_id == row.id)
        .order_by(ComplaintPhoto.id)
    )
    steps = session.execute(
        select(ComplaintEvent.step, Account.role, ComplaintEvent.amount, ComplaintEvent.text, ComplaintEvent.at)
        .outerjoin(Account, Account.id == ComplaintEvent.actor_id)
        .where(ComplaintEvent.complaint_id == row.id)
        .order_by(ComplaintEvent.id)
    )
    return replace(
        _row(row, now),
        photos=tuple(PhotoRow(*photo) for photo in photos),
        steps=tuple(StepRow(step.step, step.role, step.amount, step.text, step.at) for step in steps),
    )


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
    waiting: ComplaintStatus | None = None,
    before: int | None = None,
    limit: int = 20,
) -> Sequence[ComplaintRow]:
    """Complaints of one co-operative or of all, newest first.  One query.

    waiting: only those that are at this point.  before: the id to go on from.
    """
    wanted = _complaints().order_by(Complaint.id.desc()).limit(limit)
    if cooperative_id is not None:
        wanted = wanted.where(Order.cooperative_id == cooperative_id)
    if waiting is not None:
        wanted = wanted.where(Complaint.status == waiting)
    if before is not None:
        wanted = wanted.where(Complaint.id < before)
    found = [_row(row, now) for row in session.execute(wanted)]
    return [each for each in found if waiting is None or each.status is waiting]


def count_waiting(session: Session, cooperative_id: int | None, status: ComplaintStatus, now: datetime) -> int:
    """How many complaints are at that point now, of one co-operative or of all."""
    wanted = (
        select(Complaint.status, Complaint.answer_by)
        .join(Order, Order.id == Complaint.order_id)
        .where(Complaint.status != ComplaintStatus.CLOSED)
    )
    if cooperative_id is not None:
        wanted = wanted.where(Order.cooperative_id == cooperative_id)
    rows = session.execute(wanted)
    return sum(as_seen(ComplaintStatus(row.status), row.answer_by, now) is status for row in rows)


def get_photo_key(session: Session, photo_id: int, number: str, actor: Actor) -> str:
    """Where the photo of a complaint about that order lies, for those whom it concerns.  Raises: NotFound."""
    row = session.execute(
        select(ComplaintPhoto.key, Order.buyer_id, Order.cooperative_id)
        .join(Complaint, Complaint.id == ComplaintPhoto.complaint_id)
        .join(Order, Order.id == Complaint.order_id)
        .where(ComplaintPhoto.id == photo_id, Order.number == number)
    ).one_or_none()
    if row is None or not may_see_order(actor, buyer_id=row.buyer_id, cooperative_id=row.cooperative_id):
        raise NotFound()
    return str(row.key)


def list_owed(session: Session, actor: Actor, limit: int = 100) -> Sequence[Owed]:
    """What the actor's co-operative still has to give back in cash or by transfer, oldest first.  Raises: Forbidden."""
    rows = session.execute(
        select(Order.number, Payment.method, (Order.refunded - Payment.refunded).label("amount"))
        .join(Payment, Payment.id == Order.payment_id)
        .where(
            Order.cooperative_id == cooperative_of(actor),
            Order.refunded > 0,
            Payment.method.in_(_BY_HAND),
            Order.refunded > Payment.refunded,
        )
        .order_by(Order.id)
        .limit(limit)
    )
    return [Owed(row.number, row.method, row.amount) for row in rows]


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
    values = dict(row._mapping)
    status = as_seen(ComplaintStatus(values.pop("status")), values["answer_by"], now)
    return ComplaintRow(status=status, **values)
