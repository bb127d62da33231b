"""Complaints with photos: files lie outside the database, so each takes several steps; and turns that were let pass.

A stored photo has no owner until a complaint names it.  So that none is left behind, whatever is cut off in the middle,
a job is written before the files are: a day later it looks whether any complaint shows the photo, and clears it away
if not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.rules import Actor
from ovop.complaints import goodwill, operations
from ovop.complaints.models import ComplaintPhoto
from ovop.complaints.post import post_clearing
from ovop.complaints.rows import KeptPhoto
from ovop.complaints.rules import TIME_TO_COMPLAIN
from ovop.db.session import db, write
from ovop.kernel.ids import new_id
from ovop.outside.media import PRIVATE, storage
from ovop.outside.pictures import make_variants, widths_of

#: How long a photo may wait for its complaint: longer than there is time to complain.
TIME_TO_USE = TIME_TO_COMPLAIN + timedelta(hours=1)


def keep_photo(data: bytes, now: datetime) -> KeptPhoto:
    """The picture in `data` is stored where only parties get it, upright and without what a camera wrote into it.

    It is cleared away after TIME_TO_USE unless a complaint shows it by then.  Raises: Invalid, Unavailable.
    """
    picture = make_variants(data)
    photo = KeptPhoto(f"{PRIVATE}complaint/{new_id(now).lower()}", picture.width, picture.height)
    write(post_clearing, photo.key, photo.width, now, now + TIME_TO_USE)
    for variant in picture.variants:
        if variant.content_type == "image/jpeg":
            storage().put(file_of(photo.key, variant.width), variant.data, variant.content_type)
    return photo


def clear_photo(payload: Mapping[str, Any], _now: datetime) -> None:
    """Job: the photo's files are gone, unless a complaint shows it.  Safe to repeat.  Raises: Unavailable."""
    used = select(ComplaintPhoto.id).where(ComplaintPhoto.key == payload["key"])
    is_used = db.session.scalar(used) is not None
    db.session.rollback()
    if not is_used:
        for width in widths_of(payload["width"]):
            storage().delete(file_of(payload["key"], width))


def file_of(key: str, width: int) -> str:
    """Where the file of a photo in that width lies; one of `widths_of` its own."""
    return f"{key}/{width}.jpg"


def give_back_once(number: str, amount: int, words: str, actor: Actor, key: str, now: datetime) -> tuple[int, bool]:
    """As `goodwill.give_back`, once for each `key`; answers (its id, whether it had been done before).

    Raises: what that raises; KeyReused.
    """
    asked = fingerprint("give-back", [number, amount, words])
    return write(
        once,
        actor.id,
        check_key(key),
        asked,
        now,
        lambda session: goodwill.give_back(session, number, amount, words, actor, now),
    )


def take_overdue(now: datetime) -> None:
    """Duty: turns that were let pass have their consequences."""
    while numbers := operations.find_overdue(db.session(), now):
        db.session.rollback()
        for number in numbers:
            write(operations.take_overdue, number, now)
    db.session.rollback()
