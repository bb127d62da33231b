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
    READY = "ready"
    SHORT = "short"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    #: Money that came for nothing, and goes back.
    PAID_LATE = "paid_late"
    PAID_TWICE = "paid_twice"
    #: About a complaint, to the buyer …
    COMPLAINT_OFFERED = "complaint_offered"
    COMPLAINT_DECLINED = "complaint_declined"
    COMPLAINT_PASSED_ON = "complaint_passed_on"
    COMPLAINT_CLOSED = "complaint_closed"
    #: … and to the co-operative's members.
    COMPLAINT_OPENED = "complaint_opened"
    COMPLAINT_ESCALATED = "complaint_escalated"
    COMPLAINT_ENDED = "complaint_ended"

    @property
    def is_for_members(self) -> bool:
        """Whether those who work for the co-operative are told, and not the buyer."""
        return self in (Letter.COMPLAINT_OPENED, Letter.COMPLAINT_ESCALATED, Letter.COMPLAINT_ENDED)


def post_letters(session: Session, letter: Letter, numbers: Iterable[str], now: datetime) -> None:
    """Whoever is told by `letter` gets it once for each order, after the commit."""
    for number in numbers:
        enqueue(
            session,
            LETTER_JOB,
            {"letter": letter.value, "order": number},
            now=now,
            key=f"letter:{letter}:{number}",
        )
