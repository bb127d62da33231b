"""The last shopping once more, and what whoever orders much sees on the way."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from ovop.accounts.rules import Actor
from ovop.catalogue.operations import change_product
from ovop.catalogue.price_breaks import PriceBreak
from ovop.db import write
from ovop.kernel import days
from ovop.stock.operations import withdraw_catch
from tests.make import accounts, market, shopping
from tests.make.clerks import clerk
from tests.make.pages import Page


@pytest.fixture
def siti(client: FlaskClient) -> Actor:
    siti = accounts.buyer()
    accounts.sign_in(client, siti)
    return siti


def again(client: FlaskClient, checkout: str) -> Page:
    return Page(client.post(f"/pesanan/belanja/{checkout}/lagi", follow_redirects=True))


def with_breaks() -> tuple[market.Shop, int]:
    """100 kg at Rp 30.000, at Rp 28.500 from 10 kg on."""
    seller = market.shop()
    write(change_product, seller.product, seller.clerk, days.now(), price_breaks=(PriceBreak(10_000, 5),))
    return seller, market.catch(seller, 100_000, 30_000)


def test_the_basket_is_filled_again(client: FlaskClient, siti: Actor) -> None:
    seller = market.shop()
    lot = market.catch(seller)
    checkout = market.check_out(siti, market.wanted(seller, {lot: 1_500}))
    assert "Pesan lagi yang terakhir" in Page(client.get("/pesanan")).words
    assert "Pesan lagi seperti ini" in Page(client.get(f"/pesanan/{checkout.orders[0].number}")).words
    for _time in range(2):
        page = again(client, checkout.id)
        assert page.value("quantity") == "1,5 kg"
        assert "Yang berubah sejak waktu itu" not in page.words


def test_what_is_gone_is_said_with_what_is_like_it(client: FlaskClient, siti: Actor) -> None:
    seller, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    lot = market.catch(seller)
    checkout = market.check_out(siti, market.wanted(seller, {lot: 1_500}))
    write(withdraw_catch, lot, "habis", seller.clerk, days.now())
    other = market.catch(lontar)
    page = again(client, checkout.id)
    assert "Udang windu : tidak dijual lagi. Yang sejenis:" in page.words.replace("windu:", "windu :")
    assert f"/belanja/tambah?catch={other}" in page.links
    assert "Belanjaanmu masih kosong" in page.words


def test_less_than_then_is_said(client: FlaskClient, siti: Actor) -> None:
    seller = market.shop()
    lot = market.catch(seller, 4_000)
    checkout = market.check_out(siti, market.wanted(seller, {lot: 3_000}))
    page = again(client, checkout.id)
    assert "sisanya tinggal 1 kg, dulu kamu pesan 3 kg." in page.words


def test_nobody_sees_what_another_bought(client: FlaskClient, siti: Actor) -> None:
    seller = market.shop()
    budi = accounts.buyer("budi@contoh.id", "Budi")
    checkout = market.check_out(budi, market.wanted(seller, {market.catch(seller): 3_000}))
    assert client.post(f"/pesanan/belanja/{checkout.id}/lagi").status_code in (403, 404)
    assert "Yang berubah" not in Page(client.get(f"/belanja?again={checkout.id}")).words


def test_breaks_are_shown_and_one_is_a_tap_away(client: FlaskClient) -> None:
    _seller, lot = with_breaks()
    page = Page(client.get(f"/hasil/{lot}"))
    assert "Harga grosir Mulai 10 kg Rp 28.500 / kg" in page.words
    taken = Page(shopping.put_in(client, lot, "1 kg", take="10000"))
    assert taken.value("quantity") == "10 kg"
    assert "Rp 285.000" in taken.words
    assert "Rp 313.500" in taken.words


def test_the_basket_says_where_more_costs_less(client: FlaskClient) -> None:
    _seller, lot = with_breaks()
    shopping.put_in(client, lot, "9,6 kg")
    page = Page(client.get("/belanja"))
    assert "10 kg malah Rp 285.000 saja: dari situ harga grosir." in page.words
    client.post(f"/belanja/{lot}", data={"take": "10000", "quantity": "9,6 kg"})
    page = Page(client.get("/belanja"))
    assert "harga grosir" in page.words
    assert "Rp 285.000" in page.words
    assert "malah" not in page.words


def test_breaks_changed_meanwhile_are_told_at_the_line(client: FlaskClient, siti: Actor) -> None:
    seller, lot = with_breaks()
    shopping.put_in(client, lot, "10 kg")
    shopping.choose(client, seller)
    form = shopping.form(client)
    write(change_product, seller.product, seller.clerk, days.now(), price_breaks=())
    page = Page(client.post("/bayar", data=form))
    assert page.status == 409
    assert "Harganya sekarang Rp 30.000, waktu kamu pilih Rp 28.500." in page.words


@pytest.mark.parametrize(("typed", "up", "down"), [("1 kg", "500", "-500"), ("10 kg", "5000", "-500")])
def test_steps_grow_with_the_amount(client: FlaskClient, typed: str, up: str, down: str) -> None:
    _seller, lot = with_breaks()
    shopping.put_in(client, lot, typed)
    html = client.get("/belanja").get_data(as_text=True)
    assert f'value="{up}"' in html
    assert f'value="{down}"' in html


def test_an_unusual_amount_is_asked_about_once(client: FlaskClient) -> None:
    _seller, lot = with_breaks()
    page = Page(shopping.put_in(client, lot, "60 kg"))
    assert page.status == 422
    assert page.value("confirmed") == "60000"
    assert shopping.put_in(client, lot, "60 kg", confirmed="60000").status_code == 302


def test_a_clerk_writes_breaks_down_with_the_product(client: FlaskClient) -> None:
    jaya = clerk(client)
    path = f"/koperasi/produk/{jaya.shop.product}"
    form = {"name": "Udang windu", "from_1": "10", "percent_1": "5", "from_3": "25 kg", "percent_3": "10 %"}
    assert client.post(path, data=form).status_code == 302
    page = Page(client.get(path))
    assert [page.value(name) for name in ("from_1", "percent_1", "from_2", "percent_2")] == [
        "10 kg",
        "5",
        "25 kg",
        "10",
    ]
    lot = market.catch(jaya.shop, 100_000, 30_000)
    assert "mulai 10 kg Rp 28.500, mulai 25 kg Rp 27.000" in Page(client.get(f"/koperasi/stok/{lot}")).words
    assert "mulai 10 kg Rp 28.500, mulai 25 kg Rp 27.000" in Page(client.get("/koperasi/jual")).words


def test_breaks_that_cannot_be_are_said_beside_their_field(client: FlaskClient) -> None:
    jaya = clerk(client)
    form = {"name": "Udang windu", "from_1": "10", "percent_1": "5", "from_3": "8 kg", "percent_3": "banyak"}
    page = Page(client.post(f"/koperasi/produk/{jaya.shop.product}", data=form))
    assert page.status == 422
    assert "Harus lebih besar daripada yang di atasnya." in page.errors
    assert page.value("from_3") == "8 kg"
