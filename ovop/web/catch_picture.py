"""The picture that a messenger shows of a lot's page: what is asked and whether there is any, as true as its address.

Whatever it shows is in its version, and the version is in its address: a page never names a picture of yesterday's
price, and whoever asks for one is sent to today's.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from ovop.discovery.rows import CatchDetail, PhotoRow
from ovop.web.formats import per_unit, rupiah
from ovop.web.goods import came
from ovop.web.language import gettext as _
from ovop.web.market import NAME
from ovop.web.preview_panel import FOAM, SAND, SOFT, Panel, drawn
from ovop.web.times import day

#: Changes whenever the same facts would be drawn otherwise.
_RECIPE = 1


@dataclass(frozen=True, slots=True)
class CatchPicture:
    """What the picture shows.  unit_price: rupiah, none when it cannot be ordered; photo_key: of its first photo.

    photo_width: pixels of the photo's largest file.
    """

    name: str
    village: str
    district: str
    category: str
    form: str
    unit_price: int | None
    unit: str
    is_recalled: bool
    is_flagship: bool
    landed_at: datetime
    photo_key: str | None
    photo_width: int
    credit: str

    @property
    def version(self) -> str:
        """Another one whenever anything that it shows is."""
        return hashlib.blake2b(repr((_RECIPE, NAME, astuple(self))).encode(), digest_size=8).hexdigest()


def catch_picture_of(detail: CatchDetail) -> CatchPicture:
    """The picture of that lot's page."""
    card = detail.card
    photo: PhotoRow | None = card.photos[0] if card.photos else None
    return CatchPicture(
        name=card.name,
        village=card.village_name,
        district=card.district_name,
        category=card.category,
        form=card.form,
        unit_price=card.unit_price if detail.is_orderable else None,
        unit=card.unit,
        is_recalled=detail.recalled_at is not None,
        is_flagship=card.is_flagship,
        landed_at=card.landed_at,
        photo_key=photo.key if photo else None,
        photo_width=photo.width if photo else 0,
        credit=photo.credit if photo else "",
    )


def draw_catch(picture: CatchPicture, photo: bytes | None, faces: dict[int, Path]) -> bytes:
    """A JPEG with the words in the language spoken now; photo and faces as `preview_panel.drawn` takes them."""
    credit = _("Ilustrasi: %(credit)s", credit=picture.credit) if picture.credit else ""
    return drawn(lambda panel: _fill(panel, picture), photo, faces, credit)


def draw_market(faces: dict[int, Path]) -> bytes:
    """The picture of every page that has none of its own."""

    def fill(panel: Panel) -> None:
        panel.write(_("Kabupaten Serang, Banten"), 28, SOFT)
        panel.skip(10)
        panel.write(_("Segar dari desa pesisir"), 72, FOAM, bold=True, smallest=48, lines=3)
        panel.skip(18)
        panel.write(_("Lihat, pesan, lalu ambil di dekatmu."), 32, SAND, lines=2)
        panel.sign()

    return drawn(fill, None, faces)


def _fill(panel: Panel, picture: CatchPicture) -> None:
    panel.write(f"{came(picture.category, picture.form)} {day(picture.landed_at)}", 28, SOFT)
    panel.skip(10)
    panel.write(picture.name, 64, FOAM, bold=True, smallest=40, lines=3)
    panel.skip(6)
    place = {"village": picture.village, "district": picture.district}
    panel.write(_("Desa %(village)s, Kecamatan %(district)s", **place), 28, SOFT, lines=2)
    panel.skip(30)
    if picture.is_recalled:
        panel.write(_("Lot ini ditarik demi keamanan pangan."), 40, SAND, bold=True, lines=2)
    elif picture.unit_price is None:
        panel.write(_("Sudah tidak dijual"), 46, SAND, bold=True)
    else:
        panel.write(f"{rupiah(picture.unit_price)} {per_unit(picture.unit)}", 56, FOAM, bold=True, smallest=40)
        if picture.is_flagship:
            panel.write(_("Produk unggulan desa"), 28, SAND)
    panel.sign()
