from __future__ import annotations

from datetime import date

from ovop.catalogue.operations import give_stars, set_flagship
from ovop.db import write
from ovop.kernel import days
from tests.make import accounts, market
from tests.make.api import Program, fault, problem


def test_every_village_of_the_regency_is_there_page_by_page(anyone: Program) -> None:
    seen: list[str] = []
    for number in range(1, 5):
        body = anyone.get("/villages", page=number, per_page=100).get_json()
        assert (body["total"], body["page"], body["per_page"]) == (326, number, 100)
        seen += [village["code"] for village in body["items"]]
    assert len(seen) == len(set(seen)) == 326
    assert anyone.get("/villages", page=5, per_page=100).get_json()["items"] == []


def test_a_village_names_its_flagship_with_its_stars_and_who_sells(anyone: Program, shop: market.Shop) -> None:
    now, official = days.now(), accounts.official()
    write(set_flagship, accounts.TENGKURAK, shop.product, shop.clerk, now, decided_on=date(2025, 7, 1))
    bare = anyone.get(f"/villages/{accounts.TENGKURAK}").get_json()
    assert bare["flagship"] == {"product": {"id": shop.product, "name": "Udang windu"}, "stars": None}
    write(give_stars, shop.product, official, level=3, issuer="Diskoperindag", year=2025, expires_on=date(2027, 6, 30))
    village = anyone.get(f"/villages/{accounts.TENGKURAK}").get_json()
    assert village == {
        "code": "36.04.13.2011",
        "name": "Tengkurak",
        "district": "Tirtayasa",
        "latitude": village["latitude"],
        "longitude": village["longitude"],
        "flagship": {
            "product": {"id": shop.product, "name": "Udang windu"},
            "stars": {"level": 3, "issuer": "Diskoperindag", "year": 2025, "expires_on": "2027-06-30"},
        },
        "cooperatives": [{"id": shop.id, "name": "Koperasi Tengkurak"}],
    }
    assert -6.1 < village["latitude"] < -5.9
    assert 106.3 < village["longitude"] < 106.4


def test_a_village_without_a_seller_has_neither_flagship_nor_cooperatives(anyone: Program) -> None:
    village = anyone.get("/villages/36.04.13.2007").get_json()
    assert (village["flagship"], village["cooperatives"]) == (None, [])


def test_villages_are_found_by_name_district_and_whether_somebody_sells(anyone: Program, shop: market.Shop) -> None:
    def codes(**query: object) -> list[str]:
        return [village["code"] for village in anyone.get("/villages", **query).get_json()["items"]]

    assert accounts.TENGKURAK in codes(q="tengkurak")
    assert accounts.TENGKURAK in codes(q="tengkurk")
    assert codes(active="true") == [accounts.TENGKURAK]
    assert accounts.TENGKURAK not in codes(active="false", per_page=100)
    by_code = codes(district="36.04.13", per_page=100)
    assert by_code == codes(district="Tirtayasa", per_page=100) == codes(district="tirtayasa", per_page=100)
    assert all(code.startswith("36.04.13.") for code in by_code)
    assert len(by_code) == 14
    assert codes(district="36.04.99") == codes(q="zzzzzz") == []
    assert codes(q="", district="")[:1] == [accounts.TENGKURAK]


def test_a_village_that_is_none_is_not_found(anyone: Program) -> None:
    for code in ["36.04.13.9999", "x", "36", "%2e", "ä", "36.04.13.2011 "]:
        response = anyone.get(f"/villages/{code}")
        assert (response.status_code, problem(response)) == (404, "not-found"), code


def test_what_cannot_be_asked_of_a_list_is_named(anyone: Program) -> None:
    for query, expected in [
        ({"page": "0"}, {"page": "too-small"}),
        ({"page": "-1"}, {"page": "too-small"}),
        ({"page": "1.5"}, {"page": "not-a-number"}),
        ({"page": "one"}, {"page": "not-a-number"}),
        ({"page": "9" * 30}, {"page": "not-a-number"}),
        ({"page": "1000001"}, {"page": "too-large"}),
        ({"per_page": "0"}, {"per_page": "too-small"}),
        ({"per_page": "101"}, {"per_page": "too-large"}),
        ({"per_page": ["5", "6"]}, {"per_page": "not-a-number"}),
        ({"active": "", "page": ""}, {"active": "not-true-or-false", "page": "not-a-number"}),
        ({"colour": "red"}, {"colour": "unknown-field"}),
        ({"active": "yes"}, {"active": "not-true-or-false"}),
        ({"q": "x" * 201}, {"q": "too-long"}),
        ({"q": "a\nb"}, {"q": "not-text"}),
        ({"q": ["a", "b"]}, {"q": "not-text"}),
    ]:
        response = anyone.get("/villages", **query)
        assert response.status_code == 422, query
        assert fault(response) == expected, query
