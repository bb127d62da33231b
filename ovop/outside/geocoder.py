"""Finding places by name: the market's own gazetteer, or a Nominatim or Photon server where one is set.

A server that is slow or away is not waited for: after two seconds the gazetteer answers, and says so; for half a minute
after that the server is not asked at all.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from ovop.kernel.geo import Place

log = logging.getLogger(__name__)

#: Seconds that a server may take, and for how many it is left alone when it took longer or did not answer.
PATIENCE, REST = 2.0, 30.0
#: How many answers are asked for.
MOST = 6
_AGENT = "ovop-serang (fisheries market)"


class PlaceKind(StrEnum):
    """What was found."""

    VILLAGE = "village"
    DISTRICT = "district"
    CITY = "city"
    ISLAND = "island"
    ADDRESS = "address"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that the text may mean; `name` says enough to tell it from others."""

    name: str
    kind: PlaceKind
    place: Place


@dataclass(frozen=True, slots=True)
class Finding:
    """Places, likeliest first.  is_fallback: the server did not answer.  is_beyond: found only outside the area."""

    places: tuple[FoundPlace, ...]
    is_fallback: bool = False
    is_beyond: bool = False


class Gazetteer(Protocol):
    """Whoever knows places by name."""

    def find(self, text: str, *, with_slips: bool = True) -> Sequence[FoundPlace]:
        """Places that `text` may mean, likeliest first.  with_slips: also those that it only resembles."""


def find_places(
    text: str, *, gazetteer: Gazetteer, server: str | None, within: Callable[[Place], bool], language: str = "id"
) -> Finding:
    """Places that `text` may mean; coordinates are read as such, also with longitude first.

    server: address of a Nominatim or Photon.  within: whether a place lies where the market is.
    """
    if point := read_point(text, within):
        return Finding((point,)) if within(point.place) else Finding((), is_beyond=True)
    if not text.strip():
        return Finding(())
    answers = _ask(server, text.strip()[:200], language) if server is not None else None
    if answers is None:
        return Finding(tuple(gazetteer.find(text)), is_fallback=server is not None)
    near = tuple(answer for answer in answers if within(answer.place))
    # A place of ours by its exact name is worth more than one of that name elsewhere; a mere likeness is not.
    found = near or tuple(gazetteer.find(text, with_slips=not answers))
    return Finding(found, is_beyond=bool(answers) and not found)


_POINT = re.compile(r"\s*\(?\s*(-?[0-9]{1,3}(?:[.,][0-9]+)?)°?\s*[,;\s]\s*(-?[0-9]{1,3}(?:[.,][0-9]+)?)°?\s*\)?\s*")


def read_point(text: str, within: Callable[[Place], bool]) -> FoundPlace | None:
    """The point meant by ``-6.1, 106.2``, ``-6,1 106,2`` or the two swapped; none when `text` is no pair of numbers."""
    found = _POINT.fullmatch(text)
    if not found:
        return None
    first, second = (float(number.replace(",", ".")) for number in found.groups())
    readings = [Place(first, second), Place(second, first)]
    # South of the equator without its minus, as some maps write it, is the last reading tried.
    readings += [Place(-abs(reading.latitude), reading.longitude) for reading in readings]
    possible = [reading for reading in readings if abs(reading.latitude) <= 90 and abs(reading.longitude) <= 180]
    if not possible:
        return None
    chosen = next((reading for reading in possible if within(reading)), possible[0])
    return FoundPlace(f"{chosen.latitude:.5f}, {chosen.longitude:.5f}", PlaceKind.POINT, chosen)


_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="geocoder")
#: Until when, by the monotonic clock, each server is left alone.
_resting: dict[str, float] = {}


def _ask(server: str, text: str, language: str) -> tuple[FoundPlace, ...] | None:
    """What the server knows, or none when it does not say in time.  What people look for is never logged."""
    if _resting.get(server, 0.0) > time.monotonic():
        return None
    try:
        return _pool.submit(_answers, server, text, language).result(timeout=PATIENCE)
    except (TookTooLong, OSError, LookupError, ValueError, TypeError, AttributeError) as error:
        # A stranger's answer may have any shape, and the client reads it without looking.
        if isinstance(error, TookTooLong | OSError):
            _resting[server] = time.monotonic() + REST
        log.warning("geocoder did not answer", extra={"reason": type(error).__name__})
        return None


@lru_cache(maxsize=2_048)
def _answers(server: str, text: str, language: str) -> tuple[FoundPlace, ...]:
    from geopy.exc import GeopyError  # noqa: PLC0415 - a market without a server need not load its clients

    try:
        return tuple(
            FoundPlace(
                str(found.address), PlaceKind.ADDRESS, Place(round(found.latitude, 6), round(found.longitude, 6))
            )
            for found in _geocode(server, text, language) or ()
        )
    except GeopyError as error:
        raise ConnectionError(type(error).__name__) from None


def _geocode(server: str, text: str, language: str) -> Any:
    from geopy.geocoders import Nominatim, Photon  # noqa: PLC0415 - as above

    parts = urlsplit(server)
    domain = parts.netloc + parts.path.rstrip("/")
    if "photon" in domain:
        photon = Photon(scheme=parts.scheme, domain=domain.removesuffix("/api"), timeout=PATIENCE, user_agent=_AGENT)
        return photon.geocode(text, exactly_one=False, limit=MOST, location_bias=(-6.1, 106.15))
    nominatim = Nominatim(
        scheme=parts.scheme, domain=domain.removesuffix("/search"), timeout=PATIENCE, user_agent=_AGENT
    )
    return nominatim.geocode(
        text, exactly_one=False, limit=MOST, language=language, viewbox=((-6.4, 105.7), (-5.75, 106.5))
    )
