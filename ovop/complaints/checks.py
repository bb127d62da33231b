"""Invariants of complaints, from the rows alone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, or_, select
from sqlalchemy.orm import Session

from ovop.complaints.models import Complaint, ComplaintEvent, ComplaintPhoto, Goodwill
from ovop.complaints.rules import MOST_PHOTOS, MOVES, OPENED, TIME_TO_COMPLAIN, ComplaintStatus, steps_by_turn
from ovop.db.counting import count_rows
from ovop.kernel.checks import Check, Finding, finding
from ovop.ordering.models import Order


def _status_of(step: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Where a complaint is after that step."""
    targets = {each.value: move.target.value for each, move in MOVES.items()}
    return case({OPENED: ComplaintStatus.OPEN.value} | targets, value=step)


def _histories(session: Session) -> Finding:
    """Every complaint is where the last of its steps led, and has a deadline exactly where one can be let pass."""
    last = (
        select(ComplaintEvent.complaint_id, func.max(ComplaintEvent.id).label("id"))
        .group_by(ComplaintEvent.complaint_id)
        .subquery()
    )
    has_turn = Complaint.status.in_([status.value for status in steps_by_turn()])
    rows = session.execute(
        select(Complaint.id, Complaint.status, ComplaintEvent.step)
        .outerjoin(last, last.c.complaint_id == Complaint.id)
        .outerjoin(ComplaintEvent, ComplaintEvent.id == last.c.id)
        .where(
            or_(
                ComplaintEvent.id.is_(None),
                Complaint.status != _status_of(ComplaintEvent.step),
                has_turn != Complaint.answer_by.is_not(None),
            )
        )
    )
    return finding(
        count_rows(session, Complaint),
        (f"complaint {row.id} is {row.status} after {row.step}, or has the wrong deadline" for row in rows),
    )


def _beginnings(session: Session) -> Finding:
    """Complaints are about collected orders, made within a day, with no more photos than are taken."""
    photos = (
        select(ComplaintPhoto.complaint_id, func.count().label("number"))
        .group_by(ComplaintPhoto.complaint_id)
        .subquery()
    )
    rows = session.execute(
        select(Complaint.id, Complaint.created_at, Order.collected_at, photos.c.number)
        .join(Order, Order.id == Complaint.order_id)
        .outerjoin(photos, photos.c.complaint_id == Complaint.id)
    )
    return finding(
        count_rows(session, Complaint),
        (
            f"complaint {row.id} of {row.created_at} is about an order collected {row.collected_at}, "
            f"with {row.number or 0} photos"
            for row in rows
            if row.collected_at is None
            or not row.collected_at <= row.created_at <= row.collected_at + TIME_TO_COMPLAIN
            or (row.number or 0) > MOST_PHOTOS
        ),
    )


def _money(session: Session) -> Finding:
    """What complaints, once closed, and goodwill came to was agreed to be given back of their orders."""
    given = select(Goodwill.order_id, func.sum(Goodwill.amount).label("amount")).group_by(Goodwill.order_id).subquery()
    of_complaint, of_goodwill = func.coalesce(Complaint.refunded, 0), func.coalesce(given.c.amount, 0)
    rows = session.execute(
        select(Order.number, Order.refunded, of_complaint.label("by_complaint"), of_goodwill.label("by_goodwill"))
        .outerjoin(Complaint, Complaint.order_id == Order.id)
        .outerjoin(given, given.c.order_id == Order.id)
        .where(
            or_(Complaint.id.is_not(None), given.c.amount.is_not(None)),
            or_(
                of_complaint + of_goodwill > Order.refunded,
                (of_complaint > 0) & (Complaint.status != ComplaintStatus.CLOSED.value),
            ),
        )
    )
    counted = session.scalar(select(func.count()).select_from(Goodwill)) or 0
    return finding(
        count_rows(session, Complaint) + counted,
        (
            f"order {row.number}: {row.refunded} to be given back, complaints came to {row.by_complaint}, "
            f"goodwill to {row.by_goodwill}"
            for row in rows
        ),
    )


CHECKS = (
    Check("every complaint is where its steps led", "complaints", _histories),
    Check("complaints were made in time about collected orders", "complaints", _beginnings),
    Check("what complaints came to was agreed to be given back", "complaints and goodwill", _money),
)
