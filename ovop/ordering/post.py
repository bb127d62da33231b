"""Letters to buyers, put into the outbox with the change that they tell of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from ovop.outside.queue import enqueue

#: The kind of the outbox's jobs; `ovop.ordering.letters` does them.
LETTER_JOB = "letter"


class Letter(StrEnum):
    """What a buyer is told about an order."""

    CONFIRMED = "confirmed"
    READY = "ready"
    SHORT = "short"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


def post_letters(session: Session, letter: Letter, numbers: Iterable[str], now: datetime) -> None:
    """Each order's buyer gets `letter` once, after the commit."""
    for number in numbers:
        enqueue(
            session,
            LETTER_JOB,
            {"letter": letter.value, "order": number},
            now=now,
            key=f"letter:{letter}:{number}",
        )
