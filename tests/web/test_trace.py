"""The page behind a label, for people and for programs: what the market knows, no closer than it should be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.catalogue.rules import Category
from ovop.db import db, write
from ovop.kernel import days
from ovop.recall import flows
from ovop.stock.models import Catch
from ovop.stock.operations import list_catch, withdraw_catch
from ovop.stock.photos import add_photo
from ovop.stock.rules import NewCatch
from ovop.web.shop.trace import production_method
from tests.make import market
from tests.make.clerks import clerk
from tests.make.pages import Page


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


def listed(shop: market.Shop, **more: object) -> str:
    """A lot with what is said of it; answers its code."""
    now = days.now()
    new = NewCatch(shop.product, 12_500, 37_500, now, now + timedelta(days=2), **more)  # type: ignore[arg-type]
    lot = write(list_catch, new, shop.clerk, now)
    return db.session.get_one(Catch, lot).lot_code


def test_a_program_reads_the_lot_under_the_names_that_it_knows(shop: market.Shop, client: FlaskClient) -> None:
    code = listed(
        shop,
        gear="GTR",
        fishing_area="300 m utara Pulau Tunda, Laut Jawa",
        vessel_name="Sinar Laut 3",
        vessel_registration="BTN-1234",
    )
    record = client.get(f"/t/{code}.json").get_json()
    assert record["gdst"] == {
        "cbvmda:lotNumber": code,
        "gdst:productOwner": "Koperasi Tengkurak",
        "cbvmda:informationProvider": "Koperasi Tengkurak",
        "cbvmda:speciesForFisheryStatisticsPurposesCode": "GIT",
        "cbvmda:speciesForFisheryStatisticsPurposesName": "Penaeus monodon",
        "quantity": 12.5,
        "uom": "KGM",
        "cbvmda:productionMethodForFishAndSeafoodCode": "MARINE_FISHERY",
        "cbvmda:fishingGearTypeCode": "GTR",
        "cbvmda:catchArea": "urn:gdst:fao:71",
        "cbvmda:vesselName": "Sinar Laut 3",
        "cbvmda:vesselID": "BTN-1234",
        "cbvmda:landingEndDate": "2026-01-05T09:00:00+07:00",
        "cbvmda:itemExpirationDate": "2026-01-07T09:00:00+07:00",
        "cbvmda:countryOfOrigin": "ID",
    }
    assert record["stelina"]["asal"] == "Laut Jawa (WPP 712)"
    assert record["stelina"]["wpp"] == "712"
    assert (record["status"], record["lot_code"]) == ("on-sale", code)
    page = Page(client.get(f"/t/{code}"))
    for words in ("Laut Jawa (WPP 712)", "Sinar Laut 3, BTN-1234", "Kecamatan Tirtayasa", "Koperasi Tengkurak"):
        assert words in page.words
    assert "Tunda" not in page.html + str(record)


def test_what_is_not_known_is_left_out(shop: market.Shop, client: FlaskClient) -> None:
    known = client.get(f"/t/{listed(shop)}.json").get_json()["gdst"]
    for name in ("vesselName", "vesselID", "catchArea", "fishingGearTypeCode", "productionMethodForFishAndSeafoodCode"):
        assert f"cbvmda:{name}" not in known
    assert None not in known.values()


def test_what_was_raised_has_no_catch_area(shop: market.Shop, client: FlaskClient) -> None:
    known = client.get(f"/t/{listed(shop, gear='POND', fishing_area='Tambak, Laut Jawa')}.json").get_json()["gdst"]
    assert known["cbvmda:productionMethodForFishAndSeafoodCode"] == "AQUACULTURE"
    assert "cbvmda:harvestEndDate" in known
    assert not {"cbvmda:catchArea", "cbvmda:fishingGearTypeCode", "cbvmda:landingEndDate"} & set(known)


@pytest.mark.parametrize(
    ("gear", "category", "answer"),
    [
        (None, Category.BRACKISH, None),
        ("POND", Category.SHRIMP, "AQUACULTURE"),
        ("LINE", Category.SEAWEED, "AQUACULTURE"),
        ("GNS", Category.PELAGIC, "MARINE_FISHERY"),
        ("GNS", Category.FRESHWATER, "INLAND_FISHERY"),
    ],
)
def test_the_gear_tells_how_it_came_about(gear: str | None, category: Category, answer: str | None) -> None:
    assert production_method(gear, category) == answer


def test_one_address_answers_people_and_programs(shop: market.Shop, client: FlaskClient) -> None:
    code = listed(shop)
    for _again in range(2):  # the second page may come from memory
        assert client.get(f"/t/{code}", headers={"Accept": "text/html"}).mimetype == "text/html"
        assert client.get(f"/t/{code}", headers={"Accept": "application/json"}).get_json()["lot_code"] == code
        assert client.get(f"/t/{code}").mimetype == "text/html"
    assert "Accept" in client.get(f"/t/{code}").headers["Vary"]
    assert client.get("/t/TEN-000000-0000.json").status_code == 404
    assert client.get("/t/TEN-000000-0000", headers={"Accept": "application/json"}).status_code == 404


def test_a_recall_stands_on_top_and_an_ended_sale_is_only_said(shop: market.Shop, client: FlaskClient) -> None:
    lot, ended = market.catch(shop), market.catch(shop)
    code = db.session.get_one(Catch, lot).lot_code
    assert "ditarik" not in Page(client.get(f"/t/{code}")).words
    flows.recall(lot, "Bau solar", shop.clerk, days.now())
    write(withdraw_catch, ended, "habis", shop.clerk, days.now())
    for prefix, words in (("", "Jangan dimakan: lot ini ditarik"), ("/en", "Do not eat: this lot is recalled")):
        page = Page(client.get(f"{prefix}/t/{code}"))
        assert words in page.words
        assert "Bau solar" in page.words
        assert "Pesan hasil ini" not in page.words
    assert "Jangan dimakan." in Page(client.get(f"/hasil/{lot}")).words
    record = client.get(f"/t/{code}.json").get_json()
    assert (record["status"], record["recall_reason"]) == ("recalled", "Bau solar")
    other = Page(client.get(f"/t/{db.session.get_one(Catch, ended).lot_code}"))
    assert "Lot ini tidak dijual lagi." in other.words
    assert "ditarik" not in other.words


def test_all_photos_are_shown(shop: market.Shop, client: FlaskClient) -> None:
    lot = market.catch(shop)
    for number in range(3):
        write(add_photo, lot, f"catch/0{number}", 640, 480, shop.clerk, days.now())
    code = db.session.get_one(Catch, lot).lot_code
    page = client.get(f"/t/{code}").get_data(as_text=True)
    assert page.count('alt="Foto Udang windu"') == 3
    photos = client.get(f"/t/{code}.json").get_json()["photos"]
    assert [photo.startswith("http://localhost/") for photo in photos] == [True] * 3


def test_a_clerk_names_the_boat_and_only_the_waters_are_kept(app: APIFlask, client: FlaskClient) -> None:
    jaya = clerk(client)
    data = {
        "key": "k",
        "product": str(jaya.shop.product),
        "quantity": "5",
        "unit_price": "30.000",
        "when": "now",
        "keep": "auto",
        "fishing_area": "karang depan, Selat Sunda",
        "vessel_name": "Sinar Laut 3",
        "vessel_registration": "x" * 41,
    }
    page = jaya.send("/koperasi/jual", data)
    assert (page.status, page.errors) == (422, ["Terlalu panjang."])
    assert page.value("vessel_name") == "Sinar Laut 3"
    assert jaya.send("/koperasi/jual", data | {"vessel_registration": "BTN-1"}).status == 302
    db.session.rollback()
    row = db.session.query(Catch).one()
    assert (row.fishing_area, row.vessel_name, row.vessel_registration) == (
        "Selat Sunda (WPP 572)",
        "Sinar Laut 3",
        "BTN-1",
    )
