"""Places: WGS 84 degrees, geodesic kilometres, boxes that a database can search."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geographiclib.geodesic import Geodesic

from ovop.kernel.errors import Invalid

#: Shortest length of one degree of latitude on WGS 84, in km: boxes made with it are never too small.
_KM_PER_DEGREE = 110.574


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees; latitude −90 … 90, longitude −180 … 180."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees south, west, north, east; never crosses the date line here."""

    south: float
    west: float
    north: float
    east: float


def place(latitude: object, longitude: object, *, field: str = "latitude") -> Place:
    """A Place from what a form or query holds.  Raises: Invalid for anything that is no point on earth."""
    try:
        lat, lng = float(str(latitude)), float(str(longitude))
    except ValueError:
        raise Invalid({field: "not-a-place"}) from None
    if not (math.isfinite(lat) and math.isfinite(lng) and abs(lat) <= 90 and abs(lng) <= 180):
        raise Invalid({field: "not-a-place"})
    return Place(round(lat, 6), round(lng, 6))


def parse_place(text: str, *, field: str = "near") -> Place:
    """A Place from ``LAT,LNG``.  Raises: Invalid."""
    parts = text.split(",")
    if len(parts) != 2:
        raise Invalid({field: "not-a-place"})
    return place(parts[0].strip(), parts[1].strip(), field=field)


def distance_km(a: Place, b: Place) -> float:
    """Geodesic distance in kilometres on WGS 84.  Source: Karney 2013.

    What geopy computes with, asked directly: importing geopy brings every geocoder's client into memory.  Not
    remembered: one of the two is often where somebody stands.
    """
    found = Geodesic.WGS84.Inverse(a.latitude, a.longitude, b.latitude, b.longitude, Geodesic.DISTANCE)
    return float(found["s12"]) / 1000


def box_around(centre: Place, km: float) -> Box:
    """A box that holds every point within `km` of `centre` (and some beyond)."""
    south = max(-90.0, centre.latitude - km / _KM_PER_DEGREE)
    north = min(90.0, centre.latitude + km / _KM_PER_DEGREE)
    narrowest = math.cos(math.radians(max(abs(south), abs(north))))
    width = km / (_KM_PER_DEGREE * narrowest) if narrowest > 1e-6 else 360.0
    return Box(south, max(-180.0, centre.longitude - width), north, min(180.0, centre.longitude + width))
