"""The map: outlines, projection, and that the shipped drawing is what the boundaries give."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.geo import Place
from ovop.villages import cartography, shapes
from ovop.villages.files import read


def points_of(path: str) -> list[list[tuple[float, float]]]:
    """Rings of a path that `cartography` wrote, on its grid."""
    rings = []
    for part in path.split("M")[1:]:
        numbers = [float(number) for number in re.findall(r"-?(?:[0-9]*\.)?[0-9]+", part)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        ring = [pairs[0]]
        for dx, dy in pairs[1:]:
            ring.append((round(ring[-1][0] + dx, 1), round(ring[-1][1] + dy, 1)))
        rings.append(ring)
    return rings


def test_every_district_and_village_has_its_outline() -> None:
    districts = shapes.district_paths()
    assert set(districts) == {row["code"] for row in read("districts.csv")}
    villages = {code for district in districts for code in shapes.village_paths(district)}
    assert villages == {row["code"] for row in read("villages.csv")}
    assert shapes.village_paths("36.04.99") == {}


def test_the_shipped_map_is_what_the_boundaries_give() -> None:
    shipped = json.loads((cartography.DATA / "map.json").read_text(encoding="utf-8"))
    assert cartography.draw() == shipped
    assert (cartography.STATIC / "map.svg").read_text(encoding="utf-8") == shapes.base_map()


def test_neighbours_meet_without_a_gap() -> None:
    """Inside a district every edge between villages is drawn twice, the same both times."""
    seen: dict[frozenset[tuple[float, float]], int] = {}
    for path in shapes.village_paths("36.04.13").values():
        for ring in points_of(path):
            for edge in pairwise([*ring, ring[0]]):
                seen[frozenset(edge)] = seen.get(frozenset(edge), 0) + 1
    assert max(seen.values()) == 2
    assert sum(count == 2 for count in seen.values()) > 200


def test_each_villages_middle_lies_in_its_view() -> None:
    for row in read("villages.csv"):
        place = Place(float(row["latitude"]), float(row["longitude"]))
        assert shapes.on_map(place)
        assert shapes.view_of(row["code"]).holds(*shapes.project(place)), row["village"]


def test_the_base_map_is_small_and_brings_no_colour() -> None:
    drawn = shapes.base_map()
    assert len(drawn) < 22_000
    assert "fill" not in drawn
    assert "style" not in drawn


@given(st.floats(-6.35, -5.78), st.floats(105.71, 106.45))
def test_a_point_on_the_map_leads_back_to_its_place(latitude: float, longitude: float) -> None:
    x, y = shapes.project(Place(latitude, longitude))
    back = shapes.unproject(x, y)
    assert back.latitude == pytest.approx(latitude, abs=1e-4)
    assert back.longitude == pytest.approx(longitude, abs=1e-4)


@given(st.lists(st.builds(Place, st.floats(-6.3, -5.8), st.floats(105.8, 106.4)), max_size=6))
def test_a_view_holds_every_place_it_is_made_for(places: list[Place]) -> None:
    view = shapes.view_around(places)
    assert all(view.holds(*shapes.project(place)) for place in places)
    assert 0 < view.width <= shapes.WIDTH + 1


def test_names_lie_in_the_view_that_they_are_for() -> None:
    whole = shapes.labels(shapes.WHOLE)
    assert {label.name for label in whole if label.is_sea} == {"Laut Jawa", "Teluk Banten", "Selat Sunda"}
    assert sum(not label.is_sea for label in whole) == 8
    near = shapes.view_of("36.04.13")
    assert all(near.holds(label.x, label.y) for label in shapes.labels(near))
