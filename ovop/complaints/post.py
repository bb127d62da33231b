"""What follows from complaints outside the database, put into the outbox with the change: letters, clearing away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ovop.outside.queue import enqueue

#: The kinds of the outbox's jobs; `ovop.complaints.letters` does them.
COMPLAINT_LETTER_JOB, GOODWILL_LETTER_JOB = "complaint-letter", "goodwill-letter"
#: … and the one that clears away a photo that no complaint shows; `ovop.complaints.flows` does it.
CLEAR_COMPLAINT_PHOTO_JOB = "clear-complaint-photo"


def post_letters(session: Session, event_id: int, now: datetime) -> None:
    """Whom the step of a complaint concerns is told of it once, after the commit."""
    enqueue(session, COMPLAINT_LETTER_JOB, {"event": event_id}, now=now, key=f"complaint-letter:{event_id}")


def post_goodwill(session: Session, goodwill_id: int, now: datetime) -> None:
    """The buyer is told once, after the commit, that money is given back to them."""
    enqueue(session, GOODWILL_LETTER_JOB, {"goodwill": goodwill_id}, now=now, key=f"goodwill-letter:{goodwill_id}")


def post_clearing(session: Session, key: str, width: int, now: datetime, at: datetime) -> None:
    """The photo under that key is cleared away after `at`, unless a complaint shows it by then; pixels."""
    enqueue(session, CLEAR_COMPLAINT_PHOTO_JOB, {"key": key, "width": width}, now=now, run_at=at)
