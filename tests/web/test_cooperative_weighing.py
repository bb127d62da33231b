"""Weighing on a form without script: what is typed, what is asked again, what is refused."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.stock.models import Catch
from tests.make import accounts, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def weigh(jaya: Clerk, order: OrderRow, **fields: str) -> Page:
    """The form of the order's only line is sent; `weight`, `sure` and `meant` are its fields."""
    lot = order.lines[0].catch
    return jaya.send(
        f"/koperasi/pesanan/{order.number}/timbang", {f"{name}_{lot}": value for name, value in fields.items()}
    )


def stock_of(lot: int) -> tuple[int, int]:
    """What is available and held of a lot."""
    db.session.rollback()
    row = db.session.get_one(Catch, lot)
    return row.available, row.held


def test_the_form_shows_what_was_ordered_and_what_is_allowed(jaya: Clerk) -> None:
    order = jaya.order({market.catch(jaya.shop, unit_price=145_000): 1500})
    page = jaya.see(f"/koperasi/pesanan/{order.number}/timbang")
    assert page.all("gauge-ends") == ["1,35 kgPesan 1,5 kg1,65 kg"]
    assert page.value(f"weight_{order.lines[0].catch}") == ""
    assert "1 dari 1" in page.words


@pytest.mark.parametrize(
    ("typed", "total"),
    [("1,48 kg", 214_600), ("1,48", 214_600), ("1.48", 214_600), ("1480 g", 214_600), ("1.480 g", 214_600),
     ("14,8 ons", 214_600), ("1,65", 239_300), ("1 g", None)],
)  # fmt: skip
def test_weights_are_taken_as_clerks_write_them(jaya: Clerk, typed: str, total: int | None) -> None:
    lot = market.catch(jaya.shop, unit_price=145_000)
    order = jaya.order({lot: 1500})
    page = weigh(jaya, order, weight=typed)
    if total is None:
        assert page.status == 422  # a gram of a kilogram and a half is a slip
        return
    assert page.location == f"/koperasi/jadwal/{order.pickup.slot_id}"
    ready = jaya.read(order.number)
    assert (ready.status, ready.total) == (OrderStatus.READY, total)
    assert market.broken() == []


