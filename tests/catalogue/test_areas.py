"""An area says no more than the waters or the district."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ovop.catalogue.areas import AREAS, area_of, coarse_area


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, None),
        ("  ", None),
        ("WPP 712", "WPP 712"),
        ("WPP 712, Laut Jawa", "WPP 712, Laut Jawa"),
        ("Selat  Sunda", "Selat Sunda"),
        ("Tambak Kec. Tirtayasa", "Tambak Kec. Tirtayasa"),
        ("200 m utara Pulau Tunda, Laut Jawa", "Laut Jawa (WPP 712)"),
        ("karang depan mercusuar, selat sunda", "Selat Sunda (WPP 572)"),
        ("wpp 572 dekat Sangiang", "Selat Sunda (WPP 572)"),
        ("-5,9201, 106,3312", None),
        ("Tambak Pak Udin", None),
        ("Karang Pulau Panjang", None),
    ],
)
def test_what_is_closer_than_the_district_is_not_kept(typed: str | None, kept: str | None) -> None:
    assert coarse_area(typed, "Tirtayasa") == kept


@given(some.text(max_size=80))
def test_whatever_is_typed_nothing_closer_is_kept_and_kept_once_it_stays(typed: str) -> None:
    kept = coarse_area(typed, "Pontang")
    if kept is not None:
        assert coarse_area(kept, "Pontang") == kept
        assert len(kept) <= 80


def test_areas_are_found_by_their_own_words() -> None:
    for area in AREAS:
        assert area_of(area.words) == area
    assert area_of("WPP 712") == AREAS[1]
    assert area_of("712 ekor") is None
