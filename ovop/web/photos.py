"""From a photo's key to what a page needs to show it: addresses by width, smallest kind first, room while it loads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flask import Flask

from ovop.outside.media import storage
from ovop.outside.pictures import widths_of

#: What browsers without WebP get, and what is loaded where nothing says how wide the picture stands.
_PLAIN_WIDTH = 640


class Photo(Protocol):
    """A photo as queries give it: the key of its files, the size of the largest in pixels, and what has followed."""

    @property
    def key(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def credit(self) -> str: ...
    @property
    def has_avif(self) -> bool: ...
    @property
    def tiny(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """What the component `photo` shows; sources: pairs of media type and srcset, better ones first.

    tiny: a few pixels of it in base64, seen while it loads; empty while nothing has been made.
    """

    url: str
    width: int
    height: int
    srcset: str
    sources: tuple[tuple[str, str], ...]
    credit: str
    tiny: str = ""
    kind: str = ""
    alt: str = ""


def picture_of(photo: Photo) -> Picture:
    """The photo as pages show it."""
    steps = widths_of(photo.width)
    plain = max((step for step in steps if step <= _PLAIN_WIDTH), default=steps[0])
    kinds = ("avif", "webp") if photo.has_avif else ("webp",)
    return Picture(
        url=_url(photo, plain, "jpg"),
        width=photo.width,
        height=photo.height,
        srcset=_srcset(photo, steps, "jpg"),
        sources=tuple((f"image/{kind}", _srcset(photo, steps, kind)) for kind in kinds),
        credit=photo.credit,
        tiny=photo.tiny,
    )


def _srcset(photo: Photo, steps: list[int], ending: str) -> str:
    return ", ".join(f"{_url(photo, step, ending)} {step}w" for step in steps)


def _url(photo: Photo, step: int, ending: str) -> str:
    return storage().url(f"{photo.key}/{step}.{ending}")


def register(app: Flask) -> None:
    """Templates have the filter `picture_of`."""
    app.jinja_env.filters["picture_of"] = picture_of
