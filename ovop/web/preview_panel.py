"""What every picture for messengers is drawn with: words beside a photo, in the market's colours and typeface.

Pictures are 1200 × 630, what messengers cut nothing from.  One is drawn at a time, so however many are asked for, the
memory of one is needed.
"""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from ovop.web.market import NAME
from ovop.web.paper_font import BOLD, REGULAR, WRITABLE

WIDTH, HEIGHT = 1200, 630
_PANEL, _MARGIN = 660, 60
DEEP, LAGOON, FOAM, SOFT, SAND = "#0B3C49", "#0E6E80", "#F5F9F8", "#B9D3D5", "#F4E9DA"
_STAR, _STAR_OFF = "#F0B64A", "#3A6470"
_QUALITY = 82

_one_at_a_time = threading.Lock()


def drawn(fill: Callable[[Panel], None], photo: bytes | None, faces: dict[int, Path], credit: str = "") -> bytes:
    """A JPEG whose words `fill` writes.

    photo: a JPEG file that the market made.  faces: the typeface's files by weight.  credit: whose the photo is, where
    that must stand beside it.
    """
    with _one_at_a_time:
        picture = Image.new("RGB", (WIDTH, HEIGHT), DEEP)
        if photo is not None:
            picture.paste(_cropped(photo), (_PANEL, 0))
        else:
            _waves(picture)
        panel = Panel(ImageDraw.Draw(picture, "RGBA"), faces)
        if photo is not None and credit:
            panel.credit(credit)
        fill(panel)
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
    sea = Image.new("RGB", (wide, high), SAND)
    draw = ImageDraw.Draw(sea)
    for number, colour in enumerate(("#8FC3C8", "#3F93A0", LAGOON, "#0B5462")):
        level, crest = 500 + number * 190, 44 - number * 4
        line = [(x, level + crest * math.sin(x / (140 + 24 * number) + number * 1.7)) for x in range(0, wide + 8, 8)]
        draw.polygon([*line, (wide, high), (0, high)], fill=colour)
    picture.paste(sea.reduce(2), (_PANEL, 0))


class Panel:
    """The words on the left, from top to bottom."""

    def __init__(self, draw: ImageDraw.ImageDraw, faces: dict[int, Path]) -> None:
        self._draw, self._faces, self._top = draw, faces, _MARGIN

    def skip(self, pixels: int) -> None:
        """Leaves so much room."""
        self._top += pixels

    def write(
        self,
        text: str,
        size: int,
        colour: str,
        *,
        bold: bool = False,
        smallest: int | None = None,
        lines: int = 1,
        left: int = _MARGIN,
        room: int | None = None,
    ) -> None:
        """`text` in so many lines at most, smaller where it would not fit, cut off where even that does not help."""
        text = "".join(sign if sign in WRITABLE else "?" for sign in text)
        room = room or _PANEL - _MARGIN // 2 - left
        for points in range(size, (smallest or size - 8) - 1, -2):
            font = ImageFont.truetype(str(self._faces[BOLD if bold else REGULAR]), points)
            broken = _broken(text, font, room)
            if len(broken) <= lines and all(font.getlength(line) <= room for line in broken):
                break
        for line in _cut(broken[:lines], font, room, has_more=len(broken) > lines):
            self._draw.text((left, self._top), line, font=font, fill=colour)
            self._top += round(points * 1.25)

    def sign(self) -> None:
        """The market's mark and name, at the foot."""
        self._top = HEIGHT - _MARGIN - 36
        self._brand(_MARGIN, self._top - 4)
        self.write(NAME, 30, FOAM, bold=True, left=_MARGIN + 62)

    def credit(self, words: str) -> None:
        """Whose the photo is, small in its lower corner."""
        top, self._top = self._top, HEIGHT - 58
        self._draw.rectangle((_PANEL, HEIGHT - 68, WIDTH, HEIGHT), fill=(11, 60, 73, 200))
        self.write(words, 18, FOAM, left=_PANEL + 16, room=WIDTH - _PANEL - 32, smallest=16, lines=2)
        self._top = top

    def _brand(self, left: int, top: int) -> None:
        """The market's mark, 48 pixels wide: a fish over a wave."""
        self._draw.ellipse((left, top, left + 48, top + 48), fill=LAGOON)
        self._draw.ellipse((left + 8, top + 12, left + 32, top + 28), fill=FOAM)
        self._draw.polygon([(left + 29, top + 20), (left + 40, top + 12), (left + 40, top + 28)], fill=FOAM)
        self._draw.ellipse((left + 14, top + 17, left + 18, top + 21), fill=LAGOON)
        wave = [(left + 10 + x, top + 36 + 2.5 * math.sin(x / 3)) for x in range(28)]
        self._draw.line(wave, fill=SAND, width=3)

    def stars(self, level: int) -> None:
        """Five stars, so many of them given."""
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
