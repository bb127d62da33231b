"""Selling the same again from the first screen, and what can be done to a lot with one tap, taken back included."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.db import db
from ovop.stock.models import Catch
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.make.clerks import Clerk, clerk
from tests.make.sales import KAMASAN, LONTAR, sale


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def lot(catch: int) -> Catch:
    db.session.rollback()
    return db.session.get_one(Catch, catch, populate_existing=True)


def lots() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Catch.id).order_by(Catch.id)))


def form(jaya: Clerk, **fields: object) -> dict[str, object]:
    plain = {"key": "sell-1", "product": jaya.shop.product, "quantity": "25", "unit_price": "32.000", "when": "now"}
    return plain | {"keep": "auto"} | fields


def test_what_was_sold_last_is_on_the_first_screen_with_its_price(jaya: Clerk, clock: Clock) -> None:
    assert "Jual lagi" not in jaya.see("/koperasi").all("h2")
    for number, name in enumerate(("Bandeng", "Teri", "Rajungan", "Cumi"), start=1):
        clock.forward(minutes=1)
        product = market.product(jaya.shop.id, name, "MIL")
        market.catch(jaya.shop, unit_price=10_000 * number, product=product)
    page = jaya.see("/koperasi")
    assert [words.split(" Rp")[0] for words in page.all("again")[0].split(" / kg ")[:3]] == ["Cumi", "Rajungan", "Teri"]
    assert "Rp 40.000 / kg" in page.all("again")[0]
    selling = jaya.see(next(link for link in page.links if "/koperasi/jual?product=" in link))
    assert selling.all("h1") == ["Cumi"]
    assert selling.value("unit_price") == "Rp 40.000"
    assert selling.value("quantity") == ""


def test_numbers_may_be_said(jaya: Clerk) -> None:
    jaya.send("/koperasi/jual", form(jaya, quantity="lima belas kilo", unit_price="dua puluh lima ribu"))
    (sold,) = db.session.query(Catch)
    assert (sold.caught, sold.unit_price) == (15_000, 25_000)


def test_without_script_a_step_is_taken_and_nothing_sold(jaya: Clerk) -> None:
    market.catch(jaya.shop, 30_000, 32_000)
    page = jaya.send("/koperasi/jual", form(jaya, quantity="", quantity_step="5000"))
    assert page.value("quantity") == "30 kg"  # the usual
    page = jaya.send("/koperasi/jual", form(jaya, quantity="32 kg", quantity_step="5000", grade="A"))
    assert (page.value("quantity"), page.value("grade")) == ("35 kg", "A")
    page = jaya.send("/koperasi/jual", form(jaya, quantity="2", quantity_step="-5000"))
    assert page.value("quantity") == "5 kg"
    page = jaya.send("/koperasi/jual", form(jaya, unit_price="32.200", unit_price_step="-500"))
    assert page.value("unit_price") == "Rp 32.000"
    for odd in ("x", "", "9" * 30):
        assert jaya.send("/koperasi/jual", form(jaya, quantity="?", quantity_step=odd, unit_price="0")).status < 500
    assert count("catch") == 1
    catch = lots()[0]
    page = jaya.send(f"/koperasi/stok/{catch}/stok", {"direction": "more", "amount": "", "amount_step": "1000"})
    assert (page.value("amount"), page.chosen("direction")) == ("1 kg", "more")
    page = jaya.send(f"/koperasi/stok/{catch}", {"unit_price": "32.000", "note": "manis", "unit_price_step": "500"})
    assert page.value("unit_price") == "Rp 32.500"
    assert "manis" in page.words
    assert lot(catch).unit_price == 32_000


def test_what_the_market_paid_stands_beside_the_price_from_three_sellers_on(jaya: Clerk) -> None:
    buyer = accounts.buyer()
    shops = [jaya.shop, market.shop("lontar", LONTAR), market.shop("kamasan", KAMASAN)]
    for number, (seller, price) in enumerate(zip(shops, (30_000, 36_000, 50_000), strict=True)):
        assert "Harga tengah" not in jaya.see("/koperasi/jual").words, number
        sale(buyer, seller, {market.catch(seller, unit_price=price): 1_000})
    assert "Harga tengah pasar sebulan ini: Rp 36.000." in jaya.see("/koperasi/jual").words
    dried = market.product(jaya.shop.id, "Udang kering", "GIT", form="dried")
    assert "Harga tengah" not in jaya.see(f"/koperasi/jual?product={dried}").words


def test_a_lot_is_sold_again_as_it_was_with_another_quantity(jaya: Clerk) -> None:
    jaya.send("/koperasi/jual", form(jaya, grade="A", gear="GTR", note="dari tambak", landing_price="20.000"))
    (first,) = db.session.query(Catch)
    market.catch(jaya.shop, unit_price=99_000)
    page = jaya.see(f"/koperasi/jual?like={first.id}")
    assert (page.value("unit_price"), page.value("grade")) == ("Rp 32.000", "A")
    assert (page.value("landing_price"), page.value("quantity")) == ("Rp 20.000", "")
    assert "dari tambak" in page.words
    lontar = clerk(jaya.client, "lontar", village="36.04.13.2007")
    assert "dari tambak" not in lontar.see(f"/koperasi/jual?like={first.id}").words


def test_each_lot_in_the_list_is_one_tap_from_what_can_be_done_to_it(jaya: Clerk) -> None:
    catch = market.catch(jaya.shop)
    links = [link for link in jaya.see("/koperasi/stok").links if f"/{catch}?" in link or f"like={catch}" in link]
    assert len(links) == 4
    for link in links:
        assert jaya.see(link.partition("#")[0]).status == 200
    assert jaya.see(f"/koperasi/stok/{catch}?open=stock&direction=more").chosen("direction") == "more"
    assert jaya.see(f"/koperasi/stok/{catch}?open=change").value("unit_price") == "Rp 37.500"
    assert jaya.see(f"/koperasi/stok/{catch}?open=x&direction=y").status == 200


def test_sold_out_is_one_tap_and_orders_stand(jaya: Clerk) -> None:
    catch = market.catch(jaya.shop)
    jaya.order({catch: 1_000})
    assert jaya.send(f"/koperasi/stok/{catch}/habis", {"from": "stock"}).location == "/koperasi/stok"
    jaya.send(f"/koperasi/stok/{catch}/habis")
    assert (lot(catch).available, lot(catch).held, lot(catch).lost) == (0, 1_000, 9_000)
    page = jaya.see("/koperasi/stok")
    assert "Udang windu habis, 9 kg keluar dari stok." in page.words
    assert page.html.count("/koperasi/urungkan/") == 1
    jaya.undo()
    assert (lot(catch).available, lot(catch).lost) == (9_000, 0)
    assert market.broken() == []


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        ("", {"unit_price": "40.000"}, "Harga Udang windu diubah dari Rp 37.500 menjadi Rp 40.000."),
        ("", {"unit_price": "37.500", "note": "manis"}, "Keterangan Udang windu sudah diubah."),
        ("/stok", {"direction": "more", "amount": "2", "reason": "Salah timbang"}, "Stok Udang windu ditambah 2 kg."),
        ("/stok", {"direction": "less", "amount": "2", "reason": "Rusak"}, "Stok Udang windu dikurangi 2 kg."),
        ("/tarik", {"reason": "Rusak"}, "Udang windu tidak dijual lagi."),
    ],
)
def test_every_change_is_said_and_taken_back_from_any_page(
    jaya: Clerk, clock: Clock, path: str, fields: dict[str, str], says: str
) -> None:
    catch = market.catch(jaya.shop)
    clock.forward(seconds=1)
    before = {column.name: getattr(lot(catch), column.name) for column in Catch.__table__.columns}
    best_before = {"best_before": jaya.see(f"/koperasi/stok/{catch}").value("best_before")}
    jaya.send(f"/koperasi/stok/{catch}{path}", {"key": "k-1", **best_before, **fields})
    assert says in jaya.see("/koperasi/uang").words
    back = jaya.undo()
    assert "kembali seperti tadi" in jaya.see(back.location or "").words
    assert {column.name: getattr(lot(catch), column.name) for column in Catch.__table__.columns} == before
    assert market.broken() == []


def test_too_late_or_overtaken_is_said_and_leads_to_the_lot(jaya: Clerk, clock: Clock) -> None:
    catch = market.catch(jaya.shop)
    step = jaya.see("/koperasi/stok").html.partition("/koperasi/urungkan/")[2].partition('"')[0]
    jaya.order({catch: 1_000})
    assert jaya.send(f"/koperasi/urungkan/{step}").location == f"/koperasi/stok/{catch}"
    assert "sudah dipesan" in jaya.see(f"/koperasi/stok/{catch}").words
    clock.forward(minutes=2)
    assert "Urungkan" not in jaya.see("/koperasi/stok").words
    jaya.send(f"/koperasi/urungkan/{step}")
    assert "lewat satu menit" in jaya.see(f"/koperasi/stok/{catch}").words
    assert jaya.send("/koperasi/urungkan/999999").status == 404
    lontar = clerk(jaya.client, "lontar", village="36.04.13.2007")
    assert lontar.send(f"/koperasi/urungkan/{step}").status == 404
    assert lot(catch).available == 9_000
