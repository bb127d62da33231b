"""The counter, losses and prices that step down, on a clerk's phone without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.payment.merchant import set_code
from ovop.stock.queries import get_lot
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, codes, market
from tests.make.clerks import Clerk, clerk


@pytest.fixture
def desk(client: FlaskClient) -> Clerk:
    """A clerk of a co-operative with a QRIS."""
    found = clerk(client)
    write(set_code, codes.static(), found.shop.clerk, days.now())
    return found


def left(desk: Clerk, lot: int) -> tuple[int, int, int]:
    found = get_lot(db.session(), lot, desk.shop.clerk)
    return found.available, found.sold, found.lost


def test_weigh_see_the_sum_take_the_cash_once(desk: Clerk) -> None:
    lot = market.catch(desk.shop)
    page = desk.see(f"/koperasi/stok/{lot}")
    assert f"/koperasi/stok/{lot}/di-tempat" in page.html
    assert "10 kg" in desk.see(f"/koperasi/stok/{lot}/di-tempat").words
    pay = desk.see(f"/koperasi/stok/{lot}/di-tempat?quantity=1,333&unit_price=37.500")
    assert "Rp 50.000" in pay.words
    assert "QRIS KIOS UJI COBA" in pay.html
    form = {"quantity": "1,333", "unit_price": "37500", "method": "cash", "key": "satu"}
    sold = desk.send(f"/koperasi/stok/{lot}/di-tempat", form)
    assert desk.send(f"/koperasi/stok/{lot}/di-tempat", form).location == sold.location
    assert left(desk, lot) == (8667, 1333, 0)
    receipt = desk.see(sold.location or "")
    assert f"Nota {desk.shop.id:03d}-T000001" in receipt.words
    again = desk.send(f"/koperasi/stok/{lot}/di-tempat", {**form, "quantity": "2"})
    assert again.status == 422
    today = desk.see("/koperasi/di-tempat")
    assert "Rp 50.000" in today.words
    assert "Penjualan di tempat" in desk.see("/koperasi/uang").words
    assert "Penjualan di tempat" in desk.see("/koperasi/kas").words
    assert market.broken() == []


def test_the_last_kilo_tapped_twice_is_one_sale(desk: Clerk) -> None:
    lot = market.catch(desk.shop, 1000)
    form = {"quantity": "1", "unit_price": "37500", "method": "cash", "key": "satu"}
    path = f"/koperasi/stok/{lot}/di-tempat"
    first = desk.send(path, form).location
    assert first == desk.send(path, form).location is not None
    ahead = market.catch(desk.shop, landed_at=days.now() + timedelta(hours=5))
    assert "belum didaratkan" in desk.see(f"/koperasi/stok/{ahead}/di-tempat").words


def test_a_sale_is_undone_with_a_reason(desk: Clerk) -> None:
    lot = market.catch(desk.shop)
    form = {"quantity": "1", "unit_price": "37500", "method": "qris", "reference": "ABC", "key": "satu"}
    path = desk.send(f"/koperasi/stok/{lot}/di-tempat", form).location or ""
    assert desk.send(f"{path}/batal", {"reason": " "}).status == 422
    assert desk.send(f"{path}/batal", {"reason": "salah lot"}).status == 302
    assert "Penjualan ini dibatalkan" in desk.see(path).words
    assert "Dibatalkan" in desk.see("/koperasi/di-tempat").words
    assert left(desk, lot) == (10_000, 0, 0)


def test_what_cannot_be_sold_says_why_and_keeps_what_was_typed(desk: Clerk, clock: Clock) -> None:
    lot = market.catch(desk.shop, 1000)
    path = f"/koperasi/stok/{lot}/di-tempat"
    for quantity, words in (("2", "tinggal 1 kg"), ("ikan", "Tulis beratnya"), ("0,001", "Terlalu kecil")):
        page = desk.see(f"{path}?quantity={quantity}&unit_price=37.500", 422)
        assert words in page.words
        assert f'value="{quantity}"' in page.html
    assert desk.send(path, {"quantity": "1", "unit_price": "37500", "method": "utang", "key": "k"}).status == 422
    clock.forward(days=3)
    assert "tidak boleh dijual lagi" in desk.see(path).words
    assert desk.send(path, {"quantity": "1", "unit_price": "37500", "method": "cash", "key": "k"}).status == 409
    assert count("counter_sale") == 0


def test_goods_of_a_no_show_lead_to_the_counter_or_a_loss(desk: Clerk, clock: Clock) -> None:
    lot = market.catch(desk.shop, 1000)
    order = desk.order({lot: 1000})
    clock.forward(hours=12)
    write(operations.mark_no_show, order.number, desk.shop.clerk, days.now())
    page = desk.see(f"/koperasi/pesanan/{order.number}")
    assert "Barangnya masih ada" in page.words
    assert 'value="1 kg"' in desk.see(f"/koperasi/stok/{lot}/di-tempat?ambil=1000").html
    assert 'value="1 kg"' in desk.see(f"/koperasi/stok/{lot}/rugi?ambil=1000").html


def test_a_loss_is_recorded_once_and_taken_back(desk: Clerk, clock: Clock) -> None:
    lot = market.catch(desk.shop, 10_000, 40_000)
    clock.forward(days=3)
    path = f"/koperasi/stok/{lot}/rugi"
    for form, words in (
        ({"quantity": "4", "key": "k"}, "Isi dulu"),
        ({"quantity": "40", "cause": "spoilt", "key": "k"}, "tinggal 10 kg"),
        ({"quantity": "4", "cause": "other", "key": "k"}, "Isi dulu"),
    ):
        page = desk.send(path, form)
        assert (page.status, words in page.words) == (422, True)
    form = {"quantity": "4", "cause": "spoilt", "note": "es habis", "key": "k"}
    assert [desk.send(path, form).status for _ in range(2)] == [302, 302]
    assert left(desk, lot) == (6_000, 0, 4_000)
    found = desk.see("/koperasi/rugi")
    assert "Rp 160.000" in found.words
    assert "Busuk atau lewat waktu: es habis" in found.words
    (back,) = re.findall(r'action="(/koperasi/rugi/[0-9]+/batal)"', found.html)
    assert desk.send(back, {"reason": ""}).status == 422
    assert desk.send(back, {"reason": "salah"}).status == 302
    assert left(desk, lot) == (10_000, 0, 0)


def test_prices_step_down_by_the_rule_that_a_manager_sets(desk: Clerk, client: FlaskClient, clock: Clock) -> None:
    lot = market.catch(desk.shop, unit_price=40_000, best_before=days.now() + timedelta(hours=10))
    rule = {"kind": "on", "hours_1": "6", "percent_1": "10", "hours_2": "3", "percent_2": "25", "floor": ""}
    page = desk.send("/koperasi/aturan-harga", {**rule, "hours_2": "6", "percent_1": "sepuluh"})
    assert page.status == 422
    assert 'value="sepuluh"' in page.html
    assert desk.send("/koperasi/aturan-harga", rule).status == 302
    seen = desk.see(f"/koperasi/stok/{lot}").words
    assert "Akan turun sendiri" in seen
    assert "Sisa waktu 10 jam" in seen
    clock.forward(hours=4)
    assert "Harga awal Rp 40.000, sudah turun sendiri." in desk.see(f"/koperasi/stok/{lot}").words
    assert "Rp 36.000" in desk.see("/koperasi/stok").words
    shop_page = desk.see(f"/hasil/{lot}").words
    assert "Turun dari Rp 40.000 menjelang waktu ambil terakhir." in shop_page
    assert "Pesan sampai Sen 5 Jan 16.00 WIB, ambil paling lambat Sen 5 Jan 18.00 WIB." in shop_page
    assert desk.send(f"/koperasi/stok/{lot}/aturan-harga", {"kind": ""}).status == 422
    assert desk.send(f"/koperasi/stok/{lot}/aturan-harga", {"kind": "off"}).status == 302
    assert "Aturan harga diganti" in desk.see(f"/koperasi/stok/{lot}").words


def test_how_it_is_kept_says_how_long_it_is_best(desk: Clerk) -> None:
    product = market.product(desk.shop.id, "Kembung", "RAG")
    form = {"product": product, "quantity": "5", "unit_price": "30000", "when": "now", "keep": "auto", "key": "k"}
    sold = desk.send("/koperasi/jual", {**form, "handling": "uniced"})
    lot = int((sold.location or "").partition("sold=")[2].partition("&")[0])
    found = get_lot(db.session(), lot, desk.shop.clerk)
    assert (found.handling, found.best_before - found.landed_at) == ("uniced", timedelta(hours=6))
    assert "Tanpa es" in desk.see(f"/koperasi/stok/{lot}").words


def test_strangers_see_nothing_of_it(desk: Clerk, app: APIFlask) -> None:
    lot = market.catch(desk.shop)
    path = desk.send(
        f"/koperasi/stok/{lot}/di-tempat", {"quantity": "1", "unit_price": "9000", "method": "cash", "key": "k"}
    ).location
    other = clerk(app.test_client(), "lontar", village="36.04.13.2007")
    other.see(path or "", 404)
    other.see(f"/koperasi/stok/{lot}/di-tempat", 404)
    other.see(f"/koperasi/stok/{lot}/rugi", 404)
    assert accounts.current(other.client).cooperative_id != desk.shop.id
