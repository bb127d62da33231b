"""Handing over by code, and orders that end in another way."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slip import write_slip
from ovop.payment.models import LedgerEntry
from ovop.payment.rules import Method, PaymentStatus
from ovop.stock.models import Catch
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.clerks import Clerk, clerk


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def ready(jaya: Clerk, method: Method = Method.CASH, grams: int = 1480) -> OrderRow:
    """A weighed order, as its buyer reads it."""
    lot = market.catch(jaya.shop, unit_price=145_000)
    buyer = accounts.buyer()
    order = jaya.order({lot: 1500}, buyer, method=method)
    if method.is_card:
        market.pay(buyer, order.checkout_id)
    write(operations.weigh_order, order.number, {lot: grams}, jaya.shop.clerk, days.now())
    return market.read(order.number, buyer)


def wrong(order: OrderRow) -> str:
    return "000000" if order.pickup_code != "000000" else "111111"


def test_what_is_due_is_the_largest_thing_on_the_page(jaya: Clerk) -> None:
    order = ready(jaya)
    page = jaya.see(f"/koperasi/pesanan/{order.number}/serah")
    assert page.all("figure") == ["Rp 214.600"]
    assert page.all("h1") == ["Terima tunai"]
    assert order.pickup_code not in page.words


def test_the_right_code_sells_the_goods_and_books_the_money(jaya: Clerk) -> None:
    order = ready(jaya)
    spaced = f" {order.pickup_code[:3]} {order.pickup_code[3:]} "
    answer = jaya.send(f"/koperasi/pesanan/{order.number}/serah", {"code": spaced, "reference": "kas 5 Jan"})
    page = jaya.see(answer.location or "")
    assert page.all("h1") == ["Sudah diserahkan"]
    assert "Rp 214.600 tunai" in page.words
    assert "/koperasi/kas" in page.links, "where the cash is now"
    collected = jaya.read(order.number)
    assert (collected.status, collected.reference) == (OrderStatus.COLLECTED, "kas 5 Jan")
    assert collected.payment_status is PaymentStatus.PAID
    assert market.broken() == []


def test_a_card_order_asks_for_no_money(jaya: Clerk) -> None:
    order = ready(jaya, Method.DEMO)
    page = jaya.see(f"/koperasi/pesanan/{order.number}/serah")
    assert page.all("h1") == ["Sudah dibayar dengan kartu"]
    assert "reference" not in page.fields


def test_sent_twice_it_is_handed_over_once(jaya: Clerk) -> None:
    order = ready(jaya)
    path, data = f"/koperasi/pesanan/{order.number}/serah", {"code": order.pickup_code}
    jaya.send(path, data)
    again = jaya.send(path, data)
    assert again.location == f"/koperasi/pesanan/{order.number}"
    earned = select(LedgerEntry).where(LedgerEntry.journal == f"order:{order.number}:earned")
    assert len(db.session.scalars(earned).all()) == 2
    assert market.broken() == []


def test_wrong_codes_count_down_and_then_lock_for_a_quarter_of_an_hour(jaya: Clerk, clock: Clock) -> None:
    order = ready(jaya)
    path, data = f"/koperasi/pesanan/{order.number}/serah", {"code": wrong(order), "reference": "QR 77"}
    for left in (4, 3, 2, 1):
        page = jaya.send(path, data)
        assert page.status == 422
        assert page.errors[0].endswith(f"Masih boleh dicoba {left} kali.")
        assert (page.value("code"), page.value("reference")) == (wrong(order), "QR 77")
    assert "Tunggu 15 menit" in jaya.send(path, data).errors[0]
    clock.forward(minutes=4)
    locked = jaya.send(path, {"code": order.pickup_code})
    assert locked.status == 429
    assert "Tunggu 11 menit" in locked.errors[0]
    assert jaya.read(order.number).status is OrderStatus.READY
    clock.forward(minutes=11)
    assert jaya.send(path, {"code": order.pickup_code}).status == 302


@pytest.mark.parametrize("code", ["", "   ", "kode", "12345", "1234567", "-12345", "１２３４５６", "9" * 400])
def test_what_is_no_code_hands_nothing_over(jaya: Clerk, code: str) -> None:
    order = ready(jaya)
    page = jaya.send(f"/koperasi/pesanan/{order.number}/serah", {"code": code})
    assert page.status == 422
    assert page.errors
    assert jaya.read(order.number).status is OrderStatus.READY


def test_a_reference_that_is_too_long_comes_back_and_costs_no_try(jaya: Clerk) -> None:
    order = ready(jaya)
    path = f"/koperasi/pesanan/{order.number}/serah"
    page = jaya.send(path, {"code": order.pickup_code, "reference": "x" * 81})
    assert (page.status, page.errors) == (422, ["Terlalu panjang."])
    assert page.value("reference") == "x" * 81
    assert "4 kali" in jaya.send(path, {"code": wrong(order)}).errors[0]


def test_a_scanned_slip_opens_its_order_with_the_code_filled_in(jaya: Clerk) -> None:
    order = ready(jaya)
    page = jaya.send("/koperasi/serah", {"text": write_slip(order.number, order.pickup_code)})
    assert page.status == 200
    assert page.value("code") == order.pickup_code
    assert page.all("figure") == ["Rp 214.600"]


def test_a_scanned_slip_of_another_order_is_named(jaya: Clerk) -> None:
    order, other = ready(jaya), jaya.order({market.catch(jaya.shop): 500}, accounts.buyer("budi@contoh.id"))
    page = jaya.send(f"/koperasi/pesanan/{order.number}/serah", {"code": write_slip(other.number, "123456")})
    assert page.errors == [f"Kode itu milik pesanan {other.number}."]


@pytest.mark.parametrize("text", ["", "S-2601-AAAAAA", "https://contoh.id/", "x" * 5000, "S-2601-AAAAAA 123456"])
def test_what_names_no_order_of_ours_is_answered_beside_the_field(jaya: Clerk, text: str) -> None:
    page = jaya.send("/koperasi/serah", {"text": text})
    assert page.status == 422
    assert len(page.errors) == 1
    assert page.value("text") == text


def test_a_number_typed_small_leads_to_its_order(jaya: Clerk) -> None:
    order = ready(jaya)
    answer = jaya.send("/koperasi/serah", {"text": order.number.lower()})
    assert answer.location == f"/koperasi/pesanan/{order.number}/serah"


def test_an_order_that_is_not_weighed_is_not_handed_over(jaya: Clerk) -> None:
    buyer = accounts.buyer()
    order = jaya.order({market.catch(jaya.shop): 500}, buyer)
    path = f"/koperasi/pesanan/{order.number}"
    assert jaya.see(f"{path}/serah", 302).location == path
    assert jaya.send(f"{path}/serah", {"code": order.pickup_code}).location == path
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED


def test_nobody_is_marked_absent_before_the_slot_is_over(jaya: Clerk, clock: Clock) -> None:
    order = ready(jaya)
    path = f"/koperasi/pesanan/{order.number}"
    assert "Tidak diambil" not in jaya.see(path).all("button")
    jaya.send(f"{path}/tidak-diambil")
    assert "Belum waktunya" in jaya.see(path).words
    assert jaya.read(order.number).status is OrderStatus.READY
    clock.now = days.to_local(order.pickup.ends_at)
    assert "Tidak diambil" in jaya.see(path).all("button")
    assert jaya.send(f"{path}/tidak-diambil").location == f"/koperasi/jadwal/{order.pickup.slot_id}"
    assert jaya.read(order.number).status is OrderStatus.NO_SHOW
    jaya.send(f"{path}/tidak-diambil")
    assert market.broken() == []


@pytest.mark.parametrize(("goods", "available", "lost"), [("restock", 10_000, 0), ("lost", 8500, 1500)])
def test_cancelled_goods_go_where_the_clerk_says_and_only_once(
    jaya: Clerk, goods: str, available: int, lost: int
) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    path, data = f"/koperasi/pesanan/{order.number}/batal", {"reason": "es habis", "goods": goods}
    assert jaya.send(path, data).location == f"/koperasi/pesanan/{order.number}"
    jaya.send(path, data)
    row = db.session.get_one(Catch, lot)
    assert (row.available, row.held, row.lost) == (available, 0, lost)
    cancelled = jaya.read(order.number)
    assert (cancelled.status, cancelled.history[-1].reason) == (OrderStatus.CANCELLED, "es habis")
    assert market.broken() == []


def test_spoiled_goods_never_return_and_the_page_says_so(jaya: Clerk, clock: Clock) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    clock.forward(days=3)
    page = jaya.see(f"/koperasi/pesanan/{order.number}/batal")
    assert "selalu dicatat hilang: Udang windu" in page.words
    jaya.send(f"/koperasi/pesanan/{order.number}/batal", {"reason": "tidak datang", "goods": "restock"})
    row = db.session.get_one(Catch, lot)
    assert (row.available, row.lost) == (8500, 1500)


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, 2),
        ({"reason": "  ", "goods": "restock"}, 1),
        ({"reason": "es habis"}, 1),
        ({"reason": "es habis", "goods": "somewhere"}, 1),
        ({"reason": "x" * 201, "goods": "lost"}, 1),
    ],
)
def test_a_cancellation_needs_a_reason_and_a_place_for_the_goods(
    jaya: Clerk, data: dict[str, str], fields: int
) -> None:
    order = jaya.order({market.catch(jaya.shop): 1500})
    page = jaya.send(f"/koperasi/pesanan/{order.number}/batal", data)
    assert (page.status, len(page.errors)) == (422, fields)
    assert page.value("reason") == data.get("reason")
    assert page.chosen("goods") == (data.get("goods") if data.get("goods") in ("restock", "lost") else None)
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED


def test_a_collected_order_offers_its_receipt_and_to_give_money_back(jaya: Clerk, clock: Clock) -> None:
    order = ready(jaya)
    jaya.send(f"/koperasi/pesanan/{order.number}/serah", {"code": order.pickup_code})
    clock.forward(days=1)
    path = f"/koperasi/pesanan/{order.number}"
    page = jaya.see(path)
    assert [link for link in page.links if link.startswith(path + "/")] == [f"{path}/nota", f"{path}/uang-kembali"]
    assert jaya.see(f"{path}/batal", 302).location == path
    jaya.send(f"{path}/batal", {"reason": "es habis", "goods": "lost"})
    assert jaya.read(order.number).status is OrderStatus.COLLECTED
