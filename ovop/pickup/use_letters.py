"""Telling the managers on the other side of a shared point what changed for them.

One mail for each reader of a fact, however often the job is done; of new hours one a day, however many there were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Account, Cooperative
from ovop.db.session import db, write
from ovop.kernel import days
from ovop.outside import mail
from ovop.outside.mail import Message
from ovop.outside.queue import enqueue
from ovop.pickup.models import PickupPoint, PointUse, Slot
from ovop.pickup.use_rules import PointNews, UseStatus

#: The kind of the outbox's jobs that tell managers of the other side what changed.
POINT_LETTER_JOB = "point-letter"


@dataclass(frozen=True, slots=True)
class PointLetter:
    """What one manager is told: of which point, of whom, with which words.

    is_for_owner: they manage the point's owner, not its guest.  starts_at, ends_at, orders: of the slot that is closed,
    and how many of the reader's orders fell with it.
    """

    news: PointNews
    point_id: int
    point_name: str
    owner_name: str
    guest_name: str
    is_for_owner: bool
    words: str
    starts_at: datetime | None
    ends_at: datetime | None
    orders: int
    account_id: int
    name: str
    email: str
    language: str
    key: str


#: Words a letter in its reader's language; `ovop.web.point_letters` where pages are worded too.
Compose = Callable[[PointLetter], Message]


def post_step(
    session: Session, use: PointUse, news: PointNews, event_id: int, words: str, to: int, now: datetime
) -> None:
    """The managers of co-operative `to` are told of a step."""
    payload = {"news": news, "point": use.point_id, "guest": use.cooperative_id, "words": words, "to": to}
    _post(session, payload | {"key": f"use:{event_id}"}, now)


def post_to_guests(session: Session, point_id: int, news: PointNews, now: datetime) -> None:
    """Whoever hands over at the point by consent is told that it changed."""
    guests = select(PointUse.cooperative_id).where(
        PointUse.point_id == point_id, PointUse.status == UseStatus.AGREED.value
    )
    about = days.day_of(now).isoformat() if news is PointNews.CHANGED else now.isoformat()
    for guest in session.scalars(guests.order_by(PointUse.cooperative_id)).all():
        payload = {"news": news, "point": point_id, "guest": guest, "to": guest}
        _post(session, payload | {"key": f"point:{point_id}:{guest}:{news}:{about}"}, now)


def post_closing(
    session: Session, point_id: int, slot_id: int, orders: Mapping[int, int], reason: str, now: datetime
) -> None:
    """Guests whose orders fall with a slot are told.  orders: how many, by co-operative."""
    for guest, fallen in orders.items():
        payload = {"news": PointNews.CLOSED, "point": point_id, "guest": guest, "to": guest, "words": reason}
        _post(session, payload | {"slot": slot_id, "orders": fallen, "key": f"closed:{slot_id}:{guest}"}, now)


def _post(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    enqueue(session, POINT_LETTER_JOB, payload, now=now, key=f"point-letter:{payload['key']}")


def send_point_letter(payload: Mapping[str, Any], now: datetime, compose: Compose) -> None:
    """Job: what changed is a mail in the outbox for each manager with an address, once.  Safe to repeat."""
    messages = [compose(letter) for letter in _letters(db.session(), payload)]
    db.session.rollback()
    for message in messages:
        write(enqueue, mail.KIND, mail.as_job(message), now=now, key=message.key)


def _letters(session: Session, payload: Mapping[str, Any]) -> list[PointLetter]:
    owner, guest = aliased(Cooperative), aliased(Cooperative)
    rows = session.execute(
        select(
            PickupPoint.id,
            PickupPoint.name.label("point_name"),
            owner.id.label("owner_id"),
            owner.name.label("owner_name"),
            guest.name.label("guest_name"),
            Slot.starts_at,
            Slot.ends_at,
            Account.id.label("account_id"),
            Account.name,
            Account.email,
            Account.language,
        )
        .join(owner, owner.id == PickupPoint.cooperative_id)
        .join(guest, guest.id == int(payload["guest"]))
        .join(Account, Account.cooperative_id == int(payload["to"]))
        .outerjoin(Slot, Slot.id == payload.get("slot"))
        .where(
            PickupPoint.id == int(payload["point"]),
            Account.is_manager.is_(True),
            Account.email.is_not(None),
            Account.deleted_at.is_(None),
        )
        .order_by(Account.id)
    )
    return [
        PointLetter(
            news=PointNews(payload["news"]),
            point_id=row.id,
            point_name=row.point_name,
            owner_name=row.owner_name,
            guest_name=row.guest_name,
            is_for_owner=row.owner_id == int(payload["to"]),
            words=payload.get("words", ""),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            orders=payload.get("orders", 0),
            account_id=row.account_id,
            name=row.name,
            email=str(row.email),
            language=row.language,
            key=f"mail:{payload['key']}:{row.account_id}",
        )
        for row in rows
    ]
