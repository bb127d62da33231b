"""What a clerk sees of the coming slots, and whom the orders are for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.payment.rules import Method
from ovop.stock.queries import lot_codes_of
from tests.conftest import Clock
from tests.make import accounts, market, shopping
from tests.make.clerks import Clerk, clerk


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def test_a_clerk_without_orders_is_told_so_and_led_to_selling(jaya: Clerk) -> None:
    page = jaya.see("/koperasi")
    assert "Belum ada yang perlu disiapkan" in page.words
    assert "/koperasi/jual" in page.links


def test_the_next_slot_says_how_much_waits_for_the_scale(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    first = jaya.order({lot: 1500})
    jaya.order({lot: 2000}, accounts.buyer("budi@contoh.id", "Budi"))
    write(operations.weigh_order, first.number, {lot: 1480}, jaya.shop.clerk, days.now())
    page = jaya.see("/koperasi")
    assert "Ditimbang dulu 1 Siap 1 Diambil 0" in page.words
    assert f"/koperasi/jadwal/{first.pickup.slot_id}/timbang" in page.links


def test_slots_come_by_time_and_those_past_with_open_orders_stay_in_sight(jaya: Clerk, clock: Clock) -> None:
    lot = market.catch(jaya.shop, best_before=days.now() + timedelta(days=5))
    early, *_rest, late = market.slots(jaya.shop)
    forgotten = jaya.order({lot: 1000}, slot=early.id)
    jaya.order({lot: 1000}, accounts.buyer("budi@contoh.id"), slot=late.id)
    clock.now = days.to_local(early.ends_at) + timedelta(hours=1)
    page = jaya.see("/koperasi")
    assert "1 pesanan belum selesai" in page.words
    assert page.words.index("belum selesai") < page.words.index("Berikutnya")
    write(operations.mark_no_show, forgotten.number, jaya.shop.clerk, days.now())
    assert "belum selesai" not in jaya.see("/koperasi").words


def test_the_packing_list_adds_up_what_each_lot_has_to_give(jaya: Clerk) -> None:
    shrimp = market.catch(jaya.shop)
    packs = market.catch(
        jaya.shop, 40, 45_000, product=market.product(jaya.shop.id, "Sate bandeng", "MIL", "count", "pack", "processed")
    )
    first = jaya.order({shrimp: 1500, packs: 3})
    jaya.order({shrimp: 2250}, accounts.buyer("budi@contoh.id", "Budi"))
    write(operations.weigh_order, first.number, {shrimp: 1480, packs: 3}, jaya.shop.clerk, days.now())
    page = jaya.see(f"/koperasi/jadwal/{first.pickup.slot_id}")
    assert "2 pesanan, 2,25 kg belum ditimbang" in page.words
    assert "1 pesanan, sudah ditimbang" in page.words
    assert page.all("big-sum") == ["3 bungkus", "3,75 kg"]


def test_orders_that_nobody_has_paid_yet_are_not_packed(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500}, method=Method.DEMO)
    page = jaya.see(f"/koperasi/jadwal/{order.pickup.slot_id}")
    assert "1 pesanan masih menunggu pembayaran kartu" in page.words
    assert order.number not in page.words


def test_a_buyer_is_named_while_the_order_is_open_and_thirty_days_after(jaya: Clerk, clock: Clock) -> None:
    lot = market.catch(jaya.shop, best_before=days.now() + timedelta(days=60))
    order = jaya.order({lot: 1500}, accounts.buyer("siti@contoh.id", "Siti Aminah", "+6281234567890"))
    place = f"/koperasi/jadwal/{order.pickup.slot_id}"
    assert "Siti Aminah" in jaya.see(place).words
    assert "tel:+6281234567890" in jaya.see(place).links
    write(operations.weigh_order, order.number, {lot: 1480}, jaya.shop.clerk, days.now())
    flows.hand_over(order.number, order.pickup_code, "", jaya.shop.clerk, days.now())
    clock.forward(days=30)
    assert "Siti Aminah" in jaya.see(f"/koperasi/pesanan/{order.number}").words
    clock.forward(seconds=1)
    for path in (f"/koperasi/pesanan/{order.number}", place, "/koperasi/pesanan", f"/koperasi/stok/{lot}"):
        page = jaya.see(path)
        assert "Siti" not in page.words
        assert not [link for link in page.links if "6281234567890" in link]


def test_orders_are_found_by_part_of_their_number_however_it_is_typed(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order, other = jaya.order({lot: 500}), jaya.order({lot: 500}, accounts.buyer("budi@contoh.id"))
    for typed in (order.number, order.number.lower(), f" {order.number[-5:]} "):
        page = jaya.see(f"/koperasi/pesanan?q={typed}")
        assert f"/koperasi/pesanan/{order.number}" in page.links
        assert f"/koperasi/pesanan/{other.number}" not in page.links


@pytest.mark.parametrize(
    "query",
    ["q=%25", "q=_______", "q=" + "9" * 500, "status=lost", "method=gold", "from=yesterday&to=2026-01-05", "page=0",
     "page=-3", "page=99999999999999999999", "page=x", "from=2026-13-01&to=2026-01-01"],
)  # fmt: skip
def test_odd_searches_find_what_they_can(jaya: Clerk, query: str) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 500})
    page = jaya.see(f"/koperasi/pesanan?{query}")
    # What cannot be read is left out; what is read and fits nothing finds nothing.
    assert (order.number in page.words) != ("Tidak ada pesanan yang cocok" in page.words)


def test_percent_signs_find_no_order(jaya: Clerk) -> None:
    jaya.order({market.catch(jaya.shop): 500})
    assert "Tidak ada pesanan yang cocok" in jaya.see("/koperasi/pesanan?q=%25").words


def test_a_long_list_comes_in_pages_that_keep_the_search(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop, 100_000, best_before=days.now() + timedelta(days=5))
    places = [slot.id for slot in market.slots(jaya.shop)]
    for number in range(21):
        jaya.order({lot: 500}, accounts.buyer(f"b{number}@contoh.id"), slot=places[number % len(places)])
    page = jaya.see("/koperasi/pesanan?status=confirmed")
    assert "Halaman 1 dari 2" in page.words
    assert "/koperasi/pesanan?status=confirmed&page=2" in page.links
    assert "Halaman 2 dari 2" in jaya.see("/koperasi/pesanan?status=confirmed&page=2").words


def test_the_first_page_and_a_packing_list_cost_the_same_queries_whatever_is_on_them(
    app: APIFlask, jaya: Clerk
) -> None:
    lot = market.catch(jaya.shop, 100_000)
    slot = market.slots(jaya.shop)[0].id

    def cost(path: str) -> int:
        seen: list[str] = []

        def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            jaya.see(path)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len([statement for statement in seen if statement.lstrip().upper().startswith("SELECT")])

    paths = ("/koperasi", f"/koperasi/jadwal/{slot}", "/koperasi/pesanan", "/koperasi/stok", "/koperasi/uang")
    jaya.order({lot: 500}, slot=slot)
    jaya.see("/koperasi")  # whether this is a demo market is asked once
    few = [cost(path) for path in paths]
    for number in range(8):
        jaya.order({lot: 500}, accounts.buyer(f"b{number}@contoh.id"), slot=slot)
        market.catch(jaya.shop)
    assert [cost(path) for path in paths] == few
    assert few[0] <= 17  # one for each kind of work that may wait
    assert max(few[1:]) <= 13


def test_orders_of_the_same_goods_are_packed_and_weighed_one_after_the_other(jaya: Clerk) -> None:
    bandeng = market.product(jaya.shop.id, "Bandeng", "MIL")
    shrimp, fish = market.catch(jaya.shop), market.catch(jaya.shop, product=bandeng)
    wanted = [{shrimp: 500}, {fish: 500}, {shrimp: 500, fish: 500}, {fish: 500}, {shrimp: 500}]
    placed = [jaya.order(lines, accounts.buyer(f"b{at}@contoh.id")) for at, lines in enumerate(wanted)]
    slot = placed[0].pickup.slot_id
    cards = jaya.see(f"/koperasi/jadwal/{slot}").all("order")
    assert [("Bandeng" in card, "Udang windu" in card) for card in cards] == [
        (True, False),
        (True, False),
        (True, True),
        (False, True),
        (False, True),
    ]
    first = min((placed[1], placed[3]), key=lambda order: order.number)
    assert jaya.see(f"/koperasi/jadwal/{slot}/timbang", 302).location == f"/koperasi/pesanan/{first.number}/timbang"


def test_lots_of_the_same_name_are_told_apart_by_their_codes(jaya: Clerk) -> None:
    older, newer = market.catch(jaya.shop), market.catch(jaya.shop)
    other = market.catch(jaya.shop, product=market.product(jaya.shop.id, "Bandeng", "MIL"))
    codes = lot_codes_of(db.session(), [older, newer, other])
    orders = [jaya.order({lot: 500}, accounts.buyer(f"b{lot}@contoh.id")) for lot in (older, newer, other)]
    page = jaya.see(f"/koperasi/jadwal/{orders[0].pickup.slot_id}")
    assert all(code in page.words for code in codes.values())
    assert [codes[other] in card for card in page.all("order")] == [False] * 3
    assert codes[older] in next(card for card in page.all("order") if orders[0].number in card)
    assert f"Dari lot {codes[newer]}" in jaya.see(f"/koperasi/pesanan/{orders[1].number}/timbang").words
    assert "Dari lot" not in jaya.see(f"/koperasi/pesanan/{orders[2].number}/timbang").words


def test_a_way_to_pay_keeps_its_capitals(jaya: Clerk) -> None:
    shopping.with_qris(jaya.shop)
    order = jaya.order({market.catch(jaya.shop): 500}, method=Method.QRIS)
    assert f"{order.number}, QRIS" in jaya.see(f"/koperasi/jadwal/{order.pickup.slot_id}").words
