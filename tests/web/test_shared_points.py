"""Sharing a pickup point on the pages of both sides, and what their buyers read of it."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from ovop.accounts.models import Account
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.ordering.models import Order
from ovop.pickup.use_rules import UseStep
from tests.make import accounts, market, sharing, shopping
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    """Whose point it is."""
    return clerk(client)


@pytest.fixture
def lontar(app: APIFlask) -> Clerk:
    """The neighbour."""
    return clerk(app.test_client(), "lontar", village="36.04.13.2007")


def use_path(jaya: Clerk, lontar: Clerk) -> str:
    return f"/koperasi/titik/{jaya.shop.point}/bersama/{lontar.shop.id}"


def test_a_point_is_offered_seen_on_the_first_screen_and_agreed_on(jaya: Clerk, lontar: Clerk) -> None:
    path = f"/koperasi/titik/{jaya.shop.point}/bersama"
    offer = jaya.see(path)
    assert f'<option value="{lontar.shop.id}">Koperasi Lontar' in offer.html
    done = jaya.send(path, {"guest": lontar.shop.id, "note": "Dermagamu jauh dari pasar"})
    assert done.location == use_path(jaya, lontar)
    assert "Menunggu jawaban Koperasi Lontar." in jaya.see(done.location).words
    assert "Jawab tawaran titik ambil" in lontar.see("/koperasi").words
    assert "Koperasi Tengkurak menawarkan titik Dermaga." in lontar.see("/koperasi/titik").words
    asked = lontar.see(use_path(jaya, lontar))
    assert "Dermagamu jauh dari pasar" in asked.words
    lontar.send(use_path(jaya, lontar), {"step": "agree"})
    hosted = lontar.see("/koperasi/titik")
    assert "Titik milik Koperasi Tengkurak" in hosted.words
    assert "Jawab tawaran" not in lontar.see("/koperasi").words
    assert "Dipakai bersama Koperasi Lontar." in jaya.see("/koperasi/titik").words
    assert market.broken() == []


def test_a_neighbours_point_is_asked_for_and_the_question_taken_back(jaya: Clerk, lontar: Clerk) -> None:
    page = lontar.see("/koperasi/titik/tetangga")
    assert "Titik milik Koperasi Tengkurak" in page.words
    assert lontar.send("/koperasi/titik/tetangga").status == 422
    assert lontar.send("/koperasi/titik/tetangga", {"point": jaya.shop.point, "note": "x" * 201}).status == 422
    lontar.send("/koperasi/titik/tetangga", {"point": jaya.shop.point, "note": "Boleh ikut?"})
    assert "Jawab permintaan titik ambil" in jaya.see("/koperasi").words
    assert "Titik milik Koperasi Tengkurak" not in lontar.see("/koperasi/titik/tetangga").words
    lontar.send(use_path(jaya, lontar), {"step": "withdraw"})
    late = jaya.send(use_path(jaya, lontar), {"step": "agree"})
    assert late.location == "/koperasi/titik"
    assert "Keadaannya sudah berubah" in jaya.see("/koperasi/titik").words


def test_a_guest_reads_the_times_and_changes_nothing_of_the_point(jaya: Clerk, lontar: Clerk) -> None:
    point, slot = jaya.shop.point, market.slots(jaya.shop)[0].id
    guests_own = f"/koperasi/titik/{point}/jadwal"
    lontar.see(guests_own, 404)
    sharing.shared(jaya.shop, lontar.shop)
    page = lontar.see(guests_own)
    assert "Titik milik Koperasi Tengkurak" in page.words
    assert "/tutup" not in page.html
    assert f"/koperasi/titik/{point}/hari-khusus" not in page.html
    packing = lontar.see(f"/koperasi/jadwal/{slot}")
    assert "Tutup jadwal ini" not in packing.words
    for path in (f"/koperasi/titik/{point}", f"/koperasi/titik/{point}/hari-khusus", f"/koperasi/jadwal/{slot}/tutup"):
        lontar.see(path, 404)
    assert lontar.send(f"/koperasi/jadwal/{slot}/tutup", {"reason": "ombak"}).status == 404
    assert lontar.send(f"/koperasi/titik/{point}/pakai", {"active": "0"}).status == 404
    assert lontar.send(f"/koperasi/titik/{point}/bersama", {"guest": lontar.shop.id}).status == 404


def test_each_packing_list_has_its_own_orders_and_closing_says_how_many_more_fall(jaya: Clerk, lontar: Clerk) -> None:
    sharing.shared(jaya.shop, lontar.shop)
    slot = market.slots(jaya.shop)[0].id
    own = jaya.order({market.catch(jaya.shop): 1000}, slot=slot).number
    theirs = lontar.order({market.catch(lontar.shop): 1000}, accounts.buyer("budi@contoh.id"), slot=slot).number
    for at, mine, other in ((jaya, own, theirs), (lontar, theirs, own)):
        page = at.see(f"/koperasi/jadwal/{slot}")
        assert mine in page.words
        assert other not in page.html
        assert other not in at.see("/koperasi").html
    closing = jaya.see(f"/koperasi/jadwal/{slot}/tutup")
    assert "Juga 1 pesanan koperasi lain" in closing.words
    assert theirs not in closing.html
    assert "2 dari 10 pesanan" in jaya.see(f"/koperasi/titik/{jaya.shop.point}/jadwal").words
    [kept] = lontar.client.get("/koperasi/lapangan/data").get_json()["slots"]
    assert (kept["id"], [order["number"] for order in kept["orders"]]) == (slot, [theirs])


def test_after_the_end_the_guest_still_finds_what_it_has_to_hand_over(jaya: Clerk, lontar: Clerk) -> None:
    sharing.shared(jaya.shop, lontar.shop)
    slot, lot = market.slots(jaya.shop)[0].id, market.catch(lontar.shop)
    number = lontar.order({lot: 1000}, slot=slot).number
    warned = lontar.see(use_path(jaya, lontar))
    assert "1 pesananmu masih harus diserahkan di sini" in warned.words
    lontar.send(use_path(jaya, lontar), {"step": "end", "note": "Kami pindah"})
    assert "1 pesanan Koperasi Lontar masih akan diserahkan di sini" in jaya.see(use_path(jaya, lontar)).words
    assert number in lontar.see(f"/koperasi/jadwal/{slot}").words
    lontar.see(f"/koperasi/titik/{jaya.shop.point}/jadwal", 404)
    write(operations.weigh_order, number, {lot: 1000}, lontar.shop.clerk, days.now())
    assert lontar.see(f"/koperasi/pesanan/{number}/serah").status == 200


def test_clerks_read_and_managers_decide(jaya: Clerk, lontar: Clerk, app: APIFlask) -> None:
    sharing.step(jaya.shop, lontar.shop, jaya.shop, UseStep.OFFER)
    helper = accounts.member(lontar.shop.id, "petugas@contoh.id")
    write(lambda session: session.execute(update(Account).where(Account.id == helper.id).values(is_manager=False)))
    browser = app.test_client()
    accounts.sign_in(browser, helper)
    page = Page(browser.get(use_path(jaya, lontar)))
    assert "Yang memutuskan soal berbagi titik adalah pengurus." in page.words
    assert browser.post(use_path(jaya, lontar), data={"step": "agree"}).status_code == 403


def test_strangers_are_not_told_of_it(jaya: Clerk, lontar: Clerk, app: APIFlask) -> None:
    sharing.shared(jaya.shop, lontar.shop)
    other = clerk(app.test_client(), "cikande", village="36.04.20.2001")
    other.see(use_path(jaya, lontar), 404)
    assert other.send(use_path(jaya, lontar), {"step": "end"}).status == 404


def test_a_buyer_reads_whose_point_it_is_and_takes_both_goods_there(jaya: Clerk, lontar: Clerk, app: APIFlask) -> None:
    sharing.shared(jaya.shop, lontar.shop)
    lots = market.catch(jaya.shop), market.catch(lontar.shop)
    browser = app.test_client()
    accounts.sign_in(browser, accounts.buyer())
    assert "Titik milik Koperasi Tengkurak" in Page(browser.get(f"/hasil/{lots[1]}")).words
    for lot in lots:
        shopping.put_in(browser, lot, "1 kg")
    choice = Page(browser.get("/ambil"))
    assert choice.words.count("Titik milik Koperasi Tengkurak") == 1
    slot, data = market.slots(jaya.shop)[0].id, {}
    for seller in (jaya.shop, lontar.shop):
        data[f"point_{seller.id}"] = str(jaya.shop.point)
        data[f"slot_{seller.id}_{jaya.shop.point}"] = str(slot)
    assert browser.post("/ambil", data=data).status_code == 302
    assert shopping.order(browser).status_code == 302
    numbers = db.session.scalars(select(Order.number)).all()
    pages = [Page(browser.get(f"/pesanan/{number}")).words for number in numbers]
    assert sorted("Titik milik Koperasi Tengkurak" in page for page in pages) == [False, True]
    assert market.broken() == []
