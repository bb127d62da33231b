"""Paying: the last look, and one order for one basket."""

from __future__ import annotations

import threading
from datetime import time

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.db import db, write
from ovop.kernel import days
from ovop.pickup.rules import Hours
from ovop.stock.operations import CatchChanges, change_catch
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, shopping
from tests.make.pages import Page


def booked(seller: market.Shop) -> list[int]:
    db.session.rollback()
    return [slot.capacity - slot.free for slot in market.slots(seller)]


# Paying


def test_who_is_not_signed_in_does_that_here_and_keeps_everything(client: FlaskClient) -> None:
    seller = market.shop()
    shopping.put_in(client, market.catch(seller), "1 kg")
    shopping.choose(client, seller)
    page = Page(client.get("/bayar"))
    assert page.status == 200
    assert page.all("h2")[-1] == "Atas nama siapa?"
    assert page.value("next") == "/bayar"
    assert client.post("/bayar", data={"payment": "cash"}).location == "/masuk"
    answer = client.post(
        "/daftar",
        data={"name": "Siti", "login": "siti@contoh.id", "password": accounts.PASSWORD, "next": page.value("next")},
    )
    assert answer.location == "/bayar"
    assert shopping.order(client).status_code == 302
    assert count("order") == 1


def test_the_summary_says_what_where_when_and_at_most(client: FlaskClient) -> None:
    shopping.ready(client)
    page = Page(client.get("/bayar"))
    assert "Udang windu 1,5 kg" in page.words
    assert "Hari ini 10.00–11.00 WIB" in page.words
    assert "Perkiraan Rp 56.300 Paling banyak Rp 61.900" in page.words
    assert "tidak pernah lebih dari Rp 61.900" in page.words
    assert client.get("/bayar").headers["Cache-Control"] == "no-store"


def test_ways_to_pay_that_cannot_be_chosen_say_why(client: FlaskClient) -> None:
    seller, _lot = shopping.ready(client)
    page = Page(client.get("/bayar"))
    assert page.options("payment") == {"qris": False, "cash": True}
    assert page.chosen("payment") == "cash"
    assert "Koperasi Tengkurak belum punya QRIS." in page.words
    shopping.with_qris(seller)
    assert Page(client.get("/bayar")).options("payment") == {"qris": True, "cash": True}


def test_the_demo_card_is_offered_only_in_a_demo(client: FlaskClient) -> None:
    _seller, _lot = shopping.ready(client)
    assert "demo" not in Page(client.get("/bayar")).options("payment")
    refused = Page(shopping.order(client, "demo"))
    assert refused.status == 409
    assert count("order") == 0
    accounts.demo_buyer()
    assert "Pasar contoh" in Page(client.get("/bayar")).words


def test_an_order_is_placed_and_the_basket_is_empty(client: FlaskClient) -> None:
    seller, _lot = shopping.ready(client)
    answer = shopping.order(client, note="tolong  dibersihkan")
    page = Page(client.get(answer.location or "", follow_redirects=True))
    assert page.all("h1") == ["Pesananmu sudah masuk"]
    assert "Catatanmu: tolong dibersihkan" in page.words
    assert Page(client.get("/belanja")).all("h1") == ["Belanjaanmu masih kosong"]
    assert booked(seller)[0] == 1
    assert not market.broken()


def test_one_order_for_each_seller(client: FlaskClient) -> None:
    tengkurak, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    accounts.sign_in(client, accounts.buyer())
    for seller in (tengkurak, lontar):
        shopping.put_in(client, market.catch(seller), "1 kg")
    shopping.choose(client, tengkurak, lontar)
    page = Page(client.get(shopping.order(client).location or ""))
    assert "Belanjamu menjadi 2 pesanan" in page.words
    assert page.all("h2") == ["Koperasi Tengkurak", "Koperasi Lontar"]
    assert count("checkout") == 1
    assert count("order") == 2


# One basket, one order (cases.md, 2)


def test_pay_pressed_twice_makes_one_order(client: FlaskClient) -> None:
    seller, _lot = shopping.ready(client)
    data = shopping.form(client)
    first, second = client.post("/bayar", data=data), client.post("/bayar", data=data)
    assert first.location == second.location
    assert (count("order"), count("payment"), booked(seller)[0]) == (1, 1, 1)


def test_sent_again_after_the_answer_was_lost_it_is_the_same_order(client: FlaskClient) -> None:
    """The browser never got the cookie with the emptied basket, and the lot is sold out by this very order."""
    _seller, _lot = shopping.ready(client, "10 kg")
    data = shopping.form(client)
    with client.session_transaction() as session:
        before = dict(session)
    first = client.post("/bayar", data=data)
    with client.session_transaction() as session:
        session.clear()
        session.update(before)
    assert client.post("/bayar", data=data).location == first.location
    assert Page(client.get("/belanja")).all("h1") == ["Belanjaanmu masih kosong"]
    assert count("order") == 1


def test_another_tab_with_other_choices_makes_no_second_order(client: FlaskClient) -> None:
    seller, _lot = shopping.ready(client)
    tab_one, tab_two = shopping.form(client), shopping.form(client, note="dari tab lain")
    shopping.choose(client, seller, slot=market.slots(seller)[1].id)
    first = client.post("/bayar", data=tab_one)
    assert client.post("/bayar", data=tab_two).location == first.location
    assert (count("order"), sum(booked(seller))) == (1, 1)


def test_twice_at_the_same_moment_makes_one_order(app: APIFlask, client: FlaskClient) -> None:
    seller, _lot = shopping.ready(client)
    data = shopping.form(client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    together = threading.Barrier(4)
    answers: list[tuple[int, str | None]] = []

    def send() -> None:
        tab = app.test_client()
        tab.set_cookie("session", cookie.value)
        together.wait()
        answer = tab.post("/bayar", data=data)
        answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=send) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert (count("order"), count("payment"), sum(booked(seller))) == (1, 1, 1)
    assert not market.broken()


