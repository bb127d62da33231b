"""A complaint's photos: kept for the form that they were chosen in, and handed out to those whom they concern."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from ovop.accounts.rules import Actor
from ovop.complaints.flows import file_of, keep_photo
from ovop.complaints.rows import KeptPhoto
from ovop.complaints.rules import MOST_PHOTOS, TIME_TO_COMPLAIN
from ovop.outside.media import content_type_of, storage
from ovop.outside.pictures import widths_of
from ovop.web.arriving_photos import RefusedPhoto, Seals, take_each

_SEALS = Seals("complaint-photo", TIME_TO_COMPLAIN)


def read_photos(actor: Actor, number: str, now: datetime) -> tuple[list[KeptPhoto], list[RefusedPhoto]]:
    """The photos of a form about that order: those kept, from before and now, and those refused."""
    kept = opened_photos(actor, number)[:MOST_PHOTOS]
    refused = take_each(lambda data: kept.append(keep_photo(data, now)), MOST_PHOTOS - len(kept))
    return kept, refused


def seal(photo: KeptPhoto, actor: Actor, number: str) -> str:
    """`photo` for a hidden field of `actor`'s form about that order."""
    return _SEALS.seal(actor, number, photo.key, photo.width, photo.height)


def opened_photos(actor: Actor, number: str) -> list[KeptPhoto]:
    """The photos that `actor`'s form about that order names under a seal, each once."""
    return [KeptPhoto(*facts) for about, *facts in _SEALS.opened(actor) if about == number]


def open_seal(sealed: str, actor: Actor, number: str) -> KeptPhoto | None:
    """The photo under one seal."""
    about, *facts = _SEALS.open(sealed, actor) or (None,)
    return KeptPhoto(*facts) if about == number else None


def send_photo(photo: KeptPhoto, *, is_small: bool) -> Response:
    """The photo, for whoever asked alone.  Raises: NotFound, Unavailable."""
    widths = widths_of(photo.width)
    key = file_of(photo.key, widths[0] if is_small else widths[-1])
    answer = Response(storage().get(key), content_type=content_type_of(key))
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    return answer
