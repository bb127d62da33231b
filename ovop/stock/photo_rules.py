"""How many photos a lot has, in which order, and how long one that was taken away can come back.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

#: More would not be looked at, and each costs space on a cheap machine.
MOST_PHOTOS = 8
PHOTO_COMES_BACK = timedelta(minutes=1)


class PhotoStep(StrEnum):
    """Where one photo goes among the others; the first is what a lot is known by."""

    FIRST = "first"
    EARLIER = "earlier"
    LATER = "later"


def moved(order: Sequence[int], photo_id: int, step: PhotoStep) -> list[int]:
    """`order` with one of its photos moved; at the end of the row it stays."""
    others = [other for other in order if other != photo_id]
    at = order.index(photo_id)
    places = {PhotoStep.FIRST: 0, PhotoStep.EARLIER: max(0, at - 1), PhotoStep.LATER: at + 1}
    return [*others[: places[step]], photo_id, *others[places[step] :]]


def arranged(order: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """`order` as it is `wanted`: what is not named follows as it stood, what is not there is passed over."""
    named = [photo_id for photo_id in dict.fromkeys(wanted) if photo_id in order]
    return [*named, *(photo_id for photo_id in order if photo_id not in named)]