def test_another_buyers_same_key_is_another_order(app: APIFlask, client: FlaskClient) -> None:
    _seller, _lot = shopping.ready(client)
    data = shopping.form(client)
    with client.session_transaction() as session:
        kept = {name: session[name] for name in ("basket", "pickups")}
    client.post("/bayar", data=data)
    other = app.test_client()
    accounts.sign_in(other, accounts.buyer("budi@contoh.id", "Budi"))
    with other.session_transaction() as session:
        session.update(kept)
    answer = other.post("/bayar", data=data)
    assert Page(other.get(answer.location or "", follow_redirects=True)).status == 200
    assert count("order") == 2


def test_the_next_basket_is_another_order(client: FlaskClient) -> None:
    seller, lot = shopping.ready(client)
    shopping.order(client)
    shopping.put_in(client, lot, "1,5 kg")
    shopping.choose(client, seller)
    shopping.order(client)
    assert count("order") == 2


def test_a_form_from_a_basket_that_is_gone_orders_nothing(client: FlaskClient) -> None:
    seller, lot = shopping.ready(client)
    old = shopping.form(client)
    client.post(f"/belanja/{lot}", data={"remove": "1"})
    assert client.post("/bayar", data=old).location == "/belanja"
    shopping.put_in(client, lot, "3 kg")
    shopping.choose(client, seller)
    assert client.post("/bayar", data=old).location == "/ambil"
    assert client.post("/bayar", data=old | {"key": ""}).location == "/ambil"
    assert client.post("/bayar", data={}).location == "/ambil"
    assert count("order") == 0


# What may have happened meanwhile


def test_a_price_that_rose_is_shown_before_anything_is_ordered(client: FlaskClient) -> None:
    seller, lot = shopping.ready(client)
    data = shopping.form(client)
    write(change_catch, lot, CatchChanges(unit_price=45_000), seller.clerk, days.now())
    page = Page(client.post("/bayar", data=data))
    assert page.status == 409
    assert "Harganya baru saja berubah. Periksa sekali lagi; belum ada yang dipesan." in page.words
    assert count("order") == 0
    assert client.post("/bayar", data=data | {"maximum": page.value("maximum") or ""}).status_code == 302


def test_goods_that_went_to_another_lead_back_to_the_basket(client: FlaskClient) -> None:
    seller, lot = shopping.ready(client, "6 kg")
    data = shopping.form(client)
    market.order(accounts.buyer("lain@contoh.id"), seller, {lot: 6000}, slot=market.slots(seller)[1].id)
    assert client.post("/bayar", data=data).location == "/belanja"
    assert "Sisanya tinggal 4 kg." in Page(client.get("/belanja")).words
    assert (count("order"), booked(seller)[0]) == (1, 0)


def test_a_time_that_filled_leads_back_to_the_times(client: FlaskClient) -> None:
    seller = market.shop(hours=tuple(Hours(day, time(8), time(18), 1) for day in range(1, 8)))
    lot = market.catch(seller)
    accounts.sign_in(client, accounts.buyer())
    shopping.put_in(client, lot, "1 kg")
    shopping.choose(client, seller)
    data = shopping.form(client)
    market.order(accounts.buyer("lain@contoh.id"), seller, {lot: 1000})
    assert client.post("/bayar", data=data).location == "/ambil"
    assert count("order") == 1


def test_a_deadline_that_passed_leads_back_to_the_times(client: FlaskClient, clock: Clock) -> None:
    _seller, _lot = shopping.ready(client)
    data = shopping.form(client)
    clock.forward(minutes=1)  # the first slot begins at 10.00 and takes orders until 09.00
    assert client.post("/bayar", data=data).location == "/ambil"
    assert count("order") == 0


@pytest.mark.parametrize(
    ("payment", "status"), [("", 422), ("gold", 422), ("stripe", 409), ("demo", 409), ("qris", 409)]
)
def test_a_way_to_pay_that_is_none_is_said_beside_the_choice(client: FlaskClient, payment: str, status: int) -> None:
    shopping.ready(client)
    page = Page(shopping.order(client, payment))
    assert page.status == status
    assert len(page.errors) == 1
    assert count("order") == 0


def test_too_long_a_note_is_kept_and_refused(client: FlaskClient) -> None:
    shopping.ready(client)
    page = Page(shopping.order(client, note="x" * 301))
    assert (page.status, page.errors) == (422, ["Terlalu panjang."])
    assert "x" * 301 in page.words
    assert count("order") == 0


def test_only_buyers_order(client: FlaskClient) -> None:
    seller, _lot = shopping.ready(client)
    data = shopping.form(client)
    for actor in (seller.clerk, accounts.official()):
        accounts.sign_in(client, actor)
        assert "Kamu masuk dengan akun petugas." in Page(client.get("/bayar")).words
        assert client.post("/bayar", data=data).status_code == 403
    assert count("order") == 0


# Other people's (cases.md, 11)


def test_nobody_else_sees_or_pays_a_checkout(app: APIFlask, client: FlaskClient) -> None:
    seller, _lot = shopping.ready(client)
    address = shopping.order(client).location or ""
    other = app.test_client()
    assert other.get(address).location.startswith("/masuk?next=/pesanan/belanja/")  # type: ignore[union-attr]
    accounts.sign_in(other, accounts.buyer("budi@contoh.id", "Budi"))
    assert other.get(address).status_code == 404
    assert other.post(address + "/bayar").status_code == 404
    for actor in (seller.clerk, accounts.official()):
        accounts.sign_in(other, actor)
        assert other.get(address).status_code == 403
