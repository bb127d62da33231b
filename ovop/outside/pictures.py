"""Pictures: what a phone sent becomes a few small files that show upright everywhere and tell nothing about the sender.

Pure: bytes in, bytes out.  Everything is drawn anew, so nothing of the file that came survives: no position, no
camera, no hidden second file.  AVIF is the smallest and slow to make; it follows, made of the files made at once.
"""

from __future__ import annotations

import base64
import ctypes
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from PIL import Image

from ovop.kernel.errors import Invalid
from ovop.outside import picture_finishing
from ovop.outside.picture_reading import Unreadable, read_picture

T = TypeVar("T")

#: Widths that pages choose from; the quality falls where pixels are so dense that nobody sees it.
QUALITY_BY_WIDTH = {320: 70, 640: 62, 1280: 70}
_PATIENCE_SECONDS = 120

#: One picture is in memory at a time, however many clerks upload at once.
_one_at_a_time = threading.Lock()
#: glibc's name for the size from which memory is the system's own again as soon as it is free.  Left to itself it grows
#: with every picture, and each thread that has read one keeps some twenty megabytes for good.
_M_MMAP_THRESHOLD = -3
if hasattr(_c_library := ctypes.CDLL(None), "mallopt"):
    _c_library.mallopt(_M_MMAP_THRESHOLD, 128 * 1024)


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


@dataclass(frozen=True, slots=True)
class Finish:
    """What follows of a picture a moment later: its AVIF files, if there can be any, and its placeholder.

    tiny: a WebP of a few pixels in base64, short enough to stand in a page while the picture loads.
    """

    tiny: str
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


def finish(jpeg: bytes, width: int) -> Finish:
    """What follows of the picture whose largest variant is `jpeg`, made in a process of its own.

    Raises: CalledProcessError, TimeoutExpired.
    """
    command = [sys.executable, "-I", picture_finishing.__file__, *map(str, widths_of(width))]
    ran = subprocess.run(  # noqa: S603 - our own program, and numbers
        command, input=jpeg, capture_output=True, check=True, timeout=_PATIENCE_SECONDS
    )
    made = json.loads(ran.stdout)
    variants = (
        Variant(f"{step}.avif", int(step), base64.b64decode(data), "image/avif") for step, data in made["avif"].items()
    )
    return Finish(made["tiny"], tuple(variants))


def _variants(image: Image.Image) -> Iterator[Variant]:
    for width in widths_of(image.width):
        small = _narrowed(image, width)
        quality = next(quality for step, quality in QUALITY_BY_WIDTH.items() if width <= step)
        yield Variant(f"{width}.webp", width, _saved(small, "WEBP", quality=quality, method=4), "image/webp")
        jpeg = _saved(small, "JPEG", quality=quality + 8, optimize=True, progressive=True)
        yield Variant(f"{width}.jpg", width, jpeg, "image/jpeg")


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    if width >= image.width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
