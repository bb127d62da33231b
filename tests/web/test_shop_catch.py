"""One lot's page, and the page behind its label."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.catalogue.rules import Form
from ovop.db import db, write
from ovop.discovery.queries import get_catch
from ovop.kernel import days
from ovop.kernel.quantity import Unit
from ovop.stock.operations import list_catch, withdraw_catch
from ovop.stock.photos import add_photo
from ovop.stock.rules import NewCatch
from tests.conftest import Clock
from tests.make import accounts, catalogue, market


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


def shown(client: FlaskClient, lot: int) -> str:
    answer = client.get(f"/hasil/{lot}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_page_tells_price_freshness_origin_and_when_to_fetch_it(seller: market.Shop, client: FlaskClient) -> None:
    office = accounts.official()
    sate = catalogue.product(seller.clerk, "Sate bandeng", "MIL", Form.PROCESSED)
    catalogue.flagship(office, sate)
    catalogue.stars(office, sate, 3, 2025, date(2028, 11, 14))
    now = days.now()
    new = NewCatch(
        seller.product,
        18_000,
        145_000,
        now - timedelta(hours=4),
        now + timedelta(hours=32),
        grade="A",
        gear="GNS",
        fishing_area="WPP 712, Laut Jawa",
        landing_price=118_000,
        note="Isi 25–30 ekor per kg.",
    )
    page = shown(client, write(list_catch, new, seller.clerk, now))
    for words in (
        "<h1>Udang windu</h1>",
        "Rp\xa0145.000",
        "Tersedia 18\xa0kg",
        "Isi 25–30 ekor per kg.",
        "4 jam lalu",
        "Terbaik sebelum",
        "Sel\xa06\xa0Jan 17.00",
        "Mutu A",
        "Jaring insang tetap",
        "WPP 712, Laut Jawa",
        "Penaeus monodon",
        "Rp\xa0118.000",
        "Tengkurak, Tirtayasa",
        "Produk unggulan: Sate bandeng",
        "Berlaku sampai 14\xa0Nov\xa02028.",
        "Dermaga",
        "Hari ini 10.00–11.00",
        "10 tempat",
    ):
        assert words in page, words


def test_estimate_and_maximum_are_there_without_script(seller: market.Shop, client: FlaskClient) -> None:
    page = shown(client, market.catch(seller, 10_000, 37_500))
    assert "data-estimate>Rp\xa037.500" in page
    assert "data-maximum-amount>Rp\xa041.300" in page
    assert 'action="/belanja/tambah"' in page
    assert 'value="1 kg"' in page


def test_a_lot_smaller_than_the_usual_amount_proposes_what_is_left(seller: market.Shop, client: FlaskClient) -> None:
    page = shown(client, market.catch(seller, 400, 50_000))
    assert 'value="400 g"' in page
    assert "data-estimate>Rp\xa020.000" in page


def test_pieces_are_counted_in_pieces(seller: market.Shop, client: FlaskClient) -> None:
    sate = catalogue.product(seller.clerk, "Sate bandeng", "MIL", Form.PROCESSED, unit=Unit.PIECE)
    page = shown(client, market.catch(seller, 6, 45_000, product=sate))
    assert "/\xa0buah" in page
    assert "Tersedia 6\xa0buah" in page
    assert "Ditimbang saat dikemas" not in page


def test_size_advice_is_worded_as_advice_with_its_regulation(seller: market.Shop, client: FlaskClient) -> None:
    lobster = catalogue.product(seller.clerk, "Lobster pasir", "LOK", Form.LIVE)
    page = shown(client, market.catch(seller, product=lobster))
    assert "Sebaiknya panjang kepala di atas 6 cm atau berat di atas 150 g per ekor." in page
    assert "Yang sedang bertelur sebaiknya dilepas." in page
    assert "Permen KP 7/2024." in page
    other = catalogue.product(seller.clerk, "Lobster mutiara", "NUR", Form.LIVE)
    page = shown(client, market.catch(seller, product=other))
    assert "Sebaiknya panjang kepala di atas 8 cm dan berat di atas 200 g per ekor." in page
    crab = catalogue.product(seller.clerk, "Rajungan", "SCD")
    page = shown(client, market.catch(seller, product=crab))
    assert "Permen KP 16/2022, angka terakhir yang diketahui." in page
    assert "Anjuran ukuran" not in shown(client, market.catch(seller))


def test_an_illustration_is_never_passed_off_as_a_photo(seller: market.Shop, client: FlaskClient) -> None:
    lot = market.catch(seller)
    write(add_photo, lot, "catch/a", 640, 480, seller.clerk, days.now(), "Wibowo, CC BY-SA 3.0")
    assert "Ilustrasi: Wibowo, CC BY-SA 3.0" in shown(client, lot)


def test_what_is_gone_can_be_looked_at_but_not_ordered(seller: market.Shop, client: FlaskClient, clock: Clock) -> None:
    sold = market.catch(seller, 1_000)
    market.order(accounts.buyer(), seller, {sold: 1_000})
    assert "Hasil ini sudah habis." in shown(client, sold)
    withdrawn = market.catch(seller)
    write(withdraw_catch, withdrawn, "busuk", seller.clerk, days.now())
    off = market.catch(seller, best_before=days.now() + timedelta(hours=1))
    clock.forward(hours=2)
    for lot in (withdrawn, off):
        page = shown(client, lot)
        assert "Hasil ini tidak dijual lagi." in page
        assert "/belanja/tambah" not in page


def test_a_harvest_to_come_says_that_it_is_not_there_yet(seller: market.Shop, client: FlaskClient) -> None:
    page = shown(client, market.catch(seller, landed_at=days.now() + timedelta(hours=20)))
    assert "Hasil ini belum ada." in page
    assert "Besok 08.00–09.00" in page


@pytest.mark.parametrize(
    "address", ["/hasil/999", "/hasil/0", "/hasil/-1", "/hasil/abc", "/hasil/99999999999999999999"]
)
def test_a_lot_that_is_none_is_not_here(app: APIFlask, client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_page_behind_a_label_stays_when_the_lot_is_sold(
    seller: market.Shop, client: FlaskClient, clock: Clock
) -> None:
    lot = market.catch(seller, 1_000)
    code = get_catch(db.session(), lot, days.now()).card.lot_code
    page = client.get(f"/t/{code}").get_data(as_text=True)
    assert f"Lot {code}" in page
    assert "Pesan hasil ini" in page
    clock.forward(days=3)
    page = client.get(f"/t/{code}").get_data(as_text=True)
    assert "Sudah lewat waktu terbaiknya" in page
    assert "Pesan hasil ini" not in page
    assert "Koperasi Tengkurak" in page


@pytest.mark.parametrize("code", ["TEN-000000-0000", "x", "%27", "A" * 300])
def test_a_label_that_is_none_is_not_here(app: APIFlask, client: FlaskClient, code: str) -> None:
    assert client.get(f"/t/{code}").status_code == 404
