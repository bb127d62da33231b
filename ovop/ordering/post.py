"""Letters about orders, put into the outbox with the change that they tell of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from ovop.outside.queue import enqueue

#: The kind of the outbox's jobs; `ovop.ordering.letters` does them.
LETTER_JOB = "letter"


class Letter(StrEnum):
    """What is told about an order."""

    CONFIRMED = "confirmed"
    #: A harvest that was sold ahead was counted, and what it left of the order has changed.
    ALLOTTED = "allotted"
    #: Its buyer put it into another slot; the second is for the co-operative's members.
    MOVED = "moved"
    MOVED_MEMBER = "moved_member"
    READY = "ready"
    SHORT = "short"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    #: Money that came for nothing, and goes back.
    PAID_LATE = "paid_late"
    PAID_TWICE = "paid_twice"
    #: The co-operative has given back with its own hands what was agreed.
    PAID_BACK = "paid_back"


def post_letters(session: Session, letter: Letter, numbers: Iterable[str], now: datetime, *, fact: str = "") -> None:
    """Each order's buyer is told by `letter` once, after the commit.

    fact: names what happened among others of its kind, for what can happen to an order more than once.
    """
    for number in numbers:
        name = f"{letter}:{number}" + (f":{fact}" if fact else "")
        enqueue(
            session,
            LETTER_JOB,
            {"letter": letter.value, "order": number, "name": name},
            now=now,
            key=f"letter:{name}",
        )
