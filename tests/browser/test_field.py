"""A clerk's phone where there is no signal: everything waits in sight, is sent once, and is answered in words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slip import write_slips
from tests.browser.phones import Server, arrived, open_field, waits
from tests.databases import count
from tests.make import accounts, market, scales
from tests.outside.odd_pictures import quarters, saved

pytestmark = pytest.mark.browser

PHOTO = {"name": "hasil.jpg", "mimeType": "image/jpeg", "buffer": saved(quarters())}


def enter_lot(page: Page, kilos: str) -> None:
    page.locator("a:visible", has_text="Jual hasil").click()
    page.get_by_label("Produk").select_option(label="Udang windu")
    page.get_by_label("Berapa kilo?").fill(kilos)
    page.set_input_files("#f-photo", PHOTO)  # type: ignore[arg-type]
    page.locator("button:visible", has_text="Jual sekarang").click()


def enter_weight(page: Page, number: str, weight: str) -> None:
    page.locator("li", has_text=number).locator("a:visible", has_text="Timbang").click()
    page.locator("[data-lines] input").fill(weight)
    page.locator("button:visible", has_text="Simpan timbangan").click()
    expect(page.locator("[data-slots] li", has_text=number)).to_contain_text("ditimbang, menunggu dikirim")


def hand_over(page: Page, code: str) -> None:
    page.locator("p.quick a:visible", has_text="Serahkan").click()
    page.get_by_label("Kode ambil").fill(code)
    page.locator("form[data-form=hand] button[type=submit]").click()
    expect(page.locator("[data-due]")).to_be_visible()
    page.locator("form[data-form=hand] button[type=submit]").click()


def now(number: str, seller: market.Shop) -> OrderRow:
    db.session.rollback()
    return market.read(number, seller.clerk)


def test_a_lot_entered_without_signal_is_on_sale_once_whatever_happens_between(
    phone: Page, server: Server, seller: market.Shop
) -> None:
    market.catch(seller, unit_price=145_000)
    open_field(phone)
    phone.context.set_offline(True)
    enter_lot(phone, "12,5")
    waits(phone, "Jual Udang windu 12,5 kg, Rp 145.000")
    server.stop()
    phone.context.set_offline(False)
    phone.goto("/koperasi/lapangan")  # opened anew, with the market away: the page and the queue are on the phone
    waits(phone, "Jual Udang windu 12,5 kg")
    expect(phone.locator("[data-said]").first).to_contain_text("Catatanmu aman di HP ini")
    server.start()
    phone.evaluate("dispatchEvent(new Event('online'))")
    arrived(phone, "Udang windu 12,5 kg sudah dijual.")
    db.session.rollback()
    assert (count("catch"), count("catch_photo")) == (2, 1)


def test_an_answer_that_was_lost_makes_no_second_lot(phone: Page, seller: market.Shop) -> None:
    market.catch(seller, unit_price=145_000)
    open_field(phone)
    lost = []

    def lose(route: Route) -> None:
        route.fetch()  # the market has it; the phone never hears of it
        lost.append(route.request.url)
        route.abort()

    phone.route("**/lapangan/jual", lose)
    enter_lot(phone, "7")
    waits(phone, "Jual Udang windu 7 kg")
    expect(phone.locator("[data-said]").first).to_contain_text("Tidak ada sinyal")
    assert lost
    phone.unroute("**/lapangan/jual")
    phone.evaluate("dispatchEvent(new Event('online'))")
    arrived(phone, "Udang windu 7 kg sudah dijual.")
    db.session.rollback()
    assert count("catch") == 2


def test_a_whole_slot_is_weighed_and_handed_over_without_signal(phone: Page, seller: market.Shop) -> None:
    catch = market.catch(seller, unit_price=40_000)
    buyer = accounts.buyer()
    orders = [market.order(buyer, seller, {catch: 1500}) for _ in range(3)]
    open_field(phone)
    phone.context.set_offline(True)
    phone.goto("/koperasi")  # any page of the area leads to the one that works
    expect(phone.locator("h1")).to_have_text("Mode lapangan")
    for order, weight in zip(orders, ("1,5", "1,48", "1,6"), strict=True):
        enter_weight(phone, order.number, weight)
    for order in orders:
        hand_over(phone, order.pickup_code)
        expect(phone.locator("[data-slots] li", has_text=order.number)).to_contain_text("diserahkan, menunggu dikirim")
    assert [now(order.number, seller).status for order in orders] == [OrderStatus.CONFIRMED] * 3
    phone.context.set_offline(False)
    for order in orders:
        arrived(phone, f"{order.number} sudah diserahkan.")
    assert [(now(order.number, seller).status, now(order.number, seller).total) for order in orders] == [
        (OrderStatus.COLLECTED, 60_000),
        (OrderStatus.COLLECTED, 59_200),
        (OrderStatus.COLLECTED, 64_000),
    ]
    assert market.broken() == []


def test_the_scale_is_chosen_once_and_kept_with_every_order(phone: Page, seller: market.Shop) -> None:
    scales.verified(seller, "Duduk")
    scales.expired(seller, "Gantung")
    catch, buyer = market.catch(seller, unit_price=40_000), accounts.buyer()
    orders = [market.order(buyer, seller, {catch: 1500}) for _ in range(2)]
    open_field(phone)
    phone.context.set_offline(True)
    phone.locator("li", has_text=orders[0].number).locator("a:visible", has_text="Timbang").click()
    expect(phone.get_by_role("radio", name="Duduk")).to_be_checked()
    expect(phone.locator(".scale-note")).to_be_hidden()
    phone.locator(".pick-scale label", has_text="Gantung").click()
    expect(phone.locator(".scale-note")).to_contain_text("Tera habis")
    phone.locator("[data-lines] input").fill("1,5")
    phone.locator("button:visible", has_text="Simpan timbangan").click()
    phone.locator("li", has_text=orders[1].number).locator("a:visible", has_text="Timbang").click()
    expect(phone.get_by_role("radio", name="Gantung")).to_be_checked()
    phone.locator("[data-lines] input").fill("1,5")
    phone.locator("button:visible", has_text="Simpan timbangan").click()
    phone.context.set_offline(False)
    for order in orders:
        arrived(phone, f"{order.number} siap")
        used = now(order.number, seller).scale
        assert used is not None
        assert used.name == "Gantung"
    assert market.broken() == []


def test_all_of_a_buyers_codes_at_once_hand_all_of_it_over(phone: Page, seller: market.Shop) -> None:
    catch, buyer = market.catch(seller, unit_price=40_000), accounts.buyer()
    orders = [market.order(buyer, seller, {catch: 1500}) for _ in range(3)]
    for order in orders[:2]:
        write(operations.weigh_order, order.number, {catch: 1500}, seller.clerk, days.now())
    open_field(phone)
    phone.context.set_offline(True)
    phone.locator("p.quick a:visible", has_text="Serahkan").click()
    submit, code = phone.locator("form[data-form=hand] button[type=submit]"), phone.get_by_label("Kode ambil")
    code.fill(orders[0].pickup_code)
    submit.click()
    expect(phone.locator("[data-pay]")).to_have_text(re.compile("Terima tunai Rp.60.000"))
    expect(phone.locator("[data-also]")).to_contain_text(f"Pembeli ini juga punya {orders[1].number} yang siap")
    code.fill(write_slips((order.number, order.pickup_code) for order in orders))
    submit.click()
    expect(phone.locator("[data-pay]")).to_have_text(re.compile("Terima tunai Rp.120.000"))
    expect(phone.locator("[data-due] [data-number]")).to_have_text(f"{orders[0].number}, {orders[1].number}")
    expect(phone.locator("[data-also]")).to_be_hidden()
    expect(phone.get_by_role("alert").filter(visible=True)).to_have_text(
        f"{orders[2].number}: Timbang dulu pesanan ini."
    )
    submit.click()
    phone.context.set_offline(False)
    for order in orders[:2]:
        arrived(phone, f"{order.number} sudah diserahkan.")
    assert [now(order.number, seller).status for order in orders] == [
        OrderStatus.COLLECTED,
        OrderStatus.COLLECTED,
        OrderStatus.CONFIRMED,
    ]
    assert market.broken() == []


def test_what_was_overtaken_stays_until_the_clerk_has_read_why(phone: Page, seller: market.Shop) -> None:
    buyer, catch = accounts.buyer(), market.catch(seller, unit_price=40_000)
    order = market.order(buyer, seller, {catch: 1500})
    open_field(phone)
    phone.context.set_offline(True)
    enter_weight(phone, order.number, "1,5")
    write(operations.cancel_order, order.number, buyer, days.now())
    phone.context.set_offline(False)
    row = phone.locator("[data-items] li", has_text=f"Timbang {order.number}")
    expect(row).to_contain_text("perlu dilihat", timeout=30_000)
    expect(row).to_contain_text(f"Pesanan {order.number} sudah dibatalkan. Jangan diserahkan.")
    phone.reload()
    expect(row).to_contain_text("sudah dibatalkan")
    row.get_by_role("button", name="Mengerti").click()
    expect(row).to_have_count(0)


def test_codes_are_checked_without_signal_and_never_kept_on_the_phone(phone: Page, seller: market.Shop) -> None:
    catch = market.catch(seller, unit_price=40_000)
    order = market.order(accounts.buyer(), seller, {catch: 1500})
    write(operations.weigh_order, order.number, {catch: 1500}, seller.clerk, days.now())
    open_field(phone)
    phone.context.set_offline(True)
    kept = phone.evaluate(
        """() => new Promise((resolve) => { indexedDB.open("field", 1).onsuccess = (opened) => {
            opened.target.result.transaction("kept").objectStore("kept").getAll().onsuccess = (read) =>
                resolve(JSON.stringify(read.target.result)); }; })"""
    )
    assert order.number in kept
    assert order.pickup_code not in kept
    wrong = f"{(int(order.pickup_code) + 1) % 10**6:06d}"
    phone.locator("p.quick a:visible", has_text="Serahkan").click()
    phone.get_by_label("Kode ambil").fill(wrong)
    phone.locator("form[data-form=hand] button[type=submit]").click()
    expect(phone.get_by_role("alert").filter(visible=True)).to_contain_text("Kode itu tidak cocok")
    phone.get_by_label("Kode ambil").fill(f"{order.number} {order.pickup_code}")
    phone.locator("form[data-form=hand] button[type=submit]").click()
    expect(phone.locator("[data-pay]")).to_have_text(re.compile("Terima tunai Rp.60.000"))
    assert now(order.number, seller).status is OrderStatus.READY


def test_signed_out_meanwhile_nothing_is_lost(phone: Page, seller: market.Shop) -> None:
    market.catch(seller, unit_price=145_000)
    open_field(phone)
    phone.context.set_offline(True)
    enter_lot(phone, "9")
    waits(phone, "Jual Udang windu 9 kg")
    kept = phone.context.cookies()
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    expect(phone.locator("[data-said]").first).to_contain_text("Masuk lagi", timeout=30_000)
    waits(phone, "Jual Udang windu 9 kg")
    phone.context.add_cookies(kept)  # type: ignore[arg-type]
    phone.reload()
    arrived(phone, "Udang windu 9 kg sudah dijual.")
    db.session.rollback()
    assert count("catch") == 2


def test_a_slip_is_asked_about_once_and_what_waits_can_be_called_back(phone: Page, seller: market.Shop) -> None:
    catch = market.catch(seller, unit_price=40_000)
    order = market.order(accounts.buyer(), seller, {catch: 1500})
    open_field(phone)
    phone.context.set_offline(True)
    phone.locator("li", has_text=order.number).locator("a:visible", has_text="Timbang").click()
    phone.locator("[data-lines] input").fill("0,15")
    phone.locator("button:visible", has_text="Simpan timbangan").click()
    expect(phone.get_by_role("alert").filter(visible=True)).to_contain_text("jauh dari pesanan")
    phone.locator("[data-lines] input").fill("1,7")
    phone.locator("button:visible", has_text="Simpan timbangan").click()
    expect(phone.get_by_role("alert").filter(visible=True)).to_contain_text("Melebihi batas atas, 1,65 kg")
    phone.locator("[data-lines] input").fill("0,15")
    phone.locator("button:visible", has_text="Simpan timbangan").click()
    waits(phone, f"Timbang {order.number}")
    phone.locator("[data-items] li").get_by_role("button", name="Batalkan").click()
    expect(phone.locator("[data-slots] li", has_text=order.number)).to_contain_text("belum ditimbang")


def test_signing_out_takes_the_orders_off_the_phone_and_leaves_the_queue(phone: Page, seller: market.Shop) -> None:
    order = market.order(accounts.buyer(), seller, {market.catch(seller, unit_price=40_000): 1500})
    open_field(phone)
    phone.context.set_offline(True)
    enter_weight(phone, order.number, "1,5")
    phone.context.set_offline(False)
    phone.route("**/lapangan/timbang", lambda route: route.abort())
    phone.goto("/akun")
    phone.get_by_role("button", name="Keluar").first.click()
    expect(phone).not_to_have_url(re.compile("/akun$"))
    kept = phone.evaluate(
        """() => new Promise((resolve) => { indexedDB.open("field", 1).onsuccess = (opened) => {
            const both = opened.target.result.transaction(["kept", "queue"]);
            both.objectStore("kept").count().onsuccess = (kept) => {
                both.objectStore("queue").count().onsuccess = (queue) =>
                    resolve([kept.target.result, queue.target.result]); };
        }; })"""
    )
    assert kept == [0, 1]
