"""Photos that arrive with a form: each is taken or refused by itself, and none has to be chosen again.

What has arrived with a form that is not right yet is kept for it, under a seal in the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage

from ovop.accounts.rules import Actor
from ovop.kernel.errors import Invalid, Unavailable
from ovop.web.language import gettext as _
from ovop.web.refusals import reason

_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class RefusedPhoto:
    """A file that did not become a photo: what the phone calls it, and why not."""

    name: str
    reason: str


def take_each(take: Callable[[bytes], object], room: int) -> list[RefusedPhoto]:
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


@dataclass(frozen=True, slots=True)
class Seals:
    """Names of pictures that are kept for a form, in hidden fields in which nobody can put another picture's name.

    purpose: what the pictures are for; a seal for one thing opens nothing else.
    """

    purpose: str
    lasts: timedelta

    def seal(self, actor: Actor, *facts: object) -> str:
        """`facts` of a picture for a form of `actor`'s."""
        return str(self._seals().dumps([actor.id, *facts]))

    def opened(self, actor: Actor) -> list[tuple[Any, ...]]:
        """The facts of the pictures that `actor`'s form names, each once; what is no seal any more is left out."""
        opened = (self.open(sealed, actor) for sealed in request.form.getlist("kept_photo"))
        return list(dict.fromkeys(facts for facts in opened if facts is not None))

    def open(self, sealed: str, actor: Actor) -> tuple[Any, ...] | None:
        """The facts under one seal; none for what is no seal of `actor`'s, or an old one."""
        try:
            owner, *facts = self._seals().loads(sealed, max_age=int(self.lasts.total_seconds()))
        except (BadData, ValueError, TypeError):
            return None
        return tuple(facts) if owner == actor.id else None

    def _seals(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(current_app.secret_key or "", salt=self.purpose)


def _files() -> list[FileStorage]:
    """The files that came in the form's fields for photos; a field that was left empty comes without a name."""
    return [file for file in request.files.getlist("photo") if file.filename]
