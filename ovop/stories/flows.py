"""A story's pictures: files lie outside the database, so each takes several steps.

As with a lot's photos, a job is written before the files are, so that none is left behind.  People's pictures lie
where only the market's own pages hand them out, so that nothing in between keeps what they may take back.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from ovop.accounts.rules import Actor
from ovop.db.session import db, write
from ovop.kernel.errors import NotFound, Unavailable
from ovop.kernel.ids import new_id
from ovop.outside.media import PRIVATE, storage
from ovop.outside.pictures import finish, make_variants
from ovop.outside.queue import GivenUp
from ovop.stock.flows import TIME_TO_USE, StoredPhoto, file_names
from ovop.stories.drafting import clear_later
from ovop.stories.people import finish_people, withdraw_consent
from ovop.stories.photos import finish_photos
from ovop.stories.queries import is_picture_used

_OF_STORIES, _OF_PEOPLE = "story/", f"{PRIVATE}person/"


def keep_photo(data: bytes, now: datetime, *, of_person: bool = False) -> StoredPhoto:
    """The picture in `data` is stored, and cleared away after TIME_TO_USE unless a story has it by then.

    Raises: Invalid, Unavailable.
    """
    picture = make_variants(data)
    folder = _OF_PEOPLE if of_person else _OF_STORIES
    photo = StoredPhoto(f"{folder}{new_id(now).lower()}", picture.width, picture.height)
    write(clear_later, photo.key, photo.width, now, now + TIME_TO_USE)
    for variant in picture.variants:
        storage().put(f"{photo.key}/{variant.name}", variant.data, variant.content_type)
    return photo


def withdraw(person_id: int, actor: Actor, now: datetime) -> None:
    """Nothing of the person is left, the files of their pictures included.  Raises: as `withdraw_consent`."""
    for key, width in write(withdraw_consent, person_id, actor, now):
        with suppress(Unavailable):  # nobody gets them any more, and the job that is written goes on trying
            _clear_files(key, width)


def finish_photo(payload: Mapping[str, Any], _now: datetime) -> None:
    """Job: the picture has its AVIF files and its placeholder, and pages know.  Safe to repeat.

    Raises: GivenUp when its files are not there, Unavailable.
    """
    key, width = payload["key"], payload["width"]
    if not _is_used(key):
        return
    try:
        largest = storage().get(f"{key}/{width}.jpg")
    except NotFound:
        raise GivenUp("the picture's files are gone") from None
    made = finish(largest, width)
    for variant in made.variants:
        storage().put(f"{key}/{variant.name}", variant.data, variant.content_type)
    write(finish_photos, key, made.tiny, has_avif=bool(made.variants))
    write(finish_people, key, has_avif=bool(made.variants))
    if not _is_used(key):  # cleared away meanwhile
        _clear_files(key, width)


def clear_photo(payload: Mapping[str, Any], _now: datetime) -> None:
    """Job: the picture's files are gone, unless a story has it.  Safe to repeat.  Raises: Unavailable."""
    if not _is_used(payload["key"]):
        _clear_files(payload["key"], payload["width"])


def _is_used(key: str) -> bool:
    is_used = is_picture_used(db.session(), key)
    db.session.rollback()
    return is_used


def _clear_files(key: str, width: int) -> None:
    for name in file_names(width):
        storage().delete(f"{key}/{name}")
