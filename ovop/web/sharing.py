"""Passing a page on: what is sent, and the picture that a messenger shows of a village's page."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from urllib.parse import quote

from flask import Flask

from ovop.discovery.village_rows import VillageDetail
from ovop.stories.rows import StoryPhotoRow
from ovop.web.drawings import drawing_of
from ovop.web.language import public_origin
from ovop.web.market import NAME

#: Changes whenever the same facts would be drawn otherwise.
_RECIPE = 1


@dataclass(frozen=True, slots=True)
class VillageCard:
    """What the picture of a village's page shows.

    drawing: what stands in where there is no photo.  photo_key: of a photo of the village's own; pixels of its largest.
    """

    village: str
    district: str
    flagship: str | None
    stars_level: int | None
    stars_issuer: str | None
    stars_year: int | None
    drawing: str
    photo_key: str | None
    photo_width: int = 0

    @property
    def version(self) -> str:
        """Another one whenever anything that it shows is."""
        return hashlib.blake2b(repr((_RECIPE, NAME, astuple(self))).encode(), digest_size=8).hexdigest()


def card_of(detail: VillageDetail) -> VillageCard:
    """The picture of that village's page."""
    flagship = detail.village.flagship
    photo = own_photo(detail)
    drawing = "boat"
    if flagship:
        drawing = drawing_of(flagship.category, flagship.form, flagship.name, flagship.species_name)
    return VillageCard(
        village=detail.village.name,
        district=detail.village.district,
        flagship=flagship.name if flagship else None,
        stars_level=flagship.stars_level if flagship else None,
        stars_issuer=flagship.stars_issuer if flagship else None,
        stars_year=flagship.stars_year if flagship else None,
        drawing=drawing,
        photo_key=photo.key if photo else None,
        photo_width=photo.width if photo else 0,
    )


def own_photo(detail: VillageDetail) -> StoryPhotoRow | None:
    """The first photo that is the village's own: beside an illustration would have to stand whose it is."""
    photos = detail.story.photos if detail.story else ()
    return next((photo for photo in photos if not photo.credit), None)


def whatsapp_link(words: str) -> str:
    """The address that opens WhatsApp with `words` to be sent to somebody."""
    return f"https://wa.me/?text={quote(words, safe='')}"


def register(app: Flask) -> None:
    """Templates have `card_of`, `own_photo`, `whatsapp_link` and `public_origin`."""
    app.jinja_env.globals.update(
        card_of=card_of, own_photo=own_photo, whatsapp_link=whatsapp_link, public_origin=public_origin
    )
