"""Drawing the picture that a messenger shows of a village's page: 1200 × 630, in the market's colours and typeface.

One is drawn at a time, so however many are asked for, the memory of one is needed.
"""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from ovop.web.language import gettext as _
from ovop.web.market import NAME
from ovop.web.paper_font import BOLD, REGULAR, WRITABLE
from ovop.web.sharing import VillageCard

WIDTH, HEIGHT = 1200, 630
_PANEL, _MARGIN = 660, 60
_DEEP, _LAGOON, _FOAM, _SOFT, _SAND = "#0B3C49", "#0E6E80", "#F5F9F8", "#B9D3D5", "#F4E9DA"
_STAR, _STAR_OFF = "#F0B64A", "#3A6470"
_QUALITY = 82

_one_at_a_time = threading.Lock()


def draw_picture(card: VillageCard, photo: bytes | None, faces: dict[int, Path]) -> bytes:
    """A JPEG with the words in the language spoken now.

    photo: a JPEG file that the market made.  faces: the typeface's files by weight.
    """
    with _one_at_a_time:
        picture = Image.new("RGB", (WIDTH, HEIGHT), _DEEP)
        if photo is not None:
            picture.paste(_cropped(photo), (_PANEL, 0))
        else:
            _waves(picture)
        _Panel(ImageDraw.Draw(picture), faces).fill(card)
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        return file.getvalue()


def _cropped(photo: bytes) -> Image.Image:
    with Image.open(io.BytesIO(photo), formats=["JPEG"]) as image:
        size = (WIDTH - _PANEL, HEIGHT)
        image.draft("RGB", (size[0] * 2, size[1] * 2))
        return ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)


def _waves(picture: Image.Image) -> None:
    """Where there is no photo: the sea in the colours of the market.

    Twice as large first, so that its edges are smooth.
    """
    wide, high = (WIDTH - _PANEL) * 2, HEIGHT * 2
    sea = Image.new("RGB", (wide, high), _SAND)
    draw = ImageDraw.Draw(sea)
    for number, colour in enumerate(("#8FC3C8", "#3F93A0", _LAGOON, "#0B5462")):
        level, crest = 500 + number * 190, 44 - number * 4
        line = [(x, level + crest * math.sin(x / (140 + 24 * number) + number * 1.7)) for x in range(0, wide + 8, 8)]
        draw.polygon([*line, (wide, high), (0, high)], fill=colour)
    picture.paste(sea.reduce(2), (_PANEL, 0))


class _Panel:
    """The words on the left, from top to bottom."""

    def __init__(self, draw: ImageDraw.ImageDraw, faces: dict[int, Path]) -> None:
        self._draw, self._faces, self._top = draw, faces, _MARGIN

    def fill(self, card: VillageCard) -> None:
        """All that the card says."""
        self._write(_("Satu desa, satu produk"), 28, _SOFT)
        self._top += 10
        self._write(_("Desa %(name)s", name=card.village), 72, _FOAM, bold=True, smallest=40, lines=2)
        self._top += 6
        self._write(_("Kecamatan %(district)s, Kabupaten Serang", district=card.district), 28, _SOFT)
        if card.flagship:
            self._top += 34
            self._write(_("Produk unggulan"), 26, _SOFT)
            self._write(card.flagship, 46, _FOAM, bold=True, smallest=32, lines=2)
            if card.stars_level:
                self._stars(card.stars_level)
                self._write(f"{card.stars_issuer}, {card.stars_year}", 22, _SOFT, smallest=18, lines=2)
        self._top = HEIGHT - _MARGIN - 36
        self._brand(_MARGIN, self._top - 4)
        self._write(NAME, 30, _FOAM, bold=True, left=_MARGIN + 62)

    def _write(
        self,
        text: str,
        size: int,
        colour: str,
        *,
        bold: bool = False,
        smallest: int | None = None,
        lines: int = 1,
        left: int = _MARGIN,
    ) -> None:
        """`text` in so many lines at most, smaller where it would not fit, cut off where even that does not help."""
        text, room = "".join(sign if sign in WRITABLE else "?" for sign in text), _PANEL - _MARGIN // 2 - left
        for points in range(size, (smallest or size - 8) - 1, -2):
            font = ImageFont.truetype(str(self._faces[BOLD if bold else REGULAR]), points)
            broken = _broken(text, font, room)
            if len(broken) <= lines and all(font.getlength(line) <= room for line in broken):
                break
        for line in _cut(broken[:lines], font, room, has_more=len(broken) > lines):
            self._draw.text((left, self._top), line, font=font, fill=colour)
            self._top += round(points * 1.25)

    def _brand(self, left: int, top: int) -> None:
        """The market's mark, 48 pixels wide: a fish over a wave."""
        self._draw.ellipse((left, top, left + 48, top + 48), fill=_LAGOON)
        self._draw.ellipse((left + 8, top + 12, left + 32, top + 28), fill=_FOAM)
        self._draw.polygon([(left + 29, top + 20), (left + 40, top + 12), (left + 40, top + 28)], fill=_FOAM)
        self._draw.ellipse((left + 14, top + 17, left + 18, top + 21), fill=_LAGOON)
        wave = [(left + 10 + x, top + 36 + 2.5 * math.sin(x / 3)) for x in range(28)]
        self._draw.line(wave, fill=_SAND, width=3)

    def _stars(self, level: int) -> None:
        self._top += 10
        for place in range(5):
            middle = _MARGIN + 18 + place * 44, self._top + 18
            points = [
                (middle[0] + radius * math.sin(turn), middle[1] - radius * math.cos(turn))
                for turn, radius in ((math.pi * step / 5, 8 if step % 2 else 19) for step in range(10))
            ]
            self._draw.polygon(points, fill=_STAR if place < level else _STAR_OFF)
        self._top += 48


def _broken(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(lines: Sequence[str], font: ImageFont.FreeTypeFont, room: float, *, has_more: bool) -> list[str]:
    """`lines` as far as there is room, with a sign that there is more of the last or of one that is too long."""
    whole = [*lines[:-1], f"{lines[-1]}…"] if has_more else list(lines)
    return [_shortened(line, font, room) for line in whole]


def _shortened(line: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    while font.getlength(line) > room and len(line) > 1:
        line = f"{line[:-2]}…"
    return line
