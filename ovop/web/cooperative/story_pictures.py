"""A picture that arrives with a form of the story's: the file that came now, else the one kept from before."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import jsonify
from flask.typing import ResponseReturnValue

from ovop.accounts.rules import Actor
from ovop.stock.flows import TIME_TO_USE, StoredPhoto
from ovop.stories.flows import keep_photo
from ovop.web.arriving_photos import Seals, refusal_words, take_each
from ovop.web.refusals import reason

#: A little less than the files are kept for certain.
_LASTS = TIME_TO_USE - timedelta(hours=1)
_SEALS = {False: Seals("story-photo", _LASTS), True: Seals("person-photo", _LASTS)}


def read_picture(actor: Actor, now: datetime, *, of_person: bool = False) -> tuple[StoredPhoto | None, str]:
    """The picture of the form, if there is one, and why it was refused, in words, if it was."""
    came: list[StoredPhoto] = []
    refused = take_each(lambda data: came.append(keep_photo(data, now, of_person=of_person)), 1)
    kept = [StoredPhoto(*facts) for facts in _SEALS[of_person].opened(actor)]
    return next(iter(came or kept), None), refusal_words(refused) if refused else ""


def seal(photo: StoredPhoto, actor: Actor, *, of_person: bool = False) -> str:
    """`photo` for a hidden field of `actor`'s form."""
    return _SEALS[of_person].seal(actor, photo.key, photo.width, photo.height)


def keep_for_script(actor: Actor, now: datetime, *, of_person: bool = False) -> ResponseReturnValue:
    """What a script that sends one photo is answered: its seal, or why not in words."""
    came: list[StoredPhoto] = []
    refused = take_each(lambda data: came.append(keep_photo(data, now, of_person=of_person)), 1)
    if came:
        return jsonify(kept=seal(came[0], actor, of_person=of_person)), 201
    why = refused[0].reason if refused else "required"
    return jsonify(words=reason(why)), 503 if why == "photo-not-kept" else 422
