"""A buyer's own places: kept, changed, used where distances start, taken along and let go."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from tests.databases import count
from tests.make import accounts, market, shopping
from tests.make.pages import Page


def sent(client: FlaskClient, **changed: str) -> dict[str, str]:
    """What the form of a new place sends."""
    page = Page(client.get("/akun/tempat/baru"))
    data = {"key": page.value("key") or "", "name": "Rumah", "latitude": "-6.05", "longitude": "106.2", "level": "2"}
    return data | changed


def test_a_place_is_kept_once_however_often_it_is_sent(client: FlaskClient) -> None:
    accounts.sign_in(client, accounts.buyer())
    data = sent(client)
    for _ in range(2):
        assert client.post("/akun/tempat/baru", data=data).location == "/akun/tempat"
    assert "Rumah" in Page(client.get("/akun/tempat")).words
    assert count("saved_place") == 1


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(client: FlaskClient) -> None:
    accounts.sign_in(client, accounts.buyer())
    page = Page(client.post("/akun/tempat/baru", data=sent(client, name="", latitude="")))
    assert (page.status, len(page.errors)) == (422, 1)
    page = Page(client.post("/akun/tempat/baru", data=sent(client, name="")))
    assert (page.status, page.errors, page.value("latitude")) == (422, ["Isi dulu bagian ini."], "-6.05")
    page = Page(client.post("/akun/tempat/baru", data=sent(client, latitude="51.5", longitude="-0.1")))
    assert page.status == 422
    assert count("saved_place") == 0


def test_without_a_script_a_place_is_found_by_name_or_tapped(client: FlaskClient) -> None:
    accounts.sign_in(client, accounts.buyer())
    page = Page(
        client.post(
            "/akun/tempat/baru", data=sent(client, latitude="", longitude="", find="1", where="lontar tirtayasa")
        )
    )
    assert page.status == 200
    assert page.value("name") == "Rumah"
    assert "Dekat Lontar, Kecamatan Tirtayasa." in page.words
    assert page.value("latitude") != ""
    tapped = Page(client.post("/akun/tempat/baru", data=sent(client, **{"map.x": "144", "map.y": "108"})))
    assert float(tapped.value("latitude") or 0) == pytest.approx(-6.05, abs=0.001)
    assert client.get("/akun/tempat/peta.svg?view=0,0,250,187.5&pin=3,4").mimetype == "image/svg+xml"
    assert "Kecamatan" in client.get("/akun/tempat/letak?at=-6.05,106.2").json["where"]


def test_a_place_is_changed_and_deleted_by_its_owner_alone(client: FlaskClient) -> None:
    siti = accounts.buyer()
    accounts.sign_in(client, siti)
    client.post("/akun/tempat/baru", data=sent(client))
    address = next(
        link
        for link in Page(client.get("/akun/tempat")).links
        if link.startswith("/akun/tempat/") and "baru" not in link
    )
    client.post(address, data={"name": "Warung", "latitude": "-6.06", "longitude": "106.21", "level": "2"})
    assert "Warung" in Page(client.get("/akun/tempat")).words
    accounts.sign_in(client, accounts.buyer("budi@contoh.id"))
    assert client.get(address).status_code == 404
    assert client.post(address, data={"name": "x"}).status_code == 404
    client.post(f"{address}/hapus")
    assert count("saved_place") == 1
    accounts.sign_in(client, siti)
    client.post(f"{address}/hapus")
    assert count("saved_place") == 0


def test_own_places_are_one_tap_away_where_distances_start(client: FlaskClient) -> None:
    seller = market.shop()
    accounts.sign_in(client, accounts.buyer())
    client.post("/akun/tempat/baru", data=sent(client))
    assert "/?near=-6.0500,106.2000" in Page(client.get("/cari-tempat")).links
    shopping.put_in(client, market.catch(seller), "1 kg")
    assert "/ambil?near=-6.05,106.2" in Page(client.get("/ambil")).links
    assert "Yang terdekat dari Rumah ada di atas." in Page(client.get("/ambil?near=-6.05,106.2")).words


def test_own_data_has_the_places(client: FlaskClient) -> None:
    accounts.sign_in(client, accounts.buyer())
    client.post("/akun/tempat/baru", data=sent(client))
    data = json.loads(client.get("/akun/data.json").text)
    assert data["places"] == [{"name": "Rumah", "latitude": -6.05, "longitude": 106.2}]


def test_only_buyers_keep_places(client: FlaskClient) -> None:
    assert client.get("/akun/tempat").status_code == 302
    accounts.sign_in(client, accounts.official())
    assert client.get("/akun/tempat").status_code == 403
