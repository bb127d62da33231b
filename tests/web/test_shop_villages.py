"""Villages, maps and finding places, as a browser without script sees them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from ovop.db import write
from ovop.kernel import days
from ovop.pickup.models import PickupPoint
from tests.make import accounts, catalogue, market, stories

LONTAR = "36.04.13.2007"


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


def shown(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_the_list_begins_with_villages_that_sell(seller: market.Shop, client: FlaskClient) -> None:
    page = shown(client, "/desa")
    assert "1 desa" in page
    assert f'href="/desa/{accounts.TENGKURAK}"' in page
    assert "Lontar" not in page
    every = shown(client, "/desa?active=all")
    assert "326 desa" in every
    assert "Halaman 1 dari 6" in every


def test_a_village_is_found_by_name_however_typed(seller: market.Shop, client: FlaskClient) -> None:
    assert f'href="/desa/{LONTAR}"' in shown(client, "/desa?q=lontr")
    assert "Desa itu belum ketemu" in shown(client, "/desa?q=atlantis")
    assert "14 desa" in shown(client, "/desa?district=36.04.13")


@pytest.mark.parametrize("address", ["/desa?page=x", "/desa?district=13", "/desa?active=maybe", "/desa?page=-1"])
def test_what_cannot_be_read_is_left_out_and_said(seller: market.Shop, client: FlaskClient, address: str) -> None:
    assert "tidak bisa dibaca, jadi dilewati" in shown(client, address)


def test_a_villages_page_tells_its_whole_story(seller: market.Shop, client: FlaskClient) -> None:
    office = accounts.official()
    first, second = (catalogue.product(seller.clerk, name, "MIL") for name in ("Bandeng", "Sate bandeng"))
    catalogue.flagship(office, first, decided_on=date(2021, 3, 1))
    catalogue.flagship(office, second, decided_on=date(2023, 5, 2))
    catalogue.stars(office, second, 3, 2025, date(2028, 11, 14))
    market.catch(seller, product=second)
    market.catch(seller, product=first, landed_at=days.now() + timedelta(days=3))
    stories.told(seller.clerk, "Air payau masuk.\n\nBandeng tumbuh.")
    page = shown(client, f"/desa/{accounts.TENGKURAK}")
    for words in (
        "Desa Tengkurak",
        "Kecamatan Tirtayasa, di tepi laut",
        "3 dari 5",
        "Kementerian Perindustrian",
        "2025, sampai 14\xa0Nov\xa02028",
        '<p class="lead">Air payau masuk.</p>',
        "<p>Bandeng tumbuh.</p>",
        "Koperasi Tengkurak",
        "Dijual sekarang",
        "Segera datang",
        "Pesan dulu",
        "Sate bandeng menjadi unggulan, menggantikan Bandeng.",
        "Bandeng menjadi unggulan pertama.",
        "Sate bandeng mendapat bintang 3 dari Kementerian Perindustrian.",
        "Batas wilayah: cahyadsn/wilayah_boundaries (MIT)",
    ):
        assert words in page, words
    assert 'class="place" d="M' in page


def test_a_village_that_does_not_sell_has_a_page_too(app: APIFlask, client: FlaskClient) -> None:
    page = shown(client, f"/desa/{LONTAR}")
    assert "Desa ini belum memilih produk unggulan." in page
    assert "Belum ada yang dijual dari desa ini hari ini" in page


@pytest.mark.parametrize("code", ["36.04.13.9999", "36.04.13", "x", "%00x", "99.99.99.9999"])
def test_a_village_that_is_none_is_not_here(app: APIFlask, client: FlaskClient, code: str) -> None:
    assert client.get(f"/desa/{code}").status_code in (400, 404)


def test_the_map_shows_points_and_the_list_says_the_same(seller: market.Shop, client: FlaskClient) -> None:
    market.point(seller.clerk, name="Balai Desa")
    other = market.shop("lontar", LONTAR)
    write(
        lambda session: session.execute(
            update(PickupPoint).where(PickupPoint.id == other.point).values(latitude=-6.2, longitude=106.0)
        )
    )
    page = shown(client, "/peta")
    assert "3 titik ambil" in page
    assert "2 titik ambil, perbesar" in page
    assert "map.svg#own" in page
    near = shown(client, "/peta?near=-6.2,106.01")
    order = re.findall(r'<li id="titik-([0-9]+)"', near)
    assert int(order[0]) == other.point
    assert "1,1\xa0km" in near
    assert f'<li id="titik-{other.point}"' not in shown(client, f"/peta?cooperative={seller.id}")
    assert "Belum ada titik ambil di sekitar itu" in shown(client, "/peta?near=-6.2,106.01&max_km=0.2")


def test_a_place_is_found_and_leads_to_what_is_near(seller: market.Shop, client: FlaskClient) -> None:
    page = shown(client, "/cari-tempat?dekat=lontar+tirtayasa&category=fish")
    assert "Lontar, Tirtayasa" in page
    link = re.search(r'href="(/\?[^"]*near=[^"]+)"', page)
    assert link is not None
    address = link[1].replace("&amp;", "&")
    assert "category=fish" in address
    assert "titik ambil terdekat" in shown(client, address)
    assert 'href="/peta?near=' in shown(client, "/cari-tempat?dekat=lontar&ke=peta")


def test_the_phones_position_goes_straight_on(seller: market.Shop, client: FlaskClient) -> None:
    answer = client.get("/cari-tempat?lat=-6.03211&lng=106.28234&q=bandeng")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/?near=-6.0321,106.2823&q=bandeng"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/cari-tempat?dekat=zzzzqq", "Tempat itu belum ketemu"),
        ("/cari-tempat?dekat=51.5,-0.1", "Tempat itu di luar peta kami"),
        ("/cari-tempat?lat=51.5&lng=-0.1", "Tempat itu di luar peta kami"),
        ("/cari-tempat?lat=x&lng=y", "Dekat mana?"),
        ("/cari-tempat?ke=https://elsewhere.example", "Dekat mana?"),
        ("/cari-tempat?dekat=106.2,-6.1", "Titik di peta"),
        ("/cari-tempat?dekat=" + "a" * 3000, "Dekat mana?"),
    ],
)
def test_places_that_cannot_be_used_are_said(app: APIFlask, client: FlaskClient, address: str, words: str) -> None:
    assert words in shown(client, address)


def test_whose_pictures_and_boundaries_these_are(app: APIFlask, client: FlaskClient) -> None:
    page = shown(client, "/atribusi")
    assert "cahyadsn/wilayah_boundaries (MIT)" in page
    assert "Permission is hereby granted" in page
    assert "Wibowo Djatmiko" in page
