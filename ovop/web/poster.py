"""A village's poster as a sheet of A4: what it stands for, and a code that leads to its page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ovop.settings import ROOT
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.market import NAME
from ovop.web.paper_font import BOLD, REGULAR, WRITABLE
from ovop.web.qr import qr_png
from ovop.web.sharing import VillageCard

if TYPE_CHECKING:
    from fpdf import FPDF

#: Millimetres.
_WIDTH, _HEIGHT, _MARGIN, _CODE = 210.0, 297.0, 18.0, 66.0
_PHOTO_HEIGHT = 92.0
_DRAWINGS = ROOT / "static" / "drawings"
_LINE = 0.3528 * 1.25
_GROUND, _INK, _SOFT, _WHITE = (220, 237, 238), (11, 60, 73), (71, 100, 107), (255, 255, 255)
_STAR, _STAR_OFF = (201, 138, 18), (207, 196, 176)


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on it.  photo: a JPEG of the village's own; without one, the card's drawing stands in."""

    card: VillageCard
    address: str
    photo: bytes | None = None


def steps() -> tuple[str, str, str]:
    """What somebody who stands before it is to do."""
    return (
        _("Arahkan kamera HP ke kode ini."),
        _("Lihat yang dijual hari ini, lalu pesan."),
        _("Ambil di titik ambil terdekat, bayar sesuai timbangan."),
    )


def poster_pdf(poster: Poster, faces: dict[int, Path]) -> bytes:
    """The poster in the language spoken now.  faces: the typeface's files by weight."""
    from fpdf import FPDF  # noqa: PLC0415 - its import is slow and takes memory

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_lang(current_language())
    pdf.set_title(_("Desa %(name)s", name=poster.card.village))
    pdf.set_author(NAME)
    pdf.add_font("jakarta", "", faces[REGULAR])
    pdf.add_font("jakarta", "B", faces[BOLD])
    pdf.add_page()
    _draw(_Sheet(pdf), poster)
    return bytes(pdf.output())


def _draw(sheet: _Sheet, poster: Poster) -> None:
    card = poster.card
    sheet.band(poster)
    sheet.words(_("Satu desa, satu produk"), 15, _SOFT)
    sheet.words(_("Desa %(name)s", name=card.village), 44, bold=True, lines=2)
    sheet.words(_("Kecamatan %(district)s, Kabupaten Serang", district=card.district), 15, _SOFT)
    if card.flagship:
        sheet.top += 6
        sheet.words(card.flagship, 30, bold=True, lines=2)
        if card.stars_level:
            sheet.stars(card.stars_level)
            sheet.words(f"{card.stars_issuer}, {card.stars_year}", 12, _SOFT, lines=2)
    sheet.call(poster.address)


class _Sheet:
    """A page that is filled from top to bottom; `top`: how far it is."""

    def __init__(self, pdf: FPDF) -> None:
        self.pdf, self.top = pdf, _MARGIN

    def band(self, poster: Poster) -> None:
        """The photo over the whole width, or the drawing on a ground of its own; below it the market's name."""
        pdf = self.pdf
        with pdf.rect_clip(0, 0, _WIDTH, _PHOTO_HEIGHT):
            if poster.photo is not None:
                wide, high = _covering(poster.photo, _WIDTH, _PHOTO_HEIGHT)
                pdf.image(BytesIO(poster.photo), x=(_WIDTH - wide) / 2, y=(_PHOTO_HEIGHT - high) / 2, w=wide, h=high)
            else:
                pdf.set_fill_color(*_GROUND)
                pdf.rect(0, 0, _WIDTH, _PHOTO_HEIGHT, style="F")
                high = _PHOTO_HEIGHT - 16
                pdf.image(_DRAWINGS / f"{poster.card.drawing}.svg", x=(_WIDTH - high * 4 / 3) / 2, y=8, h=high)
        pdf.set_fill_color(*_INK)
        pdf.rect(0, _PHOTO_HEIGHT, _WIDTH, 12, style="F")
        self.top = _PHOTO_HEIGHT + 12
        self._line(NAME, 15, _WHITE, _MARGIN, self.top - 9, bold=True)
        self.top += 10

    def words(
        self, text: str, size: float, color: tuple[int, int, int] = _INK, *, bold: bool = False, lines: int = 1
    ) -> None:
        """`text` in so many lines at most, smaller where it would need more."""
        room = _WIDTH - 2 * _MARGIN
        while True:
            self.pdf.set_font("jakarta", "B" if bold else "", size)
            broken = list(self._broken(text, room))
            if len(broken) <= lines or size <= 7:
                break
            size -= 1
        for line in broken[:lines]:
            self._line(line, size, color, _MARGIN, self.top, bold=bold)
            self.top += size * _LINE

    def stars(self, level: int) -> None:
        """Five stars, so many of them lit."""
        for place in range(5):
            x, y = _MARGIN + 5 + place * 12.5, self.top + 8
            self.pdf.set_fill_color(*(_STAR if place < level else _STAR_OFF))
            turns = ((math.pi * step / 5, 2.2 if step % 2 else 5.2) for step in range(10))
            self.pdf.polygon([(x + r * math.sin(turn), y - r * math.cos(turn)) for turn, r in turns], style="F")
        self.top += 16

    def call(self, address: str) -> None:
        """The code at the foot, beside it what to do, below it where it leads for those who type."""
        top, right = _HEIGHT - _MARGIN - _CODE - 8, _MARGIN + _CODE + 10
        self.pdf.image(BytesIO(qr_png(address)), x=_MARGIN - 5, y=top - 5, w=_CODE + 10)
        y = top + 2
        for number, step in enumerate(steps(), start=1):
            self.pdf.set_font("jakarta", "B", 17)
            for place, line in enumerate(self._broken(step, _WIDTH - right - _MARGIN - 12)):
                if place == 0:
                    self._line(f"{number}.", 17, _INK, right, y, bold=True)
                self._line(line, 17, _INK, right + 11, y, bold=True)
                y += 17 * _LINE
            y += 4
        self._line(address.partition("://")[2], 11, _SOFT, _MARGIN, _HEIGHT - _MARGIN - 1)

    def _line(
        self, text: str, size: float, color: tuple[int, int, int], x: float, y: float, *, bold: bool = False
    ) -> None:
        self.pdf.set_font("jakarta", "B" if bold else "", size)
        self.pdf.set_text_color(*color)
        self.pdf.set_xy(x, y)
        self.pdf.cell(0, size * _LINE, _written(text))

    def _broken(self, text: str, room: float) -> Iterator[str]:
        line = ""
        for word in _written(text).split():
            longer = f"{line} {word}".strip()
            if line and self.pdf.get_string_width(longer) > room:
                yield line
                line = word
            else:
                line = longer
        yield line


def _covering(photo: bytes, width: float, height: float) -> tuple[float, float]:
    """The size in which the photo covers that room."""
    from PIL import Image  # noqa: PLC0415 - beside the writer that needs it too

    with Image.open(BytesIO(photo), formats=["JPEG"]) as image:
        scale = max(width / image.width, height / image.height)
        return image.width * scale, image.height * scale


def _written(text: str) -> str:
    return "".join(sign if sign in WRITABLE else "?" for sign in text)
