"""Pictures: what a phone sent becomes a few small files that show upright everywhere and tell nothing about the sender.

Pure: bytes in, bytes out.  Everything is drawn anew, so nothing of the file that came survives: no position, no
camera, no hidden second file.  AVIF is the smallest and slow to make; it follows, from the files made at once.
"""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from PIL import Image, features

from ovop.kernel.errors import Invalid
from ovop.outside.picture_reading import Unreadable, read_picture

T = TypeVar("T")

#: Widths that pages choose from; the quality falls where pixels are so dense that nobody sees it.
QUALITY_BY_WIDTH = {320: 70, 640: 62, 1280: 70}
#: With these, AVIF looks as WebP does at the same width and is a sixth smaller; at faster speeds only a tenth.
_AVIF_QUALITY_BY_WIDTH = {320: 54, 640: 53, 1280: 55}
_AVIF_SPEED = 6
#: Pixels of a placeholder's longer side, and what it may add to a page.
_TINY_SIDE = 16
MOST_OF_TINY = 200

#: One picture is in memory at a time, however many clerks upload at once.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Variant:
    """One file of a picture; `name` such as ``640.webp``, `width` in pixels."""

    name: str
    width: int
    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's size upright, in pixels of its largest variant, and its files from small to large, WebP and JPEG."""

    width: int
    height: int
    variants: tuple[Variant, ...]


def widths_of(width: int) -> list[int]:
    """Widths in which a picture of that `width` exists, from small to large; none is larger than the picture."""
    return [*(step for step in QUALITY_BY_WIDTH if step < width), width]


def make_variants(data: bytes, *, field: str = "photo") -> Picture:
    """The picture in `data` as upright WebP and JPEG files on white, without any metadata.

    Reads JPEG, PNG, WebP and the first frame of GIF, told by content.
    Raises: Invalid with why for everything else, and for what is broken, too large, too small or too narrow.
    """
    return look_at(data, lambda image: Picture(image.width, image.height, tuple(_variants(image))), field=field)


def look_at(data: bytes, look: Callable[[Image.Image], T], *, field: str = "photo") -> T:
    """What `look` makes of the picture in `data`, upright and in plain colours.  Raises: Invalid as `make_variants`."""
    with _one_at_a_time:
        try:
            image = read_picture(data)
        except Unreadable as error:
            raise Invalid({field: error.reason}) from None
        return look(image)


def make_avif(jpeg: bytes) -> Iterator[Variant]:
    """AVIF files of the picture whose largest variant is `jpeg`, one by one; none where Pillow was built without."""
    if not features.check("avif"):
        return
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        for width in widths_of(image.width):
            options = {"quality": _by_width(_AVIF_QUALITY_BY_WIDTH, width), "speed": _AVIF_SPEED, "max_threads": 1}
            with _one_at_a_time:
                data = _saved(_narrowed(image, width), "AVIF", **options)
            yield Variant(f"{width}.avif", width, data, "image/avif")


def make_tiny(jpeg: bytes) -> str:
    """The picture in so few pixels that a page can hold it until the picture has come: a WebP in base64."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        scale = _TINY_SIDE / max(image.size)
        size = (max(1, round(scale * image.width)), max(1, round(scale * image.height)))
        small = image.convert("RGB").resize(size, Image.Resampling.BOX)
    for quality in (20, 1):
        tiny = base64.b64encode(_saved(small, "WEBP", quality=quality, method=6)).decode()
        if len(tiny) <= MOST_OF_TINY:
            return tiny
    return ""


def _variants(image: Image.Image) -> Iterator[Variant]:
    for width in widths_of(image.width):
        small = _narrowed(image, width)
        quality = _by_width(QUALITY_BY_WIDTH, width)
        yield Variant(f"{width}.webp", width, _saved(small, "WEBP", quality=quality, method=4), "image/webp")
        jpeg = _saved(small, "JPEG", quality=quality + 8, optimize=True, progressive=True)
        yield Variant(f"{width}.jpg", width, jpeg, "image/jpeg")


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    if width >= image.width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _by_width(qualities: dict[int, int], width: int) -> int:
    return next(quality for step, quality in qualities.items() if width <= step)


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
