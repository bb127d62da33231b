"""Putting a lot on sale once, and keeping its photos: files lie outside the database, so each takes several steps.

A stored picture has no owner until a row names it.  So that none is left behind, whatever is cut off in the middle, a
job is written before the files are: a day later it looks whether any lot shows the picture, and clears it away if not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.rules import Actor
from ovop.catalogue.photos import set_photo
from ovop.db.session import db, write
from ovop.kernel.errors import NotFound
from ovop.kernel.ids import new_id
from ovop.outside.media import storage
from ovop.outside.pictures import finish, make_variants, widths_of
from ovop.outside.queue import GivenUp
from ovop.stock import operations, photos, queries
from ovop.stock.rules import NewCatch
from ovop.undo.rules import TAKEN

#: How long a picture may wait for its lot: a form left open over night is still sent with it.
TIME_TO_USE = timedelta(days=1)
#: Files of one picture width.
_ENDINGS = ("avif", "webp", "jpg")


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A picture in media storage that no lot need show yet; pixels of its largest file.  What follows is not there."""

    key: str
    width: int
    height: int
    credit: str = ""
    has_avif: bool = False
    tiny: str = ""


def list_catch_once(
    new: NewCatch, asked: object, actor: Actor, key: str, now: datetime, shown: Sequence[StoredPhoto] = ()
) -> tuple[int, bool]:
    """The lot is on sale with its photos, once for each `key`; answers (its id, whether it was on sale already).

    asked: what was typed, as JSON values; "just now" means another instant each time, yet it is the same request.
    Raises: Invalid, KeyReused, Forbidden.
    """

    def put_on_sale(session: Session) -> int:
        catch_id = operations.list_catch(session, new, actor, now)
        for photo in shown:
            photos.add_photo(session, catch_id, photo.key, photo.width, photo.height, actor, now)
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
        return photos.add_photo(session, catch_id, photo.key, photo.width, photo.height, actor, now)

    if key is None:
        return write(add)
    asked = fingerprint("add-photo", [catch_id, hashlib.sha256(data).hexdigest()])
    return write(once, actor.id, check_key(key), asked, now, add)[0]


def show_product(product_id: int, photo: StoredPhoto | None, actor: Actor, now: datetime) -> None:
    """The stored picture is the product's own photo, or none is; the files of the one before go a while later.

    Raises: NotFound, Forbidden.
    """

    def show(session: Session) -> None:
        size = (photo.width, photo.height) if photo else None
        before = set_photo(session, product_id, photo.key if photo else "", size, actor, now)
        if photo:
            photos.finish_later(session, photo.key, photo.width, now)
        if before:
            photos.clear_later(session, *before, now, now + 2 * TAKEN)

    write(show)


def keep_photo(data: bytes, now: datetime) -> StoredPhoto:
    """The picture in `data` is stored, and cleared away after TIME_TO_USE unless a lot shows it by then.

    Raises: Invalid, Unavailable.
    """
    picture = make_variants(data)
    photo = StoredPhoto(f"catch/{new_id(now).lower()}", picture.width, picture.height)
    write(photos.clear_later, photo.key, photo.width, now, now + TIME_TO_USE)
    for variant in picture.variants:
        storage().put(f"{photo.key}/{variant.name}", variant.data, variant.content_type)
    return photo


def finish_photo(payload: Mapping[str, Any], _now: datetime) -> None:
    """Job: the picture has its AVIF files and its placeholder, and pages know.  Safe to repeat.

    Raises: GivenUp when its files are not there, Unavailable.
    """
    key, width = payload["key"], payload["width"]
    is_used = photos.is_used(db.session(), key)
    db.session.rollback()
    if not is_used:
        return
    try:
        largest = storage().get(f"{key}/{width}.jpg")
    except NotFound:
        raise GivenUp("the picture's files are gone") from None
    made = finish(largest, width)
    for variant in made.variants:
        storage().put(f"{key}/{variant.name}", variant.data, variant.content_type)
    if not write(photos.finish_photos, key, made.tiny, has_avif=bool(made.variants)):
        for variant in made.variants:  # nobody will look for files of a picture that was cleared away meanwhile
            storage().delete(f"{key}/{variant.name}")


def clear_photo(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: the picture's files are gone, unless some lot shows it.  Safe to repeat.  Raises: Unavailable."""
    if not write(photos.forget_removed, payload["key"], now):
        for name in file_names(payload["width"]):
            storage().delete(f"{payload['key']}/{name}")


def file_names(width: int) -> list[str]:
    """Names of the files that a picture of that `width` may have, below its key."""
    return [f"{step}.{ending}" for step in widths_of(width) for ending in _ENDINGS]
