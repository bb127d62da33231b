"""Calling a lot back on pages: a clerk's, the office's, and what buyers and everybody else read then."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop import wiring
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows as ordering
from ovop.ordering import operations
from ovop.recall import flows
from ovop.recall import operations as recalls
from ovop.recall.queries import find_recall
from ovop.stock.models import Catch
from ovop.worker import Worker
from tests.make import accounts, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page

WHY = "Air tambaknya tercemar solar"


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def code_of(lot: int) -> str:
    return db.session.get_one(Catch, lot).lot_code


def test_a_clerk_sees_what_it_means_says_why_and_has_the_list_to_phone(app: APIFlask, jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    siti = accounts.buyer("siti@contoh.id", "Siti Aminah", "+6281234567890")
    budi = accounts.buyer(None, "Budi", "+6281298765432")
    home = jaya.order({lot: 1000}, siti)
    write(operations.weigh_order, home.number, {lot: 1000}, jaya.shop.clerk, days.now())
    ordering.hand_over(home.number, home.pickup_code, "", jaya.shop.clerk, days.now())
    waiting = jaya.order({lot: 500}, budi)
    here = f"/koperasi/stok/{lot}/penarikan"
    assert here in jaya.see(f"/koperasi/stok/{lot}").links
    ahead = jaya.see(here).words
    for words in ("1 pesanan dibatalkan seluruhnya", "1 pesanan sudah diambil", "8,5 kg yang belum dipesan"):
        assert words in ahead
    refused = jaya.send(here, {"reason": "  "})
    assert (refused.status, refused.errors) == (422, ["Isi dulu bagian ini."])
    too_long = jaya.send(here, {"reason": "x" * 301})
    assert (too_long.status, too_long.errors) == (422, ["Terlalu panjang."])
    assert "x" * 301 in too_long.html
    assert jaya.send(here, {"reason": WHY}).location == here
    assert jaya.send(here, {"reason": "lagi"}).location == here
    Worker(app, wiring.JOBS, wiring.DUTIES).drain()
    page = jaya.see(here)
    for words in (WHY, "Siti Aminah", "0812-3456-7890", "Surat terkirim", "Tidak punya e-mail", waiting.number):
        assert words in page.words
    (refund,) = (link for link in page.links if "/uang-kembali" in link)
    assert refund.startswith(f"/koperasi/pesanan/{home.number}/")
    form = jaya.see(refund)
    assert (form.value("amount") or "").replace("\N{NO-BREAK SPACE}", " ") == "Rp 37.500"
    assert "ditarik demi keamanan pangan" in form.all("textarea")[0]
    data = {"key": form.value("key"), "amount": form.value("amount"), "words": form.all("textarea")[0]}
    jaya.send(f"/koperasi/pesanan/{home.number}/uang-kembali", data)
    assert "Rp 37.500 kembali" in jaya.see(here).words
    first = next(found for found in page.ids if found.startswith("buyer-")).removeprefix("buyer-")
    assert jaya.send(f"{here}/{first}", {"reached": "1"}).status == 302
    assert "Sudah diajak bicara" in jaya.see(here).words
    jaya.send(f"{here}/{first}", {"reached": "0"})
    assert "Sudah diajak bicara" not in jaya.see(here).words
    assert "Lihat pembelinya" in jaya.see(f"/koperasi/stok/{lot}").words
    assert "Ditarik: keamanan pangan" in jaya.see("/koperasi/stok?shelf=ended").words
    assert market.broken() == []


def test_ending_a_sale_is_something_else(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 500})
    jaya.send(f"/koperasi/stok/{lot}/tarik", {"reason": "habis"})
    assert find_recall(db.session(), lot) is None
    assert jaya.read(order.number).status == "confirmed"
    page = jaya.see(f"/koperasi/stok/{lot}")
    assert "Tidak dijual lagi" in page.words
    assert "Ditarik" not in page.words


def test_the_office_finds_a_lot_calls_it_back_and_reads_nothing_of_its_buyers(
    app: APIFlask, client: FlaskClient
) -> None:
    shop = market.shop()
    lot = market.catch(shop)
    market.order(accounts.buyer("siti@contoh.id", "Siti Aminah", "+6281234567890"), shop, {lot: 1000})
    accounts.sign_in(client, accounts.official())
    assert "Belum ada lot yang ditarik" in Page(client.get("/dinas/penarikan")).words
    unknown = Page(client.get("/dinas/penarikan?kode=TEN-260105-0000"))
    assert (unknown.status, len(unknown.errors)) == (404, 1)
    code = code_of(lot)
    typed = code.lower().replace("-", " -")
    here = client.get("/dinas/penarikan", query_string={"kode": typed}).location
    assert here == f"/dinas/penarikan/{code}"
    assert "1 pesanan dibatalkan seluruhnya" in Page(client.get(here)).words
    assert client.post(here, data={"reason": ""}).status_code == 422
    assert client.post(here, data={"reason": WHY}).location == here
    page = Page(client.get(here))
    assert WHY in page.words
    assert "Siti" not in page.words + Page(client.get("/dinas/penarikan")).words
    assert code in Page(client.get("/dinas/penarikan")).words
    assert client.post("/dinas/penarikan/TEN-260105-0000", data={"reason": WHY}).status_code == 404
    row = find_recall(db.session(), lot)
    assert row is not None
    assert (row.by_office, row.cancelled) == (True, 1)
    assert market.broken() == []


def test_a_buyer_reads_on_the_order_that_it_must_not_be_eaten(app: APIFlask, client: FlaskClient) -> None:
    shop, buyer = market.shop(), accounts.buyer()
    lot = market.catch(shop)
    home, waiting = (market.order(buyer, shop, {lot: 1000}) for _ in range(2))
    write(operations.weigh_order, home.number, {lot: 1000}, shop.clerk, days.now())
    ordering.hand_over(home.number, home.pickup_code, "", shop.clerk, days.now())
    flows.recall(lot, WHY, shop.clerk, days.now())
    accounts.sign_in(client, buyer)
    page = Page(client.get(f"/pesanan/{home.number}"))
    assert "Jangan dimakan dulu" in page.words
    assert "selamat menikmati" not in page.words
    assert f"/t/{code_of(lot)}" in page.links
    page = Page(client.get(f"/pesanan/{waiting.number}"))
    assert f"Ditarik demi keamanan pangan: {WHY}" in page.words
    english = Page(client.get(f"/en/pesanan/{waiting.number}"))
    assert f"Recalled for food safety: {WHY}" in english.words


def test_what_is_known_of_it_is_part_of_ones_data(app: APIFlask, client: FlaskClient) -> None:
    shop, buyer = market.shop(), accounts.buyer()
    lot = market.catch(shop)
    market.order(buyer, shop, {lot: 1000})
    flows.recall(lot, WHY, shop.clerk, days.now())
    accounts.sign_in(client, buyer)
    [order] = client.get("/akun/data.json").get_json()["orders"]
    [known] = order["recalls"]
    assert (known["lot_code"], known["reason"], known["spoken_at"]) == (code_of(lot), WHY, None)


def test_whoever_tries_to_hand_it_over_is_told_why_not(app: APIFlask, jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1000})
    write(operations.weigh_order, order.number, {lot: 1000}, jaya.shop.clerk, days.now())
    write(recalls.recall, lot, WHY, jaya.shop.clerk, days.now())
    page = jaya.send(f"/koperasi/pesanan/{order.number}/serah", {"code": order.pickup_code})
    assert page.status == 409
    assert "Lot ini ditarik demi keamanan pangan" in page.words
    write(recalls.list_concerned, find_recall(db.session(), lot).id, days.now())  # type: ignore[union-attr]
    flows.recall(lot, WHY, jaya.shop.clerk, days.now())
    assert jaya.read(order.number).status == "cancelled"
