"""Reminding a co-operative of a planned lot whose time has come and that nobody has counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.db.session import db
from ovop.ordering.letters import hand_to_mail
from ovop.ordering.models import Order, OrderLine
from ovop.ordering.rules import OPEN
from ovop.outside.mail import Message
from ovop.outside.queue import enqueue
from ovop.stock.models import Catch

#: The kind of the outbox's jobs.
REMINDER_JOB = "remind-to-count"


@dataclass(frozen=True, slots=True)
class Reminder:
    """What somebody of a co-operative is told: grams or pieces that were planned, and how many orders wait for it."""

    catch_id: int
    name: str
    measure: str
    unit: str
    planned: int
    orders: int
    landed_at: datetime
    reader_name: str
    email: str
    language: str


Compose = Callable[[Reminder], Message]


def post_reminders(session: Session, now: datetime) -> int:
    """A reminder of each planned lot whose time has come is in the outbox, once; answers how many lots there are."""
    due = session.scalars(
        select(Catch.id).where(
            Catch.is_planned.is_(True),
            Catch.landed_at <= now,
            Catch.is_withdrawn.is_(False),
            Catch.best_before > now,
        )
    ).all()
    for catch_id in due:
        enqueue(session, REMINDER_JOB, {"catch": catch_id}, now=now, key=f"{REMINDER_JOB}:{catch_id}")
    return len(due)


def send_reminder(payload: Mapping[str, Any], now: datetime, compose: Compose) -> None:
    """Job: each member with an address has a mail, unless the lot was counted meanwhile.  Safe to repeat."""
    for reminder in _reminders(db.session(), payload["catch"], now):
        hand_to_mail(compose(reminder), now)


def _reminders(session: Session, catch_id: int, now: datetime) -> list[Reminder]:
    waiting = (
        select(func.count())
        .select_from(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.catch_id == Catch.id, Order.status.in_([status.value for status in OPEN]))
        .correlate(Catch)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Catch.id.label("catch_id"),
            Catch.name,
            Catch.measure,
            Catch.unit,
            Catch.caught.label("planned"),
            waiting.label("orders"),
            Catch.landed_at,
            Account.name.label("reader_name"),
            Account.email,
            Account.language,
        )
        .join(Account, Account.cooperative_id == Catch.cooperative_id)
        .where(
            Catch.id == catch_id,
            Catch.is_planned.is_(True),
            Catch.is_withdrawn.is_(False),
            Catch.best_before > now,
            Account.email.is_not(None),
            Account.deleted_at.is_(None),
        )
        .order_by(Account.id)
    )
    return [Reminder(**row._mapping) for row in rows]
