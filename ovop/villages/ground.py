"""What a place stands on: a village of the regency, other land, or the sea.

By the outlines that maps are drawn from, so right to a few dozen metres: good for asking back, not for refusing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from ovop.kernel.geo import Place, distance_km
from ovop.villages.shapes import base_paths, on_map, to_x, to_y, village_boxes, village_path

Ring = tuple[tuple[float, float], ...]

#: From how many kilometres of sea on a straight line on it says little about the way; and how often one looks.
OVER_SEA_KM, _STEPS = 1.0, 16

_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


class Ground(StrEnum):
    """Where a place lies, as far as the map knows."""

    VILLAGE = "village"
    OTHER_LAND = "other-land"
    SEA = "sea"
    BEYOND = "beyond"


def ground_of(place: Place) -> Ground:
    """What lies under `place`; BEYOND for what the map does not show."""
    if not on_map(place):
        return Ground.BEYOND
    if village_at(place) is not None:
        return Ground.VILLAGE
    neighbours, regencies = base_paths()
    x, y = to_x(place.longitude), to_y(place.latitude)
    return Ground.OTHER_LAND if any(_holds(path, x, y) for path in (*neighbours, *regencies)) else Ground.SEA


def village_at(place: Place) -> str | None:
    """Code of the regency's village on whose ground `place` lies, or None."""
    x, y = to_x(place.longitude), to_y(place.latitude)
    for code, (left, top, width, height) in village_boxes():
        near = left <= x <= left + width and top <= y <= top + height
        if near and _holds(village_path(code), x, y):
            return code
    return None


def leads_over_sea(start: Place, end: Place) -> bool:
    """Whether more than OVER_SEA_KM of the straight line between two places are sea, as far as the map knows."""
    shares = ((step + 0.5) / _STEPS for step in range(_STEPS))
    between = (
        Place(
            start.latitude + share * (end.latitude - start.latitude),
            start.longitude + share * (end.longitude - start.longitude),
        )
        for share in shares
    )
    wet = sum(ground_of(place) is Ground.SEA for place in between)
    return wet / _STEPS * distance_km(start, end) > OVER_SEA_KM


def _holds(path: str, x: float, y: float) -> bool:
    """Whether the point is inside the outline: a line from it crosses an odd number of edges."""
    return sum(_crossings(ring, x, y) for ring in _rings(path)) % 2 == 1


def _crossings(ring: Ring, x: float, y: float) -> int:
    """Edges of the ring that a line from the point to the east crosses."""
    return sum(
        (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True)
    )


@lru_cache(maxsize=512)
def _rings(path: str) -> tuple[Ring, ...]:
    """The rings of path data as `cartography` writes it: one absolute corner each, then steps."""
    return tuple(_ring(map(float, _NUMBER.findall(part))) for part in path.split("M")[1:])


def _ring(numbers: Iterable[float]) -> Ring:
    x = y = 0.0
    corners = []
    steps = iter(numbers)
    for dx, dy in zip(steps, steps, strict=True):
        x, y = x + dx, y + dy
        corners.append((x, y))
    return tuple(corners)
