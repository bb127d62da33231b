"""Finishing a picture: what is small to load and slow to make, of the JPEG that was made at once.

Run as a program, by its path and without the market: libraries and buffers that one picture needs would make a small
market a tenth larger for good, and half a second of them must not hold up who waits for a page.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
from collections.abc import Iterator

from PIL import Image, features

#: With these, AVIF looks as WebP does at the same width and is a sixth smaller; at faster speeds only a tenth.
_QUALITY_BY_WIDTH = {320: 54, 640: 53}
_QUALITY = 55
_SPEED = 6
#: Pixels of a placeholder's longer side, and what it may add to a page.
_TINY_SIDE = 16
MOST_OF_TINY = 200


def main() -> None:
    """Reads a JPEG, writes JSON: the placeholder, and the AVIF files in base64 by those widths that were asked for."""
    os.nice(10)
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=["JPEG"]) as image:
        files = {width: _text(data) for width, data in make_avif(image, [int(width) for width in sys.argv[1:]])}
        json.dump({"tiny": make_tiny(image), "avif": files}, sys.stdout)


def make_avif(image: Image.Image, widths: list[int]) -> Iterator[tuple[int, bytes]]:
    """AVIF files of `image` by width, one by one; none where Pillow was built without."""
    if not features.check("avif"):
        return
    for width in widths:
        size = (width, max(1, round(image.height * width / image.width)))
        small = image if width == image.width else image.resize(size, Image.Resampling.LANCZOS)
        quality = _QUALITY_BY_WIDTH.get(width, _QUALITY)
        yield width, _saved(small, "AVIF", quality=quality, speed=_SPEED, max_threads=1)


def make_tiny(image: Image.Image) -> str:
    """The picture in so few pixels that a page can hold it until the picture has come: a WebP in base64."""
    scale = _TINY_SIDE / max(image.size)
    size = (max(1, round(scale * image.width)), max(1, round(scale * image.height)))
    small = image.convert("RGB").resize(size, Image.Resampling.BOX)
    for quality in (45, 20, 1):
        tiny = _text(_saved(small, "WEBP", quality=quality, method=6))
        if len(tiny) <= MOST_OF_TINY:
            return tiny
    return ""


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    main()
