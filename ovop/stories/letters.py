"""Telling a story's writers what the office did with it: those members of the village's co-operatives with an address.

One job for each event and one mail for each reader, however often the job is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ovop.accounts.models import Account, Cooperative
from ovop.db.session import db, write
from ovop.outside import mail
from ovop.outside.mail import Message
from ovop.outside.queue import enqueue
from ovop.stories.models import StoryEvent
from ovop.stories.rules import Change
from ovop.villages.models import Village


@dataclass(frozen=True, slots=True)
class StoryNews:
    """What happened to a village's story, for one reader."""

    event_id: int
    kind: Change
    reason: str
    village: str
    account_id: int
    name: str
    email: str
    language: str


#: Words a letter in its reader's language; `ovop.web.story_letters` where pages are worded too.
Compose = Callable[[StoryNews], Message]


def send_news(payload: Mapping[str, Any], now: datetime, compose: Compose) -> None:
    """Job: what the office did is a mail in the outbox for each reader, once.  Safe to repeat."""
    rows = db.session.execute(
        select(
            StoryEvent.id,
            StoryEvent.kind,
            StoryEvent.words,
            Village.name.label("village"),
            Account.id.label("account"),
            Account.name,
            Account.email,
            Account.language,
        )
        .join(Village, Village.code == StoryEvent.village_code)
        .join(Cooperative, Cooperative.village_code == StoryEvent.village_code)
        .join(Account, Account.cooperative_id == Cooperative.id)
        .where(
            StoryEvent.id == int(payload["event"]),
            Cooperative.is_active.is_(True),
            Account.email.is_not(None),
            Account.deleted_at.is_(None),
        )
        .order_by(Account.id)
    ).all()
    messages = [
        compose(
            StoryNews(
                row.id, Change(row.kind), row.words, row.village, row.account, row.name, str(row.email), row.language
            )
        )
        for row in rows
    ]
    db.session.rollback()
    for message in messages:
        write(enqueue, mail.KIND, mail.as_job(message), now=now, key=message.key)
