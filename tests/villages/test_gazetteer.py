"""Places by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.geo import Place
from ovop.outside.geocoder import PlaceKind
from ovop.villages.files import read
from ovop.villages.gazetteer import gazetteer

VILLAGES = list(read("villages.csv"))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Lontar", "Lontar, Tirtayasa"),
        ("desa lontar tirtayasa", "Lontar, Tirtayasa"),
        ("tirtayasa lontar", "Lontar, Tirtayasa"),
        ("lontr", "Lontar, Tirtayasa"),
        ("LÓNTAR", "Lontar, Tirtayasa"),
        ("lon", "Lontar, Tirtayasa"),
        ("tenggurak", "Tengkurak, Tirtayasa"),
        ("pulopanjang", "Pulo Panjang, Pulo Ampel"),
        ("pulau tunda", "Pulau Tunda, Tirtayasa"),
        ("kecamatan tirtayasa", "Kecamatan Tirtayasa"),
        ("tirtayassa", "Kecamatan Tirtayasa"),
        ("kramat watu", "Kecamatan Kramatwatu"),
        ("anyer", "Kecamatan Anyar"),
        ("kota serang", "Kota Serang"),
        ("Jl. Raya Pontang no. 5", "Kecamatan Pontang"),
        ("xyzzy lontar", "Lontar, Tirtayasa"),
    ],
)
def test_a_place_is_found_however_it_is_written(typed: str, first: str) -> None:
    assert gazetteer().find(typed)[0].name == first


@pytest.mark.parametrize("typed", ["", "desa", "l", "zzzzqq", "鱼", "?" * 300])
def test_what_names_no_place_finds_none(typed: str) -> None:
    assert gazetteer().find(typed) == []


@given(st.sampled_from(VILLAGES), st.booleans())
def test_every_village_is_found_by_its_name_and_district_in_any_order(row: dict[str, str], turned: bool) -> None:
    names = [row["village"], row["district"]]
    found = gazetteer().village_codes(" ".join(reversed(names) if turned else names))
    assert row["code"] in found


@given(st.text(max_size=150))
def test_whatever_is_typed_few_places_answer(typed: str) -> None:
    assert len(gazetteer().find(typed)) <= 6


def test_the_nearest_name_is_that_of_the_village_one_stands_in_the_middle_of() -> None:
    for row in VILLAGES[::20]:
        assert gazetteer().name_near(Place(float(row["latitude"]), float(row["longitude"]))) == row["village"]


def test_codes_have_names() -> None:
    assert gazetteer().name_of("36.04.13.2007") == "Lontar, Tirtayasa"
    assert gazetteer().name_of("99") is None


def test_a_word_for_the_kind_of_place_decides_between_equals() -> None:
    kinds = [found.kind for found in gazetteer().find("desa tirtayasa")]
    assert kinds[0] is PlaceKind.VILLAGE
