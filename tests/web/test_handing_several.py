"""Handing over several orders of one buyer on one form, and the one code by which the buyer shows them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slip import write_slip, write_slips
from ovop.payment.rules import Method
from tests.conftest import Clock
from tests.make import accounts, codes, market, shopping
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page

SEVERAL = "/koperasi/serah/bersama"


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


@pytest.fixture
def siti(jaya: Clerk) -> Actor:
    return accounts.buyer()


def ready(jaya: Clerk, buyer: Actor, method: Method = Method.CASH, grams: int = 1500) -> OrderRow:
    """A weighed order at Rp 40.000 a kilo, as its buyer reads it."""
    lot = market.catch(jaya.shop, unit_price=40_000)
    order = jaya.order({lot: 1500}, buyer, method=method)
    if method.is_card:
        market.pay(buyer, order.checkout_id)
    write(operations.weigh_order, order.number, {lot: grams}, jaya.shop.clerk, days.now())
    return market.read(order.number, buyer)


def scanned(jaya: Clerk, *orders: OrderRow) -> Page:
    slips = write_slips((order.number, order.pickup_code) for order in orders)
    return jaya.send("/koperasi/serah", {"text": slips})


def form(page: Page, **changed: str) -> dict[str, object]:
    """What the form would send as it is."""
    numbers = [field["value"] for field in page.fields.get("number", [])]
    kept = {name: page.value(name) or "" for name in ("due", "reference", "scan") if name in page.fields}
    return {"number": numbers, **kept, **{f"code_{n}": page.value(f"code_{n}") or "" for n in numbers}, **changed}


def wrong(order: OrderRow) -> str:
    return f"{(int(order.pickup_code) + 1) % 10**6:06d}"


def status(jaya: Clerk, *orders: OrderRow) -> list[OrderStatus]:
    return [jaya.read(order.number).status for order in orders]


def test_one_scan_and_one_tap_hand_all_over_for_one_sum(jaya: Clerk, siti: Actor) -> None:
    first, second, card = ready(jaya, siti), ready(jaya, siti, grams=1000), ready(jaya, siti, Method.DEMO)
    page = scanned(jaya, first, second, card)
    assert page.status == 200
    assert page.all("figure") == ["Rp 100.000"]
    assert "Sudah dibayar dengan kartu: Rp 60.000" in page.words
    assert [page.value(f"code_{order.number}") for order in (first, second, card)] == [
        order.pickup_code for order in (first, second, card)
    ]
    answer = jaya.send(SEVERAL, form(page, reference="kas"))
    done = jaya.see(answer.location or "")
    assert done.all("h1") == ["Sudah diserahkan"]
    assert done.all("dd") == ["Rp 100.000", "Rp 60.000"]
    assert "3 pesanan, Siti" in done.words
    assert status(jaya, first, second, card) == [OrderStatus.COLLECTED] * 3
    assert [jaya.read(order.number).reference for order in (first, second, card)] == ["kas", "kas", ""]
    assert market.broken() == []


def test_sent_twice_all_is_handed_over_once(jaya: Clerk, siti: Actor) -> None:
    page = scanned(jaya, ready(jaya, siti), ready(jaya, siti))
    first, again = (jaya.send(SEVERAL, form(page)) for _ in range(2))
    assert first.status == again.status == 302
    assert first.location == again.location
    assert market.broken() == []


def test_a_single_scan_offers_the_buyers_others_and_they_need_their_own_codes(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    ready(jaya, accounts.buyer("budi@contoh.id", "Budi"))
    page = jaya.send("/koperasi/serah", {"text": write_slip(first.number, first.pickup_code)})
    assert "Pembeli ini punya 1 pesanan lain yang siap di sini" in page.words
    assert second.number in page.words
    path = f"/koperasi/pesanan/{first.number}/serah"
    several = jaya.send(path, {"code": page.value("code") or "", "together": "1"})
    assert several.value(f"code_{first.number}") == first.pickup_code
    assert several.value(f"code_{second.number}") == ""
    assert second.pickup_code not in several.html
    assert several.all("figure") == ["Rp 120.000"]
    answer = jaya.send(SEVERAL, form(several, **{f"code_{second.number}": second.pickup_code}))
    assert answer.status == 302
    assert status(jaya, first, second) == [OrderStatus.COLLECTED] * 2


def test_the_button_alone_hands_nothing_over(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    page = jaya.send(f"/koperasi/pesanan/{first.number}/serah", {"code": first.pickup_code, "together": "1"})
    assert page.status == 200
    assert status(jaya, first, second) == [OrderStatus.READY] * 2


def test_who_takes_fewer_than_was_asked_for_is_told_the_new_sum_first(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    page = scanned(jaya, first, second)
    asked = jaya.send(SEVERAL, form(page, **{f"code_{second.number}": ""}))
    assert asked.status == 422
    assert "Jumlahnya berubah" in asked.words
    assert asked.all("figure") == ["Rp 60.000"]
    assert status(jaya, first, second) == [OrderStatus.READY] * 2
    assert jaya.send(SEVERAL, form(asked)).status == 302
    assert status(jaya, first, second) == [OrderStatus.COLLECTED, OrderStatus.READY]
    assert market.broken() == []


def test_a_second_scan_fills_in_the_other_code(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    page = jaya.send(f"/koperasi/pesanan/{first.number}/serah", {"code": first.pickup_code, "together": "1"})
    page = jaya.send(SEVERAL, form(page, scan=write_slip(second.number, second.pickup_code)))
    assert page.status == 200
    assert page.value("scan") == ""
    assert page.value(f"code_{second.number}") == second.pickup_code
    assert status(jaya, first, second) == [OrderStatus.READY] * 2
    assert "Itu bukan kode ambil." in jaya.send(SEVERAL, form(page, scan="https://contoh.id/")).words
    assert jaya.send(SEVERAL, form(page)).status == 302


def test_a_slip_in_a_code_field_is_read(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    page = scanned(jaya, first, second)
    slip = write_slip(first.number, first.pickup_code)
    assert jaya.send(SEVERAL, form(page, **{f"code_{first.number}": slip})).status == 302


def test_all_slips_scanned_on_one_orders_page_open_the_form(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    slips = write_slips((order.number, order.pickup_code) for order in (first, second))
    page = jaya.send(f"/koperasi/pesanan/{first.number}/serah", {"code": slips})
    assert page.all("h1") == ["Serahkan bersama"]


def test_each_is_said_how_it_went(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti, grams=1000)
    page = scanned(jaya, first, second)
    answer = jaya.send(SEVERAL, form(page, **{f"code_{second.number}": wrong(second)}))
    assert answer.status == 422
    assert "1 pesanan sudah diserahkan." in answer.words
    assert answer.all("dd") == ["Rp 60.000"], "what was taken for it"
    assert len(answer.errors) == 1
    assert answer.errors[0].endswith("Masih boleh dicoba 4 kali.")
    assert answer.value(f"code_{second.number}") == wrong(second)
    assert f"code_{first.number}" not in answer.fields
    assert answer.all("figure") == ["Rp 40.000"], "what is still to be taken"
    assert status(jaya, first, second) == [OrderStatus.COLLECTED, OrderStatus.READY]
    assert jaya.send(SEVERAL, form(answer, **{f"code_{second.number}": second.pickup_code})).status == 302
    assert market.broken() == []


def test_a_code_that_is_locked_says_how_long(jaya: Clerk, siti: Actor, clock: Clock) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    for _ in range(5):
        jaya.send(f"/koperasi/pesanan/{second.number}/serah", {"code": wrong(second)})
    clock.forward(minutes=4)
    answer = jaya.send(SEVERAL, form(scanned(jaya, first, second)))
    assert answer.errors == ["Kode salah lima kali. Tunggu 11 menit, lalu coba lagi."]
    assert status(jaya, first, second) == [OrderStatus.COLLECTED, OrderStatus.READY]


def test_what_was_overtaken_is_said_and_its_money_not_asked_for(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    page = scanned(jaya, first, second)
    write(operations.cancel_order, second.number, siti, days.now())
    answer = jaya.send(SEVERAL, form(page))
    assert answer.status == 422
    assert answer.all("figure") == ["Rp 60.000"]
    assert "Dibatalkan" in answer.all("tag")
    assert jaya.send(SEVERAL, form(answer)).status == 302
    assert market.broken() == []


def test_one_that_is_not_weighed_is_shown_as_such(jaya: Clerk, siti: Actor) -> None:
    done, waiting = ready(jaya, siti), jaya.order({market.catch(jaya.shop): 500}, siti)
    page = scanned(jaya, done, waiting)
    assert f"/koperasi/pesanan/{waiting.number}/timbang" in page.links
    assert [field["value"] for field in page.fields["number"]] == [done.number]
    assert page.all("figure") == ["Rp 60.000"]


def test_qris_is_paid_in_one_sum(jaya: Clerk, siti: Actor) -> None:
    shopping.with_qris(jaya.shop)
    first, second = ready(jaya, siti, Method.QRIS), ready(jaya, siti, Method.QRIS, 1000)
    page = scanned(jaya, first, second)
    assert codes.read_svg(page.html, "QRIS KIOS UJI COBA") == shopping.QRIS
    assert "Rp 100.000" in page.all("price")[0]
    assert jaya.send(SEVERAL, form(page, reference="QR 7")).status == 302
    assert [jaya.read(order.number).reference for order in (first, second)] == ["QR 7"] * 2
    assert market.broken() == []


def test_a_reference_that_is_too_long_stands_beside_its_field_and_costs_no_try(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    answer = jaya.send(SEVERAL, form(scanned(jaya, first, second), reference="x" * 81))
    assert (answer.status, answer.errors) == (422, ["Terlalu panjang."])
    assert answer.value("reference") == "x" * 81
    assert status(jaya, first, second) == [OrderStatus.READY] * 2


def test_without_any_code_nothing_happens(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    blank = {f"code_{order.number}": "" for order in (first, second)}
    answer = jaya.send(SEVERAL, form(scanned(jaya, first, second), **blank))
    assert answer.status == 422
    assert "Isi paling sedikit satu kode." in answer.words


def test_slips_of_others_open_nothing(jaya: Clerk, siti: Actor) -> None:
    page = jaya.send("/koperasi/serah", {"text": "S-2601-AAAAAA 123456 S-2601-BBBBBB 123456"})
    assert (page.status, len(page.errors)) == (422, 1)
    lontar = market.shop("lontar", "36.04.13.2007")
    lot = market.catch(lontar)
    theirs = market.order(siti, lontar, {lot: 1500})
    write(operations.weigh_order, theirs.number, {lot: 1500}, lontar.clerk, days.now())
    mine = ready(jaya, siti)
    page = scanned(jaya, mine, theirs)
    assert theirs.number not in page.words
    data = {"number": [theirs.number], f"code_{theirs.number}": theirs.pickup_code, "due": "0"}
    assert jaya.send(SEVERAL, data).location == "/koperasi/serah"
    assert "Tidak ada pesanan koperasi ini" in jaya.see("/koperasi/serah").words
    assert market.read(theirs.number, siti).status is OrderStatus.READY
    assert jaya.send(SEVERAL, {}).location == "/koperasi/serah"
    assert jaya.see(f"/koperasi/serah/selesai?pesanan={theirs.number}", 404)
    assert jaya.see("/koperasi/serah/selesai", 404)


def test_a_buyer_shows_one_code_for_all_that_is_ready(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti, Method.DEMO)
    accounts.sign_in(jaya.client, siti)
    page = jaya.see(f"/pesanan/{first.number}")
    assert "2 pesananmu siap di titik ini" in page.words
    path = f"/pesanan/{first.number}/ambil-semua"
    assert path in page.links
    answer = jaya.client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    page = Page(answer)
    expected = sorted((order.number, order.pickup_code) for order in (first, second))
    assert codes.read_svg(page.html, "QR kode ambil semua pesanan ini") == write_slips(expected)
    for order in (first, second):
        assert f"{order.pickup_code[:3]} {order.pickup_code[3:]}" in page.words
    assert page.all("dd") == ["Rp 60.000"], "what to bring in cash"


def test_a_single_order_has_its_own_code_alone(jaya: Clerk, siti: Actor) -> None:
    first, second = ready(jaya, siti), ready(jaya, siti)
    flows.hand_over(second.number, second.pickup_code, "", jaya.shop.clerk, days.now())
    accounts.sign_in(jaya.client, siti)
    assert "pesananmu siap" not in jaya.see(f"/pesanan/{first.number}").words
    assert jaya.see(f"/pesanan/{first.number}/ambil-semua", 302).location == f"/pesanan/{first.number}"
    assert "pesananmu siap" not in jaya.see(f"/pesanan/{second.number}").words


def test_nobody_else_sees_a_buyers_codes(jaya: Clerk, siti: Actor) -> None:
    first = ready(jaya, siti)
    ready(jaya, siti)
    path = f"/pesanan/{first.number}/ambil-semua"
    assert first.pickup_code not in jaya.see(path, 403).html
    accounts.sign_in(jaya.client, accounts.buyer("budi@contoh.id"))
    assert first.pickup_code not in jaya.see(path, 404).html
