"""What lies under a place, by the shipped outlines."""

from __future__ import annotations

import pytest

from ovop.kernel.geo import Place
from ovop.villages.files import read
from ovop.villages.ground import Ground, ground_of, leads_over_sea, village_at


def test_the_middle_of_each_village_lies_in_it() -> None:
    for row in read("villages.csv"):
        assert village_at(Place(float(row["latitude"]), float(row["longitude"]))) == row["code"]


@pytest.mark.parametrize(
    ("place", "ground"),
    [
        (Place(-5.98438, 106.35), Ground.VILLAGE),
        (Place(-5.9, 106.3), Ground.SEA),
        (Place(-6.12, 106.15), Ground.OTHER_LAND),  # Serang city
        (Place(-6.01, 106.05), Ground.OTHER_LAND),  # Cilegon
        (Place(-5.8, 106.6), Ground.BEYOND),
        (Place(48.85, 2.35), Ground.BEYOND),
    ],
)
def test_sea_other_land_and_what_the_map_does_not_show(place: Place, ground: Ground) -> None:
    assert ground_of(place) is ground


@pytest.mark.parametrize(
    ("start", "end", "is_over_sea"),
    [
        (Place(-5.8125, 106.2799), Place(-5.97, 106.37), True),  # Pulau Tunda and the coast
        (Place(-5.9311, 106.1532), Place(-5.96, 106.10), True),  # Pulau Panjang and Bojonegara
        (Place(-5.96, 106.10), Place(-6.03, 106.27), True),  # over the bay of Banten
        (Place(-6.12, 106.15), Place(-6.11, 106.24), False),
        (Place(-6.12, 106.15), Place(-6.12, 106.15), False),
    ],
)
def test_a_straight_line_over_the_sea_is_known(start: Place, end: Place, is_over_sea: bool) -> None:
    assert leads_over_sea(start, end) is is_over_sea
    assert leads_over_sea(end, start) is is_over_sea
