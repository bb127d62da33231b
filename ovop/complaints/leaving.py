"""What becomes of complaints when their buyer's account is deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ovop.complaints.models import Complaint, ComplaintEvent, ComplaintPhoto, Goodwill
from ovop.complaints.post import post_clearing
from ovop.complaints.rules import ComplaintStatus, Step, Who
from ovop.complaints.steps import Taken, lock_case, take
from ovop.ordering.events import BuyerLeft
from ovop.ordering.models import Order

#: Nothing of these rows is read again in the same transaction.
_UNSYNCED = {"synchronize_session": False}


def forget_buyer(session: Session, event: BuyerLeft) -> None:
    """The buyer's complaints are closed, and the words and photos in them gone; what was agreed about money stays.

    Nobody would be there to answer: an offer that stands is taken, and all else withdrawn.  The office's reasons stay,
    since it has to account for them and never knew of whom it wrote.
    """
    orders = select(Order.id).where(Order.buyer_id == event.buyer_id)
    _close(session, event.buyer_id, event.at)
    about = Complaint.order_id.in_(orders)
    complaints = select(Complaint.id).where(about)
    session.execute(update(Complaint).where(about).values(text=""), execution_options=_UNSYNCED)
    session.execute(
        update(ComplaintEvent)
        .where(ComplaintEvent.complaint_id.in_(complaints), ComplaintEvent.step != Step.RULE)
        .values(text=""),
        execution_options=_UNSYNCED,
    )
    session.execute(update(Goodwill).where(Goodwill.order_id.in_(orders)).values(text=""), execution_options=_UNSYNCED)
    photos = ComplaintPhoto.complaint_id.in_(complaints)
    for photo in session.execute(select(ComplaintPhoto.key, ComplaintPhoto.width).where(photos)).all():
        post_clearing(session, photo.key, photo.width, event.at, event.at)
    session.execute(delete(ComplaintPhoto).where(photos), execution_options=_UNSYNCED)


def _close(session: Session, buyer_id: int, now: datetime) -> None:
    numbers = session.scalars(
        select(Order.number)
        .join(Complaint, Complaint.order_id == Order.id)
        .where(Order.buyer_id == buyer_id, Complaint.status != ComplaintStatus.CLOSED)
        .order_by(Order.id)
    ).all()
    for number in numbers:
        case = lock_case(session, number, now)
        status = ComplaintStatus(case.complaint.status)
        if status is ComplaintStatus.OFFERED:
            take(session, case, Taken(Step.ACCEPT, Who.BUYER, buyer_id, case.complaint.offered), now)
        elif status is not ComplaintStatus.CLOSED:
            take(session, case, Taken(Step.WITHDRAW, Who.BUYER, buyer_id), now)
