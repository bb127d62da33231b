"""Distances, boxes and what people and programs write for places."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from ovop.kernel.errors import Invalid
from ovop.kernel.geo import Place, box_around, distance_km, parse_place, place

places = st.builds(Place, st.floats(-60, 60), st.floats(100, 140))


def test_distance_is_the_geodesic_one() -> None:
    """Karney's published pair JFK to LHR: 5 551.76 km on WGS 84."""
    assert distance_km(Place(40.6, -73.8), Place(51.6, -0.5)) == pytest.approx(5551.759, abs=0.01)


@pytest.mark.parametrize(
    ("south", "north", "west", "east"), [(-6.4, -5.75, 105.7, 106.5), (-90, 90, -180, 180)], ids=["here", "anywhere"]
)
def test_ten_thousand_distances_agree_with_proj_within_a_metre(
    south: float, north: float, west: float, east: float
) -> None:
    """PROJ is written in C by others, from the same mathematics."""
    draw = random.Random(36)
    pairs = [[Place(draw.uniform(south, north), draw.uniform(west, east)) for _ in "ab"] for _ in range(10_000)]
    a, b = zip(*pairs, strict=True)
    degrees = ([place.longitude for place in a], [place.latitude for place in a])
    degrees += ([place.longitude for place in b], [place.latitude for place in b])
    _there, _back, metres = Geod(ellps="WGS84").inv(*degrees)
    furthest = max(abs(distance_km(*pair) * 1000 - far) for pair, far in zip(pairs, metres, strict=True))
    assert furthest < 0.001


@given(places, places, st.floats(0.1, 500))
def test_whatever_is_near_lies_in_the_box(centre: Place, other: Place, km: float) -> None:
    box = box_around(centre, km)
    if distance_km(centre, other) <= km:
        assert box.south <= other.latitude <= box.north
        assert box.west <= other.longitude <= box.east


@given(places, st.floats(0, 360), st.floats(0.1, 300))
def test_the_box_reaches_as_far_as_asked_in_every_direction(centre: Place, bearing: float, km: float) -> None:
    from geopy.distance import geodesic

    point = geodesic(kilometers=km * 0.999).destination((centre.latitude, centre.longitude), bearing)
    box = box_around(centre, km)
    assert box.south <= point.latitude <= box.north
    assert box.west <= point.longitude <= box.east


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "a,b", "nan,106", "inf,0", "91,0", "0,181", "-6.0;106.1"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_place(text)
    assert refused.value.errors == {"near": "not-a-place"}


def test_a_place_is_kept_to_a_tenth_of_a_metre() -> None:
    assert parse_place("-6.0123456789, 106.1") == Place(-6.012346, 106.1)
    assert place("-6", 106) == Place(-6.0, 106.0)


@given(places, places)
def test_a_distance_is_the_one_that_geopy_tells(a: Place, b: Place) -> None:
    from geopy.distance import geodesic

    assert distance_km(a, b) == pytest.approx(geodesic((a.latitude, a.longitude), (b.latitude, b.longitude)).km)
