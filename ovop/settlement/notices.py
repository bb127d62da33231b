"""Telling a co-operative's managers of a statement that nothing is paid for: what is missing counts in the next one.

Of others they hear when the money arrives; of this one nobody would say a word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Role
from ovop.accounts.rules import Actor
from ovop.db.session import db
from ovop.ordering.letters import Reader, hand_to_mail
from ovop.outside.mail import Message
from ovop.outside.queue import enqueue
from ovop.settlement.models import Settlement
from ovop.settlement.rules import SettlementStatus

#: The kind of the outbox's jobs that tell managers of a statement that is carried over.
CARRIED_LETTER_JOB = "carried-letter"


@dataclass(frozen=True, slots=True)
class CarriedNews:
    """Of which period (days in Asia/Jakarta, both counted), and how many rupiah are missing."""

    reader: Reader
    settlement_id: int
    first: date
    last: date
    missing: int
    key: str


#: Words the letter in its reader's language; `ovop.web.carried_letters` where pages are worded too.
Compose = Callable[[CarriedNews], Message]


def tell_carried(session: Session, drawn: Collection[int], now: datetime) -> None:
    """Managers hear of those of the statements just drawn that come to less than nothing."""
    below = select(Settlement.id).where(
        Settlement.id.in_(drawn), Settlement.status == SettlementStatus.CARRIED.value, Settlement.net < 0
    )
    for settlement_id in session.scalars(below.order_by(Settlement.id)).all():
        enqueue(
            session,
            CARRIED_LETTER_JOB,
            {"settlement": settlement_id},
            now=now,
            key=f"{CARRIED_LETTER_JOB}:{settlement_id}",
        )


def send_carried(payload: Mapping[str, Any], now: datetime, compose: Compose) -> None:
    """Job: the notice is a mail in the outbox for each manager with an address, once.  Safe to repeat."""
    for message in [compose(news) for news in _news(db.session(), int(payload["settlement"]))]:
        hand_to_mail(message, now)


def _news(session: Session, settlement_id: int) -> list[CarriedNews]:
    rows = session.execute(
        select(
            Settlement.period_first,
            Settlement.period_last,
            Settlement.net,
            Account.id.label("account_id"),
            Account.cooperative_id,
            Account.name,
            Account.email,
            Account.language,
        )
        .join(Account, Account.cooperative_id == Settlement.cooperative_id)
        .where(
            Settlement.id == settlement_id,
            Account.is_manager.is_(True),
            Account.email.is_not(None),
            Account.deleted_at.is_(None),
        )
        .order_by(Account.id)
    )
    return [
        CarriedNews(
            Reader(Actor(row.account_id, Role.COOPERATIVE, row.cooperative_id), row.name, str(row.email), row.language),
            settlement_id,
            row.period_first,
            row.period_last,
            -row.net,
            f"mail:carried:{settlement_id}:{row.account_id}",
        )
        for row in rows
    ]
