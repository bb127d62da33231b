"""Photos that arrive with a form of a lot's: those kept from before, and those that came now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ovop.accounts.rules import Actor
from ovop.stock.flows import TIME_TO_USE, StoredPhoto, keep_photo
from ovop.stock.photo_rules import MOST_PHOTOS
from ovop.web.arriving_photos import RefusedPhoto, Seals, take_each
from ovop.web.typed import Reading

#: A little less than the files are kept for certain.
_SEALS = Seals("kept-photo", TIME_TO_USE - timedelta(hours=1))


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


def seal(photo: StoredPhoto, actor: Actor) -> str:
    """`photo` for a hidden field of a form of `actor`'s; nobody can name another picture with it."""
    return _SEALS.seal(actor, photo.key, photo.width, photo.height)


def opened_photos(actor: Actor) -> list[StoredPhoto]:
    """The photos that `actor`'s form names under a seal, each once."""
    return [StoredPhoto(*facts) for facts in _SEALS.opened(actor)]