def test_a_lost_comma_is_asked_about_and_a_tap_sets_it_right(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    page = weigh(jaya, order, weight="148")
    assert page.status == 422
    assert page.errors == ["148 kg itu 98 kali pesanan. Maksudmu 1,48 kg?"]
    assert page.value(f"weight_{lot}") == "148"
    assert [field["value"] for field in page.fields[f"meant_{lot}"]] == ["1480"]
    assert f"sure_{lot}" not in page.fields  # above the maximum there is nothing to insist on
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED
    assert weigh(jaya, order, weight="148", meant="1480").status == 302
    assert jaya.read(order.number).lines[0].final_quantity == 1480


def test_insisting_on_a_hundred_times_too_much_does_not_help(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    assert weigh(jaya, order, weight="148", sure="148000").status == 422
    assert weigh(jaya, order, weight="148", meant="148000").status == 422
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED


def test_far_too_little_is_asked_about_and_may_be_meant(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    page = weigh(jaya, order, weight="15 g")
    assert page.errors == ["15 g jauh di bawah pesanan. Maksudmu 1,5 kg?"]
    assert weigh(jaya, order, weight="20 g", sure="15").status == 422  # said of another number
    assert weigh(jaya, order, weight="15 g", sure="15").status == 302
    assert jaya.read(order.number).lines[0].final_quantity == 15
    assert market.broken() == []


def test_above_the_maximum_is_refused_beside_the_field(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    page = weigh(jaya, order, weight="1,651")
    assert page.status == 422
    assert page.errors[0].startswith("Paling banyak 1,65 kg")
    assert page.value(f"weight_{lot}") == "1,651"
    assert stock_of(lot) == (8500, 1500)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Isi dulu bagian ini."),
        ("-1", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("seember", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("1,5,0", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("1,4805", "Paling kecil satu gram."),
        ("99999999999", "Terlalu besar. Periksa lagi angkanya."),
        ("1e3", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("<b>1</b>", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
        ("٣", "Tulis beratnya seperti 1,5 kg atau 1.500 g."),
    ],
)
def test_what_is_no_weight_comes_back_with_the_reason_and_changes_nothing(jaya: Clerk, typed: str, says: str) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    page = weigh(jaya, order, weight=typed)
    assert (page.status, page.errors) == (422, [says])
    assert page.value(f"weight_{lot}") == typed
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED
    assert stock_of(lot) == (8500, 1500)


def test_all_lines_are_kept_when_one_of_them_is_wrong(jaya: Clerk) -> None:
    shrimp = market.catch(jaya.shop)
    fish = market.catch(jaya.shop, product=market.product(jaya.shop.id, "Bandeng", "MIL"))
    order = jaya.order({shrimp: 1500, fish: 2000})
    path = f"/koperasi/pesanan/{order.number}/timbang"
    page = jaya.send(path, {f"weight_{shrimp}": "1,48", f"weight_{fish}": "2,5 ekor"})
    assert page.status == 422
    assert (page.value(f"weight_{shrimp}"), page.value(f"weight_{fish}")) == ("1,48", "2,5 ekor")
    assert jaya.send(path, {f"weight_{shrimp}": "1,48", f"weight_{fish}": "2,05"}).status == 302
    assert jaya.read(order.number).total == 55_500 + 76_900
    assert market.broken() == []


def test_counted_goods_begin_with_what_was_ordered(jaya: Clerk) -> None:
    packs = market.product(jaya.shop.id, "Sate bandeng", "MIL", "count", "pack", "processed")
    lot = market.catch(jaya.shop, 40, 45_000, product=packs)
    order = jaya.order({lot: 3})
    page = jaya.see(f"/koperasi/pesanan/{order.number}/timbang")
    assert page.value(f"weight_{lot}") == "3"
    assert weigh(jaya, order, weight="2,5").errors == ["Tulis jumlahnya dengan angka bulat."]
    assert weigh(jaya, order, weight="4").errors[0].startswith("Paling banyak 3 bungkus")
    assert weigh(jaya, order, weight="2").status == 302
    assert stock_of(lot) == (38, 2)


def test_a_line_that_is_missing_has_to_be_said_twice(jaya: Clerk) -> None:
    shrimp = market.catch(jaya.shop)
    fish = market.catch(jaya.shop, product=market.product(jaya.shop.id, "Bandeng", "MIL"))
    order = jaya.order({shrimp: 1500, fish: 2000})
    path, weights = f"/koperasi/pesanan/{order.number}/timbang", {f"weight_{shrimp}": "1,5", f"weight_{fish}": "0"}
    page = jaya.send(path, weights)
    assert page.errors == ["Bandeng tidak ada sama sekali? Pembeli tidak membayarnya dan dikabari."]
    assert jaya.send(path, {**weights, f"sure_{fish}": "0"}).status == 302
    assert jaya.read(order.number).lines[1].final_quantity == 0
    assert market.broken() == []


def test_an_order_of_which_nothing_is_there_has_to_be_cancelled(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    page = weigh(jaya, order, weight="0", sure="0")
    assert page.status == 422
    assert "Batalkan pesanan kalau barangnya tidak ada" in page.words
    assert f"/koperasi/pesanan/{order.number}/batal" in page.links
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED


def test_more_than_the_stock_has_left_is_refused_with_what_is_left(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop, 1550)
    order = jaya.order({lot: 1500})
    page = weigh(jaya, order, weight="1,6")
    assert page.status == 409
    assert page.errors[0].startswith("Menurut catatan, di luar pesanan ini tinggal 50 g.")
    assert page.value(f"weight_{lot}") == "1,6"
    assert jaya.read(order.number).status is OrderStatus.CONFIRMED


def test_after_one_order_the_next_of_its_slot_is_on_the_scale(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    orders = sorted(
        [jaya.order({lot: 1500}), jaya.order({lot: 1500}, accounts.buyer("budi@contoh.id"))],
        key=lambda order: order.number,
    )
    first = jaya.see(f"/koperasi/jadwal/{orders[0].pickup.slot_id}/timbang", 302)
    assert first.location == f"/koperasi/pesanan/{orders[0].number}/timbang"
    second = weigh(jaya, orders[0], weight="1,5")
    assert second.location == f"/koperasi/pesanan/{orders[1].number}/timbang"
    assert "2 dari 2" in jaya.see(second.location).words


def test_what_was_weighed_already_is_shown_and_stays(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    write(operations.weigh_order, order.number, {lot: 1480}, jaya.shop.clerk, days.now())
    path = f"/koperasi/pesanan/{order.number}"
    assert jaya.see(f"{path}/timbang", 302).location == path
    assert weigh(jaya, order, weight="1,6").location == path
    assert "sudah berubah" in jaya.see(path).words
    assert jaya.read(order.number).lines[0].final_quantity == 1480


def test_weights_are_read_the_english_way_on_english_pages(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    answer = jaya.send(f"/en/koperasi/pesanan/{order.number}/timbang", {f"weight_{lot}": "1.480"})
    assert answer.location == f"/en/koperasi/jadwal/{order.pickup.slot_id}"
    assert jaya.read(order.number).lines[0].final_quantity == 1480
