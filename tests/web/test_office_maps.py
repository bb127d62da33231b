"""Maps: classes that do not mislead, and nobody, nothing and little told apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask

from ovop.web.office.maps import Map, district_map, village_map


@pytest.fixture(autouse=True)
def in_a_request(app: APIFlask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def districts(sold: dict[str, int]) -> Map:
    return district_map(sold, {"36.04.13": "Tirtayasa", "36.04.12": "Pontang"}, lambda code: f"/there/{code}")


def kinds(drawn: Map) -> dict[str, str]:
    return {area.address[-8:]: area.kind for area in drawn.areas if area.address}


def test_every_district_is_drawn_and_those_where_somebody_sells_can_be_followed():
    drawn = districts({"36.04.13": 5_000_000, "36.04.12": 0})
    assert len(drawn.areas) == 29
    assert kinds(drawn) == {"36.04.13": "v4", "36.04.12": "zero"}
    assert {area.words for area in drawn.areas if area.address} == {"Tirtayasa: Rp\xa05.000.000", "Pontang: Rp\xa00"}


def test_the_highest_class_is_the_darkest_however_few_there_are():
    assert kinds(districts({"36.04.13": 100, "36.04.12": 900})) == {"36.04.13": "v2", "36.04.12": "v4"}
    four = {f"36.04.{number}": 10 ** (number - 8) for number in (11, 12, 13, 14)}
    assert sorted(kinds(districts(four)).values()) == ["v1", "v2", "v3", "v4"]


def test_the_legend_names_the_bounds_of_each_class_and_only_what_is_on_the_map():
    four = {"36.04.14": 1_000_000, "36.04.11": 20_000_000, "36.04.12": 40_000_000, "36.04.13": 80_000_000}
    drawn = districts(four)
    assert drawn.legend_title == "Juta rupiah:"
    assert drawn.legend == (
        ("v4", "80 ke atas"), ("v3", "40–80"), ("v2", "20–40"), ("v1", "di bawah 20"), ("none", "belum ikut"),
    )  # fmt: skip
    assert ("zero", "belum ada penjualan") in districts(four | {"36.04.09": 0}).legend
    assert districts({"36.04.13": 500}).legend == (("v4", "ada penjualan"), ("none", "belum ikut"))
    assert districts({}).legend == (("none", "belum ikut"),)


def test_small_sums_are_said_in_thousands():
    drawn = districts({"36.04.13": 90_000, "36.04.12": 45_000})
    assert (drawn.legend_title, drawn.legend[0][1]) == ("Ribu rupiah:", "90 ke atas")


def test_a_district_is_drawn_by_its_villages_with_their_names():
    names = {"36.04.13.2011": "Tengkurak", "36.04.13.2007": "Lontar"}
    drawn = village_map("36.04.13", {"36.04.13.2011": 9, "36.04.13.2007": 0}, names, lambda code: f"/there/{code}")
    assert drawn is not None
    assert len(drawn.areas) > 10
    assert {label.name for label in drawn.labels if not label.is_sea} <= set(names.values())
    assert village_map("36.04.99", {}, {}, str) is None
