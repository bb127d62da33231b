"""Putting a lot on sale once, and keeping its photos: files lie outside the database, so each takes several steps.

A stored picture has no owner until a row names it.  So that none is left behind, whatever is cut off in the middle, a
job is written before the files are: a day later it looks whether any lot shows the picture, and clears it away if not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.rules import Actor
from ovop.db.session import db, write
from ovop.kernel.ids import new_id
from ovop.outside.media import storage
from ovop.outside.pictures import make_variants, widths_of
from ovop.outside.queue import enqueue
from ovop.stock import operations, queries
from ovop.stock.rules import NewCatch

#: The kind of the outbox's jobs that clear away what no lot shows; `clear_photo` does them.
CLEAR_PHOTO_JOB = "clear-photo"
#: How long a picture may wait for its lot: a form left open over night is still sent with it.
TIME_TO_USE = timedelta(days=1)
#: Files of one picture width.
_ENDINGS = ("webp", "jpg")


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A picture in media storage that no lot need show yet; pixels of its largest file."""

    key: str
    width: int
    height: int
    credit: str = ""


def list_catch_once(
    new: NewCatch, asked: object, actor: Actor, key: str, now: datetime, photo: StoredPhoto | None = None
) -> tuple[int, bool]:
    """The lot is on sale with its photo, once for each `key`; answers (its id, whether it was on sale already).

    asked: what was typed, as JSON values; "just now" means another instant each time, yet it is the same request.
    Raises: Invalid, KeyReused, Forbidden.
    """

    def put_on_sale(session: Session) -> int:
        catch_id = operations.list_catch(session, new, actor, now)
        if photo is not None:
            operations.add_photo(session, catch_id, photo.key, photo.width, photo.height, actor, now)
        return catch_id

    return write(once, actor.id, check_key(key), fingerprint("list-catch", asked), now, put_on_sale)


def change_stock_once(
    catch_id: int, change: int, reason: str, actor: Actor, key: str, now: datetime
) -> tuple[int, bool]:
    """As `operations.change_stock`, once for each `key`.  Raises: what that raises; KeyReused."""

    def change_stock(session: Session) -> int:
        operations.change_stock(session, catch_id, change, reason, actor, now)
        return catch_id

    asked = fingerprint("change-stock", [catch_id, change, reason])
    return write(once, actor.id, check_key(key), asked, now, change_stock)


def store_photo(catch_id: int, data: bytes, actor: Actor, now: datetime, key: str | None = None) -> int:
    """The picture in `data` is the lot's last photo, upright and without a word about who took it; the photo's id.

    key: names the request, so that a repeat adds no second photo.
    Raises: Invalid for what is no photo and for one too many, NotFound, Forbidden, KeyReused, Unavailable.
    """
    queries.get_lot(db.session(), catch_id, actor)
    db.session.rollback()  # making the files takes its time, and no read should stay open for it
    photo = keep_photo(data, now)

    def add(session: Session) -> int:
        return operations.add_photo(session, catch_id, photo.key, photo.width, photo.height, actor, now)

    if key is None:
        return write(add)
    asked = fingerprint("add-photo", [catch_id, hashlib.sha256(data).hexdigest()])
    return write(once, actor.id, check_key(key), asked, now, add)[0]


def keep_photo(data: bytes, now: datetime) -> StoredPhoto:
    """The picture in `data` is stored, and cleared away after TIME_TO_USE unless a lot shows it by then.

    Raises: Invalid, Unavailable.
    """
    picture = make_variants(data)
    photo = StoredPhoto(f"catch/{new_id(now).lower()}", picture.width, picture.height)
    write(_clear_later, photo.key, photo.width, now, now + TIME_TO_USE)
    for variant in picture.variants:
        storage().put(f"{photo.key}/{variant.name}", variant.data, variant.content_type)
    return photo


def drop_photo(catch_id: int, photo_id: int, actor: Actor, now: datetime) -> None:
    """The lot no longer shows the photo, and its files go.  Raises: NotFound, Forbidden."""
    width = next((p.width for p in queries.get_lot(db.session(), catch_id, actor).photos if p.id == photo_id), 0)
    db.session.rollback()
    write(_drop, catch_id, photo_id, width, actor, now)


def clear_photo(payload: Mapping[str, Any], _now: datetime) -> None:
    """Job: the picture's files are gone, unless some lot shows it.  Safe to repeat.  Raises: Unavailable."""
    is_used = queries.is_photo_used(db.session(), payload["key"])
    db.session.rollback()
    if not is_used:
        for name in file_names(payload["width"]):
            storage().delete(f"{payload['key']}/{name}")


def file_names(width: int) -> list[str]:
    """Names of the files of a picture of that `width`, below its key."""
    return [f"{step}.{ending}" for step in widths_of(width) for ending in _ENDINGS]


def _drop(session: Session, catch_id: int, photo_id: int, width: int, actor: Actor, now: datetime) -> None:
    key = operations.remove_photo(session, catch_id, photo_id, actor)
    _clear_later(session, key, width, now, now)


def _clear_later(session: Session, key: str, width: int, now: datetime, run_at: datetime) -> None:
    enqueue(session, CLEAR_PHOTO_JOB, {"key": key, "width": width}, now=now, run_at=run_at)
