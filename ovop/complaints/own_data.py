"""What the market keeps about a buyer's complaints, for them to take along (UU 27/2022)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.complaints.models import Complaint, ComplaintEvent, ComplaintPhoto, Goodwill
from ovop.ordering.models import Order


def complaints_about(
    session: Session, numbers: Collection[str], photo_url: Callable[[str, int], str]
) -> dict[str, dict[str, object]]:
    """By order number: the complaint with its steps and photos, and what was given back without one.  Four queries.

    photo_url: where the photo of an order's complaint is handed out to its buyer, by number and photo.
    """
    whole = (Complaint.status, Complaint.text, Complaint.offered, Complaint.refunded, Complaint.created_at)
    step = (ComplaintEvent.step, Account.role, ComplaintEvent.amount, ComplaintEvent.text, ComplaintEvent.at)
    complaints = _by_number(
        session, numbers, select(Order.number, *whole).join(Complaint, Complaint.order_id == Order.id)
    )
    steps = _by_number(
        session,
        numbers,
        select(Order.number, *step)
        .join(Complaint, Complaint.order_id == Order.id)
        .join(ComplaintEvent, ComplaintEvent.complaint_id == Complaint.id)
        .outerjoin(Account, Account.id == ComplaintEvent.actor_id)
        .order_by(ComplaintEvent.id),
    )
    photos = _by_number(
        session,
        numbers,
        select(Order.number, ComplaintPhoto.id)
        .join(Complaint, Complaint.order_id == Order.id)
        .join(ComplaintPhoto, ComplaintPhoto.complaint_id == Complaint.id)
        .order_by(ComplaintPhoto.id),
    )
    goodwill = _by_number(
        session,
        numbers,
        select(Order.number, Goodwill.amount, Goodwill.text, Goodwill.at)
        .join(Goodwill, Goodwill.order_id == Order.id)
        .order_by(Goodwill.id),
    )
    found: dict[str, dict[str, object]] = {
        number: {"complaint": None, "goodwill": goodwill[number]} for number in numbers
    }
    for number, [complaint] in complaints.items():
        addresses = [photo_url(number, photo["id"]) for photo in photos[number]]
        found[number]["complaint"] = complaint | {"steps": steps[number], "photos": addresses}
    return found


def _by_number(
    session: Session, numbers: Collection[str], wanted: Select[*tuple[Any, ...]]
) -> dict[str, list[dict[str, Any]]]:
    """Rows of those orders as plain facts, by the order's number, which they begin with."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(wanted.where(Order.number.in_(numbers))):
        facts = dict(row._mapping)
        found[facts.pop("number")].append(facts)
    return found
