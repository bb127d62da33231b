"""A photo that has arrived with a form which is not right yet: it is kept, so that nobody has to take it again."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from ovop.accounts.rules import Actor
from ovop.kernel.errors import Invalid, Unavailable
from ovop.stock.flows import TIME_TO_USE, StoredPhoto, keep_photo
from ovop.web.typed import Reading

#: A little less than the files are kept for certain.
_AGE = TIME_TO_USE - timedelta(hours=1)


def read_photo(reading: Reading, actor: Actor, now: datetime) -> StoredPhoto | None:
    """The photo of the form `reading`: the file that came with it, else the one kept from before; errors go there."""
    file = request.files.get("photo")
    data = file.read() if file is not None and file.filename else b""
    if not data:
        if file is not None and file.filename:
            reading.refuse("photo", "photo-broken")
        return _open(request.form.get("kept_photo", ""), actor)
    try:
        return keep_photo(data, now)
    except Invalid as error:
        reading.refuse("photo", error.errors["photo"])
    except Unavailable:
        reading.refuse("photo", "photo-not-kept")
    return None


def seal(photo: StoredPhoto, actor: Actor) -> str:
    """`photo` for a hidden field of a form of `actor`'s; nobody can name another picture with it."""
    return str(_seals().dumps([actor.id, photo.key, photo.width, photo.height]))


def _open(sealed: str, actor: Actor) -> StoredPhoto | None:
    try:
        owner, key, width, height = _seals().loads(sealed, max_age=int(_AGE.total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    return StoredPhoto(key, width, height) if owner == actor.id else None


def _seals() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept-photo")
