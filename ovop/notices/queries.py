"""Reading somebody's browsers and choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.notices.models import NoticeChoice, PushDevice
from ovop.notices.rules import Choices
from ovop.outside.webpush import Subscription


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A browser as its owner sees it."""

    id: int
    label: str
    created_at: datetime
    seen_at: datetime


def devices_of(session: Session, account_id: int) -> list[DeviceRow]:
    """The account's browsers, the one seen last first; at most `rules.MOST_DEVICES`."""
    rows = session.execute(
        select(PushDevice.id, PushDevice.label, PushDevice.created_at, PushDevice.seen_at)
        .where(PushDevice.account_id == account_id)
        .order_by(PushDevice.seen_at.desc(), PushDevice.id.desc())
    )
    return [DeviceRow(*row) for row in rows]


def choices_of(session: Session, account_id: int) -> Choices:
    """What the account chose."""
    row = session.execute(
        select(NoticeChoice.news_by_mail, NoticeChoice.orders_by_push, NoticeChoice.news_by_push).where(
            NoticeChoice.account_id == account_id
        )
    ).one_or_none()
    return Choices(*row) if row else Choices()


def find_subscription(session: Session, device_id: int) -> Subscription | None:
    """How that browser is reached, if it still takes messages."""
    row = session.execute(
        select(PushDevice.endpoint, PushDevice.p256dh, PushDevice.auth).where(PushDevice.id == device_id)
    ).one_or_none()
    return Subscription(*row) if row else None
