"""Letters about complaints, worded when the worker gets to them, to the buyer and to the co-operative's members.

Each step is one job, and each reader's mail has a key, so however often the job is done, one mail leaves for one step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ovop.complaints.models import Complaint, ComplaintEvent, Goodwill
from ovop.complaints.queries import get_complaint
from ovop.complaints.rows import ComplaintRow, GoodwillRow, StepRow
from ovop.complaints.rules import MOVES, Step, Who
from ovop.db import db
from ovop.ordering.letters import Reader, find_readers, hand_to_mail
from ovop.ordering.models import Order
from ovop.ordering.queries import get_order
from ovop.ordering.rows import OrderRow
from ovop.outside.mail import Message

#: Word letters in their reader's language; `ovop.web.complaint_letters` where pages are worded too.
ComposeStep = Callable[[ComplaintRow, StepRow, Reader], Message]
ComposeGoodwill = Callable[[OrderRow, GoodwillRow, Reader], Message]


def send_step(payload: Mapping[str, Any], now: datetime, compose: ComposeStep) -> None:
    """Job: the step is a mail in the outbox for each of its readers, unless another step has overtaken it.

    The buyer reads of every step, the co-operative of all but its own.  Safe to repeat.
    """
    event_id = int(payload["event"])
    row = db.session.execute(
        select(Order.number, ComplaintEvent.step)
        .join(Complaint, Complaint.order_id == Order.id)
        .join(ComplaintEvent, ComplaintEvent.complaint_id == Complaint.id)
        .where(ComplaintEvent.id == event_id)
    ).one()
    readers = find_readers(row.number)
    if not _is_own(row.step):
        readers += find_readers(row.number, members=True)
    for reader in readers:
        complaint = get_complaint(db.session(), row.number, reader.actor, now)
        if complaint.steps[-1].id != event_id:
            return
        hand_to_mail(compose(complaint, complaint.steps[-1], reader), now)


def send_goodwill(payload: Mapping[str, Any], now: datetime, compose: ComposeGoodwill) -> None:
    """Job: money given back without a complaint is a mail in the outbox, if its buyer has an address.

    Safe to repeat.
    """
    row = db.session.execute(
        select(Order.number, Goodwill.id, Goodwill.amount, Goodwill.text, Goodwill.at)
        .join(Order, Order.id == Goodwill.order_id)
        .where(Goodwill.id == int(payload["goodwill"]))
    ).one()
    given = GoodwillRow(row.id, row.amount, row.text, row.at)
    for reader in find_readers(row.number):
        order = get_order(db.session(), row.number, reader.actor, now)
        hand_to_mail(compose(order, given, reader), now)


def _is_own(step: str) -> bool:
    """Whether the co-operative itself took that step."""
    return step in MOVES and MOVES[Step(step)].by is Who.COOPERATIVE
