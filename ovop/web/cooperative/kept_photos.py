"""Photos that arrive with a form: each is taken or refused by itself, and none has to be chosen again.

What has arrived with a form that is not right yet is kept for it, under a seal in the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage

from ovop.accounts.rules import Actor
from ovop.kernel.errors import Invalid, Unavailable
from ovop.stock.flows import TIME_TO_USE, StoredPhoto, keep_photo
from ovop.stock.photo_rules import MOST_PHOTOS
from ovop.web.refusals import reason
from ovop.web.typed import Reading

#: A little less than the files are kept for certain.
_AGE = TIME_TO_USE - timedelta(hours=1)
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class RefusedPhoto:
    """A file that did not become a photo: what the phone calls it, and why not."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """The photos of a form: those kept, in the order in which they were chosen, and those refused."""

    kept: tuple[StoredPhoto, ...] = ()
    refused: tuple[RefusedPhoto, ...] = ()


def read_photos(reading: Reading, actor: Actor, now: datetime) -> Arrived:
    """The photos of the form `reading`: those kept from before, then the files that came with it; errors go there."""
    kept = opened_photos(actor)[:MOST_PHOTOS]

    def keep(data: bytes) -> None:
        kept.append(keep_photo(data, now))

    refused = take_each(keep, MOST_PHOTOS - len(kept))
    if refused:
        reading.refuse("photo", refused[0].reason)
    return Arrived(tuple(kept), tuple(refused))


def take_each(take: Callable[[bytes], object], room: int = MOST_PHOTOS) -> list[RefusedPhoto]:
    """Every file that came is taken, up to `room` of them; answers those that `take` refused or that came too many."""
    refused = []
    for number, file in enumerate(_files()):
        try:
            if number >= room:
                raise Invalid({"photo": "too-many"})
            data = file.read()
            if not data:
                raise Invalid({"photo": "photo-broken"})
            take(data)
        except Invalid as error:
            refused.append(RefusedPhoto(file.filename or "", error.errors["photo"]))
        except Unavailable:
            refused.append(RefusedPhoto(file.filename or "", "photo-not-kept"))
    return refused


def has_files() -> bool:
    """Whether any file came in the form's fields for photos."""
    return bool(_files())


def refusal_words(refused: Sequence[RefusedPhoto]) -> str:
    """Why files were refused, for beside the field; each is named where several came."""
    if len(refused) == len(_files()) == 1:
        return reason(refused[0].reason)
    named = ((photo.name[-_LONGEST_NAME:], reason(photo.reason)) for photo in refused)
    return " ".join(f"{name}: {why}" if name else why for name, why in named)


def photo_words() -> dict[str, str]:
    """What the script that sends photos says of each."""
    return {
        "shrinking": _("Mengecilkan foto…"),
        "sending": _("Mengirim, {percent} %"),
        "kept": _("Tersimpan, {size} kB"),
        "waiting": _("Belum terkirim. Ikut dikirim nanti, atau coba lagi."),
        "heic": reason("photo-heic"),
        "too_many": _("Paling banyak {most} foto."),
    }


def seal(photo: StoredPhoto, actor: Actor) -> str:
    """`photo` for a hidden field of a form of `actor`'s; nobody can name another picture with it."""
    return str(_seals().dumps([actor.id, photo.key, photo.width, photo.height]))


def opened_photos(actor: Actor) -> list[StoredPhoto]:
    """The photos that `actor`'s form names under a seal, each once."""
    opened = (_open(sealed, actor) for sealed in request.form.getlist("kept_photo"))
    return list(dict.fromkeys(photo for photo in opened if photo is not None))


def _files() -> list[FileStorage]:
    """The files that came in the form's fields for photos; a field that was left empty comes without a name."""
    return [file for file in request.files.getlist("photo") if file.filename]


def _open(sealed: str, actor: Actor) -> StoredPhoto | None:
    try:
        owner, key, width, height = _seals().loads(sealed, max_age=int(_AGE.total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    return StoredPhoto(key, width, height) if owner == actor.id else None


def _seals() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept-photo")
