"""Complaints with photos: files lie outside the database, so each takes several steps; and turns that were let pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.complaints import operations
from ovop.complaints.models import ComplaintPhoto
from ovop.complaints.rows import KeptPhoto
from ovop.complaints.rules import MOST_PHOTOS
from ovop.db.session import db, write
from ovop.kernel.ids import new_id
from ovop.outside.media import PRIVATE, storage
from ovop.outside.pictures import make_variants
from ovop.outside.queue import enqueue

#: The kind of the outbox's jobs that clear away a photo that no complaint shows.
CLEAR_COMPLAINT_PHOTO_JOB = "clear-complaint-photo"
_TIME_TO_USE = timedelta(hours=1)


def complain(number: str, text: str, photos: Sequence[bytes], actor: Actor, now: datetime) -> int:
    """The complaint stands with its photos, or nothing of it does; answers its id.

    Raises: what `operations.open_complaint` raises; Invalid for what is no photo, Unavailable.
    """
    made = [make_variants(data) for data in photos[: MOST_PHOTOS + 1]]
    kept = []
    for picture in made:
        largest = max(
            (variant for variant in picture.variants if variant.content_type == "image/jpeg"),
            key=lambda variant: variant.width,
        )
        key = f"{PRIVATE}complaint/{new_id(now).lower()}.jpg"
        write(_clear_later, key, now)
        storage().put(key, largest.data, largest.content_type)
        kept.append(KeptPhoto(key, largest.width, round(picture.height * largest.width / picture.width)))
    return write(operations.open_complaint, number, text, kept, actor, now)


def clear_photo(payload: Mapping[str, Any], _now: datetime) -> None:
    """Job: the photo's file is gone, unless a complaint shows it.  Safe to repeat.  Raises: Unavailable."""
    used = select(ComplaintPhoto.id).where(ComplaintPhoto.key == payload["key"])
    is_used = db.session.scalar(used) is not None
    db.session.rollback()
    if not is_used:
        storage().delete(payload["key"])


def take_overdue(now: datetime) -> None:
    """Duty: turns that were let pass have their consequences."""
    while ids := operations.find_overdue(db.session(), now):
        db.session.rollback()
        for complaint_id in ids:
            write(operations.take_overdue, complaint_id, now)
    db.session.rollback()


def _clear_later(session: Session, key: str, now: datetime) -> None:
    enqueue(session, CLEAR_COMPLAINT_PHOTO_JOB, {"key": key}, now=now, run_at=now + _TIME_TO_USE)
